"""The command: its options, its progress bar, and the summary that it ends with."""

import argparse
import asyncio
import sys
from dataclasses import dataclass
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
from infra.postgres.connect import DatabaseUnreachable
from infra.settings import settings
from models.ban.ban_list import BanRulesInvalid
from streams.kafka.client import KafkaUnreachable
from streams.kafka.consumer import TopicsMissing
from streams.kafka.publisher import KafkaStalled
from streams.operate.process import parser, until_signalled
from streams.replay.checkpoint import DumpChanged
from streams.replay.dump import DumpUnreadable
from streams.replay.folder_advice import advice_for
from streams.replay.formats import AUTO, NAMES
from streams.replay.replay import Hooks, Options, replay
from streams.replay.rows import Rejected, shown
from streams.replay.summary import Summary

_EXAMPLES = """examples:
  python -m streams.replay torrents.csv.gz                 format and compression are detected
  python -m streams.replay rarbg_db.sqlite                 RARBG, magnetico, torrents.csv's own
  python -m streams.replay ~/.local/share/qBittorrent/BT_backup     a folder of .torrent files
  python -m streams.replay torrents.tar.zst                an archive of them; .zip, too
  python -m streams.replay postgresql://reader@host/bitmagnet       another bitmagnet's database
  python -m streams.replay dump.jsonl.zst --rate 500       at most 500 records a second
  python -m streams.replay database.sqlite3 --resume       go on where the last run was stopped
  python -m streams.replay dump.csv --since 2026-01-01 --only-new   what is newer and not stored
  zstdcat dump.zst | python -m streams.replay -            standard input
  python -m streams.replay <(zstdcat dump.zst)             so are a named pipe and this
  python -m streams.replay dump.csv --dry-run --verbose    count only; tell every skipped row

exit codes: 0 all was read; 1 the dump or Kafka failed, or no record was of use; 130 stopped
"""

KNOWN = (
    DatabaseUnreachable,
    DumpUnreadable,
    DumpChanged,
    KafkaUnreachable,
    TopicsMissing,
    BanRulesInvalid,
)
"""Errors whose message says what to do."""


@dataclass(frozen=True)
class Showing:
    """How much is shown on the terminal."""

    quiet: bool
    verbose: bool


def _arguments(arguments: list[str] | None) -> tuple[Options, Showing]:
    reading = parser(
        "python -m streams.replay",
        "Publish a dump of torrent metadata to torrents.discovered.",
        _EXAMPLES,
    )
    reading.add_argument(
        "dump",
        metavar="DUMP",
        help=(
            "a table (torrents.csv), SQLite (RARBG, magnetico), JSON, magnet links, .torrent files "
            "(one, a folder, .tar, .zip) or postgresql://… of a bitmagnet; "
            ".gz .zst .xz .bz2 are expanded; - is stdin"
        ),
    )
    reading.add_argument(
        "--format",
        choices=NAMES,
        default=AUTO,
        help="instead of detecting it",
    )
    reading.add_argument("--rate", type=_rate, metavar="N", help="at most N records a second")
    reading.add_argument("--limit", type=_count, metavar="N", help="only N records")
    reading.add_argument(
        "--resume", action="store_true", help="go on where the last run of this dump ended"
    )
    reading.add_argument(
        "--observed-at",
        type=_moment,
        metavar="ISO",
        help="when the records were seen, whatever they say",
    )
    reading.add_argument(
        "--since",
        type=_moment,
        metavar="ISO",
        help="pass over records whose own dates are all older; those without a date are kept",
    )
    reading.add_argument(
        "--only-new", action="store_true", help="pass over what Postgres already has"
    )
    reading.add_argument("--dry-run", action="store_true", help="read and count, publish nothing")
    reading.add_argument("--quiet", action="store_true", help="no progress bar")
    reading.add_argument(
        "--verbose", action="store_true", help="tell every row that is skipped, with its line"
    )
    chosen = reading.parse_args(arguments)
    options = Options(
        dump=chosen.dump,
        format=chosen.format,
        rate=chosen.rate,
        limit=chosen.limit,
        resume=chosen.resume,
        dry_run=chosen.dry_run,
        observed_at=chosen.observed_at,
        since=chosen.since,
        only_new=chosen.only_new,
    )
    return options, Showing(quiet=chosen.quiet, verbose=chosen.verbose)


