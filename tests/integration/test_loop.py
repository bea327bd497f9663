"""What the training loop takes from a real Postgres."""

import asyncio
from contextlib import aclosing
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra.postgres.unsure import CHOSEN, Doubts, unsure
from infra.settings import settings
from models.ban.ban_list import BanList
from models.training.row_files import NAMES
from schemas import Classification, Torrent, TorrentFile, Verdict
from streams.training.loop import command
from streams.training.loop.gathering import Gathering
from streams.training.loop.joining import read_rows
from streams.training.loop.recipe import Gather
from tests.integration.correcting import corrected, correction, stored, withdrawn
from tests.support import classified, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]

HOW = Gather(postgres=True, below=0.7, unsure=2)


def said(of: Torrent, confidence: float) -> Classification:
    verdict = Verdict(
        medium="audio", subcategory="album", nsfw=False, confidence=confidence, source="bert"
    )
    return classified(of, verdict)


async def in_order(database: SimpleNamespace, seed: int) -> list[str]:
    doubts = Doubts(below=0.7, seed=seed, limit=100)
    async with aclosing(unsure(database.db, doubts)) as torrents:
        return [torrent.name async for torrent in torrents]


async def test_what_the_pipeline_was_unsure_of_comes_in_another_order_each_round(
    database: SimpleNamespace,
) -> None:
    words = [
        "Amber",
        "Birch",
        "Cedar",
        "Dune",
        "Ember",
        "Fjord",
        "Grove",
        "Heath",
        "Inlet",
        "Juniper",
    ]
    doubted = [torrent(word) for word in words]
    await stored(database, *(said(of, 0.5) for of in doubted), said(torrent("Sure"), 0.7))
    first, second = await in_order(database, 1), await in_order(database, 2)
    assert sorted(first) == sorted(second) == words
    assert first != second
    assert first == await in_order(database, 1)


async def test_the_largest_files_of_a_torrent_come_with_it(database: SimpleNamespace) -> None:
    files = tuple(TorrentFile(path=f"{n:02}.flac", size=n) for n in range(1, 13))
    await stored(database, said(torrent("Low Tide").model_copy(update={"files": files}), 0.1))
    doubts = Doubts(below=0.7, seed=1, limit=100)
    async with aclosing(unsure(database.db, doubts)) as torrents:
        (only,) = [torrent async for torrent in torrents]
    assert only.files[0] == ("12.flac", 12)
    assert len(only.files) == 10


async def test_what_is_taken_for_adult_comes_only_when_it_is_asked_for(
    database: SimpleNamespace,
) -> None:
    plain, flagged = said(torrent("Low Tide"), 0.5), said(torrent("Quiet Harbour"), 0.5)
    assert flagged.verdict is not None
    verdict = flagged.verdict.model_copy(update={"nsfw": True})
    await stored(database, plain, flagged.model_copy(update={"verdict": verdict}))
    for adult, names in ((False, ["Low Tide"]), (True, ["Low Tide", "Quiet Harbour"])):
        gathering = Gathering(BanList.load(), [])
        await gathering.look(database.db, HOW.model_copy(update={"adult": adult}), seed=1)
        assert sorted(str(question["name"]) for question in gathering.questions) == names


async def test_infohashes_alone_are_sorted_and_no_more_are_held_than_are_wanted(
    database: SimpleNamespace,
) -> None:
    # The server sorts all of them if they are no more than twice what is wanted.
    words = ["Amber", "Birch", "Cedar", "Dune", "Ember", "Fjord", "Grove", "Heath", "Inlet"]
    await stored(database, *(said(torrent(word), 0.5) for word in words))
    values = (0.7, "1", False, 2)
    lines = await database.db.fetch(f"EXPLAIN (VERBOSE, ANALYZE) {CHOSEN}", *values)
    plan = "\n".join(line[0] for line in lines)
    assert "top-N heapsort" in plan
    assert "file_paths" not in plan
    assert "torrents" not in plan
    async with aclosing(unsure(database.db, Doubts(below=0.7, seed=1, limit=2))) as torrents:
        assert len([torrent async for torrent in torrents]) == 2


async def test_a_round_takes_corrections_as_labels_and_doubts_as_questions(
    database: SimpleNamespace,
) -> None:
    right, doubted, near = torrent("Low Tide"), torrent("Quiet Harbour"), torrent("quiet.harbour")
    known = torrent("Lantern Street S01E01")
    await stored(database, *(said(of, 0.5) for of in (right, doubted, near, known)))
    await corrected(database, correction(right, "medium", "book/ebook"))
    await corrected(database, correction(right, "title", "Low Tide"))
    gathering = Gathering(BanList.load(), ["Lantern.Street.S01E02"])
    await gathering.look(database.db, HOW, seed=1)
    (people,) = gathering.people
    assert [(row["name"], row["sub"]) for row in people.names] == [("Low Tide", "ebook")]
    assert [row["title"] for row in people.fields] == ["Low Tide"]
    (question,) = gathering.questions
    assert question["name"] in ("Quiet Harbour", "quiet.harbour")
    assert (question["stratum"], len(question["id"])) == ("unsure", 40)
    assert gathering.counts == {"corrections": 2, "unsure": 1, "near-copies": 2}


async def test_a_correction_that_was_taken_back_is_no_label_in_the_next_round(
    database: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAMS_POSTGRES_DSN", database.dsn)
    (tmp_path / "loop.toml").write_text(
        '[gather]\npostgres = true\n[train]\nclassifier = "classifier-tiny"\n'
    )
    loop = ["--recipe", str(tmp_path / "loop.toml"), "--home", str(tmp_path / "LOOP"), "--once"]
    kept, revoked = torrent("Low Tide"), torrent("Quiet Harbour")
    await stored(database, said(kept, 0.5), said(revoked, 0.5))
    words = [correction(of, "medium", "book/ebook") for of in (kept, revoked)]
    await corrected(database, *words)
    assert await in_a_thread(loop) == 0
    await corrected(database, withdrawn(words[1]))
    assert await in_a_thread(loop) == 0
    first, second = (tmp_path / "LOOP" / "rounds" / name for name in ("0001", "0002"))
    assert {row["name"] for row in read_rows(first / "data" / NAMES)} == {kept.name, revoked.name}
    assert [row["name"] for row in read_rows(second / "data" / NAMES)] == [kept.name]
    assert "| gather | corrections | 1 |" in (second / "CARD.md").read_text()


async def in_a_thread(arguments: list[str]) -> int:
    """Runs the command as a shell does: it has a loop of events of its own."""
    settings.cache_clear()
    try:
        return await asyncio.to_thread(command.run, arguments)
    finally:
        settings.cache_clear()
