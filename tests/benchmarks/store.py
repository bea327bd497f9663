"""A store of many rows: `python -m tests.benchmarks.store [--rows N]`.

Fills a database with N invented torrents, asks it the queries of the README and the documents (p50
and p95, warm), and writes some thousand torrents more: what that costs Postgres and its client in
CPU time, against an empty store. Needs a local Postgres at `STREAMS_POSTGRES_DSN`; works in
databases of its own.
"""

import argparse
import asyncio
import random
import statistics
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import psutil  # type: ignore[import-untyped]
from rich.console import Console

from infra.postgres.migrate import migrate
from infra.postgres.writes import Ids, write_results, write_torrents
from infra.settings import settings
from schemas import (
    Classification,
    Evidence,
    Extraction,
    Method,
    Provenance,
    Result,
    Source,
    Subcategory,
    Swarm,
    Technical,
    Torrent,
    Verdict,
    metadata_for,
)
from tests.benchmarks.generated import TABLES, fill
from tests.benchmarks.torrents import mix
from tests.support import classified

ORIGIN = Provenance(source=Source.REPLAY, origin="jsonl", dataset="more.jsonl")
SEEN = datetime(2026, 3, 1, tzinfo=UTC)
BATCH = 500
"""Results in a batch of the store, as it takes them from Kafka."""
DRAWS = 40
"""How often a query is asked, each time for something else."""

BEST = "ORDER BY seeders DESC NULLS LAST LIMIT 20"
QUERIES: dict[str, tuple[str, str]] = {
    "music with MusicBrainz ids, best seeded": (
        "SELECT artist, title, year, release_group_mbid, seeders FROM music"
        f" WHERE link IN ('exact', 'high') {BEST}",
        "",
    ),
    "best seeded of everything": (f"SELECT * FROM releases {BEST}", ""),
    "search: three words": (
        "SELECT name, medium, subcategory, title FROM releases"
        " WHERE search @@ plainto_tsquery('simple', $1)",
        "three words",
    ),
    "search: one word, best seeded first": (
        f"SELECT name FROM releases WHERE search @@ plainto_tsquery('simple', $1) {BEST}",
        "word",
    ),
    "a release group's torrents": (
        "SELECT * FROM music WHERE release_group_mbid = $1",
        "release group",
    ),
    "an artist's torrents": (f"SELECT * FROM music WHERE artist_mbid = $1 {BEST}", "artist"),
    "music by name of the artist": (
        f"SELECT * FROM music WHERE lower(artist) = $1 {BEST}",
        "creator",
    ),
    "films by title": ("SELECT * FROM video WHERE lower(title) = $1", "title"),
    "newest of a class": (
        "SELECT * FROM releases WHERE medium = 'audio' AND subcategory = 'album'"
        " ORDER BY observed_at DESC LIMIT 20",
        "",
    ),
    "counts by class": ("SELECT * FROM class_counts ORDER BY torrents DESC", ""),
    "by IMDb id": ("SELECT * FROM releases WHERE hints->>'imdb' = $1", "imdb"),
    "why is it what it is": ("SELECT * FROM history WHERE infohash = $1", "infohash"),
    "dead letters by reason": (
        "SELECT stage, reason, count(*) FROM dead_letters WHERE redriven_at IS NULL GROUP BY 1, 2",
        "",
    ),
}
"""What people ask, and what it is asked for."""

_SAMPLES = {
    "three words": "SELECT name FROM torrents TABLESAMPLE SYSTEM (1) LIMIT 400",
    "release group": "SELECT release_group_mbid FROM links TABLESAMPLE SYSTEM (1)"
    " WHERE release_group_mbid IS NOT NULL LIMIT 400",
    "artist": "SELECT artist_mbid FROM links TABLESAMPLE SYSTEM (1)"
    " WHERE artist_mbid IS NOT NULL LIMIT 400",
    "creator": "SELECT lower(creator) FROM extractions TABLESAMPLE SYSTEM (1)"
    " WHERE creator IS NOT NULL LIMIT 400",
    "title": "SELECT lower(title) FROM extractions TABLESAMPLE SYSTEM (1) LIMIT 400",
    "imdb": "SELECT hints->>'imdb' FROM torrents TABLESAMPLE SYSTEM (1)"
    " WHERE hints IS NOT NULL LIMIT 400",
    "infohash": "SELECT infohash FROM torrents TABLESAMPLE SYSTEM (1) LIMIT 400",
}