def _rate(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("must be a number above 0")
    return value


def _count(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError("must be a whole number, at least 1")
    return value


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("must be a date as 2026-01-31T12:00:00") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


async def _replay(options: Options, showing: Showing, console: Console) -> Summary:
    stop = until_signalled()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]:>9,.0f}/s"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    is_hidden = showing.quiet or not console.is_terminal
    with Progress(*columns, console=console, disable=is_hidden) as progress:
        task = progress.add_task("replay", total=None, rate=0.0)

        def on_progress(summary: Summary) -> None:
            part = summary.read / options.limit if options.limit else summary.fraction
            total = None if part is None else 1.0
            progress.update(task, total=total, completed=part or 0, rate=summary.rate)

        def on_rejected(record: Rejected) -> None:
            if showing.verbose:
                line = f"line {record.line}: {record.reason}: {record.detail}"
                progress.console.print(escape(line), highlight=False)

        return await replay(options, settings(), hooks=Hooks(on_progress, on_rejected, stop))


def _table(summary: Summary, options: Options) -> Table:
    note = " (dry run, nothing published)" if options.dry_run else ""
    table = Table("what", "records", "first lines", title="replay" + note)
    if summary.resumed_at:
        table.add_row("dealt with before", f"{summary.resumed_at:,}", "")
    table.add_row("read", f"{summary.read:,}", "")
    published = "would be published" if options.dry_run else "published"
    table.add_row(published, f"{summary.published:,}", "")
    for rule, count in summary.banned.most_common():
        table.add_row(f"banned: {rule}", f"{count:,}", "")
    for reason, count in summary.passed.most_common():
        table.add_row(f"passed over: {reason}", f"{count:,}", "")
    for reason, count in summary.skipped.most_common():
        lines = ", ".join(str(record.line) for record in summary.examples[reason])
        table.add_row(f"skipped: {reason}", f"{count:,}", lines)
    for what, count in summary.ignored.most_common():
        table.add_row(f"left unknown: {what}", f"{count:,}", "")
    return table


def _tell(summary: Summary, options: Options, console: Console) -> None:
    console.print(_table(summary, options))
    console.print(f"{summary.read:,} records in {summary.seconds:.1f} s: {summary.rate:,.0f}/s")
    if summary.interrupted:
        console.print("stopped" if options.dry_run else "stopped; go on with --resume")
        return
    if summary.fault:
        advice = "" if options.dry_run else "; what was readable was published"
        console.print(f"[bold]the dump ends early[/bold]: {escape(summary.fault)}{advice}")
    elif summary.is_empty:
        console.print("the dump holds no records")
    if summary.is_empty or summary.is_barren:
        for line in advice_for(options.dump):
            console.print(line, highlight=False, markup=False, soft_wrap=True)
    if summary.is_barren:
        console.print(_barren(summary), highlight=False, markup=False, soft_wrap=True)


def _barren(summary: Summary) -> str:
    """What was there, and what should be: every record was skipped."""
    columns = ", ".join(shown(column) for column in summary.columns) or "nothing"
    return (
        f"none of the {summary.read:,} records is a torrent, so nothing was published.\n"
        f"seen: {columns}\nexpected: {summary.expects}"
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    options, showing = _arguments(arguments)
    configure(settings())
    console = Console(stderr=True)
    try:
        summary = asyncio.run(_replay(options, showing, console))
    except KNOWN as error:
        console.print(escape(str(error)), highlight=False, soft_wrap=True)
        return 1
    except (KafkaError, KafkaStalled) as error:
        reason = str(error) if isinstance(error, KafkaStalled) else repr(error)
        console.print(
            f"Kafka failed ({escape(reason)}); go on with --resume when it is back",
            highlight=False,
            soft_wrap=True,
        )
        return 1
    except OSError as error:
        console.print(escape(f"the replay cannot go on: {error}"), highlight=False, soft_wrap=True)
        return 1
    _tell(summary, options, console)
    return summary.exit_code


if __name__ == "__main__":
    sys.exit(main())
