"""`Torrent.repaired` trusts plain fields: what it makes is what validation would make."""

from datetime import UTC, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas import Hints, Provenance, Source, Swarm, Torrent, clean_text
from schemas.base import MAX_NAME

FROM = Provenance(source=Source.REPLAY, origin="test")
MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=3)), None]))
NUMBERS = st.none() | st.integers() | st.sampled_from([True, 2**63, 2**31, -1, 1.0, "5"])
INFOHASHES = st.sampled_from(["ab" * 20, "AB" * 20, "ab" * 20 + "\n", "x", "ab" * 32]) | st.text()


@given(
    infohash=INFOHASHES,
    name=st.text(),
    numbers=st.tuples(NUMBERS, NUMBERS),
    moments=st.tuples(MOMENTS, st.none() | MOMENTS),
    version=st.sampled_from([None, 1, 2, 3, True]),
    infohash_v2=st.none() | st.just("cd" * 32) | st.text(max_size=3),
    swarm=st.none() | st.just(Swarm(seeders=1)),
    hints=st.none() | st.just(Hints(category="tv")),
    provenance=st.just(FROM) | st.none(),
)
def test_plain_fields_are_what_validation_makes_of_them(
    infohash: str,
    name: str,
    numbers: tuple[Any, Any],
    moments: tuple[Any, Any],
    version: Any,
    infohash_v2: Any,
    swarm: Any,
    hints: Any,
    provenance: Any,
) -> None:
    more: dict[str, Any] = {
        "infohash": infohash,
        "size": numbers[0],
        "num_files": numbers[1],
        "observed_at": moments[0],
        "created_at": moments[1],
        "meta_version": version,
        "infohash_v2": infohash_v2,
        "swarm": swarm,
        "hints": hints,
        "provenance": provenance,
    }
    try:
        expected = Torrent(name=clean_text(name)[:MAX_NAME].rstrip(), **more)
    except ValidationError:
        try:
            Torrent.repaired(name=name, **more)
        except ValidationError:
            return
        raise AssertionError("validation refuses it") from None
    torrent = Torrent.repaired(name=name, **more)
    assert torrent.model_copy(update={"flags": ()}) == expected
    assert Torrent.model_validate_json(torrent.to_json()) == torrent
    assert type(torrent.size) is type(expected.size)
