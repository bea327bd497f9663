"""Token buckets: how many packets go out, to one address and in all."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

KEPT_ADDRESSES = 50_000
"""Addresses with a bucket; of more, those that were written to longest ago are forgotten: by then
their buckets are full.
"""


@dataclass(slots=True)
class Bucket:
    """Tokens that come back at `rate` a second, `burst` at most."""

    rate: float
    burst: float
    tokens: float
    at: float

    def reserve(self, now: float) -> float:
        """Take a token, now or in advance; returns the seconds to wait for it.

        Who comes later waits longer.
        """
        self.tokens = min(self.burst, self.tokens + max(0.0, now - self.at) * self.rate) - 1
        self.at = now
        return max(0.0, -self.tokens / self.rate)


class Limits:
    """The overall bucket, and one for each address.

    What an earlier process sent in its last seconds is not known: for as long as that may count,
    buckets are not full.
    """

    def __init__(
        self,
        rate: float,
        per_ip: float,
        burst: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        kept: int = KEPT_ADDRESSES,
    ) -> None:
        self._clock = clock
        self._kept = kept
        self._per_ip = per_ip
        self._burst = burst
        self._started = clock()
        at_once = max(burst, rate / 10)
        self._all = Bucket(rate, at_once, 0.0, self._started)
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    async def turn(self, ip: str) -> None:
        """Wait until a packet may go to an address.

        The address's own turn comes last, so that its packets keep their distance.
        """
        if (wait := self._all.reserve(self._clock())) > 0:
            await asyncio.sleep(wait)
        if (wait := self._bucket(ip).reserve(self._clock())) > 0:
            await asyncio.sleep(wait)

    def _bucket(self, ip: str) -> Bucket:
        now = self._clock()
        bucket = self._buckets.get(ip)
        if bucket is None:
            tokens = min(self._burst, (now - self._started) * self._per_ip)
            bucket = self._buckets[ip] = Bucket(self._per_ip, self._burst, tokens, now)
            if len(self._buckets) > self._kept:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(ip)
        return bucket
