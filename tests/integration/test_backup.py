"""Backup and restore on a real broker and a real Postgres."""

import asyncio
import json
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra.postgres.care import parts as care
from schemas import Classification, Method, Verdict
from schemas.topics import CLASSIFIED, CORRECTIONS, EXTRACTED, LINKED
from streams.kafka.publisher import Message, message
from streams.operate.backup import place
from streams.operate.backup.folder import Folder, PartFile
from streams.operate.backup.restoring import restore
from streams.operate.backup.taking import backup
from streams.operate.process import StartError
from tests.integration.correcting import correction
from tests.integration.steps import publish, run
from tests.integration.test_store import extraction, link
from tests.support import Process, classified, eventually, running, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]


def classification(number: int, subcategory: str = "album", *, revision: int = 1) -> Classification:
    verdict = Verdict(medium="audio", subcategory=subcategory, confidence=0.9, source="bert")
    return classified(torrent(f"Aurora Vale - Paper {number}"), verdict, revision=revision)


def events(numbers: range) -> list[Message]:
    """All that the stages say of some torrents; of some they say it twice, of some a person."""
    messages = []
    for number in numbers:
        result = classification(number)
        key = result.infohash
        read = extraction(result.torrent, f"Artist {number}", Method.RULES)
        messages += [
            message(CLASSIFIED, key, result, source="test"),
            message(EXTRACTED, key, read, source="test"),
            message(LINKED, key, link(read, f"Artist {number}"), source="test"),
        ]
        if number % 3 == 0:
            better = classification(number, "track", revision=2)
            llm = extraction(result.torrent, f"Better {number}", Method.LLM)
            messages.append(message(CLASSIFIED, key, better, source="test"))
            messages.append(message(EXTRACTED, key, llm, source="test"))
        if number % 5 == 0:
            said = correction(key, "title", f"Lanterns {number}")
            messages.append(message(CORRECTIONS, key, said, source="test"))
    return messages


async def contents(pipeline: SimpleNamespace) -> dict[str, list[str]]:
    """Every row of every table as text; without the moment of writing, which is the store's own."""
    await care.same_words(pipeline.db)
    answers = {}
    for table in await care.tables(pipeline.db):
        columns = ", ".join(f't."{name}"' for name in table.columns if name != "recorded_at")
        rows = await pipeline.db.fetch(f"SELECT ROW({columns})::text AS line FROM {table.name} t")
        answers[table.name] = sorted(row["line"] for row in rows)
    return answers


