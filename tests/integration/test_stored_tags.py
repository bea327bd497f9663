"""Tags on a real Postgres: a row a result, and a view that shows those of current results."""

from collections.abc import Sequence
from types import SimpleNamespace

import asyncpg
import pytest

from infra.postgres.care.drops import Choice, choose, drop
from infra.postgres.tags import tags_of_torrent, write_tags
from infra.postgres.writes import Ids
from models.tags import tags_of
from schemas import Extraction, LinkStatus, Match, Tag, TorrentTags, Verdict
from schemas.topics import CLASSIFIED, EXTRACTED, LINKED, TAGS
from tests.fakes import FakeRecord
from tests.integration.steps import dumped
from tests.integration.test_store import written
from tests.support import classified, extracted, linked, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]

SEEN = torrent()
MBID = "0b30341b-b59d-4979-8130-b66c0e475321"
CLASS = classified(
    SEEN, Verdict(medium="audio", subcategory="album", confidence=0.986, source="patterns")
)
LINKED_TO = Match(status=LinkStatus.EXACT, artist_mbid=MBID, artist="Aurora Vale", score=0.97)
TOPIC_OF = {"classify": CLASSIFIED, "extract": EXTRACTED, "match": LINKED}


def read(artist: str, *, revision: int = 1) -> Extraction:
    return extracted(
        SEEN,
        revision=revision,
        model=f"extract@{revision}.0",
        metadata={"subcategory": "album", "artist": artist},
        evidence={"artist": {"source": "rules:artist-title", "confidence": 0.9, "span": [0, 11]}},
        technical={"audio_codec": "FLAC", "languages": ["en", "de"]},
    )


FIRST, LATER = read("Aurora Vale"), read("A. Vale", revision=2)
LINK = linked(LATER, LINKED_TO)


def told(*results: object) -> list[FakeRecord]:
    """Results, and their tags before them: across topics there is no order."""
    tags = [
        FakeRecord(n, tags_of(result).to_json(), topic=TAGS.name)
        for n, result in enumerate(results)
    ]  # type: ignore[arg-type, attr-defined]
    return tags + [
        FakeRecord(n, result.to_json(), topic=TOPIC_OF[result.stage].name)  # type: ignore[attr-defined]
        for n, result in enumerate(results)
    ]


async def test_the_view_has_a_row_for_each_tag_of_a_current_result(
    pipeline: SimpleNamespace,
) -> None:
    assert await written(pipeline, told(CLASS, FIRST, LATER, LINK)) == []
    rows = await pipeline.db.fetch(
        "SELECT name, round(score::numeric, 3) AS score, tier, value, stage::text, revision, origin"
        " FROM tags WHERE infohash_bytes = $1",
        bytes.fromhex(SEEN.infohash),
    )
    shown = {(row["name"], row["value"]): row for row in rows}
    current = [tag for result in (CLASS, LATER, LINK) for tag in tags_of(result).tags]
    assert set(shown) == {(tag.name, tag.value) for tag in current}, "none of a superseded result"
    album = shown["nom:rules_patterns_1_medium_r1_audio", None]
    assert (float(album["score"]), album["tier"], album["stage"]) == (0.986, "high", "classify")
    assert '"framework": "rules"' in album["origin"]
    nsfw = shown["nom:rules_patterns_1_nsfw_r1_no", None]
    assert (nsfw["score"], nsfw["tier"]) == (None, None)
    assert shown["nom:rules_musicbrainz-undated_1_artist-mbid_r1_high", MBID]["revision"] == 1


async def test_tags_that_come_again_in_any_order_rewrite_nothing(pipeline: SimpleNamespace) -> None:
    events = told(CLASS, FIRST, LATER, LINK)
    await written(pipeline, events)
    before = await dumped(pipeline)
    await written(pipeline, *([event] for event in reversed(events)))
    assert await dumped(pipeline) == before
    assert await pipeline.db.fetchval("SELECT count(*) FROM torrent_tags") == 4


async def test_stored_tags_are_read_again_as_they_were(database: SimpleNamespace) -> None:
    whole = tags_of(LATER)
    foreign = Tag(name="essentia:happy", score=0.25, variance=0.0123, flag="says not who made it")
    mixed = whole.model_copy(update={"tags": (foreign, *whole.tags), "result_id": "ab" * 16})
    alone = mixed.model_copy(update={"tags": (foreign,), "origins": {}, "result_id": "cd" * 16})
    silent = whole.model_copy(update={"tags": (), "origins": {}, "result_id": "ef" * 16})
    ids = Ids()
    for batch in ([whole, mixed], [alone, silent, whole]):
        await ids.learn_makers(database.db, batch)
        await write_tags(database.db, batch, ids)
    stored = await tags_of_torrent(database.db, bytes.fromhex(SEEN.infohash))
    assert {tags.result_id: tags for tags in stored} == {
        tags.result_id: TorrentTags.model_validate_json(tags.to_json())
        for tags in (whole, mixed, alone)
    }, "a result that says nothing needs no row"


async def test_a_torrent_that_is_dropped_takes_its_tags_along(pipeline: SimpleNamespace) -> None:
    await written(pipeline, told(CLASS, LATER))

    async def tell_nobody(infohashes: Sequence[str]) -> None: ...

    choice = Choice(classes=("audio/album",))
    shares, _ = await choose(pipeline.db, choice)
    with_tags = shares[0].bytes
    await pipeline.db.execute("UPDATE torrent_tags SET flags = array_fill('x'::text, ARRAY[50])")
    shares, _ = await choose(pipeline.db, choice)
    assert shares[0].bytes > with_tags, "they count in what a torrent takes"
    assert await drop(pipeline.db, choice, tell_nobody) == 1
    assert await pipeline.db.fetchval("SELECT count(*) FROM torrent_tags") == 0


async def test_a_reader_may_read_the_view_and_change_nothing(database: SimpleNamespace) -> None:
    async with database.db.transaction():
        await database.db.execute("SET LOCAL ROLE mimmo_reader")
        assert await database.db.fetch("SELECT * FROM tags") == []
        with pytest.raises(asyncpg.PostgresError):
            await database.db.execute("DELETE FROM torrent_tags")
