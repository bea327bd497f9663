"""Prometheus metrics of a process, and the health answer: bad when there is lag and nothing moves."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from prometheus_client import Counter, Gauge, Histogram

RECORDS = Counter(
    "mimmo_records", "Records taken from a topic, by what became of them.", ["stage", "outcome"]
)
RESULTS = Counter(
    "mimmo_results", "Results published, by what decided.", ["stage", "source", "rule"]
)
DEAD_LETTERS = Counter(
    "mimmo_dead_letters", "Records sent to the dead-letter topic.", ["stage", "reason"]
)
BANNED = Counter(
    "mimmo_banned",
    "Torrents dropped by the ban list, by rule; nothing else is kept of them.",
    ["rule"],
)
BATCH_SECONDS = Histogram(
    "mimmo_batch_seconds",
    "Time from taking a batch to acknowledging it.",
    ["stage"],
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
LAG = Gauge("mimmo_lag", "Records waiting in the partitions of this process.", ["stage"])
LLM_ANSWERS = Counter(
    "mimmo_llm_answers",
    "Names answered by the GGUF worker, by where the answer came from.",
    ["origin"],
)
LLM_COMPARED = Counter(
    "mimmo_llm_compared",
    "Fields that a GGUF answer would have kept, filled or changed (shadow mode).",
    ["field", "outcome"],
)

Lag = Callable[[], int]


class Placed(Protocol):
    """Anything that has a place in a topic."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...


@dataclass
class Stage:
    """How one stage of this process is doing. `lag` returns the records that wait for it, as last
    known.
    """

    name: str
    lag: Lag = lambda: 0
    moved_at: float = field(default_factory=time.monotonic)

    done: dict[tuple[str, int], int] = field(default_factory=dict)
    """Offset after the last record handled, by (topic, partition)."""

    def batch_done(
        self, records: Sequence[Placed], seconds: float, *, outcome: str = "done"
    ) -> None:
        """Note a batch that may be acknowledged."""
        self.moved_at = time.monotonic()
        for record in records:
            self.done[record.topic, record.partition] = record.offset + 1
        RECORDS.labels(self.name, outcome).inc(len(records))
        BATCH_SECONDS.labels(self.name).observe(seconds)

    def waiting(self) -> int:
        lag = self.lag()
        LAG.labels(self.name).set(lag)
        if lag == 0:
            self.moved_at = time.monotonic()
        return lag


@dataclass(frozen=True)
class Health:
    """Whether the process is well, and a line for each stage."""

    ok: bool
    stages: dict[str, dict[str, float | int | bool]]


class Stages:
    """The stages that this process runs."""

    def __init__(self, stall_after: float) -> None:
        self._stall_after = stall_after
        self._stages: dict[str, Stage] = {}

    def add(self, name: str) -> Stage:
        return self._stages.setdefault(name, Stage(name))

    def health(self, now: float | None = None) -> Health:
        """Bad when a stage has lag and finished no batch for `stall_after` seconds; `now` is
        `time.monotonic()`.
        """
        moment = time.monotonic() if now is None else now
        report: dict[str, dict[str, float | int | bool]] = {}
        for stage in self._stages.values():
            lag = stage.waiting()
            still = max(0.0, moment - stage.moved_at) if lag else 0.0
            report[stage.name] = {
                "lag": lag,
                "still_seconds": round(still, 1),
                "ok": still <= self._stall_after,
            }
        return Health(all(bool(stage["ok"]) for stage in report.values()), report)
