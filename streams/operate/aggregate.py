"""`python -m streams.operate.aggregate`: count what models said, a row a day, for pages and alarms.

It goes on where the last run was. Run it nightly or hourly; pages only read what it wrote.
"""

import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, date, datetime

import asyncpg

from infra.logging import configure, get_logger
from infra.postgres.access import Access
from infra.postgres.connect import connect
from infra.postgres.telemetry import (
    count_adoption,
    count_days,
    count_feedback,
    days_to_count,
)
from infra.settings import Settings, settings
from streams.operate.process import StartError, finish, parser

log = get_logger(__name__)

_EXAMPLES = """examples:
  python -m streams.operate.aggregate                     what is new since the last run
  python -m streams.operate.aggregate --day 2026-11-01    count this day again
  python -m streams.operate.aggregate --since 2026-11-01  count all days from this one on again

Days are of UTC, by when a result was recorded. It may be killed at any moment: a day is written
whole or not at all, and the next run goes on there. With cron, every hour:
  17 * * * *  cd /srv/mimmo && .venv/bin/python -m streams.operate.aggregate
"""


async def aggregate(
    current: Settings,
    *,
    day: date | None = None,
    since: date | None = None,
    now: datetime | None = None,
) -> int:
    """Count the days that are to be counted; returns how many that were.

    Args:
        current: the settings.
        day: only this one.
        since: all from this one on, instead of those that may have changed.
        now: the time; the clock's by default.

    Raises:
        DatabaseUnreachable: Postgres does not answer.
        StartError: the tables are missing.
    """
    moment = now or datetime.now(UTC)
    connection = await connect(current, Access.WRITER)
    try:
        days = [day] if day else await days_to_count(connection, moment, since=since)
        is_regular = day is None and since is None
        async for counted in count_days(connection, days, moment, remember=is_regular):
            log.info("day counted", day=counted.day.isoformat(), results=counted.results)
        rows = await count_adoption(connection, moment)
        corrected = await count_feedback(connection)
        log.info("counted", days=len(days), current_rows=rows, fields_corrected=corrected)
    except asyncpg.UndefinedTableError as error:
        raise StartError(
            "the tables are missing; run `python -m infra.postgres migrate`"
        ) from error
    finally:
        await connection.close()
    return len(days)


async def _main(chosen: Namespace) -> None:
    await aggregate(settings(), day=chosen.day, since=chosen.since)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    reading = parser(
        "python -m streams.operate.aggregate",
        "Count what models said, how sure they were and how often people contradicted them.",
        _EXAMPLES,
    )
    which = reading.add_mutually_exclusive_group()
    which.add_argument(
        "--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="count only this day, again"
    )
    which.add_argument(
        "--since", type=date.fromisoformat, metavar="YYYY-MM-DD", help="count from this day on"
    )
    chosen = reading.parse_args(arguments)
    configure(settings())
    return finish(_main(chosen))


if __name__ == "__main__":
    sys.exit(main())
