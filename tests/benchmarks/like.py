"""A search by meaning, measured: `python -m tests.benchmarks.like latency | quality`.

latency: N vectors in a real Postgres: how long a search takes, and how much of the exact ten
nearest the index finds. The first vectors are of texts; the others lie around them (cosine 0.86).
quality: questions on works of a catalogue (docs/data.md): nDCG@10 of words alone, of meaning alone
and of both, by slice, with a bootstrap interval of what meaning adds.
Needs a local Postgres at `STREAMS_POSTGRES_DSN` and `python -m models.embed fetch`; each works in a
database of its own.
"""

import argparse
import asyncio
import os
import random
import statistics
import time
from pathlib import Path

import asyncpg
import numpy as np
import psutil
from numpy.typing import NDArray
from rich.console import Console

from infra.postgres.embeddings import written
from infra.postgres.search import Query, search_like
from infra.postgres.search.meaning import neighbours
from infra.settings import settings
from models.embed import minilm
from models.embed.minilm_graph import sample
from tests.benchmarks import like_quality
from tests.benchmarks.generated import fill
from tests.benchmarks.like_rows import put_vectors
from tests.benchmarks.like_works import vectors, works
from tests.benchmarks.store import database

Rows = NDArray[np.float16]

_NOISE = 0.6
"""Length of what is added to a vector of length 1 to lie around it: the cosine is 0.86."""

_ASKED = 200
_TEN = 10


def label() -> str:
    """Names the network and its revision."""
    return f"{minilm.manifest().label} r{minilm.manifest().revision}"


def of_texts(count: int, data: Path | None) -> Rows:
    """Vectors of so many works of a catalogue, or of made-up texts where there is none."""
    embedder = minilm.load(settings().weights_dir)
    kept = settings().home / "like"
    if data is not None:
        return vectors(works(data, count, like_quality.wanted()), embedder, label(), kept)
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(settings().weights_dir / "minilm/tokenizer.json"))
    return embedder.embed(sample(tokenizer, count)).astype(np.float16)


def around(base: Rows, count: int) -> Rows:
    """The vectors, and others around them."""
    rng = np.random.default_rng(1)
    rows = np.empty((count, base.shape[1]), np.float16)
    rows[: len(base)] = base[:count]
    for place in range(len(base), count, len(base)):
        part = base[: count - place].astype(np.float32)
        noise = rng.standard_normal(part.shape, np.float32)
        part += _NOISE * noise / np.linalg.norm(noise, axis=1, keepdims=True)
        rows[place : place + len(part)] = part / np.linalg.norm(part, axis=1, keepdims=True)
    return rows


def nearest(rows: Rows, asked: Rows) -> NDArray[np.int64]:
    """The ten nearest rows of each question, exactly."""
    exact = rows.astype(np.float32)
    exact /= np.linalg.norm(exact, axis=1, keepdims=True)
    likeness = asked.astype(np.float32) @ exact.T
    return np.argsort(-likeness, axis=1, kind="stable")[:, :_TEN]


async def latency(console: Console, count: int, embedded: int, data: Path | None) -> None:
    """Fill a database, and ask it."""
    base = of_texts(embedded, data)
    base, asked = base[:-_ASKED], base[-_ASKED:]
    rows = around(base, count)
    async with database("like_latency") as db:
        await fill(db, count, lambda text: console.log(text))
        keys = [row["infohash"] for row in await db.fetch("SELECT infohash FROM torrents")]
        began = time.monotonic()
        await put_vectors(db, keys, rows)
        console.log(f"index of {count:,} vectors in {time.monotonic() - began:.0f} s")
        size = await db.fetchval("SELECT pg_relation_size('embeddings_by_meaning')")
        console.log(f"{size / count:.0f} bytes of index a vector")
        places = {key: place for place, key in enumerate(keys)}
        truth = nearest(rows, asked)
        await _ask(console, db, asked, [[keys[place] for place in row] for row in truth])
        assert len(places) == count


async def _ask(
    console: Console, db: asyncpg.Connection, asked: Rows, truth: list[list[bytes]]
) -> None:
    revision = minilm.manifest().revision
    words = [row["title"] for row in await db.fetch("SELECT title FROM extractions LIMIT 1000")]
    dice = random.Random(1)
    by_index, whole, shares = [], [], []
    server = psutil.Process(await db.fetchval("SELECT pg_backend_pid()"))
    spent = 0.0
    for turn in range(2):  # the first fills the caches
        by_index, whole, shares = [], [], []
        spent = -_cpu(server)
        for question, expected in zip(asked, truth, strict=True):
            vector = question.astype(np.float32).tolist()
            began = time.perf_counter()
            near = await neighbours(db, Query(adult=True), vector, revision=revision)
            by_index.append((time.perf_counter() - began) * 1_000)
            shares.append(len(set(near[:_TEN]) & set(expected)) / _TEN)
            query = Query(text=dice.choice(words).split()[0])
            began = time.perf_counter()
            await search_like(db, query, vector, revision=revision)
            whole.append((time.perf_counter() - began) * 1_000)
        spent += _cpu(server)
        console.log(f"turn {turn + 1} of {len(asked)} questions; load {os.getloadavg()[0]:.1f}")
    embedder = minilm.load(settings().weights_dir)
    embedder.embed(["warm"])
    began = time.perf_counter()
    for number in range(50):
        embedder.embed([f"melancholic piano, {number}s"])
    console.print(f"recall@10 of exact     {statistics.mean(shares):.4f}")
    for name, taken in (("neighbours", by_index), ("whole search", whole)):
        p95 = statistics.quantiles(taken, n=20)[-1]
        console.print(f"{name:<22} p50 {statistics.median(taken):6.1f} ms  p95 {p95:6.1f} ms")
    console.print(f"CPU of both, on average {spent / len(asked) * 1_000:.1f} ms of the server")
    console.print(f"a question read        {(time.perf_counter() - began) / 50 * 1_000:.1f} ms")
    plan = await db.fetch(
        "EXPLAIN SELECT infohash FROM embeddings ORDER BY vector <=> $1::text::halfvec LIMIT 100",
        written(asked[0].astype(np.float32).tolist()),
    )
    assert any("embeddings_by_meaning" in row[0] for row in plan), "the index is not read"


def _cpu(server: psutil.Process) -> float:
    """Seconds of CPU that the server's process took: what no load of the machine adds to."""
    times = server.cpu_times()
    return float(times.user + times.system)


def main() -> None:
    """Run one of the two."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    quick = commands.add_parser("latency")
    quick.add_argument("--vectors", type=int, default=200_000, metavar="N")
    good = commands.add_parser("quality")
    for command in (quick, good):
        command.add_argument("--works", type=int, default=20_480, metavar="N", help="texts to read")
        command.add_argument(
            "--data", type=Path, required=command is good, metavar="DIR", help="the data folder"
        )
    chosen = parser.parse_args()
    console = Console()
    if chosen.command == "latency":
        asyncio.run(latency(console, chosen.vectors, chosen.works, chosen.data))
        return
    embedder = minilm.load(settings().weights_dir)
    shelf = works(chosen.data, chosen.works, like_quality.wanted())
    rows = vectors(shelf, embedder, label(), settings().home / "like")
    asyncio.run(like_quality.quality(console, shelf, rows, embedder))


if __name__ == "__main__":
    main()
