"""Token buckets: how many packets go out, to one address and in all."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

KEPT_ADDRESSES = 200_000
"""Addresses with a bucket; of more, those that were written to longest ago are forgotten. A full bucket is forgotten anyway."""


@dataclass(slots=True)
class Bucket:
    """Tokens that come back at `rate` a second, `burst` at most."""

    rate: float
    burst: float
    tokens: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until a token is there; 0 takes nothing."""
        self._fill(now)
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.rate

    def take(self, now: float) -> bool:
        """Take a token, if there is one."""
        self._fill(now)
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def _fill(self, now: float) -> None:
        self.tokens = min(self.burst, self.tokens + max(0.0, now - self.at) * self.rate)
        self.at = now


class Limits:
    """The overall bucket, and one for each address."""

    def __init__(
        self, rate: float, per_ip: float, burst: float, *, clock: Callable[[], float] = time.monotonic, kept: int = KEPT_ADDRESSES
    ) -> None:  # fmt: skip
        self._clock = clock
        self._kept = kept
        self._per_ip, self._burst = per_ip, burst
        self._all = Bucket(rate, max(burst, rate / 10), max(burst, rate / 10), clock())
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def wait(self, ip: str) -> float:
        """Seconds until a packet may go to an address; 0 when it may now."""
        now = self._clock()
        return max(self._bucket(ip, now).wait(now), self._all.wait(now))

    def take(self, ip: str) -> bool:
        """Take the tokens of one packet to an address; False, and none is taken, when there are none."""
        now = self._clock()
        bucket = self._bucket(ip, now)
        if self._all.wait(now) or not bucket.take(now):
            return False
        return self._all.take(now)

    def __len__(self) -> int:
        return len(self._buckets)

    def _bucket(self, ip: str, now: float) -> Bucket:
        bucket = self._buckets.get(ip)
        if bucket is None:
            bucket = self._buckets[ip] = Bucket(self._per_ip, self._burst, self._burst, now)
            if len(self._buckets) > self._kept:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(ip)
        return bucket
