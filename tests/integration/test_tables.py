"""What the tables and views say of what was written: history, hints, counts."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest

from infra.postgres import reads
from infra.postgres.writes import Ids, write_torrents
from schemas import (
    Candidate,
    Evidence,
    Hints,
    LinkStatus,
    Match,
    Method,
    Subcategory,
    Swarm,
    Technical,
    Verdict,
    metadata_for,
)
from tests.integration.test_store import classification, extraction, link, stored
from tests.support import SEEN, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]

MBID = "0e0f1a2b-0000-4000-8000-00000000cafe"


async def test_history_says_what_the_events_said(pipeline: SimpleNamespace) -> None:
    album = torrent()
    verdict = Verdict(
        medium="audio",
        subcategory="album",
        confidence=0.123,
        source="bert",
        why=("a b", "c"),
        nsfw=True,
    )
    evidence = {
        "artist": Evidence(source="rules:x+tagger", confidence=0.999, span=(0, 12)),
        "album_name": Evidence(source="tagger", confidence=1, path='CD "1"/é.flac'),
        "year": Evidence(source="tagger", confidence=0, path="a", span=(1, 2)),
        "edition": Evidence(source="tagger", confidence=0.5),
    }
    technical = Technical(codec="FLAC", languages=("en", "fr"), proper=True)
    read = extraction(album, "A", Method.LLM).model_copy(
        update={"evidence": evidence, "technical": technical}
    )
    candidate = Candidate(artist_mbid=MBID, artist="A", score=0.25)
    match = Match(
        status=LinkStatus.MEDIUM,
        artist_mbid=MBID,
        artist="A",
        score=0.333,
        why=("x",),
        candidates=(candidate, candidate),
    )
    events = [
        classification(album, "album").model_copy(update={"verdict": verdict}),
        read,
        link(read, "A").model_copy(update={"match": match}),
    ]
    # The second extraction comes to the first as its rival, so both ways of storing are compared.
    rival = read.model_copy(update={"method": Method.TAGGER})
    await stored(pipeline, *events, rival)
    assert await pipeline.db.fetchval("SELECT count(*) FROM superseded") == 1
    rows = await pipeline.db.fetch("SELECT result_id, result FROM history")
    said = {row["result_id"].hex(): json.loads(row["result"]) for row in rows}
    uniform = {"title": "Low Tide", "creator": "A"}
    extracted = {
        "metadata": {"subcategory": "album", "album_name": "Low Tide", "artist": "A", "tracks": []},
        "technical": {"codec": "FLAC", "languages": ["en", "fr"], "proper": True},
        "evidence": {
            field: item.model_dump(mode="json", exclude_none=True)
            for field, item in evidence.items()
        },
        "llm": "requested",
        "uniform": uniform,
    }
    assert said == {
        events[0].result_id: verdict.model_dump(mode="json", exclude_none=True),
        read.result_id: extracted,
        rival.result_id: extracted,
        events[2].result_id: match.model_dump(mode="json", exclude_none=True),
    }


async def test_a_later_look_at_the_swarm_changes_no_index_of_torrents(
    database: SimpleNamespace,
) -> None:
    db = database.db
    first = torrent("A", infohash="ab" * 20, swarm=Swarm(seeders=1, seen_at=SEEN))
    ids = Ids()
    await ids.learn(db, [classification(first, "album")])
    for day in range(5):
        swarm = Swarm(seeders=day, seen_at=SEEN + timedelta(days=day))
        await write_torrents(db, [first.model_copy(update={"swarm": swarm})], ids)
    await db.execute("SELECT pg_stat_force_next_flush()")
    changed = await db.fetchrow(
        "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'torrents'"
    )
    assert tuple(changed) == (4, 4)


async def test_the_hints_of_a_source_are_shown_and_found(pipeline: SimpleNamespace) -> None:
    hints = Hints(category="movies_x264", imdb="tt0013442", tmdb=653)
    await stored(pipeline, classification(torrent("A", hints=hints), "album"))
    query = "SELECT hints FROM releases WHERE hints->>'imdb' = 'tt0013442'"
    assert Hints.model_validate_json(await pipeline.db.fetchval(query)) == hints
    ((again,),) = [page async for page in reads.torrents(pipeline.db)]
    assert again.hints == hints


async def test_counts_by_class_are_exact_while_they_are_few(pipeline: SimpleNamespace) -> None:
    results = [classification(torrent(f"name {n}"), "album") for n in range(3)]
    await stored(pipeline, *results, classification(torrent("other"), "track"))
    rows = await pipeline.db.fetch("SELECT * FROM class_counts ORDER BY torrents DESC")
    assert [tuple(row) for row in rows] == [
        ("audio", "album", 3, False),
        ("audio", "track", 1, False),
    ]


async def test_books_and_software_have_views_of_their_own_and_are_extracted_again(
    pipeline: SimpleNamespace,
) -> None:
    comic, program = torrent("Harbour Tales #04 (of 4)"), torrent("Harbour Sketch 4.2.1")
    fields = {
        "comic": {"title": "Harbour Tales", "author": "A", "issue": "4", "issue_count": 4},
        "application": {"title": "Harbour Sketch", "version": "4.2.1", "platforms": ("linux",)},
    }
    for seen, (subcategory, said) in zip((comic, program), fields.items(), strict=True):
        read = extraction(seen, "A", Method.RULES).model_copy(
            update={"metadata": metadata_for(Subcategory(subcategory), said)}
        )
        await stored(pipeline, classification(seen, subcategory), read)
    book = await pipeline.db.fetchrow("SELECT author, title, issue FROM books")
    assert tuple(book) == ("A", "Harbour Tales", "4")
    row = await pipeline.db.fetchrow("SELECT title, version, platforms FROM software")
    assert tuple(row) == ("Harbour Sketch", "4.2.1", ["linux"])
    asked = [request async for page in reads.extraction_requests(pipeline.db) for request in page]
    assert {request.torrent.infohash for request in asked} == {comic.infohash, program.infohash}
    assert [page async for page in reads.music_extractions(pipeline.db)] == []
