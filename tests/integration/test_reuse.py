"""Two installations over one Kafka: what the first computes the second is told, and takes over."""

import re
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra.settings import Settings
from schemas import (
    Bundle,
    Classification,
    Decision,
    Extraction,
    SharedClassification,
    SharedExtraction,
    SignedBundle,
)
from schemas.topics import CLASSIFIED, DISCOVERED, EXTRACTED, REUSE
from streams.kafka.publisher import Message, Publisher, message
from streams.reuse.keyring import TrustList, make_key
from streams.reuse.making import bundles
from tests.benchmarks.reuse.poison import Poison, Poisoner
from tests.benchmarks.torrents import mix
from tests.conftest import skip_what_is_there
from tests.fakes import Published
from tests.integration.steps import run
from tests.support import WORKER, eventually, running, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]

SEEN = [torrent(case["name"]) for case in mix(60, seed=3)]
KINDS = len({entry.infohash for entry in SEEN})


def results_of(messages: Sequence[Message]) -> dict[str, Classification | Extraction]:
    """Results by id."""
    results: dict[str, Classification | Extraction] = {}
    for sent in messages:
        contract = Classification if sent.topic == CLASSIFIED.name else Extraction
        result = contract.model_validate_json(sent.value or b"")
        results[result.result_id] = result
    return results


class Watched:
    """What is published to the topics of results since a moment."""

    def __init__(self, classified: Published, extracted: Published) -> None:
        self._topics = (classified, extracted)

    @classmethod
    async def since_now(cls, bootstrap: str) -> "Watched":
        return cls(
            await Published.since_now(bootstrap, CLASSIFIED.name),
            await Published.since_now(bootstrap, EXTRACTED.name),
        )

    async def results(self) -> dict[str, Classification | Extraction]:
        return results_of([sent for topic in self._topics for sent in await topic.messages()])


async def worked(
    pipeline: SimpleNamespace, environment: dict[str, str], count: int
) -> dict[str, Classification | Extraction]:
    """What a worker makes of the dump: all classes, and as many extractions as there are."""
    watched = await Watched.since_now(pipeline.settings.kafka_bootstrap)
    async with Publisher(pipeline.settings) as publisher:
        await publisher.publish(
            message(DISCOVERED, entry.infohash, entry, source="test") for entry in SEEN
        )

    async def enough() -> dict[str, Classification | Extraction] | None:
        results = await watched.results()
        return results if len(results) >= count else None

    with running(WORKER, environment, pipeline.logs / "worker.log") as worker:
        results: dict[str, Classification | Extraction] = await eventually(
            enough, within=120, what=f"{count} results"
        )
        assert worker.terminate() == 0
    return results


_COUNT = re.compile(r"^bundles (\w+): (\d+)$", re.MULTILINE)


async def poisoned(
    pipeline: SimpleNamespace, folder: Path, shared: Sequence[Bundle], second: dict[str, str]
) -> list[Poison]:
    """Publishes every kind of poison, signed by a node that the second one trusts."""
    bad, other, stranger = (
        make_key(Settings(home=folder / name)) for name in ("bad", "other", "stranger")
    )
    for trusted in (bad, other):
        TrustList(settings_of(second)).add(trusted.node, "trusted")
    results = [entry for bundle in shared for entry in bundle.results]
    classes = [entry for entry in results if isinstance(entry, SharedClassification)]
    extractions = [entry for entry in results if isinstance(entry, SharedExtraction)]
    audio = next(entry for entry in classes if entry.verdict.medium == "audio")
    read = next(entry for entry in extractions if entry.evidence)
    (honest,) = bundles([audio, read], bad)
    bundle = Bundle.model_validate_json(honest.payload)
    poisons = list(Poisoner(bundle, bad, other, stranger).poisons())
    # Kafka itself takes nothing that is so large.
    poisons = [poison for poison in poisons if poison.name != "huge"]
    async with Publisher(pipeline.settings) as publisher:
        await publisher.publish(Message(REUSE.name, poison.key, poison.value) for poison in poisons)
    return poisons


def settings_of(environment: dict[str, str]) -> Settings:
    values = {key.removeprefix("STREAMS_").lower(): value for key, value in environment.items()}
    return Settings(**values)


async def test_what_one_installation_computed_the_other_does_not_and_poison_is_refused(
    pipeline: SimpleNamespace, tmp_path: Path
) -> None:
    first = {**pipeline.environment, "STREAMS_ROLES": "classify,extract"}
    computed = await worked(pipeline, first, 2 * KINDS - _without_fields())
    assert all(result.reuse is None for result in computed.values())

    told = await Published.since_now(pipeline.settings.kafka_bootstrap, REUSE.name)
    signer = make_key(pipeline.settings)
    run(pipeline, "streams.reuse", "share", "--cc0", "--idle-exit", "3")
    shared = [
        Bundle.model_validate_json(SignedBundle.model_validate_json(sent.value or b"").payload)
        for sent in await told.messages()
    ]
    assert {entry.id for bundle in shared for entry in bundle.results} == set(computed)  # type: ignore[union-attr]

    second = {
        **pipeline.environment,
        "STREAMS_HOME": str(tmp_path / "second"),
        "STREAMS_GROUP": f"{pipeline.settings.group}b",
        "STREAMS_ROLES": "classify,extract",
        "STREAMS_REUSE": "true",
        "STREAMS_REUSE_CHECKED": "0",
    }
    await skip_what_is_there(pipeline.settings.kafka_bootstrap, second["STREAMS_GROUP"])
    poisons = await poisoned(pipeline, tmp_path, shared, second)
    TrustList(settings_of(second)).add(signer.node, "first")
    lines = run(SimpleNamespace(environment=second), "streams.reuse", "take", "--idle-exit", "3")
    counts = dict(_COUNT.findall(lines))
    assert int(counts["taken"]) == len(shared)
    for fault in {poison.fault for poison in poisons}:
        # Bundles of other tests may be on the topic, too, of nodes that nobody knows.
        assert int(counts[fault]) >= sum(poison.fault is fault for poison in poisons)

    reused = await worked(pipeline, second, len(computed))
    assert reused.keys() == computed.keys()
    for name, result in reused.items():
        assert result.reuse is not None and result.reuse.decision is Decision.REUSED
        assert result.reuse.nodes == (signer.node,)
        assert result.model_copy(update={"reuse": None}) == computed[name]


def _without_fields() -> int:
    """Torrents of the dump that have no extraction: those of no medium, or pictures."""
    from models.loading import active_classifier
    from schemas.media import EXTRACTED as MEDIA

    unique = list({entry.infohash: entry for entry in SEEN}.values())
    return sum(verdict.medium not in MEDIA for verdict in active_classifier().classify(unique))