@asynccontextmanager
async def database(name: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to a migrated database of that name, which is dropped afterwards."""
    dsn = settings().postgres_dsn.get_secret_value()
    owner = await asyncpg.connect(dsn)
    await owner.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await owner.execute(f"CREATE DATABASE {name}")
    db = await asyncpg.connect(urlunsplit(urlsplit(dsn)._replace(path=f"/{name}")))
    try:
        await migrate(db)
        yield db
    finally:
        await db.close()
        await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await owner.close()


def events(count: int, seed: int) -> list[Result]:
    """Results of torrents that no other seed makes: a class each, and extractions of most."""
    dice = random.Random(seed)
    results: list[Result] = []
    for number, case in enumerate(mix(count, seed)):
        files = [(file["path"], file["size"]) for file in case.get("files", ())]
        torrent = Torrent.repaired(
            infohash=dice.randbytes(20).hex(),
            name=f"{case['name']} {number}",
            observed_at=SEEN + timedelta(seconds=number),
            provenance=ORIGIN,
            size=dice.randrange(10**10),
            files=files or None,
            swarm=Swarm(seeders=int(dice.paretovariate(1)) - 1, leechers=1, completed=1),
        )
        results.append(_classified(torrent, case))
        if case["medium"] in ("audio", "video"):
            results.append(_extracted(torrent, case))
    return results


def _classified(torrent: Torrent, case: dict[str, str]) -> Classification:
    verdict = Verdict(
        medium=case["medium"],
        subcategory=case["sub"],
        confidence=0.987,
        source="bert",
        why=("bert.subcategory",),
    )
    return classified(torrent, verdict)


def _extracted(torrent: Torrent, case: dict[str, str]) -> Extraction:
    title = torrent.name[:20].strip()
    fields = ("title", "series_title", "album_name", "track_name", "artist")
    evidence = Evidence(source="rules:before-year+tagger", confidence=0.987, span=(0, 20))
    return Extraction(
        infohash=torrent.infohash,
        revision=1,
        input_hash=torrent.input_hash,
        method=Method.TAGGER,
        model="extract@1",
        observed_at=torrent.observed_at,
        technical=Technical(codec="x264", source="BluRay", resolution="1080p"),
        metadata=metadata_for(
            Subcategory(case["sub"]), {**dict.fromkeys(fields, title), "year": 2006}
        ),
        evidence={"title": evidence, "year": evidence},
    )


def postgres_seconds(backend: int) -> float:
    """CPU seconds of the whole server so far, its processes that ended included."""
    server = psutil.Process(backend).parent()
    assert server is not None
    own = server.cpu_times()
    total = own.user + own.system + own.children_user + own.children_system
    for process in server.children():
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return float(total)


async def write(db: asyncpg.Connection, results: Sequence[Result]) -> tuple[float, float]:
    """Write results as the store does; returns CPU ms a torrent of Postgres and of the client."""
    ids = Ids()
    await ids.learn(db, results)
    torrents = sum(isinstance(result, Classification) for result in results)
    server, client = postgres_seconds(db.get_server_pid()), time.process_time()
    for start in range(0, len(results), BATCH):
        batch = results[start : start + BATCH]
        async with db.transaction():
            seen = [result.torrent for result in batch if isinstance(result, Classification)]
            await write_torrents(db, seen, ids)
            await write_results(db, batch, ids)
    client = time.process_time() - client
    server = postgres_seconds(db.get_server_pid()) - server
    return server / torrents * 1000, client / torrents * 1000


async def ask(db: asyncpg.Connection, say: Callable[[str], None]) -> None:
    """Ask every query for many things, twice; say how long the second time took."""
    dice = random.Random(5)
    samples = {kind: [row[0] for row in await db.fetch(query)] for kind, query in _SAMPLES.items()}
    words = [name.replace(".", " ").split()[:3] for name in samples["three words"]]
    samples["three words"] = [" ".join(three) for three in words]
    samples["word"] = [three[0] for three in words]
    samples[""] = [None]
    for title, (query, kind) in QUERIES.items():
        asked = [dice.choice(samples[kind]) for _ in range(DRAWS)]
        taken: list[float] = []
        for is_warm in (False, True):
            for wanted in asked:
                began = time.perf_counter()
                await db.fetch(query, *([wanted] if kind else ()))
                if is_warm:
                    taken.append((time.perf_counter() - began) * 1000)
        p95 = statistics.quantiles(taken, n=20)[-1]
        say(f"{title:40} p50 {statistics.median(taken):8.1f} ms   p95 {p95:8.1f} ms")


async def sizes(db: asyncpg.Connection, rows: int, say: Callable[[str], None]) -> None:
    """Say what the store takes on the disk, indexes included."""
    total = 0
    for table in TABLES:
        heap, all_of_it = await db.fetchrow(
            "SELECT pg_table_size($1::text::regclass), pg_total_relation_size($1::text::regclass)",
            table,
        )
        total += all_of_it
        indexes = (all_of_it - heap) / rows
        say(f"{table:20} {heap / rows:8,.0f} bytes a torrent, {indexes:,.0f} of indexes")
    say(f"{'all':20} {total / rows:8,.0f} bytes a torrent")


async def measure(rows: int, more: int) -> None:
    """Make the databases, say what everything took, drop them."""
    console = Console()
    async with database("store_benchmark") as full, database("store_benchmark_empty") as empty:
        began = time.monotonic()

        def on_progress(step: str) -> None:
            Console(stderr=True).print(f"{time.monotonic() - began:6.0f} s  {step}")

        await fill(full, rows, on_progress)
        await full.execute("RESET ALL")
        console.print(f"{rows:,} torrents")
        await sizes(full, rows, console.print)
        await ask(full, console.print)
        costs: dict[str, list[tuple[float, float]]] = {"empty": [], "full": []}
        # In turns, because the speed of a machine changes; the empty one is emptied in between.
        for turn in range(3):
            results = events(more, seed=turn + 1)
            await empty.execute(f"TRUNCATE {', '.join(TABLES)}, superseded")
            costs["empty"].append(await write(empty, results))
            costs["full"].append(await write(full, results))
        for store, turns in costs.items():
            server, client = (statistics.median(values) for values in zip(*turns, strict=True))
            console.print(
                f"writing {more:,} into the {store:5} store: Postgres {server:.3f} ms a torrent,"
                f" client {client:.3f}"
            )
        ratios = [sum(full) / sum(empty) for empty, full in zip(*costs.values(), strict=True)]
        console.print(f"full to empty: {statistics.median(ratios):.2f}")


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.store", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--more", type=int, default=20_000, help="torrents written afterwards")
    chosen = parser.parse_args()
    asyncio.run(measure(chosen.rows, chosen.more))


if __name__ == "__main__":
    main()
