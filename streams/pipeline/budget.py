"""How many names the GGUF workers may be asked about.

The budget is a share of all, and so many a second for the whole group. Extract workers do not talk
to each other. Each key belongs to one partition and each partition to one worker at a time, so a
bucket for each partition, filled at its part of the rate, keeps the sum whatever the number of
workers.
"""

import time
from collections import defaultdict
from collections.abc import Callable

from aiokafka.partitioner import murmur2

from schemas.topics import EXTRACTION_REQUESTS

SECONDS_SAVED = 60.0
"""Unused rate that a partition may save up: names come in bursts, and a GGUF worker's queue does
not mind.
"""


class Budget:
    """Says yes until it is spent.

    Args:
        share: of all torrents, chosen by infohash: the same torrent is always in or out.
        per_second: of the whole group; `None` is no limit.
        partitions: of the topic that the extract workers read.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        share: float,
        per_second: float | None = None,
        *,
        partitions: int = EXTRACTION_REQUESTS.partitions,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._share = share
        self._partitions = partitions
        self._clock = clock
        self._rate = None if per_second is None else per_second / partitions
        began = clock()
        self._filled: dict[int, tuple[float, float]] = defaultdict(lambda: (began, 1.0))

    def allows(self, infohash: str) -> bool:
        """Whether this torrent may be asked about; a yes is spent."""
        # The infohash is a hash already: its first 32 bits draw the share evenly.
        if int(infohash[:8], 16) / 2**32 >= self._share:
            return False
        if self._rate is None:
            return True
        partition = (murmur2(infohash.encode()) & 0x7FFFFFFF) % self._partitions
        now = self._clock()
        then, tokens = self._filled[partition]
        tokens = min(max(1.0, self._rate * SECONDS_SAVED), tokens + self._rate * (now - then))
        allowed = tokens >= 1.0
        self._filled[partition] = now, tokens - allowed
        return allowed
