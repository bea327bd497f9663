"""`Torrent.repaired` trusts plain fields: what it makes is what validation would make."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas import (
    Flag,
    Hints,
    Provenance,
    Source,
    Swarm,
    Torrent,
    TorrentFile,
    clean_text,
    without_entities,
)
from schemas.base import MAX_NAME, MAX_PATH

FROM = Provenance(source=Source.REPLAY, origin="test")
MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=3)), None]))
NUMBERS = st.none() | st.integers() | st.sampled_from([True, 2**63, 2**31, -1, 1.0, "5"])
INFOHASHES = st.sampled_from(["ab" * 20, "AB" * 20, "ab" * 20 + "\n", "x", "ab" * 32]) | st.text()


def validated(name: str, files: Any, more: dict[str, Any]) -> Torrent:
    """What validation makes of fields, with files as they are kept."""
    kept, size, num_files = None, more["size"], more["num_files"]
    if files is not None:
        kept = tuple(
            TorrentFile(path=clean_text(path)[-MAX_PATH:].strip() or f"file-{at}", size=file_size)
            for at, (path, file_size) in enumerate(files, 1)
        )
        num_files = max(num_files or 0, len(files))
        if size is None and all(file_size is not None for _, file_size in files):
            size = sum(file_size for _, file_size in files)
    fields = {**more, "size": size, "num_files": num_files, "files": kept}
    return Torrent(name=clean_text(without_entities(name))[:MAX_NAME].rstrip(), **fields)


@given(
    infohash=INFOHASHES,
    name=st.text(),
    numbers=st.tuples(NUMBERS, NUMBERS),
    moments=st.tuples(MOMENTS, st.none() | MOMENTS),
    version=st.sampled_from([None, 1, 2, 3, True]),
    infohash_v2=st.none() | st.just("cd" * 32) | st.text(max_size=3),
    swarm=st.none() | st.just(Swarm(seeders=1)),
    files=st.none() | st.lists(st.tuples(st.text(), NUMBERS), max_size=3),
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
    files: Any,
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
        expected = validated(name, files, more)
    except (ValidationError, TypeError):
        try:
            Torrent.repaired(name=name, files=files, **more)
        except (ValidationError, TypeError):
            return
        raise AssertionError("validation refuses it") from None
    torrent = Torrent.repaired(name=name, files=files, **more)
    assert torrent.model_copy(update={"flags": ()}) == expected
    assert Torrent.model_validate_json(torrent.to_json()) == torrent
    assert type(torrent.size) is type(expected.size)


def test_entities_of_a_name_are_written_out_and_flagged() -> None:
    raw: dict[str, Any] = {"infohash": "ab" * 20, "observed_at": datetime(2026, 1, 1, tzinfo=UTC)}
    torrent = Torrent.repaired(name="Harbour&#39;s Lamp &amp; Tide", provenance=FROM, **raw)
    assert (torrent.name, torrent.flags) == ("Harbour's Lamp & Tide", (Flag.NAME_CLEANED,))
    plain = Torrent.repaired(name="Lamp & Tide; R&B", provenance=FROM, **raw)
    assert (plain.name, plain.flags) == ("Lamp & Tide; R&B", ())
