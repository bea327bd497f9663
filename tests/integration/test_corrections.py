"""Corrections on a real Postgres: shown everywhere, never lost, and taken back whole."""

from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace

import asyncpg
import pytest

from infra.postgres.activate import activate
from infra.postgres.search import Query, search
from infra.postgres.search import torrent as search_torrent
from schemas import (
    Candidate,
    Classification,
    Correction,
    Extraction,
    Link,
    LinkStatus,
    Match,
    Method,
    Subcategory,
    title_and_creator_fields,
    torznab,
)
from schemas.media import MEDIUM_OF
from schemas.metadata import _TITLE_AND_CREATOR
from schemas.topics import CORRECTIONS
from tests.fakes import FakeRecord
from tests.integration.correcting import corrected, correction, row, stored, withdrawn
from tests.integration.steps import dumped
from tests.integration.test_store import classification, extraction, link, written
from tests.support import SEEN, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]

GROUP = "3c5bd1a0-1c3c-4f5e-9d2c-0123456789ab"
ARTIST = "7d5bd1a0-1c3c-4f5e-9d2c-0123456789ab"


CLASS = "SELECT medium, subcategory, nsfw, torznab FROM releases"


async def test_a_corrected_medium_is_the_same_in_every_view(database: SimpleNamespace) -> None:
    seen = torrent("Low Tide")
    await stored(database, classification(seen, "movie"))
    await corrected(database, correction(seen, "medium", "audio/album"))
    assert await row(database, CLASS) == {
        "medium": "audio",
        "subcategory": "album",
        "nsfw": False,
        "torznab": 3000,
    }
    assert await database.db.fetchval("SELECT count(*) FROM music") == 1
    assert await database.db.fetchval("SELECT count(*) FROM video") == 0
    counts = await database.db.fetch("SELECT medium, subcategory, torrents FROM class_counts")
    assert [tuple(count) for count in counts] == [("audio", "album", 1)]
    said = await database.db.fetchval("SELECT result->>'subcategory' FROM history")
    assert said == "movie", "history shows what the model said"


async def test_a_corrected_adult_flag_moves_the_torznab_category(
    database: SimpleNamespace,
) -> None:
    seen = torrent("Low Tide")
    await stored(database, classification(seen, "movie"))
    await corrected(database, correction(seen, "adult", True))
    shown = await row(database, CLASS)
    assert (shown["nsfw"], shown["torznab"], shown["medium"]) == (True, 6000, "video")
    await corrected(database, correction(seen, "medium", "book/ebook"))
    shown = await row(database, CLASS)
    assert (shown["nsfw"], shown["torznab"], shown["medium"]) == (True, 6000, "book")


async def test_a_corrected_field_is_shown_with_the_rest_of_the_result(
    database: SimpleNamespace,
) -> None:
    seen = torrent("Low Tide")
    await stored(database, extraction(seen, "Paper Lighthouse", Method.RULES))
    await corrected(
        database,
        correction(seen, "album_name", "High Tide", subcategory="album"),
        correction(seen, "year", "2006"),
        correction(seen, "performers", "Ada; Ben", subcategory="album"),
        correction(seen, "audio_codec", "FLAC"),
    )
    shown = await row(
        database,
        "SELECT title, creator, year, metadata->>'album_name' AS own, metadata->'performers'->>1"
        " AS second, metadata->>'artist' AS artist, technical->>'audio_codec' AS codec"
        " FROM extractions",
    )
    assert shown == {
        "title": "High Tide",
        "creator": "Paper Lighthouse",
        "year": 2006,
        "own": "High Tide",
        "second": "Ben",
        "artist": "Paper Lighthouse",
        "codec": "FLAC",
    }
    said = await database.db.fetchval("SELECT result->'uniform'->>'title' FROM history")
    assert said == "Low Tide"


async def test_a_link_is_corrected_with_the_names_of_its_candidate(
    database: SimpleNamespace,
) -> None:
    fields = extraction(torrent("Low Tide"), "Paper Lighthouse", Method.RULES)
    candidate = Candidate(
        artist_mbid=ARTIST,
        artist="Paper Lighthouse",
        release_group_mbid=GROUP,
        title="High Tide",
        score=0.8,
    )
    unsure = Match(status=LinkStatus.AMBIGUOUS, candidates=(candidate,), score=0.8)
    await stored(database, fields, link(fields, "x").model_copy(update={"match": unsure}))
    said = correction(fields.infohash, "link", f"release-group/{GROUP}")
    await corrected(database, said)
    names = "artist_mbid::text, artist, release_group_mbid::text, title"
    query = f"SELECT status, {names}, score FROM links"
    assert await row(database, query) == {
        "status": "exact",
        "artist_mbid": ARTIST,
        "artist": "Paper Lighthouse",
        "release_group_mbid": GROUP,
        "title": "High Tide",
        "score": pytest.approx(0.8),
    }
    await corrected(database, correction(fields.infohash, "link", "none", minutes=1))
    assert (await row(database, query))["release_group_mbid"] is None
    assert (await row(database, query))["status"] == "none"
    assert (
        await database.db.fetchval("SELECT result->>'status' FROM history WHERE stage = 'match'")
        == "ambiguous"
    )


