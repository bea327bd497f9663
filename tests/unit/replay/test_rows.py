"""Rows that are dirty, banned or no torrents at all."""

import asyncio
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from schemas import Provenance, Source, Torrent, clean_text
from streams.replay.builder import Builder
from streams.replay.fields import Fields
from streams.replay.rows import Rejected
from tests.unit.replay.dumps import HASH, HEADER, csv, infohash, jsonl, magnetico, replayed, row


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (row("x", "xyz"), "bad_infohash"),
        (row("  "), "empty_name"),
        ("only;three;fields\n", "bad_row"),
    ],
)
async def test_a_row_that_is_no_torrent_is_rejected_with_reason_and_line(
    tmp_path: Path, line: str, reason: str
) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(HEADER + row("good") + line + row("also good", "cd" * 20))
    replay = await replayed(path, tmp_path)
    assert replay.names == ["good", "also good"]
    assert replay.reasons == [(reason, 3)]
    assert replay.summary.exit_code == 0


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"name": ["x"]}, "empty_name"),
        ({"name": "\x00 \x1b"}, "empty_name"),
        ({"infohash": HASH + "ab"}, "bad_infohash"),
    ],
)
async def test_a_json_row_that_is_no_torrent_is_rejected(
    tmp_path: Path, fields: dict[str, object], reason: str
) -> None:
    path = tmp_path / "dump.jsonl"
    good = {"infohash": HASH, "name": "x"}
    path.write_text(jsonl([good, {**good, **fields}]))
    assert (await replayed(path, tmp_path)).reasons == [(reason, 2)]


async def test_a_list_nested_without_end_costs_itself_or_its_row(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    for depth, reasons in ((500, []), (5_000, [("not_json", 2)]), (100_000, [("not_json", 2)])):
        nested = '{"infohash": "%s", "name": "y", "files": [%s%s]}\n'
        lines = jsonl([{"infohash": HASH, "name": "x"}])
        path.write_text(lines + nested % (HASH, "[" * depth, "]" * depth))
        replay = await replayed(path, tmp_path)
        assert replay.reasons == reasons
        assert replay.names == (["x"] if reasons else ["x", "y"])


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"size": "-1"}, "size"),
        ({"size": -1}, "size"),
        ({"size": "1.4 GB"}, "size"),
        ({"size": 1.5e9}, "size"),
        ({"size": True}, "size"),
        ({"size": 2**70}, "size"),
        ({"files": "x"}, "files"),
        ({"files": [{"path": 5}]}, "files"),
        ({"files": [{"path": "a", "size": 2**62}, {"path": "b", "size": 2**62}]}, "files"),
        ({"files": [{"path": "a", "size": "huge"}]}, "file size"),
        ({"files": [{"path": "a", "size": -1}]}, "file size"),
        ({"imdb": "none"}, "imdb"),
        ({"tmdb": "x"}, "tmdb"),
    ],
)
async def test_an_optional_value_that_makes_no_sense_does_not_cost_the_row(
    tmp_path: Path, fields: dict[str, object], what: str
) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_text(jsonl([{"infohash": HASH, "name": "x", **fields}]))
    replay = await replayed(path, tmp_path)
    assert replay.names == ["x"]
    assert dict(replay.summary.ignored) == {f"{what} out of range": 1}


