"""Whether a candidate may become weights: it must not be worse than what is active."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from models.registry import Manifest

GATE = "models.training.compare.gate"
"""The module of the gate; its `judge` is called."""


class Verdict(Protocol):
    """What the gate says of a candidate."""

    @property
    def is_accepted(self) -> bool:
        """Whether it is not worse."""
        ...

    @property
    def why(self) -> str:
        """The comparison in a few lines, for a terminal and for the card."""
        ...

    def as_json(self) -> dict[str, Any]:
        """All of it, for comparison.json."""
        ...


class Judge(Protocol):
    """Compares a candidate with what is active."""

    def __call__(
        self,
        manifest: "Manifest",
        folder: Path,
        data: Path,
        evaluation: Path | None,
        margin: float,
    ) -> Verdict:
        """The verdict on a candidate.

        Args:
            manifest: the candidate's; paths of its files are relative to `folder`.
            folder: of the experiment, to be used as the weights' folder of `registry`.
            data: the data folder; rows that are held out by hash are judged on.
            evaluation: a file of cases to judge on besides; None if there is none.
            margin: points by which the overall figure may be lower.
        """
        ...


def gate() -> Judge:
    """The gate, imported when it is needed."""
    judge: Judge = import_module(GATE).judge
    return judge
