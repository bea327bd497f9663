"""`python -m streams.operate verify`: whether the tables agree with each other and with the rule.

It only reads. Exit code 1 and a table when something is wrong.
"""

import json
import sys
from argparse import ArgumentTypeError, Namespace
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from infra.logging import configure
from infra.postgres.access import Access
from infra.postgres.care.faults import CHECKS, Fault, counts, faults, ranges
from infra.postgres.connect import connect
from infra.settings import Settings, settings
from streams.operate.care import plainly, steps
from streams.operate.process import StartError, finish, parser
from streams.terminal.text import shown

_SHOWN = 5
"""Rows of a check that are shown; all are counted."""

_WHAT = {check.name: check.what for check in CHECKS}

_EXAMPLES = """examples:
  python -m streams.operate verify                   all of it; while the pipeline runs, too
  python -m streams.operate verify --after 7f00      go on from there
  python -m streams.operate verify --json            for programs

An event of a later stage may be written before one of an earlier stage: while the pipeline works,
"link without extraction" may name rows that are whole a moment later.

exit codes: 0 all is well; 1 something is wrong, or a server does not answer; 2 wrong options
"""


class Faulty(StartError):
    """Rows are wrong; the message says how many."""


@dataclass
class Verified:
    """What was found."""

    rows: dict[str, int]
    wrong: Counter[str] = field(default_factory=Counter)
    """How many rows are wrong, by check; of one range at most a thousand are counted."""
    examples: list[Fault] = field(default_factory=list)


async def verify(
    current: Settings,
    *,
    after: bytes = b"",
    on_progress: Callable[[str, int, int], None] = lambda step, done, total: None,
) -> Verified:
    """Look for rows that contradict each other.

    Args:
        current: the settings.
        after: only infohashes from these bytes on.
        on_progress: is told the range in work, how many are done, and of how many.

    Raises:
        DatabaseUnreachable: Postgres does not answer.
    """
    connection = await connect(current, Access.READER)
    try:
        verified = Verified(await counts(connection))
        listed = await ranges(connection, after)
        for done, within in enumerate(listed):
            on_progress(f"from {within.first.hex()}", done, len(listed))
            async for fault in faults(connection, within):
                verified.wrong[fault.check] += 1
                if verified.wrong[fault.check] <= _SHOWN:
                    verified.examples.append(fault)
    finally:
        await connection.close()
    return verified


def _print(verified: Verified) -> None:
    console = Console(highlight=False)
    table = Table("", "rows", title="what there is")
    for name, number in verified.rows.items():
        table.add_row(name, f"{number:,}")
    console.print(table)
    if not verified.wrong:
        console.print("every row agrees with its history")
        return
    faulty = Table("what is wrong", "rows", "infohash", "detail")
    for check, number in verified.wrong.items():
        named = [fault for fault in verified.examples if fault.check == check]
        for place, fault in enumerate(named):
            label = f"{check}: {_WHAT[check]}" if place == 0 else ""
            # A detail may be a torrent's name: hostile text.
            detail = shown(fault.detail, 60)
            faulty.add_row(label, f"{number:,}" if place == 0 else "", fault.infohash, detail)
    console.print(faulty)


async def _main(chosen: Namespace) -> None:
    with plainly(), steps("verify") as tell:
        verified = await verify(settings(), after=chosen.after, on_progress=tell)
    if chosen.json:
        examples = [
            {"check": fault.check, "infohash": fault.infohash, "detail": fault.detail}
            for fault in verified.examples
        ]
        print(json.dumps({"rows": verified.rows, "wrong": verified.wrong, "examples": examples}))  # noqa: T201
    else:
        _print(verified)
    if number := verified.wrong.total():
        raise Faulty(f"{number:,} rows are wrong")


def _prefix(text: str) -> bytes:
    try:
        return bytes.fromhex(text)[:20]
    except ValueError as error:
        raise ArgumentTypeError("must be hex digits, an even number of them") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    reading = parser(
        "python -m streams.operate verify",
        "Look for rows that contradict each other, or the rule that chooses the current result.",
        _EXAMPLES,
    )
    reading.add_argument(
        "--after", type=_prefix, default=b"", metavar="HEX", help="only infohashes from here on"
    )
    reading.add_argument("--json", action="store_true", help="print JSON instead of tables")
    chosen = reading.parse_args(arguments)
    configure(settings())
    return finish(_main(chosen))


if __name__ == "__main__":
    sys.exit(main())
