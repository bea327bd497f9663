"""How old the oldest record is that waits in a partition: pure arithmetic over looks at offsets."""

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass
class Trail:
    """When the end of one partition was seen where. Looks come in order of time."""

    times: list[float] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def look(self, at: float, end: int) -> None:
        """Notes that the partition ended before offset `end` at that time, in seconds."""
        self.times.append(at)
        self.ends.append(end)

    def age(self, at: float, done: int) -> float:
        """Seconds since the record at offset `done` came, the first that is not done; 0 if none.

        Between two looks records are taken to have come evenly.
        """
        after = bisect_right(self.ends, done)
        if after == len(self.ends):
            self._forget(after - 1)
            return 0.0
        if after == 0:
            came = self.times[0]
        else:
            before = after - 1
            share = (done - self.ends[before] + 1) / (self.ends[after] - self.ends[before])
            came = self.times[before] + share * (self.times[after] - self.times[before])
        self._forget(after - 1)
        return max(0.0, at - came)

    def _forget(self, count: int) -> None:
        """Offsets only move on: earlier looks will not be needed."""
        if count > 0:
            del self.times[:count]
            del self.ends[:count]
