"""Twenty-seven poisoned bundles, each with the fault for which it has to be refused."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from models.reuse.checking import Fault
from models.reuse.signing import Signer
from schemas import Bundle
from schemas.bundle import MAX_RESULTS
from schemas.topics import MAX_VALUE_BYTES

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Poison:
    """A record as a broker would hand it over, and why it is refused."""

    name: str
    value: bytes
    key: bytes
    fault: Fault


@dataclass(frozen=True, slots=True)
class Poisoner:
    """Spoils an honest bundle in one way after the other.

    `signer` is trusted where the bundles go, `other` is trusted, too, `stranger` is not. The bundle
    has a classification first and an extraction behind it.
    """

    honest: Bundle
    signer: Signer
    other: Signer
    stranger: Signer

    def poisons(self) -> Iterator[Poison]:
        """Every kind, once."""
        yield from self._of_the_outside()
        yield from self._of_the_bundle()
        yield from self._of_results()

    def _of_the_outside(self) -> Iterator[Poison]:
        signed = json.loads(self.signer.signed(self.honest).to_json())
        value = json.dumps(signed).encode()
        yield self._raw("truncated", value[: len(value) // 2], Fault.NOT_JSON)
        yield self._raw("no bundle at all", b'{"hello": "world"}', Fault.MALFORMED)
        yield self._raw("huge", b" " * (MAX_VALUE_BYTES + 1), Fault.TOO_LARGE)
        yield self._raw("brackets without end", b"[" * 100_000, Fault.NOT_JSON)
        flipped = f"{int(signed['signature'][0], 16) ^ 1:x}{signed['signature'][1:]}"
        yield self._outer("bad signature", {"signature": flipped}, Fault.BAD_SIGNATURE)
        yield self._outer("short signature", {"signature": "00"}, Fault.MALFORMED)
        yield self._outer("wrong sha256", {"sha256": "0" * 64}, Fault.WRONG_SHA256)
        changed = signed["payload"].replace("audio", "video")
        yield self._outer("payload changed afterwards", {"payload": changed}, Fault.WRONG_SHA256)
        yield self._outer("version of tomorrow", {"format": "mimmo-reuse/2"}, Fault.OTHER_FORMAT)
        unknown = self.honest.model_copy(update={"node": self.stranger.node})
        yield self._by("unknown signer", self.stranger, unknown, Fault.UNKNOWN_NODE)
        as_other = {"node": self.other.node}
        key = self.other.node.encode()
        claimed = json.dumps({**signed, **as_other}).encode()
        yield Poison("signature under another name", claimed, key, Fault.BAD_SIGNATURE)
        yield self._by("replayed under another key", self.other, self.honest, Fault.OTHER_KEY)
        yield Poison("record under another key", value, key, Fault.OTHER_KEY)

    def _of_the_bundle(self) -> Iterator[Poison]:
        later = (datetime.now(UTC) + timedelta(days=2)).isoformat()
        cases: list[tuple[str, Json, Fault]] = [
            ("version of tomorrow inside", {"format": "mimmo-reuse/2"}, Fault.OTHER_FORMAT),
            ("no CC0", {"licence": "proprietary"}, Fault.LICENCE),
            ("made tomorrow", {"made_at": later}, Fault.FUTURE),
        ]
        for name, changes, fault in cases:
            yield self._signed(name, changes_of(changes), fault)

        def told_twice(bundle: Json) -> None:
            bundle["results"].append(bundle["results"][0])

        def told_often(bundle: Json) -> None:
            bundle["results"] = bundle["results"][:1] * (MAX_RESULTS + 1)

        yield self._signed("one result twice", told_twice, Fault.TWICE)
        yield self._signed("too many results", told_often, Fault.TOO_LARGE)

    def _of_results(self) -> Iterator[Poison]:
        later = (datetime.now(UTC) + timedelta(days=2)).isoformat()
        first: list[tuple[str, Json, Fault]] = [
            ("observed in the future", {"observed_at": later}, Fault.FUTURE),
            ("foreign stage", {"kind": "translate"}, Fault.FOREIGN_STAGE),
            ("stage of another result", {"kind": "match"}, Fault.ABSURD),
            ("wrong infohash", {"infohash": "0" * 40}, Fault.WRONG_ID),
            ("no infohash", {"infohash": "../../etc/passwd"}, Fault.ABSURD),
            ("wrong input", {"input_hash": "0" * 32}, Fault.WRONG_ID),
            ("tags of nothing", _NOTHING, Fault.NO_KEY),
            (
                "retold",
                {"reuse": {**_REUSE, "nodes": [self.other.node]}},
                Fault.SECOND_HAND,
            ),
        ]
        for name, changes, fault in first:
            yield self._signed(name, changes_of(changes, "results", 0), fault)
        verdicts: list[tuple[str, Json]] = [
            ("absurd score", {"confidence": 17.5}),
            ("negative score", {"confidence": -0.1}),
            ("a score that is no number", {"confidence": float("nan")}),
            ("an infinite score", {"confidence": float("inf")}),
            ("class that is none", {"medium": "video", "subcategory": "album"}),
        ]
        for name, changes in verdicts:
            yield self._signed(name, changes_of(changes, "results", 0, "verdict"), Fault.ABSURD)
        yield self._signed(
            "title without evidence",
            changes_of({"evidence": {}}, "results", 1),
            Fault.UNPROVED,
        )

    def _raw(self, name: str, value: bytes, fault: Fault) -> Poison:
        return Poison(name, value, self.signer.node.encode(), fault)

    def _outer(self, name: str, changes: Json, fault: Fault) -> Poison:
        signed = json.loads(self.signer.signed(self.honest).to_json())
        return self._raw(name, json.dumps({**signed, **changes}).encode(), fault)

    def _by(self, name: str, signer: Signer, bundle: Bundle, fault: Fault) -> Poison:
        return Poison(name, signer.signed(bundle).to_json(), signer.node.encode(), fault)

    def _signed(self, name: str, spoil: Callable[[Json], None], fault: Fault) -> Poison:
        """A bundle that is spoiled, and then signed properly: by a trusted node gone bad."""
        bundle = json.loads(self.honest.to_json())
        spoil(bundle)
        return self._raw(name, self.signer.signed_payload(json.dumps(bundle)).to_json(), fault)


def changes_of(changes: Json, *place: str | int) -> Callable[[Json], None]:
    """Writes these values at a place of a bundle."""

    def spoil(bundle: Json) -> None:
        at: Any = bundle
        for step in place:
            at = at[step]
        at.update(changes)

    return spoil


_REUSE = {"decision": "reused", "reason": "agreed", "confidence": 1.0, "agreement": 1.0}
_NOTHING = {
    "kind": "tags",
    "infohash": None,
    "tags": [{"name": "essentia:calm", "flag": "kept as it was found"}],
}
