"""Rows as a table for people."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table

from infra.postgres.search import Row
from streams.terminal.row_shape import WIDTHS, beside
from streams.terminal.text import shown

_BETWEEN = 2
_LEAST_NAME = 20
_INFOHASH = 40
_WIDE = 140
"""From so many cells on the infohash is shown as well."""


def table(rows: Sequence[Row], width: int) -> Table:
    """A table of rows that fits into so many cells; names that do not are cut."""
    is_wide = width >= _WIDE
    others = [(name, cells) for name, cells in WIDTHS]
    if is_wide:
        others.append(("infohash", _INFOHASH))
    taken = sum(cells + _BETWEEN for _, cells in others)
    room = max(_LEAST_NAME, width - taken)
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    drawn.add_column("name", width=room, no_wrap=True)
    for name, cells in others:
        is_text = name in ("class", "infohash")
        drawn.add_column(name, width=cells, no_wrap=True, justify="left" if is_text else "right")
    for row in rows:
        cells_of_row = [shown(row.name, room), *(shown(cell) for cell in beside(row))]
        if is_wide:
            cells_of_row.append(shown(row.infohash))
        drawn.add_row(*cells_of_row)
    return drawn
