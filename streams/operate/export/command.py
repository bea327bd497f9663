"""`python -m streams.operate export OUT`: current results for other programs."""

import os
import sys
from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.logging import configure
from infra.postgres.access import Access
from infra.postgres.care.rows import Wanted, current_rows, next_since
from infra.postgres.connect import connect
from infra.settings import Settings, settings
from streams.operate.care import errors, plainly, steps
from streams.operate.export.formats import FORMATS
from streams.operate.export.target import Target, ToStream, target_of
from streams.operate.process import finish, parser
from streams.pipeline.bans import load_bans

_AT_ONCE = 500
"""Rows that are written together; a row with 2,000 files is some hundred kilobytes."""

_SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet"}

_EXAMPLES = """examples:
  python -m streams.operate export results.jsonl                 all of it, an object a line
  python -m streams.operate export torrents.csv                  the columns of torrents.csv
  python -m streams.operate export results.parquet               a folder of files (extra: export)
  python -m streams.operate export new.jsonl --since 2026-11-01  what was recorded from then on
  python -m streams.operate export - --format jsonl | zstd > results.jsonl.zst

Killed, type it again: a file or folder goes on where it was. The last line says what to give as
--since next time. JSON lines and CSV are dumps that `python -m streams.replay` reads. In a CSV,
names are as they are: give it to a spreadsheet with all columns as text, or a name that begins with
= is a formula. What the ban list bans is left out.

exit codes: 0 done; 1 it could not be, the last line says why; 2 wrong options
"""


async def export(
    current: Settings,
    target: Target,
    wanted: Wanted,
    on_progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Write current results; returns how many rows this run wrote.

    Raises:
        DatabaseUnreachable: Postgres does not answer.
    """
    bans = load_bans(current)
    connection = await connect(current, Access.READER)
    done = 0
    waiting: list[dict[str, Any]] = []
    try:
        target.following = target.following or (await next_since(connection)).isoformat()
        async for row in current_rows(connection, wanted, target.after):
            paths = [file["path"] for file in row.get("files", ())]
            if bans.check(row["name"], infohash=row["infohash"], paths=paths) is not None:
                continue
            waiting.append(row)
            if len(waiting) >= _AT_ONCE:
                target.write(waiting)
                done += len(waiting)
                waiting = []
                on_progress(done)
        if waiting:
            target.write(waiting)
        target.finish()
    finally:
        await connection.close()
    return done + len(waiting)


async def _main(chosen: Namespace, form: str) -> None:
    wanted = Wanted(chosen.since, not chosen.without_adult, chosen.files)
    if chosen.out == "-":
        target: Target = ToStream(form, sys.stdout.buffer)
    else:
        options = {
            "since": chosen.since.isoformat() if chosen.since else None,
            "adult": wanted.adult,
            "files": wanted.files,
            "format": form,
        }
        target = target_of(form, Path(chosen.out), options, force=chosen.force)
    with plainly(), closing(target), steps("export") as tell:
        done = await export(
            settings(), target, wanted, lambda done: tell(f"{done:,} torrents", 0, 0)
        )
    errors.print(f"{done:,} torrents; next time: --since {target.following}")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError("must be a date or a moment: 2026-11-01T12:00:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    reading = parser(
        "python -m streams.operate export", "Write current results for other programs.", _EXAMPLES
    )
    reading.add_argument("out", metavar="OUT", help="a file, a folder for Parquet, or - for stdout")
    reading.add_argument(
        "--format", choices=list(FORMATS), help="told from the end of OUT where it is not given"
    )
    reading.add_argument(
        "--since", type=_moment, metavar="MOMENT", help="only what was recorded from then on (UTC)"
    )
    reading.add_argument("--files", action="store_true", help="with the list of files (not in CSV)")
    reading.add_argument("--without-adult", action="store_true", help="leave out adult works")
    reading.add_argument("--force", action="store_true", help="write over what is there")
    chosen = reading.parse_args(arguments)
    form = chosen.format or _SUFFIXES.get(Path(chosen.out).suffix)
    if form is None:
        reading.error(f"say which format: --format {'|'.join(FORMATS)}")
    if form == "csv" and chosen.files:
        reading.error(
            "torrents.csv has no column for files: leave out --files, or write .jsonl or .parquet"
        )
    configure(settings())
    try:
        return finish(_main(chosen, form))
    except BrokenPipeError:
        # Whoever read has enough; nothing is flushed to it at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
