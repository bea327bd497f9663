"""Tables of text, a torrent a line: torrents.csv (https://torrents-csv.com), old and new, and kin.

Which columns there are is told from the header or the rows themselves (`streams.replay.layouts`).
"""

from collections.abc import Sequence

from streams.replay.builder import Builder
from streams.replay.dump import Dump
from streams.replay.fields import Fields
from streams.replay.layouts import USUAL, Layout, layout_of, usual_layout
from streams.replay.lines import LineReader
from streams.replay.reader import Format
from streams.replay.rows import Unfit

_FIELDS = frozenset(Fields.__dataclass_fields__)


class Table(LineReader):
    """Reads a table of text, whatever its separator and order of columns."""

    def __init__(self, dump: Dump, builder: Builder) -> None:
        super().__init__(dump, builder)
        head = _head(dump)
        self._layout = layout_of(head) or usual_layout(head)
        self._first_line = head.split("\n", 1)[0].rstrip("\r")
        self._places = [
            (column, place)
            for place, column in enumerate(self._layout.columns)
            if column in _FIELDS
        ]

    @property
    def columns(self) -> Sequence[str]:
        """The columns of the first line: the header, where there is one."""
        return [column[:40] for column in self._first_line.split(self._layout.separator)[:40]]

    def _fields(self, line: str) -> Fields | None:
        if line == self._layout.header:
            return None
        cells = self._layout.cells(line)
        if cells is None:
            count = line.count(self._layout.separator) + 1
            raise Unfit("bad_row", f"{count} columns instead of {len(self._layout.columns)}")
        return Fields(**{column: cells[place] for column, place in self._places})  # type: ignore[arg-type]


def _head(dump: Dump) -> str:
    """The whole lines of the first bytes."""
    head = dump.text_head
    whole = head[: head.rfind(b"\n") + 1] or head
    return whole.decode("utf-8", "replace")


def table_of(dump: Dump) -> Layout | None:
    """The layout of a dump that is a table of torrents. Returns None if it is none."""
    return layout_of(_head(dump))


FORMAT = Format(
    name="torrents.csv",
    expects=(
        f"the columns {USUAL.replace(' ', ';')}, of which infohash and name are enough; "
        "a header, or an order that is known, and ; , | or tabs between them"
    ),
    fits=lambda dump: table_of(dump) is not None,
    open=Table,
)
