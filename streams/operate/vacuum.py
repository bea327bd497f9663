"""`python -m streams.operate vacuum`: what Postgres should clean up. It acts if told to."""

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from infra.logging import configure
from infra.postgres.access import Access
from infra.postgres.care.room import Room, act, room
from infra.postgres.connect import connect
from infra.ranges import said_size
from infra.settings import Settings, settings
from streams.operate.care import errors, plainly, steps
from streams.operate.process import finish, parser

_INDEXES = 12
"""The largest ones are shown."""

_EXAMPLES = """examples:
  python -m streams.operate vacuum           look, and say what is to be done
  python -m streams.operate vacuum --do      do what nobody has to wait for: VACUUM and ANALYZE
  python -m streams.operate vacuum --json    for programs

Free room is estimated from the width of the columns. What keeps writers waiting (VACUUM FULL) is
never done by this command.

exit codes: 0 done, whatever was found; 1 a server does not answer; 2 wrong options
"""


async def look(
    current: Settings,
    *,
    do: bool = False,
    on_progress: Callable[[str, int, int], None] = lambda step, done, total: None,
) -> Room:
    """Look at the tables, and with `do` follow the safe part of the advice; returns what was found.

    Raises:
        DatabaseUnreachable: Postgres does not answer.
    """
    connection = await connect(current, Access.OWNER)
    try:
        state = await room(connection)
        safe = [advice for advice in state.advice if advice.is_safe] if do else []
        for done, advice in enumerate(safe):
            on_progress(advice.command, done, len(safe))
            await act(connection, advice)
    finally:
        await connection.close()
    return state


def _print(state: Room, *, do: bool) -> None:
    console = Console(highlight=False)
    tables = Table("table", "rows", "dead", "bytes", "indexes", "free, about", "vacuumed")
    for table in state.tables:
        if not table.size and not table.rows:
            continue
        free = "?" if table.free is None else said_size(table.free)
        when = f"{table.vacuumed:%Y-%m-%d %H:%M}" if table.vacuumed else "never"
        tables.add_row(
            table.name,
            f"{table.rows:,}",
            f"{table.dead:,}",
            said_size(table.size),
            said_size(table.indexes),
            free,
            when,
        )
    console.print(tables)
    indexes = Table("index", "table", "bytes", "used", title="the largest indexes")
    for index in state.indexes[:_INDEXES]:
        indexes.add_row(index.name, index.table, said_size(index.size), f"{index.scans:,} times")
    console.print(indexes)
    if not state.advice:
        console.print("nothing to do")
    for advice in state.advice:
        mark = "done: " if do and advice.is_safe else ""
        console.print(f"{mark}{advice.command};  -- {advice.why}", markup=False)


async def _main(chosen: Namespace) -> None:
    with plainly(), steps("vacuum") as tell:
        state = await look(settings(), do=chosen.do, on_progress=tell)
    if chosen.json:
        print(json.dumps(asdict(state), default=str))  # noqa: T201
    else:
        _print(state, do=chosen.do)
    if not chosen.do and any(advice.is_safe for advice in state.advice):
        errors.print("--do follows the advice that nobody has to wait for")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    reading = parser(
        "python -m streams.operate vacuum", "What Postgres should clean up, and why.", _EXAMPLES
    )
    reading.add_argument("--do", action="store_true", help="VACUUM and ANALYZE where advised")
    reading.add_argument("--json", action="store_true", help="print JSON instead of tables")
    chosen = reading.parse_args(arguments)
    configure(settings())
    return finish(_main(chosen))


if __name__ == "__main__":
    sys.exit(main())
