"""torrents.csv (https://torrents-csv.com): a row a line, columns separated by `;` or `,`."""

from collections.abc import Sequence

from streams.replay.dump import Dump
from streams.replay.lines import LineReader
from streams.replay.reader import Format
from streams.replay.rows import Builder, Fields, Unfit

COLUMNS = (
    "infohash",
    "name",
    "size_bytes",
    "created_unix",
    "seeders",
    "leechers",
    "completed",
    "scraped_date",
)
"""Real files separate them by `;`, some copies by `,`."""

_AFTER_NAME = len(COLUMNS) - 2


class TorrentsCsv(LineReader):
    """Reads torrents.csv.

    Names hold separators and quotes unescaped: a row is read from both ends, the name is what is
    between.
    """

    def __init__(self, dump: Dump, builder: Builder) -> None:
        super().__init__(dump, builder)
        self._first_line = _first_line(dump)
        is_comma = self._first_line.count(b",") > self._first_line.count(b";")
        self._separator = "," if is_comma else ";"
        self._header = f"infohash{self._separator}"

    @property
    def columns(self) -> Sequence[str]:
        """The columns of the first line: the header, where there is one."""
        columns = self._first_line.decode("utf-8", "replace").split(self._separator)
        return [column[:40] for column in columns]

    def _fields(self, line: str) -> Fields | None:
        if line.startswith(self._header):
            return None
        infohash, _, rest = line.partition(self._separator)
        parts = rest.rsplit(self._separator, _AFTER_NAME)
        if len(parts) != _AFTER_NAME + 1:
            raise Unfit("bad_row", f"{len(parts) + 1} columns instead of {len(COLUMNS)}")
        name, size, created, seeders, leechers, completed, scraped = parts
        if len(name) > 1 and name[0] == name[-1] == '"':
            name = name[1:-1].replace('""', '"')
        return Fields(
            infohash=infohash,
            name=name,
            size=size,
            created_at=created,
            observed_at=scraped,
            seeders=seeders,
            leechers=leechers,
            completed=completed,
        )


def _first_line(dump: Dump) -> bytes:
    return dump.text_head.split(b"\n", 1)[0].rstrip(b"\r")


def _fits(dump: Dump) -> bool:
    first = _first_line(dump)
    if first.startswith((b"infohash;", b"infohash,")):
        return True
    return max(first.count(b";"), first.count(b",")) >= len(COLUMNS) - 1


FORMAT = Format(
    name="torrents.csv",
    expects=f"the columns {';'.join(COLUMNS)}",
    fits=_fits,
    open=TorrentsCsv,
)
