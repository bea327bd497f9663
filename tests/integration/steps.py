"""Steps that several tests of the whole pipeline take."""

import asyncio
import os
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

from streams.kafka.publisher import Message, Publisher
from streams.operate.status import look
from tests.support import ROOT, eventually

SAMPLE = ROOT / "streams" / "lab" / "sample"
DUMP = SAMPLE / "torrents" / "demo.jsonl.gz"

TABLES = {
    "torrents": "SELECT encode(infohash, 'hex'), name, size, num_files, file_paths, observed_at,"
    " seeders FROM torrents",
    "classifications": "SELECT encode(infohash, 'hex'), encode(result_id, 'hex'), medium,"
    " subcategory, confidence FROM classifications",
    "extractions": "SELECT encode(infohash, 'hex'), encode(result_id, 'hex'), title, creator, year,"
    " metadata, llm FROM extractions",
    "links": "SELECT encode(infohash, 'hex'), encode(result_id, 'hex'), status, artist_mbid,"
    " release_group_mbid FROM links",
    "torrent_tags": "SELECT encode(infohash, 'hex'), encode(result_id, 'hex'), observed_at, makers,"
    " words, scores, tiers, texts FROM torrent_tags",
    "embeddings": "SELECT encode(infohash, 'hex'), encode(extraction_id, 'hex'), observed_at,"
    " revision, vector FROM embeddings",
    "history": "SELECT encode(result_id, 'hex'), observed_at, recorded_at, result FROM history",
    "dead_letters": "SELECT encode(id, 'hex'), stage, reason, topic FROM dead_letters",
}


async def dumped(pipeline: SimpleNamespace) -> dict[str, list[Any]]:
    """What the tables hold, in an order of its own."""
    return {
        name: sorted(map(repr, await pipeline.db.fetch(query))) for name, query in TABLES.items()
    }


async def drained(pipeline: SimpleNamespace) -> None:
    async def check() -> bool:
        first = await look(pipeline.settings)
        if not first.drained:
            return False
        await asyncio.sleep(0.5)
        again = await look(pipeline.settings)
        return again.drained and again.rows == first.rows

    await eventually(check, within=120, what="draining")


def run(pipeline: SimpleNamespace, *arguments: str, expect: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, **pipeline.environment},
        text=True,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout + done.stderr


async def publish(pipeline: SimpleNamespace, *messages: Message) -> None:
    async with Publisher(pipeline.settings) as publisher:
        await publisher.publish(messages)
