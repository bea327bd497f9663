"""What a crawl is doing: counters, the live view, Prometheus metrics."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

from prometheus_client import Counter as PrometheusCounter
from prometheus_client import Gauge
from rich.table import Table

EVENTS = PrometheusCounter(
    "mimmo_crawl_events", "What happened in the crawl, by stage and outcome.", ["stage", "outcome"]
)
DEPTH = Gauge("mimmo_crawl_depth", "How full the crawl's bounded parts are.", ["part"])
TRAFFIC = Gauge("mimmo_crawl_traffic", "DHT packets and bytes so far.", ["direction"])

SAMPLE = "sample"
HASH = "hash"
PEERS = "peers"
PEER = "peer"
INFO = "info"
SCRAPE = "scrape"
RECORD = "record"
"""The stages, as they are counted."""

_SHOWN = (
    ("nodes sampled", SAMPLE, "ok"),
    ("nodes without an answer", SAMPLE, "failed"),
    ("new infohashes", HASH, "new"),
    ("known infohashes", HASH, "known"),
    ("metadata", PEER, "ok"),
    ("records in Kafka", RECORD, "published"),
    ("of them scraped again", RECORD, "scraped_again"),
    ("banned", RECORD, "banned"),
    ("tried again later", RECORD, "retry"),
)
"""What the live view counts: its name, stage and outcome."""

_WINDOW = 10.0
"""Seconds that a rate is taken over."""


@dataclass
class Report:
    """Counters of one crawl. `depths` tells how full each bounded part is: (now, at most)."""

    depths: Callable[[], dict[str, tuple[int, int]]] = dict
    traffic: Callable[[], dict[str, int]] = dict
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    started: float = field(default_factory=time.monotonic)
    _marks: list[tuple[float, Counter[tuple[str, str]]]] = field(default_factory=list)

    def note(self, stage: str, outcome: str, count: int = 1) -> None:
        """Count something that happened."""
        self.counts[stage, outcome] += count
        EVENTS.labels(stage, outcome).inc(count)

    def total(self, stage: str) -> int:
        """Everything that happened in a stage."""
        return sum(count for (name, _), count in self.counts.items() if name == stage)

    @property
    def published(self) -> int:
        """Records that Kafka has."""
        return self.counts[RECORD, "published"]

    def rate(self, stage: str, outcome: str) -> float:
        """Of the last seconds, a second."""
        now = time.monotonic()
        if not self._marks or now - self._marks[-1][0] > 1:
            self._marks = [mark for mark in self._marks if now - mark[0] < _WINDOW]
            self._marks.append((now, self.counts.copy()))
        then, counts = self._marks[0]
        if now - then < 1:
            return self.counts[stage, outcome] / max(now - self.started, 1e-3)
        return (self.counts[stage, outcome] - counts[stage, outcome]) / (now - then)

    def export(self) -> None:
        """Set the gauges."""
        for part, (now, _) in self.depths().items():
            DEPTH.labels(part).set(now)
        for direction, count in self.traffic().items():
            TRAFFIC.labels(direction).set(count)

    def failures(self, most: int) -> list[tuple[str, int]]:
        """The commonest reasons why peers gave nothing."""
        reasons = Counter(
            {
                outcome: count
                for (stage, outcome), count in self.counts.items()
                if stage == PEER and outcome != "ok"
            }
        )
        return reasons.most_common(most)

    def view(self) -> Table:
        """The live view."""
        seconds = time.monotonic() - self.started
        table = Table(title=f"crawl, {seconds:,.0f} s", min_width=76, caption=self._caption())
        for name in ("what", "in all", "a second", "parts", "full"):
            table.add_column(name, justify="left" if name in ("what", "parts") else "right")
        for counted, part in zip_longest(self._counted(), self._parts(), fillvalue=()):
            table.add_row(*(counted or ("", "", "")), *(part or ("", "")))
        return table

    def _counted(self) -> Iterator[tuple[str, ...]]:
        for name, stage, outcome in _SHOWN:
            yield name, f"{self.counts[stage, outcome]:,}", f"{self.rate(stage, outcome):,.1f}"

    def _parts(self) -> Iterator[tuple[str, ...]]:
        for part, (now, most) in self.depths().items():
            yield part, f"{now:,}/{most:,}"
        for direction, count in self.traffic().items():
            yield direction, f"{count:,}"

    def _caption(self) -> str:
        peers = self.total(PEER)
        if not peers:
            return "no peer asked yet"
        share = f"{100 * self.counts[PEER, 'ok'] / peers:.0f} % of {peers:,} peers gave metadata"
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in self.failures(4))
        return share + (f"; {reasons}" if reasons else "")