async def test_of_several_values_the_latest_is_shown_in_whatever_order_they_come(
    database: SimpleNamespace,
) -> None:
    seen = torrent("Low Tide")
    words = [
        correction(seen, "medium", "audio/album"),
        correction(seen, "medium", "audio/track", minutes=1, reporter="ben"),
        correction(seen, "medium", minutes=2, reporter="eve"),
    ]
    await corrected(database, *words)
    await stored(database, classification(seen, "movie"))
    assert (await row(database, CLASS))["subcategory"] == "track", "there before the result was"
    await corrected(database, *reversed(words))
    assert (await row(database, CLASS))["subcategory"] == "track"
    assert await database.db.fetchval("SELECT count(*) FROM corrections") == 3


async def test_what_is_withdrawn_leaves_everything_as_it_was(database: SimpleNamespace) -> None:
    seen = torrent("Low Tide")
    fields = extraction(seen, "Paper Lighthouse", Method.RULES)
    await stored(database, classification(seen, "movie"), fields, link(fields, "Paper Lighthouse"))
    before = await dumped(database)
    words = [
        correction(seen, "medium", "audio/album"),
        correction(seen, "adult", True),
        correction(seen, "title", "High Tide"),
        correction(seen, "link", "none"),
    ]
    await corrected(database, *words)
    during = await dumped(database)
    assert during["classifications"] != before["classifications"]
    assert during["history"] == before["history"]
    await corrected(database, *(withdrawn(word) for word in words))
    assert await dumped(database) == before
    assert await database.db.fetchval("SELECT count(*) FROM corrected") == 0


async def test_a_value_that_was_withdrawn_uncovers_the_one_before(
    database: SimpleNamespace,
) -> None:
    seen = torrent("Low Tide")
    first = correction(seen, "medium", "audio/album")
    second = correction(seen, "medium", "audio/track", minutes=1)
    await stored(database, classification(seen, "movie"))
    await corrected(database, first, second, withdrawn(second))
    assert (await row(database, CLASS))["subcategory"] == "album"


async def test_a_new_revision_does_not_lose_it_and_says_where_the_model_agrees_now(
    database: SimpleNamespace,
) -> None:
    seen = torrent("Low Tide")
    old, new = classification(seen, "movie"), classification(seen, "album", revision=2)
    later = classification(seen, "track", revision=3)
    await stored(database, old)
    said = correction(seen, "medium", "audio/album", input_hash=old.input_hash, said="video/movie")
    await corrected(database, said)
    query = "SELECT value #>> '{}' AS value, machine #>> '{}' AS machine, machine_agrees,"
    query += " torrent_changed FROM corrected"
    disagreeing = {"value": "audio/album", "machine_agrees": False, "torrent_changed": False}
    assert await row(database, query) == {**disagreeing, "machine": "video/movie"}
    await stored(database, new)
    agreeing = {**disagreeing, "machine": "audio/album", "machine_agrees": True}
    assert await row(database, query) == agreeing
    await stored(database, later)
    assert await row(database, query) == {**disagreeing, "machine": "audio/track"}
    assert (await row(database, CLASS))["subcategory"] == "album"
    await activate(database.db, "classify", 1)
    assert (await row(database, CLASS))["subcategory"] == "album"
    assert await row(database, query) == {**disagreeing, "machine": "video/movie"}


async def test_where_the_torrent_changed_it_holds_and_is_told(database: SimpleNamespace) -> None:
    old = torrent("Old Name", infohash="ab" * 20)
    new = torrent("New Name", infohash="ab" * 20, observed_at=SEEN + timedelta(days=1))
    first = classification(old, "movie")
    await stored(database, first)
    said = correction(old, "medium", "audio/album", input_hash=first.input_hash)
    await corrected(database, said)
    await stored(database, classification(new, "ebook"))
    assert (await row(database, CLASS))["subcategory"] == "album"
    assert await database.db.fetchval("SELECT torrent_changed FROM corrected")


async def test_the_wrong_ones_are_counted_by_model_and_rule(database: SimpleNamespace) -> None:
    machine = {"result_id": "ab" * 16, "revision": 2, "model": "classify@2.0.0", "rule": "film"}
    by_reporter = [
        correction("ab" * 20, "medium", "audio/album", said="video/movie", **machine),
        correction("ab" * 20, "medium", said="video/movie", minutes=1, reporter="ben", **machine),
        correction("ab" * 20, "medium", verdict="right", reporter="eve", **machine),
        correction("cd" * 20, "medium", "video/movie", said="video/movie", **machine),
    ]
    twice = correction("ab" * 20, "medium", said="video/movie", minutes=2, **machine)
    await corrected(database, *by_reporter, twice)
    query = 'SELECT model, rule, wrong, "right" FROM correction_counts'
    assert await row(database, query) == {
        "model": "classify@2.0.0",
        "rule": "film",
        "wrong": 2,
        "right": 2,
    }
    await corrected(database, withdrawn(by_reporter[1]))
    assert (await row(database, query))["wrong"] == 1


