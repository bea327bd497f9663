"""The store on a real Postgres: which result is current, and what becomes of bad rows."""

from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace

import asyncpg
import pytest

from infra.postgres.activate import activate
from models.ban.ban_list import BanList
from schemas import (
    MEDIUM_OF,
    Classification,
    DeadLetter,
    Extraction,
    Fault,
    Link,
    LinkStatus,
    Match,
    Method,
    Record,
    Subcategory,
    Swarm,
    Torrent,
    Verdict,
    metadata_for,
)
from schemas import topics as t
from streams.operate.metrics import Progress
from streams.pipeline.store import Store
from tests.fakes import FakeRecord, ListSink, records
from tests.integration.steps import dumped
from tests.support import SEEN, classified, extracted, linked, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]


def classification(seen: Torrent, subcategory: str, *, revision: int = 1) -> Classification:
    medium = MEDIUM_OF[Subcategory(subcategory)]
    verdict = Verdict(medium=medium, subcategory=subcategory, confidence=0.9, source="bert")
    return classified(seen, verdict, revision=revision, model=f"classify@{revision}.0.0")


def extraction(
    seen: Torrent, artist: str, method: Method, *, revision: int = 1, later: int = 0
) -> Extraction:
    return extracted(
        seen,
        revision=revision,
        method=method,
        model="m@1",
        observed_at=seen.observed_at + timedelta(days=later),
        metadata=metadata_for(Subcategory.ALBUM, {"artist": artist, "album_name": "Low Tide"}),
        llm="requested",
    )


def link(of: Extraction, artist: str) -> Link:
    return linked(of, Match(status=LinkStatus.EXACT, artist=artist, score=1, margin=1))


async def no_acknowledge(records: Sequence[Record]) -> None:
    """For records that Kafka never had."""


async def stored(pipeline: SimpleNamespace, *events: Classification | Extraction | Link) -> None:
    """Writes events through the real store, each in a batch of its own, in this order."""
    topics = {Classification: t.CLASSIFIED, Extraction: t.EXTRACTED, Link: t.LINKED}
    batches = [
        [FakeRecord(offset, event.to_json(), topic=topics[type(event)].name)]
        for offset, event in enumerate(events)
    ]
    assert await written(pipeline, *batches) == []


async def written(pipeline: SimpleNamespace, *batches: Sequence[FakeRecord]) -> list[DeadLetter]:
    """Writes batches through the real store; returns the dead letters."""
    sink = ListSink()
    store = Store(pipeline.settings, Progress("store"), sink, BanList.load())
    await store.start()
    try:
        for batch in batches:
            await store.engine.deliver(batch, no_acknowledge)
    finally:
        await store.stop()
    return sink.letters


async def current(pipeline: SimpleNamespace) -> tuple[str, str, str]:
    row = await pipeline.db.fetchrow(
        "SELECT creator, method::text, observed_at::text FROM extractions"
    )
    return row["creator"], row["method"], row["observed_at"]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2), (2, 0, 3, 1)])
async def test_the_current_result_is_the_same_in_whatever_order_events_come(
    pipeline: SimpleNamespace, order: tuple[int, ...]
) -> None:
    old = torrent("Old Name", infohash="ab" * 20)
    new = torrent("New Name", infohash="ab" * 20, observed_at=SEEN + timedelta(days=1))
    events = [
        extraction(old, "old rules", Method.RULES),
        extraction(old, "old llm", Method.LLM),
        extraction(new, "new rules", Method.RULES),
        extraction(new, "new llm", Method.LLM),
    ]
    await stored(pipeline, *(events[index] for index in order))
    assert (await current(pipeline))[:2] == ("new llm", "llm")
    before = await dumped(pipeline)
    await stored(pipeline, *events)
    assert await dumped(pipeline) == before, "redelivery rewrites nothing"


async def test_an_older_event_never_displaces_a_newer_result(pipeline: SimpleNamespace) -> None:
    old, new = (
        torrent("Old Name", infohash="ab" * 20),
        torrent("New Name", infohash="ab" * 20, observed_at=SEEN + timedelta(days=1)),
    )
    await stored(pipeline, classification(new, "album"), classification(old, "track"))
    assert await pipeline.db.fetchval("SELECT subcategory FROM classifications") == "album"
    assert await pipeline.db.fetchval("SELECT name FROM torrents") == "New Name"
    assert await pipeline.db.fetchval("SELECT count(*) FROM history") == 2


async def test_seeing_the_same_input_again_keeps_the_better_answer(
    pipeline: SimpleNamespace,
) -> None:
    album = torrent()
    again = extraction(album, "rules", Method.RULES, later=7)
    await stored(
        pipeline,
        extraction(album, "rules", Method.RULES),
        extraction(album, "llm", Method.LLM),
        again,
    )
    assert (await current(pipeline))[:2] == ("llm", "llm")


async def test_a_poorer_record_does_not_erase_the_files_that_are_known(
    pipeline: SimpleNamespace,
) -> None:
    rich = torrent("A", infohash="ab" * 20, files=[("a.flac", 5)])
    poor = torrent("B", infohash="ab" * 20, observed_at=SEEN + timedelta(days=1))
    for order in ((rich, poor), (poor, rich)):
        await pipeline.db.execute("TRUNCATE torrents, superseded, classifications")
        await stored(pipeline, *(classification(seen, "album") for seen in order))
        row = await pipeline.db.fetchrow("SELECT name, file_paths, size FROM torrents")
        assert (row["name"], row["file_paths"], row["size"]) == ("B", ["a.flac"], 5)


