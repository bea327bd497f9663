"""`python -m streams.status [--watch]`: what waits, what failed, what there is. Exit code 1 when
something does not answer.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field

import asyncpg
from aiokafka.errors import KafkaError
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table

from infra.postgres.connect import DatabaseUnreachable, connect
from infra.settings import Settings, settings
from streams.kafka.consumer import KafkaUnreachable
from streams.operate.lag import lags
from streams.operate.process import parser

_EXAMPLES = """examples:
  python -m streams.status               once
  python -m streams.status --watch       again every two seconds, with rates
  python -m streams.status --json        for programs
"""

_ROWS = {
    "torrents": "SELECT count(*) FROM torrents",
    "classified": "SELECT count(*) FROM classifications",
    "extracted": "SELECT count(*) FROM extractions",
    "answered by llm": "SELECT count(*) FROM extractions WHERE method = 'llm'",
    "linked": "SELECT count(*) FROM links WHERE status IN ('exact', 'high', 'medium')",
}
_PENDING = "SELECT count(*) FROM llm_pending"
_OVER_BUDGET = "SELECT count(*) FROM extractions WHERE llm = 'over_budget'"
_LETTERS = "SELECT stage, reason, count(*) FROM dead_letters WHERE redriven_at IS NULL GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
_REDRIVEN = "SELECT count(*) FROM dead_letters WHERE redriven_at IS NOT NULL"


@dataclass
class Status:
    """One look at the pipeline. Counts are of rows in Postgres; `lag` is in records of Kafka, by
    stage.
    """

    lag: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    llm_pending: int = 0
    llm_over_budget: int = 0
    dead_letters: list[tuple[str, str, int]] = field(default_factory=list)
    redriven: int = 0
    at: float = field(default_factory=time.time)

    @property
    def drained(self) -> bool:
        """Nothing waits but, perhaps, for the GGUF workers."""
        return all(count == 0 for stage, count in self.lag.items() if stage != "llm")


async def look(current: Settings) -> Status:
    """Look once.

    Raises:
        KafkaUnreachable, DatabaseUnreachable
        asyncpg.UndefinedTableError: the migrations have not been applied.
    """
    try:
        lag = await lags(current)
    except (KafkaError, OSError) as error:
        raise KafkaUnreachable(
            f"Kafka does not answer at {current.kafka_bootstrap}; `python -m infra.local up`"
        ) from error
    connection = await connect(current, read_only=True)
    try:
        return Status(
            lag=lag,
            rows={name: await connection.fetchval(query) for name, query in _ROWS.items()},
            llm_pending=await connection.fetchval(_PENDING),
            llm_over_budget=await connection.fetchval(_OVER_BUDGET),
            dead_letters=[tuple(row) for row in await connection.fetch(_LETTERS)],
            redriven=await connection.fetchval(_REDRIVEN),
        )
    finally:
        await connection.close()


def drawn(now: Status, before: Status | None = None) -> Group:
    """The status as tables; with an earlier look also rates."""
    lag = Table("stage", "waiting", title="Kafka")
    for stage, count in now.lag.items():
        lag.add_row(stage, f"{count:,}")
    rows = Table("rows", "count", "per second", title="Postgres")
    seconds = max(now.at - before.at, 1e-6) if before else 0.0
    for name, count in now.rows.items():
        rate = f"{max(0, count - before.rows[name]) / seconds:,.0f}" if before else ""
        rows.add_row(name, f"{count:,}", rate)
    rows.add_row("llm: pending", f"{now.llm_pending:,}", "")
    rows.add_row("llm: over budget", f"{now.llm_over_budget:,}", "")
    letters = Table(
        "stage",
        "reason",
        "dead letters",
        title=f"Dead letters ({now.redriven:,} more were redriven)",
    )
    for stage, reason, count in now.dead_letters:
        letters.add_row(stage, reason, f"{count:,}")
    return Group(lag, rows, letters) if now.dead_letters else Group(lag, rows)


async def _watch(current: Settings, console: Console, every: float) -> None:
    before: Status | None = None
    with Live(console=console, refresh_per_second=4) as live:
        while True:
            now = await look(current)
            live.update(drawn(now, before))
            before = now
            await asyncio.sleep(every)


def main(arguments: list[str] | None = None) -> int:
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
        "--json", action="store_true", help="print JSON instead of tables"
    )
    chosen = arguments_parser.parse_args(arguments)
    console = Console()
    try:
        if chosen.watch:
            asyncio.run(_watch(settings(), console, chosen.every))
        status = asyncio.run(look(settings()))
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
