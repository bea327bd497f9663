"""`python -m streams.reprocess STAGE`: send stored torrents through a stage again.

Results are unique by input and revision: what was answered before is not answered differently, and
what a GGUF model said once is not asked again. `match` publishes the stored extractions again as
they are; the store knows them, the matcher reads them.
"""

import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import asyncpg
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from infra.logging import configure, get_logger
from infra.postgres import reads
from infra.postgres.access import Access
from infra.postgres.connect import connect
from infra.settings import Settings, settings
from models.embed import minilm
from models.tags import Builds, tags_of
from schemas import Classification, Event, Extraction, Link, TorrentEmbedding, TorrentTags
from schemas.tag_name import BadTagName
from schemas.topics import (
    DISCOVERED,
    EMBEDDED,
    EXTRACTED,
    EXTRACTION_REQUESTS,
    LLM_REQUESTS,
    TAGS,
    Topic,
)
from streams.kafka.consumer import require_topics
from streams.kafka.publisher import Publisher, message
from streams.operate.process import finish, parser
from streams.pipeline.embed import Embed

log = get_logger(__name__)

_EXAMPLES = """examples:
  python -m streams.reprocess llm --over-budget      ask GGUF workers what was over the budget
  python -m streams.reprocess llm --pending          ask again what was requested and not answered
  python -m streams.reprocess extract                extract again, after a new revision
  python -m streams.reprocess match                  link again, after a newer MusicBrainz import
  python -m streams.reprocess classify --limit 1000  classify and extract the first thousand again
  python -m streams.reprocess llm --over-budget --dry-run
  python -m streams.reprocess tags                   tell stored results as tags
  python -m streams.reprocess embed                  say what stored works mean
"""

_TOPICS: dict[str, Topic] = {
    "classify": DISCOVERED,
    "extract": EXTRACTION_REQUESTS,
    "llm": LLM_REQUESTS,
    "match": EXTRACTED,
    "tags": TAGS,
    "embed": EMBEDDED,
}


def pages(
    connection: asyncpg.Connection, current: Settings, order: "Order"
) -> AsyncIterator[Sequence[Event]]:
    """What a stage is asked, from what is stored; of tags and embed what it answers."""
    match order.stage:
        case "classify":
            return reads.torrents(connection)
        case "extract":
            return reads.extraction_requests(connection)
        case "match":
            return reads.music_extractions(connection)
        case "tags":
            return _tags(connection, current)
        case "embed":
            return _embeddings(connection, current)
        case _:
            return reads.llm_requests(connection, order.waiting)


async def _tags(
    connection: asyncpg.Connection, current: Settings
) -> AsyncIterator[list[TorrentTags]]:
    """The tags of every current result."""
    builds = Builds.on_this_machine(current.weights_dir)
    async for page in reads.current_results(connection):
        results = (result for stored in page for result in stored.results)
        yield [told for result in results if (told := _told(result, builds)) is not None]


async def _embeddings(
    connection: asyncpg.Connection, current: Settings
) -> AsyncIterator[list[TorrentEmbedding]]:
    """What the work of every current extraction means."""
    stage = Embed(minilm.load(current.weights_dir))
    async for page in reads.current_results(connection):
        results = (result for stored in page for result in stored.results)
        yield stage.told([result for result in results if isinstance(result, Extraction)])


def _told(result: Classification | Extraction | Link, builds: Builds) -> TorrentTags | None:
    """The tags of a result. Returns None, and says so, where no name can hold its model."""
    try:
        return tags_of(result, builds)
    except BadTagName as error:
        log.warning("passed over", infohash=result.infohash, stage=result.stage, why=str(error))
        return None


@dataclass(frozen=True)
class Order:
    """What is to go through a stage again: at most `limit` torrents, or all."""

    stage: str
    waiting: reads.Waiting = reads.Waiting.PENDING
    """For the stage llm: which extractions."""
    limit: int | None = None


async def reprocess(
    current: Settings, order: Order, *, dry_run: bool = False, console: Console | None = None
) -> int:
    """Publish what the stage reads for the stored torrents; returns how many.

    Raises:
        KafkaUnreachable: no broker answers.
        TopicsMissing: `python -m streams.topics create` has not been run.
        DatabaseUnreachable: Postgres does not answer.
    """
    topic = _TOPICS[order.stage]
    limit = order.limit
    await require_topics(current, [topic.name])
    connection = await connect(current, Access.READER)
    done = 0
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    try:
        async with Publisher(current) as publisher:
            with Progress(
                *columns, console=console, disable=console is None, transient=True
            ) as progress:
                task = progress.add_task(f"{order.stage}: to {topic.name}", total=limit)
                async for page in pages(connection, current, order):
                    chosen = page if limit is None else page[: limit - done]
                    if not dry_run:
                        await publisher.publish(
                            message(topic, _key(event), event, source="reprocess")
                            for event in chosen
                        )
                    done += len(chosen)
                    progress.update(task, completed=done)
                    if limit is not None and done >= limit:
                        break
    finally:
        await connection.close()
    return done


def _key(event: Event) -> str:
    """The infohash: a torrent's events stay in order."""
    for part in (event, getattr(event, "torrent", None), getattr(event, "extraction", None)):
        if (infohash := getattr(part, "infohash", None)) is not None:
            return str(infohash)
    raise TypeError(f"a {type(event).__name__} has no infohash")


async def _main(order: Order, *, dry_run: bool) -> None:
    console = Console()
    done = await reprocess(settings(), order, dry_run=dry_run, console=console)
    verb = "would be sent" if dry_run else "sent"
    what = "results" if order.stage == "tags" else "torrents"
    console.print(f"{done:,} {what} {verb} to {order.stage}", highlight=False)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    reading = parser(
        "python -m streams.reprocess", "Send stored torrents through a stage again.", _EXAMPLES
    )
    reading.add_argument(
        "stage", choices=list(_TOPICS), help="classify, extract, llm, match, tags or embed"
    )
    which = reading.add_mutually_exclusive_group()
    which.add_argument(
        "--pending",
        action="store_true",
        help="llm: what was requested and has no answer (the default)",
    )
    which.add_argument("--over-budget", action="store_true", help="llm: what went over the budget")
    reading.add_argument("--limit", type=int, metavar="N", help="at most N")
    reading.add_argument("--dry-run", action="store_true", help="count, send nothing")
    chosen = reading.parse_args(arguments)
    if chosen.stage != "llm" and (chosen.pending or chosen.over_budget):
        reading.error("--pending and --over-budget are of llm")
    configure(settings())
    waiting = reads.Waiting.OVER_BUDGET if chosen.over_budget else reads.Waiting.PENDING
    return finish(_main(Order(chosen.stage, waiting, chosen.limit), dry_run=chosen.dry_run))


if __name__ == "__main__":
    sys.exit(main())
