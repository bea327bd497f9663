"""`python -m streams.status [--watch]`: what waits, what failed, what there is.

Exit code 1 when something does not answer.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from aiokafka.errors import KafkaError
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from infra.postgres import telemetry_reads
from infra.postgres.access import Access
from infra.postgres.connect import DatabaseUnreachable, connect
from infra.postgres.counts import LIMIT, Count, count
from infra.roles import LlmMode
from infra.settings import Settings, settings
from streams.kafka.client import KafkaUnreachable, unreachable
from streams.operate.capabilities import roll
from streams.operate.lag import lags
from streams.operate.process import parser

_EXAMPLES = f"""examples:
  python -m streams.status               once
  python -m streams.status --watch       again every two seconds, with rates
  python -m streams.status --exact       count every row; minutes where there are many millions
  python -m streams.status --json        for programs; "about" names the numbers that are estimates

Up to {LIMIT:,} rows are counted one by one; of more the database's own estimate is shown.
"""

_ROWS = {
    "torrents": "torrents",
    "classified": "classifications",
    "extracted": "extractions",
    "answered by llm": "extractions WHERE method = 'llm'",
    "linked": "links WHERE status IN ('exact', 'high', 'medium')",
}
"""What stands behind FROM, by the name that is shown. Every condition has an index."""

_PENDING = "llm_pending"
_OVER_BUDGET = "extractions WHERE llm = 'over_budget' AND method <> 'llm'"
_REDRIVEN = "dead_letters WHERE redriven_at IS NOT NULL"
_LETTERS = "dead_letters WHERE redriven_at IS NULL AND stage = $1 AND reason = $2"

_MOST_KINDS = 100
"""Kinds of dead letters that are shown; ours are about twenty, a foreign program may make more."""

# The kinds of open letters without reading the letters: from each kind the index leads to the next.
_KINDS = """
WITH RECURSIVE kinds AS (
    (
        SELECT stage, reason FROM dead_letters WHERE redriven_at IS NULL
        ORDER BY stage, reason LIMIT 1
    )
    UNION ALL
    SELECT following.stage, following.reason
    FROM kinds, LATERAL (
        SELECT letter.stage, letter.reason FROM dead_letters AS letter
        WHERE letter.redriven_at IS NULL
            AND (letter.stage, letter.reason) > (kinds.stage, kinds.reason)
        ORDER BY letter.stage, letter.reason LIMIT 1
    ) AS following
)
SELECT stage, reason FROM kinds LIMIT $1
"""


@dataclass
class Status:
    """One look at the pipeline.

    Counts are of rows in Postgres; `lag` is in records of Kafka, by stage. `about` names the counts
    that are estimates.
    """

    lag: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    llm_off: bool = False
    """Nobody is to be asked now: what waits for the GGUF workers was asked before, and stays."""
    llm_pending: int = 0
    llm_over_budget: int = 0
    dead_letters: list[tuple[str, str, int]] = field(default_factory=list)
    redriven: int = 0
    models: list[dict[str, Any]] = field(default_factory=list)
    """What each model did in a week, as telemetry counted it; empty where it never was."""
    runtimes: list[dict[str, Any]] = field(default_factory=list)
    """A row for each stage of each process that runs models now."""
    missing: dict[str, int] = field(default_factory=dict)
    """Stages that no process reads for, and the records that wait for them."""
    runtimes_unknown: str = ""
    """Why it is not known what runs; empty where it is."""
    about: list[str] = field(default_factory=list)
    at: float = field(default_factory=time.time)

    @property
    def drained(self) -> bool:
        """Nothing waits but, perhaps, for the GGUF workers."""
        return all(waiting == 0 for stage, waiting in self.lag.items() if stage != "llm")

    def shown(self, name: str, number: int) -> str:
        """A count for people."""
        return str(Count(number, about=name in self.about))


async def look(current: Settings, *, exact: bool = False) -> Status:
    """Look once. Without `exact` no look reads more than some ten thousand rows of a table.

    Raises:
        KafkaUnreachable: no broker answers.
        DatabaseUnreachable: Postgres does not answer.
        asyncpg.UndefinedTableError: the migrations have not been applied.
    """
    try:
        lag = await lags(current)
    except (KafkaError, OSError) as error:
        raise await unreachable(current) from error
    runtimes = await roll.roll_call(current)
    connection = await connect(current, Access.READER)
    try:
        status = await counted(connection, exact=exact)
    finally:
        await connection.close()
    status.lag = lag
    status.llm_off = current.llm_mode is LlmMode.OFF
    status.runtimes = roll.rows(runtimes)
    missing = runtimes.missing(roll.expected(current))
    status.missing = {stage: lag.get(stage, 0) for stage in missing}
    status.runtimes_unknown = runtimes.unknown
    return status


async def counted(connection: asyncpg.Connection, *, exact: bool = False) -> Status:
    """What Postgres has; the lag is left out."""
    status = Status()

    async def number(name: str, source: str, *arguments: object) -> int:
        rows = await count(connection, source, *arguments, exact=exact)
        if rows.about:
            status.about.append(name)
        return rows.rows

    status.rows = {name: await number(name, source) for name, source in _ROWS.items()}
    status.llm_pending = await number("llm_pending", _PENDING)
    status.llm_over_budget = await number("llm_over_budget", _OVER_BUDGET)
    status.redriven = await number("redriven", _REDRIVEN)
    kinds = await connection.fetch(_KINDS, _MOST_KINDS)
    letters = [
        (
            kind["stage"],
            kind["reason"],
            await number(f"{kind['stage']}: {kind['reason']}", _LETTERS, *kind),
        )
        for kind in kinds
    ]
    status.dead_letters = sorted(letters, key=lambda letter: (-letter[2], letter[:2]))
    status.models = await _models(connection)
    return status


async def _models(connection: asyncpg.Connection) -> list[dict[str, Any]]:
    """What telemetry has of the last week."""
    since = datetime.now(UTC).date() - timedelta(days=6)
    return [
        {
            **asdict(told.answerer),
            "results": told.results,
            "mean_confidence": told.mean_confidence,
            "corrected": told.corrected,
            "rows": told.rows,
        }
        for told in await telemetry_reads.summary(connection, since)
    ]


def drawn(now: Status, before: Status | None = None) -> Group:
    """The status as tables; with an earlier look also rates."""
    lag = Table("stage", "waiting", title="Kafka")
    for stage, waiting in now.lag.items():
        is_off = stage == "llm" and now.llm_off
        lag.add_row(f"{stage} (off: queued)" if is_off else stage, f"{waiting:,}")
    rows = Table("rows", "count", "per second", title="Postgres")
    seconds = max(now.at - before.at, 1e-6) if before else 0.0
    for name, number in now.rows.items():
        rate = f"{max(0, number - before.rows[name]) / seconds:,.0f}" if before else ""
        rows.add_row(name, now.shown(name, number), rate)
    rows.add_row("llm: pending", now.shown("llm_pending", now.llm_pending), "")
    rows.add_row("llm: over budget", now.shown("llm_over_budget", now.llm_over_budget), "")
    redriven = now.shown("redriven", now.redriven)
    letters = Table(
        "stage", "reason", "dead letters", title=f"Dead letters ({redriven} more were redriven)"
    )
    for stage, reason, number in now.dead_letters:
        letters.add_row(stage, reason, now.shown(f"{stage}: {reason}", number))
    shown: list[RenderableType] = [lag, *_drawn_runtimes(now), rows]
    if now.dead_letters:
        shown.append(letters)
    if now.models:
        shown.append(_drawn_models(now))
    return Group(*shown)


def _drawn_runtimes(now: Status) -> list[RenderableType]:
    """What runs, and a line for each stage that nothing runs for."""
    if now.runtimes_unknown:
        return [Text(f"what runs is not known: {now.runtimes_unknown}", style="yellow")]
    missing = [
        Text(roll.told(stage, waiting), style="yellow") for stage, waiting in now.missing.items()
    ]
    if not now.runtimes:
        return [*missing]
    heads = ("stage", "model", "revision", "a second", "worker")
    runtimes = Table(*heads, title="What runs")
    for told in now.runtimes:
        rate = "" if told["rate"] is None else f"{told['rate']:,.1f}"
        where = f"{told['worker']} {told['url']}" if told["url"] else str(told["worker"])
        # A name from elsewhere is text, and no markup.
        cells = (str(told["stage"]), str(told["model"]), str(told["revision"]), rate, where)
        runtimes.add_row(*map(Text, cells))
    return [runtimes, *missing]


def _drawn_models(now: Status) -> Table:
    """What each model did, as the console shows it."""
    heads = ("stage", "method", "model", "revision", "results", "corrected", "rows shown")
    models = Table(*heads, title="Models, last 7 days (python -m streams.operate.aggregate)")
    for told in now.models:
        names = (str(told[key]) for key in ("stage", "method", "model", "revision"))
        models.add_row(*names, *(f"{told[key]:,}" for key in ("results", "corrected", "rows")))
    return models


async def _watch(current: Settings, console: Console, every: float, *, exact: bool) -> None:
    before: Status | None = None
    with Live(console=console, refresh_per_second=4) as live:
        while True:
            now = await look(current, exact=exact)
            live.update(drawn(now, before))
            before = now
            await asyncio.sleep(every)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    arguments_parser = parser(
        "python -m streams.status", "What waits, what failed, what there is.", _EXAMPLES
    )
    arguments_parser.add_argument(
        "--watch", action="store_true", help="look again and again, until Ctrl-C"
    )
    arguments_parser.add_argument(
        "--every", type=float, default=2.0, metavar="SECONDS", help="pause between looks (2)"
    )
    arguments_parser.add_argument(
        "--exact", action="store_true", help="count every row, however many there are"
    )
    arguments_parser.add_argument(
        "--json", action="store_true", help="print JSON instead of tables"
    )
    chosen = arguments_parser.parse_args(arguments)
    console = Console()
    try:
        if chosen.watch:
            asyncio.run(_watch(settings(), console, chosen.every, exact=chosen.exact))
        status = asyncio.run(look(settings(), exact=chosen.exact))
    except (KafkaUnreachable, DatabaseUnreachable) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    except asyncpg.UndefinedTableError:
        print("the tables are missing; run `python -m infra.postgres migrate`", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130
    if chosen.json:
        print(json.dumps({**asdict(status), "drained": status.drained}))  # noqa: T201
    else:
        console.print(drawn(status))
    return 0


if __name__ == "__main__":
    sys.exit(main())
