"""The keys."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

HELP = """\
Type to search: words, "a phrase", or, -without.
The last word may go on.

/          type             Enter, Esc   to the list
j k ↓ ↑    line             Space, PgDn  page
g G        first, last      Enter        read the detail
f          facets           x            forget the facets
s          next sort        m            copy the magnet link
w          wrong?           L            classified now
p          the pipeline     q, Ctrl-C    quit

Evidence is underlined in the name, in its field's colour.
A class with * was corrected by a person.
m needs a terminal that takes OSC 52
(in tmux: set -g set-clipboard on).
"""


class HelpScreen(ModalScreen[None]):
    """The keys, until one is pressed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "dismiss", "close", show=False)
    ]

    def compose(self) -> ComposeResult:
        """The text."""
        with VerticalScroll(classes="box"):
            yield Static(Text(HELP), markup=False)