async def written(pipeline: SimpleNamespace, torrents: int, corrections: int) -> None:
    async def check() -> bool:
        counted = await pipeline.db.fetchrow(
            "SELECT (SELECT count(*) FROM links) = $1 AND (SELECT count(*) FROM corrections) = $2"
            " AND (SELECT count(*) FROM history) = 3 * $1 + 2 * (SELECT count(*) FROM"
            " classifications WHERE revision = 2)"
            " AND (SELECT count(*) FROM extractions WHERE method = 'llm')"
            " = (SELECT count(*) FROM classifications WHERE revision = 2) AS is_whole,"
            " (SELECT count(*) FROM classifications WHERE revision = 2) AS twice",
            torrents,
            corrections,
        )
        return bool(counted["is_whole"]) and counted["twice"] == -(-torrents // 3)

    await eventually(check, what="writing")


def store(pipeline: SimpleNamespace, name: str) -> Any:
    return running(["streams.store"], pipeline.environment, pipeline.logs / f"{name}.log")


async def test_backup_wipe_restore_and_the_tail_make_the_same_tables(
    pipeline: SimpleNamespace, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    process: Process
    with store(pipeline, "before") as process:
        await publish(pipeline, *events(range(30)))
        await written(pipeline, 30, 6)

        is_taken = asyncio.Event()

        async def arriving() -> int:
            """Publish before, during and after the backup; returns how many torrents that makes."""
            number = 30
            while not is_taken.is_set():
                await publish(pipeline, *events(range(number, number + 3)))
                number += 3
                await asyncio.sleep(0.05)
            await publish(pipeline, *events(range(number, number + 6)))
            return number + 6

        arrival = asyncio.create_task(arriving())
        await asyncio.sleep(0.3)
        taken = await backup(pipeline.settings, folder)
        is_taken.set()
        torrents = await arrival
        await written(pipeline, torrents, -(-torrents // 5))
        assert process.terminate() == 0
    assert taken.manifest.kafka and taken.manifest.kafka["offsets"][CLASSIFIED.name]
    before = await contents(pipeline)
    recorded = await pipeline.db.fetch("SELECT * FROM history ORDER BY result_id")

    with pytest.raises(StartError, match="not empty"):
        await restore(pipeline.settings, folder)
    run(pipeline, "streams.operate", "restore", str(folder), "--force")
    at_backup = taken.manifest.tables["public.torrents"]["rows"]
    assert await pipeline.db.fetchval("SELECT count(*) FROM torrents") == at_backup
    assert 30 <= at_backup < torrents
    with store(pipeline, "after") as process:
        await written(pipeline, torrents, -(-torrents // 5))
        assert process.terminate() == 0
    assert await contents(pipeline) == before
    again = await pipeline.db.fetch("SELECT * FROM history ORDER BY result_id")
    same = sum(earlier == later for earlier, later in zip(recorded, again, strict=True))
    assert same >= 3 * at_backup, "what was copied is as it was to the last byte"
    assert (folder / "schema.sql").read_text().count("CREATE TABLE public.torrents") == 1
    assert (
        folder / "manifest.json"
    ).stat().st_mode & 0o077 == 0 or folder.stat().st_mode & 0o077 == 0


async def filled(pipeline: SimpleNamespace, numbers: range) -> None:
    with store(pipeline, f"fill-{numbers.start}") as process:
        await publish(pipeline, *events(numbers))
        await written(pipeline, numbers.stop, -(-numbers.stop // 5))
        assert process.terminate() == 0


async def test_a_second_backup_copies_only_what_changed(
    pipeline: SimpleNamespace, tmp_path: Path
) -> None:
    await filled(pipeline, range(20))
    first = await backup(pipeline.settings, tmp_path / "backup")
    with Folder(tmp_path / "backup").alone(), pytest.raises(StartError, match="at work"):
        await backup(pipeline.settings, tmp_path / "backup")
    unchanged = await backup(pipeline.settings, tmp_path / "backup")
    assert (first.kept, unchanged.copied) == (0, 0)
    await pipeline.db.execute(
        "UPDATE torrents SET seeders = 7 WHERE infohash = (SELECT min(infohash) FROM torrents)"
    )
    second = await backup(pipeline.settings, tmp_path / "backup")
    assert second.copied == 1
    files = {path.name for path in (tmp_path / "backup").glob("*.zst")}
    assert files == {part.file for part in second.manifest.parts}


async def test_a_backup_that_was_killed_goes_on_and_leaves_the_one_before_whole(
    pipeline: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(pipeline, range(20))
    folder = tmp_path / "backup"
    before = await backup(pipeline.settings, folder)
    await filled(pipeline, range(20, 40))
    real = PartFile.done
    count = 0

    def third_time_unlucky(file: PartFile) -> Any:
        nonlocal count
        count += 1
        if count == 4:
            raise KeyboardInterrupt
        return real(file)

    with monkeypatch.context() as patched:
        patched.setattr(PartFile, "done", third_time_unlucky)
        with pytest.raises(KeyboardInterrupt):
            await backup(pipeline.settings, folder)
    kept = Folder(folder)
    manifest = kept.manifest()
    assert manifest == before.manifest
    assert all(kept.is_whole(part) for part in before.manifest.parts)
    whole = await backup(pipeline.settings, folder)
    fresh = await backup(pipeline.settings, tmp_path / "fresh")
    assert whole.copied + 3 + (whole.kept - 3) == fresh.copied
    assert whole.manifest.tables == fresh.manifest.tables


async def test_a_restore_that_was_killed_goes_on(
    pipeline: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(pipeline, range(20))
    before = await contents(pipeline)
    taken = await backup(pipeline.settings, tmp_path / "backup")
    real = care.copy_in
    count = 0

    async def fifth_time_unlucky(*arguments: Any) -> None:
        nonlocal count
        count += 1
        await real(*arguments)
        if count == 5:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(care, "copy_in", fifth_time_unlucky)
        with pytest.raises(KeyboardInterrupt):
            await restore(pipeline.settings, tmp_path / "backup", force=True)
    restored = await restore(pipeline.settings, tmp_path / "backup")
    assert restored.written == len(taken.manifest.parts) - 4
    assert await contents(pipeline) == before
    await pipeline.db.execute("INSERT INTO model (name) VALUES ('a new one')")


async def test_a_damaged_file_is_found_before_a_row_is_written(
    pipeline: SimpleNamespace, tmp_path: Path
) -> None:
    await filled(pipeline, range(5))
    before = await contents(pipeline)
    taken = await backup(pipeline.settings, tmp_path / "backup")
    path = tmp_path / "backup" / taken.manifest.parts[-1].file
    spoilt = bytearray(path.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    path.write_bytes(spoilt)
    with pytest.raises(StartError, match="damaged; nothing was written"):
        await restore(pipeline.settings, tmp_path / "backup", force=True)
    assert await contents(pipeline) == before


async def test_what_does_not_fit_is_refused(pipeline: SimpleNamespace, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    await backup(pipeline.settings, folder)
    fields = json.loads((folder / "manifest.json").read_text())
    for name, value, said in (
        ("migration", 9_999, "of migration 9999"),
        ("format", 99, "of format 99"),
    ):
        (folder / "manifest.json").write_text(json.dumps({**fields, name: value}))
        with pytest.raises(StartError, match=said):
            await restore(pipeline.settings, folder)
    with pytest.raises(StartError, match="no finished backup"):
        await restore(pipeline.settings, tmp_path / "nothing")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    with pytest.raises(StartError, match="holds other things"):
        await backup(pipeline.settings, tmp_path / "full")


async def test_a_store_that_runs_keeps_a_restore_away(
    pipeline: SimpleNamespace, tmp_path: Path
) -> None:
    await backup(pipeline.settings, tmp_path / "backup")
    with store(pipeline, "running") as process:
        await publish(pipeline, *events(range(3)))
        await written(pipeline, 3, 1)
        with pytest.raises(StartError, match="stop every store"):
            await restore(pipeline.settings, tmp_path / "backup", force=True)
        assert process.terminate() == 0
    assert await pipeline.db.fetchval("SELECT count(*) FROM torrents") == 3


async def test_another_cluster_is_read_from_its_start(
    pipeline: SimpleNamespace, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    await backup(pipeline.settings, folder)
    fields = json.loads((folder / "manifest.json").read_text())
    fields["kafka"]["cluster"] = "elsewhere"
    (folder / "manifest.json").write_text(json.dumps(fields))
    restored = await restore(pipeline.settings, folder)
    assert "another Kafka cluster" in restored.warnings[0]


async def test_without_pg_dump_there_is_no_schema_and_all_else(
    pipeline: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*arguments: Any, **_: Any) -> Any:
        raise OSError("no program runs")

    monkeypatch.setattr(subprocess, "run", refused)
    taken = await backup(pipeline.settings, tmp_path / "backup", with_offsets=False)
    assert "there is no pg_dump here of version 18 or later" in taken.warnings[0]
    assert "which no restore needs" in taken.warnings[0]
    assert (tmp_path / "backup" / "manifest.json").exists()
    assert not (tmp_path / "backup" / "schema.sql").exists()


async def test_a_kafka_without_topics_is_told_before_anything_is_written(
    pipeline: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none_of(admin: Any, names: list[str]) -> dict[str, list[Any]]:
        return {name: [] for name in names}

    monkeypatch.setattr(place, "partitions_of", none_of)
    with pytest.raises(StartError, match=r"no topic .*streams\.topics create"):
        await place.require_stopped(pipeline.settings)
