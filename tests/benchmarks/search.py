"""How fast a search is over many rows: `python -m tests.benchmarks.search [--rows N]`.

Fills a database with N invented torrents, starts the real console on it, and asks it over HTTP:
words with a facet, fifty different queries, Torznab; then many at a time. Needs a local Postgres at
`STREAMS_POSTGRES_DSN`; works in a database of its own, `--keep` leaves it there for the next run.
"""

import argparse
import asyncio
import os
import random
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit, urlunsplit

import asyncpg
import httpx
from rich.console import Console

from infra.local.ports import pick
from infra.postgres.migrate import migrate
from infra.settings import settings
from tests.benchmarks.generated import fill

DATABASE = "search_benchmark"
_WORDS = """SELECT word FROM ts_stat('SELECT to_tsvector(''simple'', translate(name, ''._-+[](){}'',
    ''          '')) FROM torrents TABLESAMPLE SYSTEM (0.5)') ORDER BY ndoc DESC, word LIMIT 3000"""
_FACETS = ("medium=audio", "medium=video", "resolution=1080p", "codec=FLAC", "linked=yes")
_SORTS = ("relevance", "seeders", "size", "age")


def one_and_two_words(words: Sequence[str], dice: random.Random) -> list[str]:
    """Searches of one and two words with one facet."""
    return [
        f"/api/v1/search?{urlencode({'q': ' '.join(dice.sample(words, 1 + number % 2))})}"
        f"&{dice.choice(_FACETS)}"
        for number in range(200)
    ]


def fifty(words: Sequence[str]) -> list[str]:
    """The most frequent words and the rarest, in every order; classes, years, phrases, nothing."""
    texts = [*words[:6], words[100], words[1_000], words[-1], f"{words[4]} {words[5]}"]
    asked = [{"q": text, "sort": sort} for text in texts for sort in _SORTS]
    asked += [{"q": f'"{words[4]} {words[5]}"'}, {"q": f"{words[0]} -{words[4]}"}, {"q": "zzzz"}]
    asked += [{"q": f"{words[4]} or {words[5]}"}, {"medium": "book"}, {"sort": "age"}]
    asked += [{"year_from": "1999", "year_to": "1999"}, {"q": words[0], "year_from": "2020"}]
    asked += [{"linked": "yes"}, {"q": words[0], "language": "xx"}]
    return [f"/api/v1/search?{urlencode(query)}" for query in asked]


def torznab(words: Sequence[str], dice: random.Random) -> list[str]:
    """RSS, and searches as programs send them."""
    asked = [{"t": "search", "cat": "3000"}, {"t": "search", "cat": "5030,5040"}]
    for _ in range(30):
        first, second = dice.sample(words, 2)
        asked.append({"t": "music", "cat": "3000", "artist": first, "album": second})
        asked.append({"t": "search", "cat": "2000,2040", "q": f"{first} {second}"})
        asked.append({"t": "tvsearch", "cat": "5040", "q": first, "season": "1", "ep": "2"})
    return [f"/torznab/api?{urlencode(query)}" for query in asked]


async def everything(db: asyncpg.Connection, dice: random.Random) -> dict[str, list[str]]:
    """What is asked, by its kind, with words that are in the names of a database."""
    words = [record["word"] for record in await db.fetch(_WORDS)]
    return {
        "one and two words, one facet": one_and_two_words(words, dice),
        "fifty queries": fifty(words),
        "torznab": torznab(words, dice),
    }


async def timed(client: httpx.AsyncClient, paths: Sequence[str]) -> dict[str, float]:
    """Milliseconds of each path, asked for the second time."""
    taken = {}
    for path in paths:
        for _ in range(2):
            began = time.perf_counter()
            answer = await client.get(path)
            taken[path] = (time.perf_counter() - began) * 1_000
            answer.raise_for_status()
    return taken


@dataclass(slots=True)
class Crowd:
    """What fifty clients got that asked at the same time."""

    seconds: float
    taken: list[float] = field(default_factory=list)
    """Milliseconds of each answer."""
    errors: int = 0
    """Answers that were no 200, among all."""

    def __str__(self) -> str:
        p95 = statistics.quantiles(self.taken, n=20)[-1]
        rate = len(self.taken) / self.seconds
        return f"{rate:7.1f} requests/s  p95 {p95:7.1f} ms  {self.errors} errors"


async def crowd(client: httpx.AsyncClient, paths: Sequence[str], seconds: float) -> Crowd:
    """Fifty clients ask for so long, each as soon as it has its answer."""
    ends = time.monotonic() + seconds
    told = Crowd(seconds)

    async def one(dice: random.Random) -> None:
        while time.monotonic() < ends:
            began = time.perf_counter()
            answer = await client.get(dice.choice(paths))
            told.taken.append((time.perf_counter() - began) * 1_000)
            told.errors += answer.status_code != httpx.codes.OK

    await asyncio.gather(*(one(random.Random(number)) for number in range(50)))
    return told


@asynccontextmanager
async def served(dsn: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a real console in a process of its own."""
    port = pick()
    console = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "streams.web", "--port", str(port)),
        env={**os.environ, "STREAMS_POSTGRES_DSN": dsn, "STREAMS_WEB_RATE": "0"},
    )
    try:
        limits = httpx.Limits(max_connections=50)
        base = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=base, timeout=60, limits=limits) as client:
            for _ in range(300):
                try:
                    await client.get("/torznab/api?t=caps")
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
            yield client
    finally:
        console.terminate()
        await console.wait()


@asynccontextmanager
async def filled(rows: int, *, keep: bool) -> AsyncIterator[str]:
    """The address of a database of so many rows."""
    dsn = settings().postgres_dsn.get_secret_value()
    address = urlunsplit(urlsplit(dsn)._replace(path=f"/{DATABASE}"))
    owner = await asyncpg.connect(dsn)
    try:
        is_there = await owner.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE)
        if not is_there:
            await owner.execute(f"CREATE DATABASE {DATABASE}")
        db = await asyncpg.connect(address)
        await migrate(db)
        if not is_there:
            await fill(db, rows)
        await db.close()
        yield address
    finally:
        if not keep:
            await owner.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        await owner.close()


async def measure(rows: int, seconds: float, *, keep: bool) -> None:
    """Fill, ask, say."""
    say = Console().print
    dice = random.Random(5)
    async with filled(rows, keep=keep) as dsn:
        db = await asyncpg.connect(dsn)
        kinds = await everything(db, dice)
        await db.close()
        async with served(dsn) as client:
            for title, paths in kinds.items():
                taken = await timed(client, paths)
                p95 = statistics.quantiles(taken.values(), n=20)[-1]
                worst = max(taken, key=taken.__getitem__)
                say(
                    f"{title:30} p50 {statistics.median(taken.values()):7.1f} ms  p95 {p95:7.1f} ms"
                )
                say(f"{'':30} worst {taken[worst]:7.1f} ms  {worst}", markup=False)
            asked = [path for paths in kinds.values() for path in paths]
            say(f"{'fifty at a time':30} {await crowd(client, asked, seconds)}")
    say("load of the machine", os.getloadavg())


def main() -> None:
    """Read the options and measure."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--rows", type=int, default=1_000_000)
    reading.add_argument("--seconds", type=float, default=60, help="of fifty at a time (60)")
    reading.add_argument("--keep", action="store_true", help="leave the database for the next run")
    chosen = reading.parse_args()
    asyncio.run(measure(chosen.rows, chosen.seconds, keep=chosen.keep))


if __name__ == "__main__":
    main()
