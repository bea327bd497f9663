"""Time that a test moves."""


class Clock:
    """Call it for the moment; set `now` to move it."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now
