"""A soak's report as tables."""

from rich.console import Console
from rich.table import Table

from tests.benchmarks.soak.report import Report


def _table(title: str, *columns: str) -> Table:
    table = Table(columns[0], title=title, title_justify="left")
    for column in columns[1:]:
        table.add_column(column, justify="right")
    return table


def show(console: Console, report: Report) -> None:
    """Prints every table; the verdict is the last."""
    growth = _table("memory, MB an hour", "process", "slope", "standard error", "looks", "lives")
    for name, line in report.slopes.items():
        numbers = ("", "", "", "") if line is None else _numbers(line.value, line.error)
        counts = () if line is None else (f"{line.points:,}", f"{line.lives}")
        growth.add_row(name, *numbers[:2], *counts)
    growth.caption = (
        f"least squares; the first {report.settle / 60:g} minutes of each life are left out. Of"
        " lives that\nend before, the last look is a point, and one line goes through them"
    )
    console.print(growth)
    waited = _table("seen -> row, seconds", "rows of", "rows", "p50", "p95", "p99", "worst")
    for name, row in report.latencies.items():
        values = (f"{value:.3f}" for value in (row.p50, row.p95, row.p99, row.worst))
        waited.add_row(name, f"{row.rows:,}", *values)
    console.print(waited)
    lag = _table("lag: the oldest record waited, seconds", "stage", "p50", "p99")
    for stage, (middle, high) in report.lags.items():
        lag.add_row(stage, f"{middle:.2f}", f"{high:.2f}")
    console.print(lag)
    account = report.account
    rows = _table("rows", "what", "count")
    for name, count in (
        ("events published", account.published),
        ("of these dirty", account.dirty),
        ("different clean torrents", account.torrents),
        ("lost: without a row", account.lost),
        ("without a class", account.unclassified),
        ("rows of nothing published", account.strange),
        ("twice", account.duplicates),
        ("dead letters", account.dead_letters),
        ("restarts", len(report.restarts)),
    ):
        rows.add_row(name, f"{count:,}")
    console.print(rows)
    spent = _table("CPU, ms an event, starts of workers included", "part", "ms")
    for name, value in [*report.cpu.items(), ("together", sum(report.cpu.values()))]:
        spent.add_row(name, f"{value:.2f}")
    console.print(spent)
    verdict = _table(f"after {report.seconds / 60:.1f} minutes", "bar", "value", "")
    for bar in report.bars:
        verdict.add_row(bar.name, bar.value, "held" if bar.is_held else "NOT held")
    console.print(verdict)


def _numbers(value: float, error: float) -> tuple[str, str]:
    return f"{value:+.2f}", f"{error:.2f}"
