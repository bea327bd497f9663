"""An answer as a card for people, on a terminal."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from models.oneshot.answer import Answer
from models.oneshot.safe import safe
from models.oneshot.shapes import own_fields, technical

_MOST = 30
"""Entries of a list that a card shows."""


def show(answer: Answer, console: Console) -> None:
    """Print the card of an answer. Hostile text is text on it: no markup, no control characters."""
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="bold", no_wrap=True)
    rows.add_column(overflow="fold")
    for label, value in _rows(answer):
        rows.add_row(label, Text("\n".join(safe(line) for line in value.split("\n"))))
    title = Text(safe(answer.name), overflow="ellipsis")
    console.print(Panel(rows, title=title, title_align="left", expand=False))


def _rows(answer: Answer) -> Iterator[tuple[str, str]]:
    adult = ", adult" if answer.nsfw else ""
    yield "class", f"{answer.medium.value} / {answer.subcategory.value}{adult}"
    if answer.verdict.own_class is not None:
        sure = answer.verdict.own_confidence or 0.0
        yield "own class", f"{answer.verdict.own_class}, {sure:.1%}"
    yield "sure", f"{answer.confidence:.1%}, by {answer.source}"
    yield "torznab", str(answer.torznab)
    for field, value in own_fields(answer).items():
        if not isinstance(value, list) or not value or not isinstance(value[0], dict):
            yield _words(field), _told(value)
    for field, value in technical(answer).items():
        yield _words(field), _told(value)
    for field, value in own_fields(answer).items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield _words(field), "\n".join(_entries(value))
    if infohash := getattr(answer.subject, "infohash", None):
        yield "infohash", infohash
    for note in getattr(answer.subject, "notes", ()):
        yield "note", note


def _entries(entries: list[dict[str, Any]]) -> Iterator[str]:
    for entry in entries[:_MOST]:
        yield "  ".join(str(value) for value in entry.values())
    if len(entries) > _MOST:
        yield f"and {len(entries) - _MOST} more"


def _words(field: str) -> str:
    return field.replace("_", " ")


def _told(value: Any) -> str:
    if isinstance(value, list):
        shown = ", ".join(str(entry) for entry in value[:_MOST])
        return f"{shown}, and {len(value) - _MOST} more" if len(value) > _MOST else shown
    return "yes" if value is True else str(value)
