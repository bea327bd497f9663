"""`python -m streams.operate retain`: drop torrents by age, class, seeders and size."""

import json
import re
import sys
from argparse import ArgumentTypeError, Namespace
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import timedelta

from rich.console import Console
from rich.table import Table

from infra import ranges
from infra.logging import configure
from infra.postgres.access import Access
from infra.postgres.care.drops import Choice, Share, Sizes, choose, drop
from infra.postgres.connect import connect
from infra.ranges import plainly_read, said_size
from infra.settings import Settings, settings
from schemas import MEDIUM_OF
from schemas.topics import REQUIRED, TOPICS
from streams.kafka.consumer import require_topics
from streams.kafka.publisher import Message, Publisher
from streams.operate.care import errors, plainly, steps
from streams.operate.process import finish, parser

COMPACTED = tuple(name for name in REQUIRED if TOPICS[name].compact)
"""Topics that keep the last word of each torrent; a tombstone is a word, too."""

_EXAMPLES = """examples:
  python -m streams.operate retain --older-than 365d --dry-run            not seen for a year
  python -m streams.operate retain --class software --class video/movie --max-seeders 0
  python -m streams.operate retain --budget 50GiB --dry-run               the least seeded first
  python -m streams.operate retain --budget 50GiB --older-than 90d --class other

Conditions are joined by "and". Torrents of which a person said something stay, whatever the
conditions say, unless --corrected is given. Each torrent that goes gets a tombstone on the topics
that are compacted; --no-tombstones leaves Kafka alone. Killed,
type it again: it goes on with what is left.
Afterwards Postgres uses the room again; `python -m streams.operate vacuum` tells more.

exit codes: 0 done; 1 it could not be, the last line says why; 2 wrong options
"""

_DAYS = {"d": 1, "w": 7, "y": 365}
_ALL = (
    "write 1d, 50GiB or more; who wants everything gone empties the stack"
    " (`python -m infra.local wipe`) or drops the database"
)

TellOthers = Callable[[Sequence[str]], Awaitable[None]]


async def retain(
    current: Settings,
    choice: Choice,
    *,
    dry_run: bool = False,
    tombstones: bool = True,
    on_progress: Callable[[str, int, int], None] = lambda step, done, total: None,
) -> tuple[list[Share], Sizes, int]:
    """Drop what is chosen; returns what was chosen by class, what there was, how many went.

    Raises:
        DatabaseUnreachable, KafkaUnreachable: a server does not answer.
        TopicsMissing: topics have not been made.
    """
    connection = await connect(current, Access.OWNER)
    try:
        on_progress("what goes", 0, 1)
        shares, sizes = await choose(connection, choice)
        wanted = sum(share.torrents for share in shares)
        if dry_run or not wanted:
            return shares, sizes, 0
        async with _burying(current, active=tombstones) as bury:
            done = await drop(
                connection, choice, bury, lambda done: on_progress("torrents", done, wanted)
            )
        return shares, sizes, done
    finally:
        await connection.close()


@asynccontextmanager
async def _burying(current: Settings, *, active: bool) -> AsyncIterator[TellOthers]:
    """What publishes the tombstones of a batch, and returns when Kafka has them."""

    async def pass_over(_: Sequence[str]) -> None:
        return None

    if not active:
        yield pass_over
        return
    await require_topics(current, COMPACTED)
    async with Publisher(current) as publisher:

        async def bury(infohashes: Sequence[str]) -> None:
            await publisher.publish(
                Message(name, infohash.encode(), None)
                for infohash in infohashes
                for name in COMPACTED
            )

        yield bury


def _print(shares: Sequence[Share], sizes: Sizes, *, dry_run: bool) -> None:
    table = Table(
        "class", "torrents", "bytes", title="would be dropped" if dry_run else "to be dropped"
    )
    for share in shares:
        label = f"{share.medium}/{share.subcategory}" if share.medium else "not classified"
        table.add_row(label, f"{share.torrents:,}", said_size(share.bytes))
    console = Console(highlight=False)
    console.print(table if shares else "nothing to drop")
    console.print(f"of {sizes.torrents:,} torrents, whose rows take {said_size(sizes.bytes)}")
    if sizes.kept_for_people:
        console.print(f"{sizes.kept_for_people:,} more stay: people corrected them (--corrected)")


async def _main(chosen: Namespace, choice: Choice) -> None:
    with plainly(), steps("retain") as tell:
        shares, sizes, gone = await retain(
            settings(),
            choice,
            dry_run=chosen.dry_run,
            tombstones=not chosen.no_tombstones,
            on_progress=tell,
        )
    if chosen.json:
        print(  # noqa: T201
            json.dumps(
                {"classes": [asdict(share) for share in shares], **asdict(sizes), "gone": gone}
            )
        )
        return
    _print(shares, sizes, dry_run=chosen.dry_run)
    if not chosen.dry_run:
        errors.print(f"{gone:,} torrents dropped")


def _age(text: str) -> timedelta:
    match = re.fullmatch(r"(\d{1,5})([dwy])", text)
    if not match:
        raise ArgumentTypeError("must be days, weeks or years: 90d, 12w, 2y")
    if not int(match[1]):
        raise ArgumentTypeError(f"{text} is the age of every torrent: {_ALL}")
    return timedelta(days=int(match[1]) * _DAYS[match[2]])


@plainly_read
def _budget(text: str) -> int:
    budget = ranges.size(text)
    if not budget:
        raise ValueError(f"{text} has room for no torrent: {_ALL}")
    return budget


def _class(text: str) -> str:
    medium, _, subcategory = text.partition("/")
    known = {
        str(of): {str(sub) for sub, its in MEDIUM_OF.items() if its == of}
        for of in MEDIUM_OF.values()
    }
    if medium not in known or (subcategory and subcategory not in known[medium]):
        raise ArgumentTypeError(f"{text!r} is no class; one is audio, or audio/album")
    return text


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError("must be a number, 0 or more")
    return min(int(text), 2**31 - 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    reading = parser(
        "python -m streams.operate retain", "Drop torrents that are no longer wanted.", _EXAMPLES
    )
    reading.add_argument(
        "--older-than", type=_age, metavar="AGE", help="not seen for so long: 90d, 12w, 2y"
    )
    reading.add_argument(
        "--class",
        dest="classes",
        type=_class,
        action="append",
        default=[],
        metavar="CLASS",
        help="of this medium or class: audio, audio/album; may be repeated",
    )
    reading.add_argument(
        "--max-seeders", type=_count, metavar="N", help="with N seeders at most, as far as known"
    )
    reading.add_argument(
        "--budget",
        type=_budget,
        metavar="SIZE",
        help="no more than it takes until all rows fit in SIZE (50GiB), the least seeded first",
    )
    reading.add_argument(
        "--corrected", action="store_true", help="also torrents that people corrected, with that"
    )
    reading.add_argument("--no-tombstones", action="store_true", help="leave Kafka alone")
    reading.add_argument("--dry-run", action="store_true", help="say what would go, drop nothing")
    reading.add_argument("--json", action="store_true", help="print JSON instead of a table")
    chosen = reading.parse_args(arguments)
    choice = Choice(
        chosen.older_than,
        tuple(chosen.classes),
        chosen.max_seeders,
        chosen.budget,
        chosen.corrected,
    )
    if choice in (Choice(), Choice(corrected=True)):
        reading.error("say which: --older-than, --class, --max-seeders or --budget")
    configure(settings())
    return finish(_main(chosen, choice))


if __name__ == "__main__":
    sys.exit(main())
