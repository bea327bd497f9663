"""Tables of figures, for a terminal and for a model card."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table as RichTable


@dataclass(frozen=True, slots=True)
class Table:
    """A title, a header, and rows of text."""

    title: str
    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def print_tables(tables: Iterable[Table], console: Console) -> None:
    """Print tables for a person."""
    for table in tables:
        rich = RichTable(*table.header, title=table.title)
        for row in table.rows:
            rich.add_row(*row)
        console.print(rich)


def markdown(tables: Iterable[Table]) -> str:
    """The same tables as Markdown."""
    out = []
    for table in tables:
        out += [
            f"### {table.title}",
            "",
            "| " + " | ".join(table.header) + " |",
            "|" + " --- |" * len(table.header),
        ]
        out += ["| " + " | ".join(row) + " |" for row in table.rows]
        out.append("")
    return "\n".join(out)
