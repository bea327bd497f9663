"""What the labeller asks, and what anything that answers looks like.

A language model behind HTTP, a local command and a token classifier all are a `Labeller`. What they
answer is text; `streams.training.labels.reading` reads all of it by the same rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from streams.training.labels.endpoint import Endpoint
from streams.training.labels.tasks import Task


@dataclass(frozen=True, slots=True)
class Question:
    """One name of a sample.

    Attributes:
        sample: its id in the sample.
        name: as it stands in the dump. Hostile text.
        files: the largest files as (path, size in bytes), at most ten. Hostile text, too.
        is_adult: whether its row or its name says so. No model is asked.
    """

    sample: str
    name: str
    files: tuple[tuple[str, int], ...] = ()
    is_adult: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What was said to a question.

    Attributes:
        text: for content one class word or `{"class": ..., "adult": ...}`; for fields a JSON object
            of the task's fields. Whatever else it is becomes `unparsed`, or `cut`.
        truncated: the server did not read the whole question, so its answer does not count.
        is_cut: the answer ended at the most tokens that it may have.
        skipped: lines that came before it and answer nothing.
    """

    text: str
    truncated: bool = False
    is_cut: bool = False
    skipped: int = 0


class Labeller(Protocol):
    """Anything that answers questions. Several threads call one labeller at a time."""

    def answer(self, questions: Sequence[Question]) -> Sequence[Reply]:
        """The replies to questions, in order.

        Args:
            questions: as many as the endpoint's `batch` says, or fewer.

        Raises:
            TryLater: it may answer the same later.
            Refused: it will never answer these questions; others it may.
            Unusable: it will never answer anything, until somebody changes something.
        """

    def close(self) -> None:
        """Give back connections, processes and memory."""


class TryLater(Exception):
    """No answer, for a reason that may pass.

    Attributes:
        after: seconds that the server asks to wait; None if it says nothing.
    """

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


class Refused(Exception):
    """No answer to these questions, however often they are asked."""


class Unusable(Exception):
    """No answer to anything. The message says what to do."""


class Makes(Protocol):
    """What a module of a kind of endpoint has: `make`."""

    def __call__(self, endpoint: Endpoint, task: Task) -> Labeller:
        """A labeller for an endpoint.

        Raises:
            Unusable: it cannot be made; the message says what to do.
        """
