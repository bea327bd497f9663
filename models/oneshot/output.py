"""Answers on standard output: JSON a line, or cards."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.lines import dumped
from models.oneshot import shapes
from models.oneshot.answer import Answer

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True, slots=True)
class Format:
    """How answers are written.

    Attributes:
        shape: makes a JSON object of an answer.
        fields: only these of it; None for all.
        as_cards: cards for people in place of JSON.
    """

    shape: Callable[[Answer], shapes.Shape] = shapes.brief
    fields: Sequence[str] | None = None
    as_cards: bool = False

    def picked(self, shape: Mapping[str, Any]) -> Mapping[str, Any]:
        """A shape with the fields that are asked for."""
        return shape if self.fields is None else shapes.picked(shape, self.fields)

    def json(self, answer: Answer) -> Mapping[str, Any]:
        """An answer as a JSON object."""
        return self.picked(self.shape(answer))


def is_terminal() -> bool:
    """Whether a person reads what is written."""
    return sys.stdout.isatty()


class Writer:
    """Writes answers, and errors in their places."""

    def __init__(self, form: Format) -> None:
        self._form = form
        self._console: Console | None = None
        self.errors = 0

    def write(self, told: Sequence[Answer | str]) -> None:
        """Write answers in order; a text stands for a subject that could not be read."""
        if self._form.as_cards:
            for item in told:
                self._show(item)
        else:
            lines = [dumped(self.shape(item)) for item in told]
            sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()

    def shape(self, item: Answer | str) -> Mapping[str, Any]:
        """An answer as a JSON object, or `{"error": …}`, which is counted."""
        if isinstance(item, str):
            self.errors += 1
            return {"error": item}
        return self._form.json(item)

    def _show(self, item: Answer | str) -> None:
        from models.oneshot.safe import complain

        if isinstance(item, str):
            self.errors += 1
            complain(item)
            return
        from models.oneshot.card import show

        show(item, self.console)

    @property
    def console(self) -> "Console":
        """Where cards are printed."""
        if self._console is None:
            from rich.console import Console

            self._console = Console(soft_wrap=False)
        return self._console
