"""The screen that tells the keys."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from streams.terminal.tui.keys import HELP


class HelpScreen(ModalScreen[None]):
    """The keys, until one is pressed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "dismiss", "close", show=False)
    ]

    def compose(self) -> ComposeResult:
        """The text."""
        with VerticalScroll(classes="box"):
            yield Static(Text(HELP), markup=False)
