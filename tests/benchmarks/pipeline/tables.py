"""The figures of a run as tables of at most 100 columns."""

import os

from rich.console import Console
from rich.table import Table

from tests.benchmarks.pipeline.drain import Result, spread

STEPS = ("decode", "handle", "conclude", "publish", "acknowledge")
SHOWN = ("decode", "handle", "conclude", "publish", "ack")
_SMALL = 10_000_000
"""Processes below this are shown together."""


def show(console: Console, result: Result) -> None:
    """Prints every table."""
    console.print(parts(result))
    console.print(stages(result))
    console.print(rates(result))
    console.print(memory(result))
    console.print(postgres(result))
    console.print(kafka(result))


def _table(title: str, *columns: str) -> Table:
    table = Table(columns[0], title=title, title_justify="left")
    for column in columns[1:]:
        table.add_column(column, justify="right")
    return table


def parts(result: Result) -> Table:
    """CPU by part, in milliseconds a torrent and as a multiple of parsett's."""
    title = f"CPU a torrent: {result.dump}, {result.torrents:,} torrents, {result.workers}"
    table = _table(title, "part", "replaying", "draining", "ms a torrent", "× parsett", "start, s")
    for name, part in result.parts.items():
        table.add_row(
            name,
            f"{result.each(part.replaying):.3f}" if part.replaying else "",
            f"{result.each(part.draining):.3f}" if part.draining else "",
            f"{result.each(part.cpu):.3f}" if part.cpu else "",
            f"{result.each(part.cpu) / result.parsett:.2f}" if part.cpu else "",
            f"{part.starting:.1f}" if part.starting else "",
        )
    compiling = result.each(result.compiling)
    table.add_row("  of Kafka's, its compiler", "", f"{compiling:.3f}", "", "", "")
    table.add_section()
    together = result.spent
    table.add_row("together", "", "", f"{together:.3f}", f"{together / result.parsett:.2f}", "")
    table.add_section()
    table.add_row("parsett, a name", "", "", f"{result.parsett:.3f}", "1.00", "")
    ratio = result.guessit / result.parsett
    table.add_row("guessit, a name", "", "", f"{result.guessit:.3f}", f"{ratio:.2f}", "")
    table.caption = f"parsett by block, in ms: {spread(result.blocks)}; start is not counted above"
    return table


def stages(result: Result) -> Table:
    """CPU inside the workers, by stage and step, and where their batches waited."""
    title = "inside the workers, CPU milliseconds a torrent"
    table = _table(title, "stage", *SHOWN, "all", "× parsett", "waits", "records")
    working = 0.0
    for name, stage in sorted(result.stages.items()):
        if not stage.records:
            continue
        working += stage.total
        table.add_row(
            name,
            *(f"{result.each(stage.cpu.get(step, 0.0)):.3f}" for step in STEPS),
            f"{result.each(stage.total):.3f}",
            f"{result.each(stage.total) / result.parsett:.2f}",
            f"{result.each(max(0.0, stage.seconds - stage.total)):.2f}",
            f"{stage.records:,}",
        )
    workers = sum(part.cpu for name, part in result.parts.items() if name.startswith("worker:"))
    rest, nothing = result.each(workers - working), ("",) * len(STEPS)
    table.add_row("rest", *nothing, f"{rest:.3f}", f"{rest / result.parsett:.2f}", "", "")
    table.caption = (
        "rest: Faust, the Kafka client, the event loop. waits: milliseconds a torrent in which\n"
        "a batch was in work and its stage did not run: for another stage, process or server"
    )
    return table


def rates(result: Result) -> Table:
    """How fast it was, on this machine and at this hour."""
    table = _table("speed, on this machine only", "what", "value")
    cores = os.cpu_count() or 1
    table.add_row("replayed", f"{result.torrents / result.replay_seconds:,.0f} torrents/s")
    table.add_row("drained in", f"{result.drain_seconds:.1f} s")
    table.add_row("drained", f"{result.rate:,.0f} torrents/s")
    parsett = 1000 / result.parsett
    table.add_row("× parsett on one core", f"{result.rate / parsett:.2f}")
    for name, part in result.parts.items():
        if part.draining:
            share = part.draining / result.drain_seconds
            table.add_row(f"cores busy: {name}", f"{share:.2f}")
    busy = sum(part.draining for part in result.parts.values()) / result.drain_seconds
    table.add_row(f"cores busy, of {cores}", f"{busy:.2f}")
    table.add_row("dead letters", f"{result.dead_letters:,}")
    return table


def memory(result: Result) -> Table:
    """The most that each process took."""
    table = _table("memory at most", "process", "MB")
    for name, peak in sorted(result.peaks.items(), key=lambda item: -item[1]):
        if peak >= _SMALL:
            table.add_row(name, f"{peak / 1e6:,.0f}")
    small = [peak for peak in result.peaks.values() if peak < _SMALL]
    table.add_row(f"{len(small)} smaller ones", f"{sum(small) / 1e6:,.0f}")
    return table


def postgres(result: Result) -> Table:
    """Bytes a torrent by table."""
    table = _table(
        f"Postgres, bytes a torrent ({result.rows:,} rows)",
        *("table", "heap", "indexes", "toast", "all", "dead rows"),
    )
    rows = max(result.rows, 1)
    for size in result.tables:
        numbers = (size.heap, size.indexes, size.toast, size.total)
        table.add_row(size.name, *(f"{number / rows:,.0f}" for number in numbers), f"{size.dead:,}")
    total = sum(size.total for size in result.tables)
    table.add_section()
    table.add_row("together", "", "", "", f"{total / rows:,.0f}", "")
    return table


def kafka(result: Result) -> Table:
    """Bytes a torrent by topic."""
    table = _table("Kafka, bytes a torrent", "topic", "bytes")
    torrents = max(result.torrents, 1)
    for name, size in result.topics.items():
        table.add_row(name, f"{size / torrents:,.0f}")
    table.add_section()
    table.add_row("together", f"{sum(result.topics.values()) / torrents:,.0f}")
    return table
