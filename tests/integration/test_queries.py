"""Every query that people or commands run often is answered from an index, on many rows."""

import asyncio
import json
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from infra.local import stack as local
from infra.postgres import reads
from infra.postgres.counts import LIMIT, count
from infra.postgres.migrate import migrate
from streams.operate import status
from tests.support import ROOT

pytestmark = [pytest.mark.stack, pytest.mark.slow]

ROWS = 200_000
BIG = {"torrents", "classifications", "extractions", "links", "superseded", "dead_letters"}

# One torrent in six is music with a sure link. The seeders of all music are unknown, which is the
# worst case of "best seeded first": an index by seeders alone holds it at its very end.
GENERATED = f"""
CREATE TEMP VIEW numbers AS
SELECT n, substring(sha256(n::text::bytea) for 20) AS infohash,
    timestamptz '2026-01-01' + n * interval '1 s' AS seen
FROM generate_series(1, {ROWS}) AS n;

INSERT INTO provenance (source, origin, dataset) VALUES ('replay', 'jsonl', 'generated.jsonl');
INSERT INTO model (name) VALUES ('generated@1');

INSERT INTO torrents (infohash, name, size, num_files, observed_at, provenance_id, seeders, hints)
SELECT infohash,
    CASE WHEN n % 50000 = 0 THEN 'Big Buck Bunny ' || n
        ELSE 'Invented ' || (ARRAY['Song', 'Film', 'Book'])[n % 3 + 1] || ' ' || n END,
    n, 1, seen, 1, CASE WHEN n % 3 > 0 THEN (n * 7919::bigint) % 1009 END,
    CASE WHEN n % 9 = 1 THEN jsonb_build_object('imdb', 'tt' || 10000 + n / 2) END
FROM numbers;

INSERT INTO classifications (infohash, result_id, input_hash, medium, subcategory, nsfw,
    confidence, source, torznab, revision, model_id, observed_at)
SELECT infohash, infohash, infohash, (ARRAY['audio', 'video', 'book'])[n % 3 + 1],
    (ARRAY['album', 'movie', 'ebook'])[n % 3 + 1], false, 0.9, 'patterns', 3000, 1, 1, seen
FROM numbers;
UPDATE classifications c SET seeders = t.seeders FROM torrents t WHERE t.infohash = c.infohash;

INSERT INTO extractions (infohash, result_id, input_hash, subcategory, title, creator, year,
    metadata, technical, evidence, llm, method, revision, model_id, observed_at)
SELECT infohash, infohash, infohash, (ARRAY['album', 'movie'])[n % 3 + 1], 'Title ' || n % 5000,
    'Artist ' || n % 5000, 2000, '{{}}', '{{}}', '{{}}',
    CASE n % 1000 WHEN 0 THEN 'requested' WHEN 3 THEN 'over_budget' ELSE 'not_needed' END,
    CASE WHEN n % 1000 = 6 THEN 'llm' ELSE 'tagger' END::method, 1, 1, seen
FROM numbers WHERE n % 3 < 2;

INSERT INTO links (infohash, extraction_id, result_id, input_hash, status, artist_mbid, artist,
    release_group_mbid, title, score, margin, why, revision, model_id, observed_at)
SELECT infohash, infohash, infohash, infohash,
    (ARRAY['exact', 'none', 'high', 'none'])[n / 3 % 4 + 1],
    md5((n % 5000)::text)::uuid, 'x', md5((n % 20000)::text)::uuid, 'x', 1, 1, '{{}}', 1, 1, seen
FROM numbers WHERE n % 3 = 0;

INSERT INTO superseded (infohash, stage, revision, input_hash, method, result_id, observed_at,
    model_id, result)
SELECT infohash, stage, 2, infohash, method, infohash, seen, 1, '{{}}'
FROM numbers,
    (VALUES ('classify'::stage, 'rules'::method), ('extract', 'tagger')) AS made(stage, method);

INSERT INTO dead_letters
SELECT infohash, (ARRAY['classify', 'store'])[n % 2 + 1], 'invalid', 'x', 1, 'x', 0, n, seen, NULL,
    NULL, CASE WHEN n % 100 = 0 THEN seen END
FROM numbers;
"""


