"""When an endpoint that fails is asked again, and when it is given up. Knows no clock of its own.

A failure makes its own thread wait. Several in a row, or the server's word, make all threads of the
endpoint wait; then one question is tried, and its answer opens the way again. Who has not answered
for as long as our patience lasts, since its last answer or the first question, is given up, so that
a dead server holds nobody.
"""

from dataclasses import dataclass

IN_A_ROW = 3
"""Failures in a row after which all threads of an endpoint wait."""

FIRST_WAIT = 0.5
"""Seconds after the first failure; each next one waits twice as long."""

LONGEST_WAIT = 30.0


@dataclass(slots=True)
class Breaker:
    """The state of one endpoint. Not thread-safe: its user holds a lock.

    Attributes:
        patience: seconds without an answer after which it is given up.
        failures: in a row, up to now.
        since: from when on it is silent: its last answer, or the first question.
        until: no question before this time.
        is_probing: whether one question is under way that decides.
    """

    patience: float
    failures: int = 0
    since: float | None = None
    until: float = 0.0
    is_probing: bool = False

    @property
    def is_open(self) -> bool:
        """Whether questions are held back."""
        return self.failures >= IN_A_ROW

    def wait(self, now: float) -> float:
        """Seconds until a question may be asked; 0 is now, which makes it the one that decides."""
        if now < self.until:
            return self.until - now
        if not self.is_open:
            return 0.0
        if self.is_probing:
            return FIRST_WAIT
        self.is_probing = True
        return 0.0

    def began(self, now: float) -> None:
        """A question is asked."""
        if self.since is None:
            self.since = now

    def succeeded(self, now: float) -> None:
        """An answer came."""
        self.since = now
        self.failures = 0
        self.until = 0.0
        self.is_probing = False

    def failed(self, now: float, after: float | None = None) -> bool:
        """No answer came.

        Args:
            now: the time.
            after: seconds that the server asks to wait.

        Returns:
            Whether the endpoint is to be given up: it has been silent for as long as patience
            lasts, or wants to be left alone for longer.
        """
        self.is_probing = False
        self.failures += 1
        self.began(now)
        if after is not None:
            # A server that says "again at once" for long is not asked a thousand times a second.
            self.until = max(self.until, now + max(after, self._growing(now)))
            return after > self.patience or self._is_out(now)
        if self.is_open:
            self.until = max(self.until, now + self._growing(now))
        return self._is_out(now)

    def _growing(self, now: float) -> float:
        """Seconds to wait that double with each failure; none before the breaker opens."""
        if not self.is_open:
            return 0.0
        wait = FIRST_WAIT * 2.0 ** min(self.failures - IN_A_ROW, 10)
        rest = max(0.0, self.patience - self._silence(now))
        return min(wait, LONGEST_WAIT, rest)

    def _silence(self, now: float) -> float:
        return 0.0 if self.since is None else now - self.since

    def _is_out(self, now: float) -> bool:
        return self._silence(now) >= self.patience