async def test_newer_swarm_figures_touch_only_the_swarm_columns(pipeline: SimpleNamespace) -> None:
    first = torrent("A", infohash="ab" * 20, swarm=Swarm(seeders=1, seen_at=SEEN))
    older_metadata = torrent(
        "older",
        infohash="ab" * 20,
        observed_at=SEEN - timedelta(days=1),
        swarm=Swarm(seeders=9, seen_at=SEEN + timedelta(hours=1)),
    )
    await stored(pipeline, classification(first, "album"), classification(older_metadata, "album"))
    row = await pipeline.db.fetchrow("SELECT name, seeders FROM torrents")
    assert (row["name"], row["seeders"]) == ("A", 9)


async def test_a_link_of_a_superseded_extraction_is_not_shown(pipeline: SimpleNamespace) -> None:
    album = torrent()
    rules, llm = extraction(album, "Wrong", Method.RULES), extraction(album, "Right", Method.LLM)
    await stored(pipeline, classification(album, "album"), rules, link(rules, "Wrong"))
    assert await pipeline.db.fetchval("SELECT mb_artist FROM music") == "Wrong"
    await stored(pipeline, llm)
    assert await pipeline.db.fetchval("SELECT link FROM music") is None
    await stored(pipeline, link(llm, "Right"), link(rules, "Wrong"))
    assert await pipeline.db.fetchval("SELECT mb_artist FROM music") == "Right"


async def test_a_revision_is_activated_forward_and_back(pipeline: SimpleNamespace) -> None:
    album = torrent()
    await stored(
        pipeline, classification(album, "album"), classification(album, "track", revision=2)
    )
    assert await pipeline.db.fetchval("SELECT subcategory FROM classifications") == "track"
    await activate(pipeline.db, "classify", 1)
    assert await pipeline.db.fetchval("SELECT subcategory FROM classifications") == "album"
    await stored(pipeline, classification(album, "track", revision=2))
    assert await pipeline.db.fetchval("SELECT subcategory FROM classifications") == "album"
    await activate(pipeline.db, "classify", 2)
    assert await pipeline.db.fetchval("SELECT subcategory FROM classifications") == "track"


async def test_the_reader_role_reads_and_cannot_write(pipeline: SimpleNamespace) -> None:
    await pipeline.db.execute("SET ROLE mimmo_reader")
    for name in ("releases", "music", "video", "llm_pending", "history", "superseded"):
        assert await pipeline.db.fetchval(f"SELECT count(*) FROM {name}") == 0
    assert await pipeline.db.fetch("SELECT * FROM class_counts") == []
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pipeline.db.execute("DELETE FROM torrents")
    await pipeline.db.execute("RESET ROLE")


async def test_the_store_dead_letters_what_postgres_refuses_and_keeps_the_rest(
    pipeline: SimpleNamespace,
) -> None:
    good = [classification(torrent(f"name {n}"), "album") for n in range(5)]
    # A name that the contract allows, in a table that was narrowed behind our back.
    await pipeline.db.execute("ALTER TABLE torrents ADD CHECK (name <> 'name 3')")
    batch = records(*(result.to_json() for result in good), topic=t.CLASSIFIED.name)
    letters = await written(pipeline, batch)
    assert await pipeline.db.fetchval("SELECT count(*) FROM torrents") == 4
    assert [(letter.reason, letter.offset) for letter in letters] == [("refused", 3)]


async def test_foreign_records_on_the_dead_letter_topic_do_not_stop_the_store(
    pipeline: SimpleNamespace,
) -> None:
    """Each of them ended the store for ever: NUL, an offset beyond bigint, a mark without hex."""
    proper = DeadLetter.of(FakeRecord(1, b"x"), Fault("match", "invalid", "why"))
    headers = dict(proper.headers())
    nul = {**headers, "dl_error": b"a\x00b", "dl_offset": b"2"}
    batch = [
        letter_record(0, nul),
        letter_record(1, {**headers, "dl_offset": str(2**63).encode()}),
        letter_record(2, {"dl_redriven": b"no hex"}, None),
        letter_record(3, headers),
    ]
    letters = await written(pipeline, batch)
    assert [(letter.topic, letter.offset) for letter in letters] == [
        (t.DEAD_LETTER.name, 1),
        (t.DEAD_LETTER.name, 2),
    ]
    again = [
        letter_record(10 + index, dict(letter.headers()), letter.value)
        for index, letter in enumerate(letters)
    ]
    assert await written(pipeline, again) == []
    rows = await pipeline.db.fetch('SELECT stage, "offset", error FROM dead_letters ORDER BY 1, 2')
    assert [tuple(row)[:2] for row in rows] == [
        ("match", 1),
        ("match", 2),
        ("store", 1),
        ("store", 2),
    ]
    assert rows[1]["error"] == "a b"


async def test_a_dead_letter_that_postgres_refuses_for_ever_comes_to_an_end(
    pipeline: SimpleNamespace,
) -> None:
    await pipeline.db.execute("ALTER TABLE dead_letters ADD CHECK (stage = 'nobody')")
    first = DeadLetter.of(FakeRecord(1, b"x"), Fault("match", "invalid", "why"))
    (second,) = await written(pipeline, [letter_record(0, dict(first.headers()))])
    assert (second.stage, second.reason, second.topic) == ("store", "refused", t.DEAD_LETTER.name)
    assert await written(pipeline, [letter_record(1, dict(second.headers()), b"x")]) == []
    assert await pipeline.db.fetchval("SELECT count(*) FROM dead_letters") == 0


def letter_record(offset: int, headers: dict[str, bytes], value: bytes | None = b"x") -> FakeRecord:
    return FakeRecord(offset, value, topic=t.DEAD_LETTER.name, headers=tuple(headers.items()))
