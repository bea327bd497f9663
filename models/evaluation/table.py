"""Tables of figures, for a terminal and for a model card."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from models.oneshot.safe import safe


@dataclass(frozen=True, slots=True)
class Table:
    """A title, a header, and rows of text."""

    title: str
    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class WantedErrors:
    """Which wrong answers are listed."""

    field: str
    most: int


def print_tables(tables: Iterable[Table], console: Console) -> None:
    """Print tables for a person.

    Cells are torrent names, too: no markup in them is believed, and none takes the terminal.
    """
    for table in tables:
        rich = RichTable(*map(escape, table.header), title=escape(safe(table.title)))
        for row in table.rows:
            rich.add_row(*(escape(safe(cell)) for cell in row))
        console.print(rich)


def markdown(tables: Iterable[Table]) -> str:
    """The same tables as Markdown."""
    lines: list[str] = []
    for table in tables:
        lines += [f"### {table.title}", "", _line(table.header), "|" + " --- |" * len(table.header)]
        lines += map(_line, table.rows)
        lines.append("")
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