@pytest.fixture(scope="module")
def full(stack: local.Stack) -> Iterator[str]:
    """The address of a database of many generated rows, which no test changes."""
    name = f"test_{secrets.token_hex(4)}"
    dsn = urlunsplit(urlsplit(stack.postgres_dsn)._replace(path=f"/{name}"))

    async def make() -> None:
        owner = await asyncpg.connect(stack.postgres_dsn)
        await owner.execute(f"CREATE DATABASE {name}")
        await owner.close()
        db = await asyncpg.connect(dsn)
        await migrate(db)
        await db.execute(GENERATED)
        await db.execute("VACUUM ANALYZE")
        await db.close()

    async def drop() -> None:
        owner = await asyncpg.connect(stack.postgres_dsn)
        await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await owner.close()

    with asyncio.Runner() as runner:
        runner.run(make())
        yield dsn
        runner.run(drop())


@pytest.fixture
async def db(full: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(full)
    yield connection
    await connection.close()


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


async def planned(db: asyncpg.Connection, query: str, *arguments: object) -> list[dict[str, Any]]:
    """The steps by which Postgres would answer a query."""
    plan = json.loads(await db.fetchval(f"EXPLAIN (FORMAT JSON) {query}", *arguments))
    return list(nodes(plan[0]["Plan"]))


def whole_tables(steps: list[dict[str, Any]]) -> list[str]:
    return [
        step["Relation Name"]
        for step in steps
        if step["Node Type"] == "Seq Scan" and step["Relation Name"] in BIG
    ]


def documented() -> list[str]:
    """The queries that the README and the documents show."""
    block = re.compile(r"<!-- tested -->\n```sql\n(.*?)```", re.DOTALL)
    paths = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    texts = [text for path in paths for text in block.findall(path.read_text(encoding="utf-8"))]
    return [query for text in texts for query in text.split(";") if query.strip()]


BEST_SEEDED = "ORDER BY seeders DESC NULLS LAST LIMIT 20"

VIEWS = {
    f"SELECT * FROM releases {BEST_SEEDED}": (),
    f"SELECT * FROM music {BEST_SEEDED}": (),
    f"SELECT * FROM music WHERE link IN ('exact', 'high') {BEST_SEEDED}": (),
    f"SELECT * FROM music WHERE subcategory = 'album' AND NOT nsfw {BEST_SEEDED}": (),
    f"SELECT * FROM video {BEST_SEEDED}": (),
    "SELECT * FROM music WHERE artist_mbid = $1": ("0" * 32,),
    "SELECT * FROM music WHERE release_group_mbid = $1": ("0" * 32,),
    f"SELECT * FROM music WHERE lower(artist) = $1 {BEST_SEEDED}": ("artist 7",),
    "SELECT * FROM video WHERE lower(title) = $1": ("title 7",),
    "SELECT * FROM releases WHERE infohash_bytes = $1": (b"0" * 20,),
    "SELECT * FROM releases WHERE search @@ plainto_tsquery('simple', 'bunny') LIMIT 20": (),
    "SELECT * FROM releases WHERE hints->>'imdb' = $1": ("tt10100",),
    "SELECT * FROM history WHERE infohash = $1": (b"0" * 20,),
    "SELECT * FROM tags WHERE infohash_bytes = $1": (b"0" * 20,),
    "SELECT * FROM releases WHERE medium = 'audio' AND subcategory = 'album'"
    " ORDER BY observed_at DESC LIMIT 20": (),
    "SELECT * FROM class_counts": (),
    "SELECT * FROM llm_pending": (),
    "SELECT count(*) FROM llm_pending": (),
}


async def test_no_query_reads_a_whole_table_or_sorts_it(db: asyncpg.Connection) -> None:
    assert len(documented()) >= 4
    for query, arguments in [*((query, ()) for query in documented()), *VIEWS.items()]:
        steps = await planned(db, query, *arguments)
        assert not whole_tables(steps), query
        # Of the few works of one artist the best seeded may be found by sorting them.
        if "ORDER BY seeders" in query and "lower(" not in query:
            kinds = {step["Node Type"] for step in steps}
            assert not kinds & {"Sort", "Incremental Sort", "Hash Join"}, query
        await db.fetch(query, *arguments)

    # What `streams.status` counts, up to its limit.
    assert (await count(db, "torrents")).about
    for source in [*status._ROWS.values(), status._PENDING, status._OVER_BUDGET, status._REDRIVEN]:
        steps = await planned(db, f"SELECT count(*) FROM (SELECT FROM {source} LIMIT {LIMIT})")
        if "WHERE" in source or source == "llm_pending":
            assert not whole_tables(steps), source
    assert not whole_tables(await planned(db, status._KINDS, 10))
    assert not whole_tables(
        await planned(db, f"SELECT FROM {status._LETTERS} LIMIT {LIMIT}", "store", "invalid")
    )


class Recorder:
    """Stands for a connection, finds nothing and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    async def fetch(self, *query: Any) -> list[Any]:
        self.asked.append(query)
        return []


async def test_a_page_of_what_is_reprocessed_is_read_from_indexes(db: asyncpg.Connection) -> None:
    recorder = Recorder()
    for pages in (
        reads.torrents(recorder),
        reads.extraction_requests(recorder),
        reads.music_extractions(recorder),
        reads.llm_requests(recorder, reads.Waiting.PENDING),
        reads.llm_requests(recorder, reads.Waiting.OVER_BUDGET),
        reads.current_results(recorder),
    ):
        async for _ in pages:
            pass
    assert len(recorder.asked) == 6
    for query, *_ in recorder.asked:
        steps = await planned(db, query, b"\x80")
        assert not whole_tables(steps), query


async def test_the_best_seeded_music_is_found_without_reading_everything_else(
    db: asyncpg.Connection,
) -> None:
    for view in ("music", "video", "books", "software"):
        query = f"EXPLAIN (ANALYZE, FORMAT JSON) SELECT * FROM {view} {BEST_SEEDED}"
        steps = nodes(json.loads(await db.fetchval(query))[0]["Plan"])
        read = {step["Index Name"]: step["Actual Rows"] for step in steps if "Index Name" in step}
        assert read["classifications_seeders"] <= 100


async def test_counts_of_many_classes_are_about_right_and_read_no_row(
    db: asyncpg.Connection,
) -> None:
    rows = await db.fetch("SELECT * FROM class_counts ORDER BY medium")
    assert [(row["medium"], row["subcategory"]) for row in rows] == [
        ("audio", "album"),
        ("book", "ebook"),
        ("video", "movie"),
    ]
    for row in rows:
        assert row["is_estimated"]
        assert row["torrents"] == pytest.approx(ROWS / 3, rel=0.1)
    plan = json.loads(
        await db.fetchval("EXPLAIN (ANALYZE, FORMAT JSON) SELECT * FROM class_counts")
    )
    for step in nodes(plan[0]["Plan"]):
        if step.get("Relation Name") == "classifications":
            assert step["Actual Loops"] == 0


async def test_the_planner_knows_how_rare_a_title_is(db: asyncpg.Connection) -> None:
    query = "EXPLAIN (FORMAT JSON) SELECT FROM extractions WHERE lower(creator) = 'artist 7'"
    (step,) = nodes(json.loads(await db.fetchval(query))[0]["Plan"])
    assert step["Plan Rows"] < 100  # 27 there are; without statistics one in two hundred: 667


async def test_status_says_about_where_it_did_not_count(db: asyncpg.Connection) -> None:
    look = await status.counted(db)
    assert look.rows["torrents"] == pytest.approx(ROWS, rel=0.1)
    assert look.rows["linked"] == pytest.approx(ROWS / 6, rel=0.2)
    assert {"torrents", "linked", "classify: invalid"} <= set(look.about)
    assert "llm_pending" not in look.about
    assert (look.llm_pending, look.redriven) == (133, 2_000)
    exact = await status.counted(db, exact=True)
    assert (exact.rows["torrents"], exact.about) == (ROWS, [])
    assert exact.dead_letters == [("store", "invalid", 100_000), ("classify", "invalid", 98_000)]
    assert exact.shown("torrents", ROWS) == "200,000"
    assert look.shown("torrents", 201_000) == "about 201,000"
