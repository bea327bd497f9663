"""A search by meaning on a real Postgres: what is kept, what is found, what is left out."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra.postgres.care.drops import Choice, choose, drop
from infra.postgres.embeddings import enable, is_enabled, written
from infra.postgres.search import NoVectors, Query, search_like
from infra.postgres.search.meaning import fused
from models.embed import minilm
from schemas import TorrentEmbedding
from schemas.topics import EMBEDDED, EXTRACTED
from streams.kafka.publisher import Publisher, message
from tests.fakes import FakeRecord, Published
from tests.integration.meanings import album, make_network, meaning, vector
from tests.integration.steps import run
from tests.integration.test_store import stored
from tests.integration.test_store import written as delivered
from tests.support import SEEN, WORKER, eventually, running

pytestmark = [pytest.mark.stack, pytest.mark.slow]

REVISION = minilm.manifest().revision
TIDE, STORM, NIGHT = album("Low Tide", year=1994), album("Storm"), album("Late Night", nsfw=True)


async def told(pipeline: SimpleNamespace, *meanings: TorrentEmbedding) -> None:
    for place, said in enumerate(meanings):
        record = FakeRecord(place, said.to_json(), topic=EMBEDDED.name)
        assert await delivered(pipeline, [record]) == []


async def dropped(pipeline: SimpleNamespace) -> None:
    async def tell_nobody(infohashes: Sequence[str]) -> None: ...

    choice = Choice(classes=("audio/album",))
    await choose(pipeline.db, choice)
    assert await drop(pipeline.db, choice, tell_nobody) == 1


async def names(pipeline: SimpleNamespace, query: Query, *parts: float) -> list[str]:
    page = await search_like(pipeline.db, query, vector(*parts), revision=REVISION)
    return [row.name for row in page.rows]


def test_two_rankings_are_one_by_the_sum_of_their_places() -> None:
    assert fused([b"a", b"b", b"c"], [b"c", b"d"]) == [b"c", b"a", b"b", b"d"]
    assert fused([], []) == []


async def test_a_torrent_has_the_meaning_that_was_seen_last_in_any_order(
    pipeline: SimpleNamespace,
) -> None:
    read = TIDE[1]
    later = SEEN + timedelta(days=1)
    first, second = meaning(read, 1.0), meaning(read, 1.0, 1.0, observed_at=later)
    third = meaning(read, 0.0, 1.0, observed_at=later, method="llm", extraction_id="f" * 32)
    kept = set()
    for order in permutations([first, second, third, first]):
        await pipeline.db.execute("TRUNCATE embeddings")
        batch = [FakeRecord(n, said.to_json(), topic=EMBEDDED.name) for n, said in enumerate(order)]
        assert await delivered(pipeline, batch[:2], batch[2:]) == []
        (row,) = await pipeline.db.fetch("SELECT method::text, vector::text FROM embeddings")
        kept.add(tuple(row))
    assert kept == {("llm", written(vector(0.0, 1.0)))}


async def test_the_nearest_come_first_and_filters_hold(pipeline: SimpleNamespace) -> None:
    await stored(pipeline, *TIDE, *STORM, *NIGHT)
    meanings = [meaning(TIDE[1], 1.0), meaning(STORM[1], 0.6, 0.8), meaning(NIGHT[1], 1.0, 0.1)]
    await told(pipeline, *meanings)
    assert await names(pipeline, Query(), 1.0) == ["Low Tide", "Storm"], "adult works are left out"
    assert await names(pipeline, Query(adult=True), 1.0) == ["Low Tide", "Late Night", "Storm"]
    assert await names(pipeline, Query(years=(1990, 1999)), 0.0, 1.0) == ["Low Tide"]
    assert await names(pipeline, Query(medium="video"), 1.0) == []
    # One that has the word, too, comes before one that is only nearer.
    assert await names(pipeline, Query(text="storm"), 1.0) == ["Storm", "Low Tide"]
    search = "SELECT name FROM search_by_meaning($1::text::halfvec, $2, $3) WHERE NOT nsfw"
    by_sql = await pipeline.db.fetch(search, written(vector(1.0)), REVISION, "storm")
    assert [row["name"] for row in by_sql] == ["Storm", "Low Tide"]
    like = await pipeline.db.fetch("SELECT name FROM torrents_like($1)", TIDE[1].infohash)
    assert [row["name"] for row in like] == ["Late Night", "Storm"]


async def test_meanings_of_another_network_and_those_taken_back_are_not_found(
    pipeline: SimpleNamespace,
) -> None:
    await stored(pipeline, *TIDE, *STORM)
    await told(pipeline, meaning(TIDE[1], 1.0, revision=REVISION + 1), meaning(STORM[1], 1.0))
    assert await names(pipeline, Query(), 1.0) == ["Storm"]
    like = "SELECT name FROM torrents_like($1)"
    assert await pipeline.db.fetch(like, TIDE[1].infohash) == []
    again = STORM[1].model_copy(update={"observed_at": SEEN + timedelta(days=1)})
    await told(pipeline, meaning(again))
    assert await names(pipeline, Query(), 1.0) == []
    assert await pipeline.db.fetchval("SELECT count(*) FROM embeddings") == 2


async def test_what_is_dropped_is_forgotten(pipeline: SimpleNamespace) -> None:
    await stored(pipeline, *TIDE)
    await told(pipeline, meaning(TIDE[1], 1.0))
    await dropped(pipeline)
    assert await pipeline.db.fetchval("SELECT count(*) FROM embeddings") == 0


async def test_without_pgvector_everything_else_is_written_and_it_says_what_to_do(
    pipeline: SimpleNamespace,
) -> None:
    await pipeline.db.execute("DROP EXTENSION vector CASCADE")
    assert not await is_enabled(pipeline.db)
    await stored(pipeline, *TIDE)
    await told(pipeline, meaning(TIDE[1], 1.0))
    with pytest.raises(NoVectors, match=r"pgvector.*infra\.postgres migrate"):
        await search_like(pipeline.db, Query(), vector(1.0), revision=REVISION)
    await dropped(pipeline)
    assert await enable(pipeline.db) is None, "it is made as soon as the extension is there"
    assert await enable(pipeline.db) is None
    await stored(pipeline, *TIDE)
    await told(pipeline, meaning(TIDE[1], 1.0))
    assert await names(pipeline, Query(), 1.0) == ["Low Tide"]


async def test_a_pgvector_that_cannot_be_used_stops_nothing(pipeline: SimpleNamespace) -> None:
    await pipeline.db.execute("""
        DROP EXTENSION vector CASCADE; CREATE SCHEMA odd; CREATE EXTENSION vector SCHEMA odd
    """)
    assert "halfvec" in str(await enable(pipeline.db))
    assert not await is_enabled(pipeline.db)
    await pipeline.db.execute("DROP EXTENSION vector; DROP SCHEMA odd")
    assert await enable(pipeline.db) is None


async def test_a_store_that_may_not_write_vectors_yet_passes_them_over(
    pipeline: SimpleNamespace,
) -> None:
    async with pipeline.db.transaction():
        await pipeline.db.execute("SET LOCAL ROLE pg_monitor")
        assert not await is_enabled(pipeline.db, "INSERT")
    assert await is_enabled(pipeline.db, "INSERT")


async def test_a_vector_of_the_current_extraction_wins_over_a_later_one_of_another(
    pipeline: SimpleNamespace,
) -> None:
    await stored(pipeline, *TIDE)
    later = SEEN + timedelta(days=1)
    other = meaning(TIDE[1], 0.0, 1.0, observed_at=later, extraction_id="f" * 32)
    await told(pipeline, other)
    await told(pipeline, meaning(TIDE[1], 1.0))
    kept = await pipeline.db.fetchval("SELECT vector::text FROM embeddings")
    assert kept == written(vector(1.0))


async def test_the_role_reads_works_and_the_command_finds_them(pipeline: SimpleNamespace) -> None:
    make_network(pipeline.settings.weights_dir)
    piano, engine = album("Sad Piano Nocturnes", year=1994), album("Diesel Engine Sounds")
    await stored(pipeline, piano[0], engine[0])
    environment = {**pipeline.environment, "STREAMS_ROLES": "embed,store"}

    async def rows() -> bool:
        return bool(await pipeline.db.fetchval("SELECT count(vector) = 2 FROM embeddings"))

    async with Publisher(pipeline.settings) as publisher:
        await publisher.publish(
            message(EXTRACTED, read.infohash, read, source="test") for _, read in (piano, engine)
        )
    with running(WORKER, environment, pipeline.logs / "worker.log") as worker:
        await eventually(rows, within=180, what="both vectors")
        assert worker.terminate() == 0
    asked = ("search", "--like", "melancholic keyboard music, 90s")
    lines = run(pipeline, "mimmo", *asked, "--limit", "1", "--json").splitlines()
    assert len(lines) == 1
    assert piano[0].torrent.name in lines[0]
    run(pipeline, "mimmo", *asked, "--medium", "video", expect=1)
    run(pipeline, "mimmo", *asked, "--page", "2", expect=2)
    await pipeline.db.execute("TRUNCATE embeddings")
    embedded = await Published.since_now(pipeline.settings.kafka_bootstrap, EMBEDDED.name)
    assert "sent to embed" in run(pipeline, "streams.reprocess", "embed")
    sent = [
        TorrentEmbedding.model_validate_json(at.value or b"") for at in await embedded.messages()
    ]
    assert {said.infohash for said in sent} == {piano[0].infohash, engine[0].infohash}


async def test_without_the_network_the_command_says_how_to_get_it(
    pipeline: SimpleNamespace, tmp_path: Path
) -> None:
    said = run(pipeline, "mimmo", "search", "--like", "piano", expect=2)
    assert "python -m models.embed fetch" in said
