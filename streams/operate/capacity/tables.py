"""A plan's needs as tables: the same rows for a terminal and for a page of the documentation."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from schemas.topics import TOPICS
from streams.operate.capacity import arithmetic
from streams.operate.capacity.arithmetic import DAY, Pick, Plan, Range
from streams.operate.capacity.measured import Measured


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its title, its columns, its rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """The table as a page has it; the first column is words, the others numbers."""
        rule = ["---", *("---:" for _ in self.columns[1:])]
        lines = [self.columns, rule, *self.rows]
        return f"**{self.title}**\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def number(value: float) -> str:
    """Three digits that count, as people write numbers."""
    if not math.isfinite(value):
        return "unknown"
    for size, unit in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= size:
            return f"{value / size:,.3g}{unit}"
    return f"{value:.3g}"


def in_bytes(value: float) -> str:
    """Bytes in decimal units, as disks are sold."""
    if not math.isfinite(value):
        return "unknown"
    for size, unit in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if value >= size:
            return f"{value / size:,.3g} {unit}"
    return f"{value:,.0f} B"


def _range(span: Range, shown: Callable[[float], str] = number) -> tuple[str, str, str]:
    return shown(span.value), shown(span.low), shown(span.high)


def sheets(measured: Measured, plan: Plan) -> list[Sheet]:
    """All that a plan needs."""
    tables = [
        Sheet("Processors", ("what", "about", "from", "to"), tuple(_processors(measured, plan))),
        Sheet(
            "Disk of Postgres", ("after", "about", "from", "to"), tuple(_postgres(measured, plan))
        ),
        Sheet(
            "Disk of Kafka, one replica",
            ("topic", "keeps", "a torrent", "in the end", "a dump at once"),
            tuple(_kafka(measured, plan)),
        ),
        Sheet("Memory at most, as measured", ("role", "each"), tuple(_memory(measured))),
    ]
    if measured.crawl is not None:
        title = "Network of a crawl, on a DHT on loopback"
        tables.append(Sheet(title, ("what", "a record", "a second"), tuple(_crawl(measured, plan))))
    return tables


def _processors(measured: Measured, plan: Plan) -> Iterator[tuple[str, ...]]:
    room = arithmetic.torrents_a_day(measured, plan)
    cores = f"{plan.cores:g} cores, {plan.busy:.0%} busy"
    yield f"sightings a day with {cores}", *_range(room)
    wanted = plan.torrents * plan.sightings
    days = (wanted / pace if pace else math.inf for pace in _backwards(room))
    yield "days for all at once", *_range(Range(*days))
    cost = arithmetic.figure(measured, plan, arithmetic.total("cpu"))
    yield "sightings a day of the plan", number(plan.daily), "", ""
    yield "cores busy with these", *_range(cost.times(plan.daily / DAY / 1000))
    for name in arithmetic.names(measured, "cpu"):
        cost = arithmetic.figure(measured, plan, arithmetic.part(name, "cpu"))
        yield f"CPU ms a sighting: {name}", *_range(cost)


def _backwards(span: Range) -> Sequence[float]:
    return span.high, span.value, span.low


def _postgres(measured: Measured, plan: Plan) -> Iterator[tuple[str, ...]]:
    whole = int(plan.years)
    years = [*range(1, whole + 1), *([plan.years] if plan.years > whole else [])]
    for year in years:
        stored = plan.torrents * year / plan.years
        span = arithmetic.postgres_bytes(measured, plan, year)
        yield f"{year:g} years, {number(stored)} torrents", *_range(span, in_bytes)
    single = arithmetic.figure(measured, plan, arithmetic.total("postgres"))
    yield "of this, bytes a torrent", *_range(single)
    log = arithmetic.figure(measured, plan, lambda size: size.wal)
    yield "written to the log a day", *_range(log.times(plan.daily), in_bytes)


def _kafka(measured: Measured, plan: Plan) -> Iterator[tuple[str, ...]]:
    ends, floods = Range(0, 0, 0), Range(0, 0, 0)
    for name in arithmetic.names(measured, "kafka"):
        declared = TOPICS.get(name)
        if declared is None:
            continue
        kept = declared.retention_days
        single = arithmetic.figure(measured, plan, arithmetic.part(name, "kafka"))
        end = arithmetic.kafka_bytes(measured, plan, name)
        flood = arithmetic.kafka_bytes(measured, plan, name, at_once=True)
        ends, floods = _sum(ends, end), _sum(floods, flood)
        keeps = "for ever" if kept is None else f"{kept} days"
        yield name, keeps, number(single.value), in_bytes(end.value), in_bytes(flood.value)
    yield "together", "", "", in_bytes(ends.value), in_bytes(floods.value)
    yield "at most", "", "", in_bytes(ends.high), in_bytes(floods.high)


def _sum(first: Range, second: Range) -> Range:
    return Range(first.low + second.low, first.value + second.value, first.high + second.high)


def _memory(measured: Measured) -> Iterator[tuple[str, ...]]:
    for name in arithmetic.names(measured, "memory"):
        most = max(size.memory.get(name, 0.0) for size in measured.sizes)
        yield name, in_bytes(most)


def _crawl(measured: Measured, plan: Plan) -> Iterator[tuple[str, ...]]:
    assert measured.crawl is not None
    rate = plan.daily / DAY
    yield "records", "1", number(rate)
    yield "CPU ms", number(measured.crawl.cpu), number(measured.crawl.cpu * rate)
    for name, value in sorted(measured.crawl.traffic.items()):
        yield f"DHT {name}", number(value), number(value * rate)


def checked(measured: Measured) -> Sheet:
    """How well the arithmetic told runs that it was not made from."""
    kinds: dict[str, Pick] = {
        "CPU ms, × parsett": lambda size: sum(size.cpu.values()) / size.parsett,
        "CPU ms": arithmetic.total("cpu"),
        "bytes in Postgres": arithmetic.total("postgres"),
        "bytes in Kafka": arithmetic.total("kafka"),
        "bytes of log": lambda size: size.wal,
    }
    rows = tuple(
        (name, f"{check.rows:,}", number(check.told), number(check.was), f"{check.error:.1%}")
        for name, pick in kinds.items()
        for check in arithmetic.checks(measured, pick)
    )
    title = "The arithmetic against runs of a mix, each torrent"
    return Sheet(title, ("figure", "rows", "told", "was", "off by"), rows)