async def test_a_number_of_files_is_no_list_of_them(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_text(jsonl([{"infohash": HASH, "name": "x", "files": 2}]))
    replay = await replayed(path, tmp_path)
    (torrent,) = replay.torrents
    assert (torrent.files, torrent.num_files) == (None, 2)
    assert not replay.summary.ignored


async def test_values_that_make_no_sense_are_left_unknown_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    odd = {"seeders": -5, "created_at": 10, "observed_at": "soon", "num_files": 2**40}
    path.write_text(jsonl([{"infohash": HASH, "name": "x", **odd}]))
    replay = await replayed(path, tmp_path)
    (torrent,) = replay.torrents
    assert (torrent.swarm, torrent.created_at, torrent.num_files) == (None, None, None)
    assert dict(replay.summary.ignored) == {
        "seeders out of range": 1,
        "created_at out of range": 1,
        "observed_at out of range": 1,
        "num_files out of range": 1,
    }


async def test_what_is_banned_is_counted_and_not_published(tmp_path: Path) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(HEADER + row("m1mmo_BANNED.placeholder") + row("fine", "cd" * 20))
    replay = await replayed(path, tmp_path)
    assert replay.names == ["fine"]
    assert dict(replay.summary.banned) == {"placeholder": 1}


async def test_a_dump_that_is_banned_as_a_whole_was_of_use(tmp_path: Path) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(HEADER + row("m1mmo_BANNED.placeholder"))
    assert (await replayed(path, tmp_path)).summary.exit_code == 0


async def test_a_date_that_the_user_names_wins_over_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(csv(1))
    moment = datetime(2020, 1, 2, tzinfo=UTC)
    (torrent,) = (await replayed(path, tmp_path, observed_at=moment)).torrents
    assert torrent.observed_at == moment


async def test_a_dry_run_publishes_nothing_and_remembers_nothing(tmp_path: Path) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(csv(9))
    replay = await replayed(path, tmp_path, dry_run=True)
    assert (replay.summary.published, replay.torrents) == (9, [])
    assert not (tmp_path / "replay").exists()


async def test_a_limit_counts_records_good_or_not(tmp_path: Path) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(csv(5) + row("bad", "xyz") + row("last", "cd" * 20))
    replay = await replayed(path, tmp_path, limit=6)
    assert (replay.summary.read, replay.summary.published) == (6, 5)


@pytest.mark.parametrize(
    ("name", "content", "seen", "expected"),
    [
        ("x.csv", "name;infohash;a;b;c;d;e;f\n" + "x;y;1;2;3;4;5;6\n" * 9, "name", "infohash;name"),
        ("x.jsonl", jsonl([{"btih": HASH, "called": "x"}] * 9), "btih", "info_hash"),
    ],
    ids=["csv", "jsonl"],
)
async def test_a_dump_of_which_every_row_is_skipped_fails_with_what_was_seen(
    tmp_path: Path, name: str, content: str, seen: str, expected: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    summary = (await replayed(path, tmp_path)).summary
    assert (summary.published, summary.exit_code) == (0, 1)
    assert seen in summary.columns
    assert expected in summary.expects


async def test_a_magnetico_database_of_which_every_row_is_skipped_fails(tmp_path: Path) -> None:
    path = magnetico(tmp_path / "database.sqlite3", [(b"short", "x", 1, [])])
    summary = (await replayed(path, tmp_path)).summary
    assert summary.exit_code == 1
    assert "torrents.info_hash" in summary.columns


async def test_a_dump_without_a_record_fails(tmp_path: Path) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(HEADER)
    summary = (await replayed(path, tmp_path)).summary
    assert (summary.is_empty, summary.exit_code) == (True, 1)


SCALARS: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
)
ODD = SCALARS | st.sampled_from([[], {}, b"", "2026-02-30", "1e400", "nan", "٣", "1_0", 2**63])
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
BUILDER = Builder(
    Provenance(source=Source.REPLAY, origin="jsonl", dataset=None), datetime(2026, 1, 1, tzinfo=UTC)
)


@given(
    infohash=st.just(HASH) | st.binary(max_size=21) | ODD,
    name=st.text(min_size=1) | ODD,
    files=st.none() | st.lists(st.tuples(st.text() | ODD, ODD), max_size=3),
    numbers=st.tuples(ODD, ODD, ODD, ODD, ODD, ODD, ODD),
)
def test_any_fields_make_a_storable_torrent_or_a_reason(
    infohash: object, name: object, files: Any, numbers: tuple[Any, ...]
) -> None:
    size, num_files, created_at, observed_at, seeders, leechers, completed = numbers
    fields = Fields(
        infohash=infohash,
        name=name,
        size=size,
        files=files,
        num_files=num_files,
        created_at=created_at,
        observed_at=observed_at,
        seeders=seeders,
        leechers=leechers,
        completed=completed,
    )
    record = BUILDER.record(7, fields)
    if isinstance(record, Rejected):
        assert record.line == 7
        assert record.reason.isidentifier()
        assert record.detail.isascii()
        assert record.detail.isprintable()
    else:
        assert Torrent.model_validate_json(record.to_json()) == record


def published(content: bytes, name: str) -> tuple[int, list[str], set[str]]:
    """Rows read, names published and reasons to reject of a dump."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        replay = asyncio.run(replayed(path, Path(folder)))
    return replay.summary.read, replay.names, {record.reason for record in replay.rejected}


@hypothesis_settings(deadline=None, max_examples=50)
@given(st.lists(st.text(), max_size=20))
def test_any_name_comes_through_the_csv_reader_or_is_counted(names: list[str]) -> None:
    lines = [name.replace("\n", " ").replace("\r", " ") for name in names]
    rows = "".join(row(name, infohash(number)) for number, name in enumerate(lines))
    read, got, reasons = published((HEADER + rows).encode("utf-8", "replace"), "torrents.csv")
    assert read == len(names)
    encoded = [line.encode("utf-8", "replace").decode() for line in lines]
    unquoted = [
        line[1:-1].replace('""', '"') if len(line) > 1 and line[0] == line[-1] == '"' else line
        for line in encoded
    ]
    assert got == [name for line in unquoted if (name := clean_text(line))]
    assert reasons <= {"empty_name"}


@hypothesis_settings(deadline=None, max_examples=50)
@given(st.lists(st.binary(max_size=60) | VALUES.map(lambda value: json.dumps(value).encode())))
def test_every_line_of_any_json_dump_is_counted(lines: list[bytes]) -> None:
    good = json.dumps({"infohash": HASH, "name": "x"}).encode()
    content = b"\n".join([good, *lines])
    read, names, _ = published(content, "dump.jsonl")
    assert read == sum(bool(line.strip()) for line in content.split(b"\n"))
    assert names[0] == "x"
