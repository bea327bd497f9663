"""How far an endpoint is, in numbers."""

from dataclasses import dataclass


@dataclass(slots=True)
class Counts:
    """How far an endpoint is.

    Attributes:
        wanted: names that it is to answer.
        before: those that it had answered before this run.
        refused: those that it answers never, now and before.
        answered: those that it answered in this run, unparsed and cut ones among them.
        unparsed: those of this run whose answer says nothing.
        cut: those of this run whose answer was cut off.
        failed: those that it was asked in vain.
        retried: questions that were put a second time or more.
        skipped: lines of a command that answer nothing.
    """

    wanted: int
    before: int
    refused: int = 0
    answered: int = 0
    unparsed: int = 0
    cut: int = 0
    failed: int = 0
    retried: int = 0
    skipped: int = 0

    @property
    def done(self) -> int:
        """Names that are answered, or will never be."""
        return self.before + self.answered + self.refused

    @property
    def missing(self) -> int:
        """Names without an answer."""
        return self.wanted - self.done
