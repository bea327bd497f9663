"""Exports of a real Postgres: read by their own tools, and by replay."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra.postgres.care.rows import Wanted
from infra.settings import Settings
from schemas import Hints, Method, Swarm, Torrent
from streams.operate.export import command, target
from streams.operate.export.command import export
from streams.operate.export.target import ToFile, ToFolder, target_of
from streams.operate.process import StartError
from tests.integration.correcting import corrected, correction, stored
from tests.integration.steps import run
from tests.integration.test_store import classification, extraction, link
from tests.support import ROOT, SEEN, torrent
from tests.unit.replay.dumps import replayed

pytestmark = pytest.mark.stack

HOSTILE = (
    '=HYPERLINK("http://localhost";"x")',
    "+1;2;3",
    "-Aurora Vale; Paper Lanterns",
    "@aurora, vale",
    '"quoted" and "not',
    '""',
    "tab\tand | bar",
    "Søren \u202eelav\u202c 夜明け 🎶",
    "'; DROP TABLE torrents; --",
    "infohash;name;size_bytes",
    "<script>alert(1)</script>",
)


async def filled(database: SimpleNamespace, names: Any = HOSTILE) -> dict[str, Torrent]:
    """Torrents of these names, each known in another depth."""
    torrents = {}
    for number, name in enumerate(names):
        seen = torrent(
            name,
            size=None if number % 3 == 0 else 1_000 + number,
            created_at=datetime(2024, 1, 2, 3, 4, number % 60, tzinfo=UTC) if number % 2 else None,
            files=[("a/one.flac", 3), ("b/two.flac", 4)] if number % 4 == 1 else None,
            swarm=Swarm(seeders=number, leechers=1, seen_at=SEEN) if number % 3 else None,
            hints=Hints(imdb="tt0013442") if number == 2 else None,
        )
        torrents[seen.infohash] = seen
        read = extraction(seen, "Aurora Vale", Method.RULES)
        await stored(database, classification(seen, "album"), read, link(read, "Aurora Vale"))
    return torrents


def shell(database: SimpleNamespace) -> SimpleNamespace:
    return SimpleNamespace(environment={"STREAMS_POSTGRES_DSN": database.dsn})


def piped(database: SimpleNamespace, *arguments: str) -> bytes:
    """What an export writes to standard output."""
    return subprocess.run(
        [sys.executable, "-m", "streams.operate.export", "-", *arguments],
        cwd=ROOT,
        env={**os.environ, **shell(database).environment},
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout


def told(torrents: dict[str, Torrent], *, files: bool) -> dict[str, Any]:
    """What a dump keeps of torrents."""
    return {
        infohash: (
            seen.name,
            seen.size,
            seen.created_at,
            seen.observed_at,
            seen.swarm and (seen.swarm.seeders, seen.swarm.leechers),
            (seen.files, seen.num_files, seen.hints) if files else None,
        )
        for infohash, seen in torrents.items()
    }


@pytest.mark.parametrize("form", ["csv", "jsonl"])
async def test_replay_reads_what_was_exported(
    database: SimpleNamespace, tmp_path: Path, form: str
) -> None:
    torrents = await filled(database)
    out = tmp_path / f"out.{form}"
    assert "11 torrents; next time: --since" in run(
        shell(database), "streams.operate", "export", str(out), *(["--files"] * (form == "jsonl"))
    )
    back = {seen.infohash: seen for seen in (await replayed(out, tmp_path / "home")).torrents}
    assert told(back, files=form == "jsonl") == told(torrents, files=form == "jsonl")
    assert listed(tmp_path) == ["home", out.name]
    assert "is there already" in run(
        shell(database), "streams.operate", "export", str(out), expect=1
    )
    run(shell(database), "streams.operate", "export", str(out), "--force")


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_json_lines_say_what_stands(database: SimpleNamespace, tmp_path: Path) -> None:
    torrents = await filled(database, ["Aurora Vale - Paper Lanterns"])
    (seen,) = torrents.values()
    await corrected(database, correction(seen, "title", "High Tide"))
    answer = json.loads(piped(database, "--format", "jsonl"))
    assert (answer["medium"], answer["subcategory"], answer["title"], answer["artist"]) == (
        "audio",
        "album",
        "High Tide",
        "Aurora Vale",
    )
    assert answer["metadata"]["album_name"] == "High Tide"
    assert "files" not in answer


async def test_parquet_has_the_same_rows_in_types(
    database: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow")
    from pyarrow import parquet

    torrents = await filled(database)
    monkeypatch.setattr(target, "PART_ROWS", 4)
    monkeypatch.setattr(command, "_AT_ONCE", 2)
    out = tmp_path / "out.parquet"
    await export(at(database), target_of("parquet", out, {}, force=False), Wanted(files=True))
    assert listed(out) == [f"part-0000{number}.parquet" for number in range(3)]
    rows = parquet.read_table(out).to_pylist()
    assert [row["infohash"] for row in rows] == sorted(torrents)
    for row in rows:
        seen = torrents[row["infohash"]]
        assert (row["name"], row["size"], row["created_at"]) == (
            seen.name,
            seen.size,
            seen.created_at,
        )
        assert json.loads(row["metadata"])["artist"] == "Aurora Vale"
    streamed = piped(database, "--format", "parquet")
    (tmp_path / "piped.parquet").write_bytes(streamed)
    assert parquet.read_table(tmp_path / "piped.parquet").num_rows == len(torrents)


def at(database: SimpleNamespace) -> Settings:
    return Settings(postgres_dsn=database.dsn)


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
async def test_an_export_that_was_killed_goes_on(
    database: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    if form == "parquet":
        pytest.importorskip("pyarrow")
    await filled(database)
    monkeypatch.setattr(target, "PART_ROWS", 4)
    monkeypatch.setattr(target, "_NOTED", 4)
    monkeypatch.setattr(command, "_AT_ONCE", 2)

    async def whole(path: Path, options: dict[str, Any]) -> int:
        to = target_of(form, path, options, force=False)
        try:
            return await export(at(database), to, Wanted())
        finally:
            to.close()

    await whole(tmp_path / f"whole.{form}", {})
    of = ToFolder if form == "parquet" else ToFile
    real = of.write
    count = 0

    def fourth_time_unlucky(self: Any, rows: Any) -> None:
        nonlocal count
        count += 1
        real(self, rows)
        if count == 4:
            raise KeyboardInterrupt
        if count == 3 and isinstance(self, ToFile):
            self._stream.flush()

    with monkeypatch.context() as patched:
        patched.setattr(of, "write", fourth_time_unlucky)
        with pytest.raises(KeyboardInterrupt):
            await whole(tmp_path / f"killed.{form}", {})
        patched.setattr(of, "write", real)
    written = await whole(tmp_path / f"killed.{form}", {})
    assert written in (3, 7), "only what was not there"
    assert read(tmp_path / f"killed.{form}") == read(tmp_path / f"whole.{form}")


def read(path: Path) -> dict[str, bytes]:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return {file.name if path.is_dir() else "": file.read_bytes() for file in files}


async def test_since_takes_only_what_was_recorded_from_then_on(
    database: SimpleNamespace, tmp_path: Path
) -> None:
    torrents = list((await filled(database)).values())
    past = SEEN - timedelta(days=30)
    for table in ("classifications", "extractions", "links"):
        await database.db.execute(f"UPDATE {table} SET recorded_at = $1", past)
    await database.db.execute(
        "UPDATE links SET recorded_at = now() WHERE infohash = $1",
        bytes.fromhex(torrents[3].infohash),
    )
    await corrected(database, correction(torrents[5], "title", "High Tide"))
    told = run(
        shell(database),
        *("streams.operate", "export", "-", "--format", "jsonl", "--since", "2026-06-01"),
    )
    named = {json.loads(line)["infohash"] for line in told.splitlines() if line.startswith("{")}
    assert named == {torrents[3].infohash, torrents[5].infohash}


async def test_adult_works_and_what_is_banned_are_left_out(
    database: SimpleNamespace, tmp_path: Path
) -> None:
    torrents = list((await filled(database, ["one", "two", "three"])).values())
    await database.db.execute(
        "UPDATE classifications SET nsfw = true, torznab = 6000 WHERE infohash = $1",
        bytes.fromhex(torrents[0].infohash),
    )
    listed = tmp_path / "banned.txt"
    run(shell(database), "models", "ban", "add", torrents[1].infohash, "--list", str(listed))
    there = shell(database)
    there.environment["STREAMS_BAN_INFOHASHES"] = str(listed)
    told = run(
        there, "streams.operate", "export", "-", "--format", "jsonl", "--without-adult"
    ).splitlines()
    assert [json.loads(line)["name"] for line in told if line.startswith("{")] == ["three"]


def test_what_is_no_export_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "out.parquet").mkdir()
    (tmp_path / "out.parquet" / "letter.txt").write_text("mine")
    with pytest.raises(StartError, match="is there already"):
        target_of("parquet", tmp_path / "out.parquet", {}, force=True)
    assert (tmp_path / "out.parquet" / "letter.txt").read_text() == "mine"
    with pytest.raises(StartError, match="cannot be written"):
        target_of("csv", tmp_path / "no" / "out.csv", {}, force=False)
