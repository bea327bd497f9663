"""Which column of a table holds what: told from its header, or from what its first rows look like.

A new order of columns is a line in `ORDERS`; a new name of a column is a word in `fields.py`.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.content.metainfo.infohashes import hashes
from streams.replay.fields import flat_plan
from streams.replay.values import moment, whole

SEPARATORS = (";", ",", "\t", "|")

ORDERS = (
    "infohash name size created_at seeders leechers completed observed_at",
    "infohash name size created_at seeders leechers completed",
    "infohash name size created_at seeders leechers",
    "infohash name size created_at",
    "infohash name size seeders leechers",
    "infohash name size",
    "infohash name created_at",
    "infohash size name",
    "infohash name",
    "name size infohash num_files category",
    "name size infohash",
    "name infohash size",
    "name infohash",
    "created_at infohash name size",
)
"""Orders of columns of tables without a header; other columns may follow, a row id may lead."""

USUAL = ORDERS[0]
"""That of torrents.csv, where nothing tells."""

_ROWS = 50
"""Rows that are looked at."""
_NUMBERS = frozenset({"size", "seeders", "leechers", "completed", "num_files"})
_DATES = frozenset({"created_at", "observed_at"})
_ID = "id"


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of a table are cut, and what the columns are."""

    separator: str
    columns: tuple[str, ...]
    """The field that each column holds; others have names that are no field."""
    header: str | None = None
    """The line that names the columns, if there is one."""

    def cells(self, line: str) -> Sequence[str] | None:
        """The cells of a row. Returns None if it has not this many.

        Names hold separators and quotes unescaped: where there are too many cells, a row is read
        from both ends, and the name is what is between.
        """
        cells = line.split(self.separator)
        if '"' not in line:
            return cells if len(cells) == len(self.columns) else self._from_both_ends(line)
        if len(cells) != len(self.columns):
            quoted = _quoted(line, self.separator)
            if quoted is not None and len(quoted) == len(self.columns):
                return quoted
            between = self._from_both_ends(line)
            if between is None:
                return None
            cells = between
        return [unquoted(cell) for cell in cells]

    def _from_both_ends(self, line: str) -> list[str] | None:
        before = self.columns.index("name")
        after = len(self.columns) - before - 1
        cells = line.split(self.separator, before)
        if len(cells) != before + 1:
            return None
        rest = cells.pop().rsplit(self.separator, after)
        return cells + rest if len(rest) == after + 1 else None


def layout_of(head: str) -> Layout | None:
    """The layout of a table that begins with this text. Returns None if it is none of torrents."""
    lines = [line for line in head.splitlines()[:_ROWS] if line.strip()]
    if not lines:
        return None
    for separator in SEPARATORS:
        named = _named(lines[0], separator)
        if named is not None:
            return named
    scored = [(_score(layout, lines), len(layout.columns), layout) for layout in _guesses(lines)]
    best = max(scored, key=lambda scores: scores[:2], default=None)
    return best[2] if best is not None and best[0] > 0.5 else None


def usual_layout(head: str) -> Layout:
    """The layout of torrents.csv, for a table that looks like none."""
    line = head.split("\n", 1)[0]
    separator = max(SEPARATORS, key=line.count)
    return Layout(separator, tuple(USUAL.split()))


def unquoted(cell: str) -> str:
    """A cell without the quotes around it."""
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def _quoted(line: str, separator: str) -> list[str] | None:
    """The cells of a row whose quotes are as they should be. Returns None if they are not."""
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), None)
    except csv.Error:
        return None


def _named(line: str, separator: str) -> Layout | None:
    cells = [unquoted(cell.strip()) for cell in line.split(separator)]
    fields = flat_plan(cells)
    if "infohash" not in fields or "name" not in fields:
        return None
    field_of = {name: field for field, name in fields.items()}
    columns = tuple(field_of.pop(cell, f"{_ID}{place}") for place, cell in enumerate(cells))
    return Layout(separator, columns, header=line)


def _guesses(lines: Sequence[str]) -> Iterator[Layout]:
    """Every order of columns that a table with these rows may have."""
    for separator in SEPARATORS:
        counts = Counter(line.count(separator) + 1 for line in lines)
        usual = counts.most_common(1)[0][0]
        for order in ORDERS:
            for columns in (tuple(order.split()), (_ID, *order.split())):
                yield Layout(separator, columns)
                if columns[-1] != "name" and usual > len(columns):
                    more = tuple(f"{_ID}{place}" for place in range(len(columns), usual))
                    yield Layout(separator, columns + more)


def _score(layout: Layout, lines: Sequence[str]) -> float:
    """The share of rows whose cells are what the layout says, less where columns are nameless."""
    good = sum(_fits(layout, line) for line in lines)
    nameless = sum(column.startswith(_ID) and column != _ID for column in layout.columns)
    return good / len(lines) - 0.01 * nameless


def _fits(layout: Layout, line: str) -> bool:
    cells = layout.cells(line)
    if cells is None:
        return False
    for column, cell in zip(layout.columns, cells, strict=True):
        if column == "infohash" and hashes(cell)[0] is None:
            return False
        if (column in _NUMBERS or column == _ID) and cell and whole(cell) is None:
            return False
        if column in _DATES and cell not in ("", "0") and moment(cell) is None:
            return False
        if column == "name" and hashes(cell)[0] is not None:
            return False
    return True
