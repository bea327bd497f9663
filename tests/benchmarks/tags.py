"""What tags cost: `python -m tests.benchmarks.tags [--torrents N]`.

Classifies and extracts N invented torrents, tells the results as tags as the role does, and writes
them as the store does: CPU time a result by step, bytes of an event, bytes of Postgres a torrent.
Needs a local Postgres at `STREAMS_POSTGRES_DSN`; works in a database of its own.
"""

import argparse
import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from rich.console import Console

from infra.postgres.tags import write_tags
from infra.postgres.writes import Ids
from infra.settings import settings
from models.active import Stage, shipped
from models.ban.ban_list import BanList
from models.loading import classifier, extractor
from models.tags import Builds
from schemas import ExtractionRequest, TorrentTags
from schemas.topics import EXTRACTION_REQUESTS, TOPICS
from streams.kafka.publisher import Message
from streams.operate.metrics import Progress
from streams.pipeline.agents import InThread
from streams.pipeline.stages import AgentStage, Classify, Extract
from streams.pipeline.tags import TellTags
from tests.benchmarks.store import database
from tests.benchmarks.torrents import Case, mix
from tests.fakes import as_record
from tests.support import torrent

BATCH = 500
"""Results in a batch, as a worker takes them from Kafka."""

Done = TypeVar("Done")


def results(count: int) -> list[Message]:
    """The events of classify and extract about so many torrents."""
    seen = [torrent(case["name"], files=_files(case)) for case in mix(count)]
    classify = Classify(classifier(shipped(Stage.CLASSIFY)), BanList.load())
    extract = Extract(extractor(shipped(Stage.TAGGER)), settings())
    sent = through(classify, seen)
    asked = [event for event in sent if event.topic == EXTRACTION_REQUESTS.name]
    requests = [ExtractionRequest.model_validate_json(event.value or b"") for event in asked]
    return [event for event in sent if event not in asked] + through(extract, requests)


def _files(case: Case) -> list[tuple[str, int]] | None:
    files = case.get("files")
    return None if files is None else [(file["path"], file["size"]) for file in files]


def through(stage: AgentStage[Any, Any], items: Sequence[Any]) -> list[Message]:
    """What a stage publishes of items."""
    answers = stage.conclude(stage.handle(items))
    return [event for answer in answers for event in answer]


def timed(work: Callable[[], Done]) -> tuple[Done, float]:
    """An answer, and its CPU seconds."""
    began = time.process_time()
    answer = work()
    return answer, time.process_time() - began


async def measured(count: int, console: Console) -> None:
    """Prints what tags of so many torrents cost."""
    read = [as_record(event) for event in results(count)]
    stage = TellTags(Builds.on_this_machine(settings().weights_dir))
    work = InThread(stage, ThreadPoolExecutor(1), Progress("tags"))
    decoded, decoding = timed(lambda: [work.decode(record) for record in read])
    sent, telling = timed(lambda: through(stage, decoded))
    per_result = 1_000 / len(read)
    size = sum(len(event.value or b"") for event in sent) / len(sent)
    console.print(
        f"{len(read):,} results of {count:,} torrents: decode {decoding * per_result:.3f} ms, tell"
        f" {telling * per_result:.3f} ms of CPU a result; {size:,.0f} bytes an event"
    )
    told = [TOPICS[event.topic].contract.model_validate_json(event.value or b"") for event in sent]
    tags = [tags for tags in told if isinstance(tags, TorrentTags)]
    async with database("benchmark_tags") as db:
        ids = Ids()
        began = time.process_time()
        for at in range(0, len(tags), BATCH):
            await ids.learn_makers(db, tags[at : at + BATCH])
            await write_tags(db, tags[at : at + BATCH], ids)
        writing = time.process_time() - began
        await db.execute("VACUUM ANALYZE torrent_tags")
        row = await db.fetchrow(
            "SELECT pg_table_size('torrent_tags') AS rows,"
            " pg_indexes_size('torrent_tags') AS index, count(*) AS count,"
            " sum(cardinality(words)) AS tags, (SELECT count(*) FROM tag_makers) AS makers"
            " FROM torrent_tags"
        )
    console.print(
        f"written in {writing * per_result:.3f} ms of the client's CPU a result;"
        f" {row['tags']:,} tags in"
        f" {row['count']:,} rows by {row['makers']} makers: {row['rows'] / count:,.0f} bytes a"
        f" torrent, and {row['index'] / count:,.0f} of its index"
    )


def main() -> None:
    """Runs the benchmark."""
    reading = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    reading.add_argument("--torrents", type=int, default=5_000, metavar="N")
    asyncio.run(measured(reading.parse_args().torrents, Console(highlight=False)))


if __name__ == "__main__":
    main()
