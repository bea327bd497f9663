"""Invented torrents, replayed while something is killed, and what must be true of them after it."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace

from schemas import EXTRACTED
from streams.operate.status import look
from tests.benchmarks.torrents import mix
from tests.support import eventually, torrent


def invented(count: int, seed: int) -> Iterator[dict[str, object]]:
    """Rows of a dump: invented torrents, a name that comes twice is one torrent."""
    for number, case in enumerate(mix(count, seed=seed)):
        name = f"{case['name']} {number}"
        files = case.get("files")
        known = torrent(name)
        row = {"infohash": known.infohash, "name": name}
        yield row if files is None else {**row, "files": files}


def write(path: Path, rows: Iterable[dict[str, object]]) -> None:
    """Write a dump as JSON lines."""
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


async def everything_is_a_row(pipeline: SimpleNamespace, expected: set[str]) -> None:
    """Wait until each torrent is stored and classified, and nothing waits in Kafka."""
    await pipeline.reconnect()

    async def stored() -> bool:
        query = (
            "SELECT encode(infohash, 'hex') AS infohash"
            " FROM torrents JOIN classifications USING (infohash)"
        )
        present = {row["infohash"] for row in await pipeline.db.fetch(query)}
        assert present <= expected
        return present == expected and (await look(pipeline.settings)).drained

    await eventually(stored, within=300, every=2, what=f"{len(expected)} rows")
    assert await pipeline.db.fetchval("SELECT count(*) FROM torrents") == len(expected)


async def nothing_is_there_twice(pipeline: SimpleNamespace) -> None:
    """One result a torrent, stage, revision, input and method; one current result of each stage."""
    doubled = await pipeline.db.fetchval(
        "SELECT count(*) FROM (SELECT 1 FROM history"
        " GROUP BY infohash, stage, revision, input_hash, method HAVING count(*) > 1) AS doubled"
    )
    assert doubled == 0
    assert await pipeline.db.fetchval("SELECT count(*) FROM dead_letters") == 0
    missing = await pipeline.db.fetchval(
        "SELECT count(*) FROM classifications LEFT JOIN extractions USING (infohash)"
        " WHERE medium = ANY($1) AND extractions.infohash IS NULL",
        [medium.value for medium in EXTRACTED],
    )
    assert missing == 0, "each torrent of a medium that is extracted has an extraction"