async def test_what_is_malformed_is_a_dead_letter_and_the_rest_is_written(
    pipeline: SimpleNamespace,
) -> None:
    good = correction("ab" * 20, "medium", "audio/album").to_json()
    bad = [b"no json", good.replace(b"audio/album", b"audio/movie"), good.replace(b"ada", b"")]
    batch = [
        FakeRecord(offset, value, topic=CORRECTIONS.name)
        for offset, value in enumerate([*bad, good, None])
    ]
    letters = await written(pipeline, batch)
    assert [(letter.offset, letter.reason) for letter in letters] == [
        (0, "not_json"),
        (1, "invalid"),
        (2, "invalid"),
    ]
    assert await pipeline.db.fetchval("SELECT count(*) FROM corrections") == 1


async def test_corrections_are_only_added(database: SimpleNamespace) -> None:
    await corrected(database, correction("ab" * 20, "medium", "audio/album"))
    for statement in ("DELETE FROM corrections", "UPDATE corrections SET reporter = 'eve'"):
        with pytest.raises(asyncpg.RaiseError, match="only added"):
            await database.db.execute(statement)
    await database.db.execute("SET ROLE mimmo_reader")
    assert await database.db.fetchval("SELECT count(*) FROM corrected") == 1
    assert await database.db.fetchval("SELECT count(*) FROM correction_counts") == 0
    await database.db.execute("RESET ROLE")


async def test_the_database_knows_categories_and_fields_as_the_contracts_do(
    database: SimpleNamespace,
) -> None:
    for subcategory in Subcategory:
        for nsfw in (False, True):
            number = await database.db.fetchval(
                "SELECT torznab_of($1, $2)", subcategory.value, nsfw
            )
            assert number == torznab(subcategory, nsfw=nsfw), subcategory
    for subcategory in _TITLE_AND_CREATOR:
        names = await database.db.fetchrow(
            "SELECT own_field($1, 'title'), own_field($1, 'creator')", subcategory.value
        )
        assert tuple(names) == title_and_creator_fields(subcategory), subcategory


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 0, 4, 1, 3)])
async def test_results_and_corrections_may_come_in_any_order(
    database: SimpleNamespace, order: Sequence[int]
) -> None:
    seen = torrent("Low Tide", infohash="ab" * 20)
    fields = extraction(seen, "Paper Lighthouse", Method.RULES)
    events: list[Classification | Extraction | Link | Correction] = [
        classification(seen, "movie"),
        fields,
        correction(seen, "medium", "audio/album"),
        correction(seen, "title", "High Tide"),
        correction(seen, "creator", "Ada", minutes=1),
    ]
    for place in order:
        event = events[place]
        if isinstance(event, Correction):
            await corrected(database, event)
        else:
            await stored(database, event)
    shown = await row(
        database, "SELECT subcategory, title, artist, metadata->>'artist' AS own FROM music"
    )
    assert shown == {"subcategory": "album", "title": "High Tide", "artist": "Ada", "own": "Ada"}
    assert MEDIUM_OF[Subcategory.ALBUM] == await database.db.fetchval("SELECT medium FROM releases")


async def test_a_search_shows_who_corrected_what(database: SimpleNamespace) -> None:
    seen, other = torrent("Low Tide"), torrent("High Tide")
    fields = extraction(seen, "Paper Lighthouse", Method.RULES)
    await stored(database, classification(seen, "movie"), classification(other, "movie"), fields)
    await corrected(
        database,
        correction(seen, "medium", "audio/album"),
        correction(seen, "year", 2006, reporter="ben"),
        correction(other, "medium"),
    )
    (row,) = (await search(database.db, Query(medium="audio"))).rows
    assert (row.name, row.subcategory, row.year) == ("Low Tide", "album", 2006)
    assert row.corrected == {"medium": "ada", "year": "ben"}
    assert row.categories[0] == 3000, "Torznab sees an album, too"
    (row,) = (await search(database.db, Query(medium="video"))).rows
    assert (row.name, row.corrected) == ("High Tide", {})
    detail = await search_torrent(database.db, seen.infohash)
    assert detail is not None
    told = {shown["field"]: (shown["value"], shown["machine"]) for shown in detail.corrections}
    assert told == {"medium": ("audio/album", "video/movie"), "year": (2006, None)}
    doubted = await search_torrent(database.db, other.infohash)
    assert doubted is not None
    assert [shown["verdict"] for shown in doubted.corrections] == ["wrong"]
