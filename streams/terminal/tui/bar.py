"""The last line of the screen: what is searched, what was found, and which keys there are."""

from rich.cells import cell_len
from rich.text import Text
from textual.widget import Widget

from streams.terminal.text import cropped, shown

KEYS = "/ search  f facets  m magnet  w wrong?  L live  p pipeline  ? help  q quit"
_SHORT = "/ search  ? help  q quit"


class Bar(Widget):
    """One line: a message on the left; on the right the place in the list and the keys."""

    DEFAULT_CSS = """
    Bar { height: 1; background: $panel; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's name)
        super().__init__(id=id)
        self.message = ""
        self._is_problem = False
        self._place = ""

    def tell_place(self, place: str) -> None:
        """Show where in the list the cursor is."""
        if place != self._place:
            self._place = place
            self.refresh()

    def say(self, message: str, *, is_problem: bool = False) -> None:
        """Show another message."""
        if (message, is_problem) != (self.message, self._is_problem):
            self.message = message
            self._is_problem = is_problem
            self.refresh()

    def render(self) -> Text:
        """The line."""
        width = self.size.width
        keys = ""
        for right in (self._place, f"{self._place}  {_SHORT}", f"{self._place}  {KEYS}"):
            if cell_len(self.message) + cell_len(right) + 2 <= width:
                keys = right
        room = width - cell_len(keys) - 1
        text = shown(cropped(self.message, room), room, "bold reverse" if self._is_problem else "")
        return text.append(" " * max(1, width - text.cell_len - cell_len(keys))).append(keys)
