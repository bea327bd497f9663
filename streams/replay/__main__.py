"""`python -m streams.replay DUMP`: publish a dump of torrent metadata to Kafka."""

import asyncio
import signal
import sys
from datetime import UTC, datetime

from aiokafka.errors import KafkaError
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from infra.logging import configure
from infra.settings import settings
from models.ban.ban_list import BanRulesInvalid
from streams.kafka.consumer import KafkaUnreachable, TopicsMissing
from streams.operate.process import parser
from streams.replay.checkpoint import DumpChanged
from streams.replay.compressed import DumpUnreadable
from streams.replay.formats import Format
from streams.replay.replay import Options, Summary, replay
from streams.replay.rows import Rejected

_EXAMPLES = """examples:
  python -m streams.replay torrents.csv.gz                 format and compression are detected
  python -m streams.replay dump.jsonl.zst --rate 500       at most 500 records a second
  python -m streams.replay database.sqlite3 --resume       go on where the last run was stopped
  zstdcat dump.zst | python -m streams.replay -            standard input
  python -m streams.replay dump.csv --dry-run --verbose    read and count only; tell every row that is skipped
"""


def _arguments(arguments: list[str] | None) -> tuple[Options, bool, bool]:
    reading = parser(
        "python -m streams.replay",
        "Publish a dump of torrent metadata to torrents.discovered.",
        _EXAMPLES,
    )
    reading.add_argument(
        "dump",
        metavar="DUMP",
        help="torrents.csv, magnetico SQLite or JSON lines; .gz .zst .xz; - is stdin",
    )
    reading.add_argument(
        "--format",
        type=Format,
        choices=list(Format),
        default=Format.AUTO,
        help="instead of detecting it",
    )
    reading.add_argument("--rate", type=_positive, metavar="N", help="at most N records a second")
    reading.add_argument("--limit", type=int, metavar="N", help="only N records")
    reading.add_argument(
        "--resume", action="store_true", help="go on where the last run of this dump ended"
    )
    reading.add_argument(
        "--observed-at",
        type=_moment,
        metavar="ISO",
        help="when the records were seen, if they do not say",
    )
    reading.add_argument("--dry-run", action="store_true", help="read and count, publish nothing")
    reading.add_argument("--quiet", action="store_true", help="no progress bar")
    reading.add_argument(
        "--verbose", action="store_true", help="tell every row that is skipped, with its line"
    )
    chosen = reading.parse_args(arguments)
    options = Options(
        chosen.dump,
        chosen.format,
        chosen.rate,
        chosen.limit,
        chosen.resume,
        chosen.dry_run,
        chosen.observed_at,
    )
    return options, chosen.quiet, chosen.verbose


def _positive(text: str) -> float:
    if (value := float(text)) <= 0:
        raise ValueError("must be above 0")
    return value


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


async def _replay(options: Options, quiet: bool, verbose: bool, console: Console) -> Summary:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]:>9,.0f}/s"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal) as progress:
        task = progress.add_task("replay", total=None, rate=0.0)

        def on_progress(summary: Summary) -> None:
            known = options.limit or None
            part = summary.read / known if known else summary.fraction
            rate = summary.read / max(summary.seconds, 1e-6)
            progress.update(
                task, total=1.0 if part is not None else None, completed=part or 0, rate=rate
            )

        def on_rejected(record: Rejected) -> None:
            if verbose:
                progress.console.print(
                    escape(f"line {record.line}: {record.reason}: {record.detail}"), highlight=False
                )

        return await replay(
            options, settings(), on_progress=on_progress, on_rejected=on_rejected, stop=stop
        )


def _tell(summary: Summary, options: Options, console: Console) -> None:
    table = Table(
        "what",
        "records",
        "first lines",
        title="replay" + (" (dry run, nothing published)" if options.dry_run else ""),
    )
    if summary.resumed_at:
        table.add_row("dealt with before", f"{summary.resumed_at:,}", "")
    table.add_row("read", f"{summary.read:,}", "")
    table.add_row(
        "would be published" if options.dry_run else "published", f"{summary.published:,}", ""
    )
    for rule, count in summary.banned.most_common():
        table.add_row(f"banned: {rule}", f"{count:,}", "")
    for reason, count in summary.skipped.most_common():
        table.add_row(
            f"skipped: {reason}",
            f"{count:,}",
            ", ".join(str(one.line) for one in summary.examples[reason]),
        )
    for what, count in summary.ignored.most_common():
        table.add_row(f"left unknown: {what}", f"{count:,}", "")
    console.print(table)
    console.print(
        f"{summary.read:,} records in {summary.seconds:.1f} s: {summary.read / max(summary.seconds, 1e-6):,.0f}/s"
    )
    if summary.fault:
        console.print(
            f"[bold]the dump ends early[/bold]: {escape(summary.fault)}; what was readable was published"
        )
    if summary.interrupted:
        console.print("stopped; go on with --resume")


def main(arguments: list[str] | None = None) -> int:
    options, quiet, verbose = _arguments(arguments)
    configure(settings())
    console = Console(stderr=True)
    try:
        summary = asyncio.run(_replay(options, quiet, verbose, console))
    except (DumpUnreadable, DumpChanged, KafkaUnreachable, TopicsMissing, BanRulesInvalid) as error:
        console.print(escape(str(error)), highlight=False)
        return 1
    except KafkaError as error:
        console.print(
            f"Kafka failed ({escape(repr(error))}); go on with --resume when it is back",
            highlight=False,
        )
        return 1
    _tell(summary, options, console)
    return 130 if summary.interrupted else 1 if summary.fault else 0


if __name__ == "__main__":
    sys.exit(main())
