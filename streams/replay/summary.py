"""What became of the records of a dump."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from streams.replay.rows import Rejected

SHOWN = 5
"""Rejected records told in the summary for each reason."""


@dataclass
class Summary:
    """Counts of one replay, and why it ended."""

    read: int = 0
    resumed_at: int = 0
    """Records that an earlier run had dealt with."""
    published: int = 0
    banned: Counter[str] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    """Torrents that the user did not ask for: of before `--since`, or already stored."""
    skipped: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Rejected]] = field(default_factory=dict)
    ignored: Counter[str] = field(default_factory=Counter)
    """Values that made no sense and were left out, while their record was published."""
    columns: Sequence[str] = ()
    """The names that the records have for their fields."""
    expects: str = ""
    """What the format needs."""
    fault: str | None = None
    fraction: float | None = None
    seconds: float = 0.0
    interrupted: bool = False

    def reject(self, record: Rejected) -> None:
        """Count a record that is no torrent."""
        self.skipped[record.reason] += 1
        shown = self.examples.setdefault(record.reason, [])
        if len(shown) < SHOWN:
            shown.append(record)

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.read / max(self.seconds, 1e-6)

    @property
    def is_empty(self) -> bool:
        """Whether the dump held no record at all."""
        return self.read == 0 and self.resumed_at == 0

    @property
    def is_barren(self) -> bool:
        """Whether there were records, and every one was skipped: the wrong format or columns."""
        return self.resumed_at == 0 and 0 < self.read == self.skipped.total()

    @property
    def exit_code(self) -> int:
        """What the process tells its caller: 0 only if everything was read and had some use."""
        if self.interrupted:
            return 130
        return 1 if self.fault or self.is_empty or self.is_barren else 0
