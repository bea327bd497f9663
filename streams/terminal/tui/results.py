"""The list of results: only the lines that are on the screen are ever drawn.

A table widget that holds thousands of rows is slow. This one keeps a small object a row and draws
twenty of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from infra.postgres.search import Row
from streams.terminal.row_shape import WIDTHS, beside
from streams.terminal.sources.source import has_infohash
from streams.terminal.text import shown

AHEAD = 60
"""With fewer lines below the cursor the next page is asked for."""
_LEAST_NAME = 10


@dataclass(frozen=True, slots=True)
class Line:
    """What is kept of a row: enough to draw it and to ask for the rest."""

    infohash: str
    name: str
    cells: tuple[str, ...]
    magnet: str | None

    @classmethod
    def of(cls, row: Row) -> "Line":
        """The line of a row."""
        magnet = row.magnet if has_infohash(row.infohash) else None
        return cls(row.infohash, row.name, beside(row), magnet)


class Results(ScrollView, can_focus=True):
    """Lines, a cursor, and messages about it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"results--cursor", "results--beside"}
    DEFAULT_CSS = """
    Results { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    Results .results--cursor { text-style: reverse; }
    Results .results--beside { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "next", show=False),
        Binding("up,k", "move(-1)", "previous", show=False),
        Binding("pagedown,space,ctrl+f", "move_page(1)", "page down", show=False),
        Binding("pageup,ctrl+b", "move_page(-1)", "page up", show=False),
        Binding("home,g", "first", "first", show=False),
        Binding("end,G", "last", "last", show=False),
        Binding("enter", "choose", "read", show=False),
    ]

    cursor = reactive(0)

    class Highlighted(Message):
        """The cursor is on another line, or on none."""

        def __init__(self, line: Line | None) -> None:
            super().__init__()
            self.line = line

    class NearEnd(Message):
        """More lines may be wanted soon."""

    class Chosen(Message):
        """The line under the cursor is to be read."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's name)
        super().__init__(id=id)
        self._lines: list[Line] = []

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def current(self) -> Line | None:
        """The line under the cursor; None if there is none."""
        return self._lines[self.cursor] if self.cursor < len(self._lines) else None

    def show(self, rows: Sequence[Row]) -> None:
        """Show the first page of another search."""
        self._lines = [Line.of(row) for row in rows]
        self.virtual_size = Size(0, len(self._lines))
        self.set_reactive(Results.cursor, 0)
        self.scroll_to(0, 0, animate=False)
        self.refresh()
        self.post_message(self.Highlighted(self.current))

    def add(self, rows: Sequence[Row]) -> None:
        """Show more rows below."""
        self._lines += [Line.of(row) for row in rows]
        self.virtual_size = Size(0, len(self._lines))
        self.refresh()

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a line."""
        return max(0, min(cursor, len(self._lines) - 1))

    def watch_cursor(self, before: int, after: int) -> None:
        """Draw the two lines that changed, and keep the cursor in sight."""
        self.refresh_line(before)
        self.refresh_line(after)
        top, height = self.scroll_offset.y, self.size.height
        if after < top:
            self.scroll_to(y=after, animate=False, force=True)
        elif after >= top + height:
            self.scroll_to(y=after - height + 1, animate=False, force=True)
        self.post_message(self.Highlighted(self.current))
        if after + AHEAD >= len(self._lines):
            self.post_message(self.NearEnd())

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width = self.size.width
        number = y + self.scroll_offset.y
        if number >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        return self._drawn(self._lines[number], width, is_current=number == self.cursor)

    def _drawn(self, line: Line, width: int, *, is_current: bool) -> Strip:
        style = self.rich_style
        muted = self.get_component_rich_style("results--beside", partial=True)
        if is_current:
            style += self.get_component_rich_style("results--cursor", partial=True)
            muted = Style()
        room = name_room(width)
        name = shown(line.name, room).plain
        padding = " " * (room - cell_len(name))
        segments = [Segment(f"{name}{padding}", style)]
        for (title, cells), text in zip(WIDTHS, line.cells, strict=True):
            told = shown(text, cells).plain
            is_text = title == "class"
            told = f"{told:<{cells}}" if is_text else f"{told:>{cells}}"
            segments.append(Segment(f"  {told}", style + muted))
        return Strip(segments).adjust_cell_length(width, style)

    def action_move(self, lines: int) -> None:
        """Move the cursor."""
        self.cursor += lines

    def action_move_page(self, pages: int) -> None:
        """Move the cursor by the height of the list."""
        self.cursor += pages * max(1, self.size.height - 1)

    def action_first(self) -> None:
        """Move the cursor to the first line."""
        self.cursor = 0

    def action_last(self) -> None:
        """Move the cursor to the last line that is loaded."""
        self.cursor = len(self._lines) - 1

    def action_choose(self) -> None:
        """Read the line under the cursor."""
        if self.current is not None:
            self.post_message(self.Chosen())

    def on_click(self, event: object) -> None:
        """Move the cursor to the line that is clicked."""
        y = getattr(event, "y", None)
        if isinstance(y, int):
            self.cursor = y + self.scroll_offset.y


def name_room(width: int) -> int:
    """Cells of the name in a list of this width."""
    return max(_LEAST_NAME, width - sum(cells + 2 for _, cells in WIDTHS))


def header(width: int) -> str:
    """The titles of the columns."""
    titles = (
        f"  {title:<{cells}}" if title == "class" else f"  {title:>{cells}}"
        for title, cells in WIDTHS
    )
    return f"{'name':<{name_room(width)}}{''.join(titles)}"
