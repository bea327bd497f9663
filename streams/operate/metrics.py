"""Prometheus metrics of a process, and how each of its stages is doing."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from aiokafka import TopicPartition
from prometheus_client import Counter, Gauge, Histogram

from schemas import Record

RECORDS = Counter("mimmo_records", "Records that were acknowledged.", ["stage", "outcome"])
RESULTS = Counter(
    "mimmo_results", "Results published, by what decided.", ["stage", "source", "rule"]
)
DEAD_LETTERS = Counter(
    "mimmo_dead_letters",
    "Records that could not be handled, by why; given_up are not on the dead-letter topic.",
    ["stage", "reason"],
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
CPU_SECONDS = Counter(
    "mimmo_cpu_seconds",
    "CPU time of a stage's own work, by step. What else the process spends is Faust's, the Kafka"
    " client's and the event loop's.",
    ["stage", "step"],
)
STEP_SECONDS = Counter(
    "mimmo_step_seconds",
    "Time that the batches of a stage spent in a step, waiting and working.",
    ["stage", "step"],
)
AGE_SECONDS = Histogram(
    "mimmo_age_seconds",
    "Age of a batch's oldest record when the batch was acknowledged, since Kafka was given it.",
    ["stage"],
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400),
)
DISK_FREE = Gauge(
    "mimmo_disk_free_bytes", "Free bytes of the disk that a folder is on.", ["folder"]
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
REUSE = Counter(
    "mimmo_reuse",
    "Questions to models, by why they were or were not answered by what other nodes had told;"
    " agreed are those that were, unknown those that nobody had told about.",
    ["stage", "reason"],
)
REUSE_CHECKED = Counter(
    "mimmo_reuse_checked",
    "Answers that were made anew to compare: same, or different from what nodes had told.",
    ["stage", "outcome"],
)
REUSE_BUNDLES = Counter(
    "mimmo_reuse_bundles",
    "Bundles of other nodes: taken, own, or the fault for which they were refused.",
    ["outcome"],
)
REUSE_RESULTS = Counter(
    "mimmo_reuse_results",
    "Results in bundles that were taken, and those told to others: taken, other_model, told.",
    ["outcome"],
)


@dataclass(frozen=True, slots=True)
class Reads:
    """What a stage reads: its consumer group, and the partitions that it has right now."""

    group: str
    assignment: Callable[[], Iterable[TopicPartition]]


@dataclass(frozen=True, slots=True)
class Backlog:
    """How far a group is in one partition, as Kafka says."""

    committed: int
    """Offset after the last record that was acknowledged, or else where the partition begins."""
    end: int
    """Offset after the last record that is there."""

    @classmethod
    def of(cls, start: int, committed: int, end: int) -> "Backlog":
        """The backlog of a partition that begins at `start`.

        A group that never committed has -1, and what it missed in time is gone: the partition then
        begins later than the committed offset.
        """
        return cls(max(start, committed), end)

    @property
    def waiting(self) -> int:
        """Records that are there and were not acknowledged."""
        return max(0, self.end - self.committed)


@dataclass
class Progress:
    """How one stage of this process is doing.

    Batches are counted as they are done. Whether the stage moves is not for itself to say: that is
    noted from the offsets that Kafka has of its group (see `streams.operate.offsets`), so that a
    stage that hangs from its start is seen, and one whose partition was with another worker for a
    while is not blamed for that. Reading it changes nothing.
    """

    name: str
    reads: Reads | None = None
    moved_at: float = field(default_factory=time.monotonic)
    waiting: int = 0
    done: int = 0
    """Records that were acknowledged since the start."""
    _backlogs: dict[TopicPartition, Backlog] = field(default_factory=dict)

    def batch_done(self, records: Sequence[Record], seconds: float) -> None:
        """Counts a batch that was acknowledged."""
        self.done += len(records)
        RECORDS.labels(self.name, "done").inc(len(records))
        BATCH_SECONDS.labels(self.name).observe(seconds)
        times = [getattr(record, "timestamp", None) or 0 for record in records]  # milliseconds
        if times and (oldest := min(times)) > 0:
            AGE_SECONDS.labels(self.name).observe(max(0.0, time.time() - oldest / 1_000))

    def spent(self, step: str, cpu: float, seconds: float = 0.0) -> None:
        """Counts seconds of CPU that a step took, and seconds that passed until it was done."""
        CPU_SECONDS.labels(self.name, step).inc(cpu)
        STEP_SECONDS.labels(self.name, step).inc(seconds)

    def refused(self, reason: str) -> None:
        """Counts a record that could not be handled."""
        DEAD_LETTERS.labels(self.name, reason).inc()

    def banned(self, rule: str) -> None:
        """Counts a record that the ban list dropped."""
        BANNED.labels(rule).inc()

    def note(self, backlogs: Mapping[TopicPartition, Backlog], now: float) -> None:
        """Notes how far the group is in the partitions that this stage has now."""
        waiting = sum(backlog.waiting for backlog in backlogs.values())
        self.tell(waiting, moved=self._moved(backlogs), now=now)
        self._backlogs = dict(backlogs)

    def tell(self, waiting: int, *, moved: bool, now: float) -> None:
        """Notes how many records wait, and whether any was done; for who reads no topic, too."""
        if moved or waiting == 0:
            self.moved_at = now
        self.waiting = waiting
        LAG.labels(self.name).set(waiting)

    def still_seconds(self, now: float) -> float:
        """Returns for how long records have been waiting and none was acknowledged."""
        return max(0.0, now - self.moved_at) if self.waiting else 0.0

    def _moved(self, backlogs: Mapping[TopicPartition, Backlog]) -> bool:
        """Whether a partition came, or something was acknowledged in one that was here before."""
        return any(
            place not in self._backlogs or backlog.committed > self._backlogs[place].committed
            for place, backlog in backlogs.items()
        )


@dataclass(frozen=True)
class Health:
    """Whether the process is well, and a line for each stage."""

    ok: bool
    stages: dict[str, dict[str, float | int | bool]]


class ProgressBoard:
    """The progress of the stages that this process runs."""

    def __init__(self, stall_after: float) -> None:
        self._stall_after = stall_after
        self._stages: dict[str, Progress] = {}

    def add(self, name: str) -> Progress:
        """Returns the progress of a stage, a new one if it has none yet."""
        return self._stages.setdefault(name, Progress(name))

    def __iter__(self) -> Iterator[Progress]:
        return iter(list(self._stages.values()))

    def health(self, now: float | None = None) -> Health:
        """Says whether the process is well; `now` is `time.monotonic()`.

        It is not when a stage has had records waiting and acknowledged none for `stall_after`
        seconds.
        """
        moment = time.monotonic() if now is None else now
        report: dict[str, dict[str, float | int | bool]] = {}
        for progress in self._stages.values():
            still = progress.still_seconds(moment)
            report[progress.name] = {
                "lag": progress.waiting,
                "still_seconds": round(still, 1),
                "ok": still <= self._stall_after,
            }
        return Health(all(bool(stage["ok"]) for stage in report.values()), report)
