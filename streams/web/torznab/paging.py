"""Pages by number over rows that arrive: where the page before ended is remembered for a while.

Clients count rows from the first page on. New rows come in front of it, so the number of a row
changes while they read; its place behind the last row that they saw does not.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_PLACES = 5_000
"""Of all clients together; the oldest are forgotten, and their next page is counted instead."""
KEPT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class _Place:
    after: str | None
    until: float


class Places:
    """Where pages ended: by client and question, and the number of the next row."""

    def __init__(
        self, *, most: int = MOST_PLACES, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._places: OrderedDict[tuple[str, int], _Place] = OrderedDict()
        self._most = most
        self._clock = clock

    def keep(self, who: str, offset: int, after: str | None) -> None:
        """Remember the cursor of the row with this number; None: there is none."""
        self._places[who, offset] = _Place(after, self._clock() + KEPT_SECONDS)
        self._places.move_to_end((who, offset))
        while len(self._places) > self._most:
            self._places.popitem(last=False)

    def find(self, who: str, offset: int) -> tuple[bool, str | None]:
        """Whether it is known where a page begins, and its cursor; None: it is empty."""
        place = self._places.get((who, offset))
        if place is None or place.until < self._clock():
            return False, None
        return True, place.after
