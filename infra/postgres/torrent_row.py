"""The torrent row as a pure merge: of each part the newest that is known.

The rule is needed in two places: `merged` joins two observations of one batch, and the statement of
`infra.postgres.torrents` joins them with what is stored. Both are made from `PARTS`. Merging is
commutative, associative and idempotent, so that neither the order of events nor the way in which
batches are cut shows in the row.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from schemas import Flag, Hints, Torrent

Row = dict[str, Any]
"""Values by column, as they are merged; `None` is unknown."""

FILE_FLAGS = {Flag.FILES_TRUNCATED, Flag.PATHS_CLEANED}
"""What was done to the file list; the other flags are about the name."""


@dataclass(frozen=True, slots=True)
class Part:
    """Columns that are known together or not at all.

    The part is unknown where its first column is NULL. `seen_at` holds when it was seen, and NULL
    where that is the moment in `clock`: the usual case, which costs no byte on the disk.
    """

    columns: tuple[str, ...]
    seen_at: str
    clock: str = "observed_at"

    def moment(self, row: Row) -> Any:
        """When the part was seen; None if unknown."""
        if row[self.columns[0]] is None:
            return None
        return row[self.seen_at] or row[self.clock]

    def rank(self, row: Row) -> tuple[Any, ...]:
        """What decides between two rows: the newer, and of one moment the greater value."""
        moment = self.moment(row)
        return () if moment is None else (moment, *self.ties(row))

    def ties(self, row: Row) -> tuple[Any, ...]:
        """What decides between two values of one moment."""
        return (row[self.columns[0]],)

    def sql_moment(self, row: str) -> str:
        """`moment` in SQL, for the row of that alias."""
        seen = f"coalesce({row}.{self.seen_at}, {row}.{self.clock})"
        return f"CASE WHEN {row}.{self.columns[0]} IS NOT NULL THEN {seen} END"

    def sql_rank(self, row: str) -> tuple[str, ...]:
        """`rank` in SQL. The unknown is older than everything."""
        return (f"coalesce({self.sql_moment(row)}, '-infinity')", *self.sql_ties(row))

    def sql_ties(self, row: str) -> tuple[str, ...]:
        """`ties` in SQL."""
        return (f"{row}.{self.columns[0]}",)


class Listing(Part):
    """The files and their number. A list says more than a bare number, however new that is."""

    def rank(self, row: Row) -> tuple[Any, ...]:
        """A list first, then the newer."""
        rank = super().rank(row)
        return rank and (row["file_paths"] is not None, *rank)

    def ties(self, row: Row) -> tuple[Any, ...]:
        """The longer list, then its text; an unknown size counts as -1."""
        sizes = [-1 if size is None else size for size in row["file_sizes"] or ()]
        return (row["num_files"], row["file_paths"] or [], sizes, row["file_flags"] or [])

    def sql_rank(self, row: str) -> tuple[str, ...]:
        """`rank` in SQL."""
        return (f"{row}.file_paths IS NOT NULL", *super().sql_rank(row))

    def sql_ties(self, row: str) -> tuple[str, ...]:
        """`ties` in SQL. The collation is that of Python: by code point."""
        return (
            f"{row}.num_files",
            f"coalesce({row}.file_paths, '{{}}') COLLATE \"C\"",
            f"array_replace(coalesce({row}.file_sizes, '{{}}'), NULL, -1)",
            f"coalesce({row}.file_flags, '{{}}') COLLATE \"C\"",
        )


class Naming(Part):
    """The name, what was done to it, and where it came from: known of every observation.

    So it sets the row's clock, and every observation of the newest moment has a say.
    """

    def ties(self, row: Row) -> tuple[Any, ...]:
        """Of two names of one moment the greater; then flags and provenance."""
        return (row["name"], row["flags"], row["provenance_id"])

    def sql_ties(self, row: str) -> tuple[str, ...]:
        """`ties` in SQL. The collation is that of Python: by code point."""
        return (
            f'{row}.name COLLATE "C"',
            f'{row}.flags COLLATE "C"',
            f"{row}.provenance_id",
        )


class Hinting(Part):
    """The hints of a source, as Postgres prints them: keys by length, then by letter."""

    def sql_ties(self, row: str) -> tuple[str, ...]:
        """`ties` in SQL. The collation is that of Python: by code point."""
        return (f'{row}.hints::text COLLATE "C"',)


NAMING = Naming(("name", "flags", "provenance_id"), "observed_at")

PARTS: tuple[Part, ...] = (
    NAMING,
    Listing(("num_files", "file_paths", "file_sizes", "file_flags"), "files_seen_at"),
    Part(("size",), "size_seen_at"),
    Part(("created_at",), "created_seen_at"),
    Part(("meta_version",), "meta_version_seen_at"),
    Part(("infohash_v2",), "infohash_v2_seen_at"),
    Hinting(("hints",), "hints_seen_at"),
    Part(("seeders",), "seeders_seen_at", "swarm_seen_at"),
    Part(("leechers",), "leechers_seen_at", "swarm_seen_at"),
    Part(("completed",), "completed_seen_at", "swarm_seen_at"),
)


COLUMNS: tuple[str, ...] = (
    "infohash",
    *(column for part in PARTS for column in part.columns),
    "observed_at",
    "swarm_seen_at",
    *(part.seen_at for part in PARTS if part is not NAMING),
)
"""Every column that is merged."""


def observed(torrent: Torrent, provenance_id: int) -> Row:
    """The row of one observation, before it is merged with others."""
    flags = sorted(flag.value for flag in torrent.flags if flag not in FILE_FLAGS)
    row: Row = dict.fromkeys(COLUMNS)
    row |= {
        "infohash": bytes.fromhex(torrent.infohash),
        "name": torrent.name,
        "flags": flags,
        "provenance_id": provenance_id,
        "observed_at": torrent.observed_at,
        "size": torrent.size,
        "num_files": torrent.num_files,
        "created_at": torrent.created_at,
        "meta_version": torrent.meta_version,
        "infohash_v2": bytes.fromhex(torrent.infohash_v2) if torrent.infohash_v2 else None,
        "hints": _as_printed(torrent.hints) if torrent.hints else None,
    }
    if torrent.files is not None:
        row["num_files"] = max(torrent.num_files or 0, len(torrent.files))
        row["file_paths"] = [file.path for file in torrent.files]
        row["file_sizes"] = [file.size for file in torrent.files]
        file_flags = sorted(flag.value for flag in torrent.flags if flag in FILE_FLAGS)
        row["file_flags"] = file_flags or None
    if torrent.swarm is not None:
        figures = {
            "seeders": torrent.swarm.seeders,
            "leechers": torrent.swarm.leechers,
            "completed": torrent.swarm.completed,
        }
        row |= figures
        if any(figure is not None for figure in figures.values()):
            row["swarm_seen_at"] = torrent.swarm.seen_at or torrent.observed_at
    return row


def merged(first: Row, second: Row) -> Row:
    """Two observations of one torrent as one row, whatever their order."""
    row: Row = {"infohash": first["infohash"]}
    for clock in ("observed_at", "swarm_seen_at"):
        row[clock] = max(
            (first[clock], second[clock]), key=lambda moment: (moment is not None, moment)
        )
    for part in PARTS:
        winner = max(first, second, key=part.rank)
        row |= {column: winner[column] for column in part.columns}
        if part is not NAMING:
            moment = part.moment(winner)
            row[part.seen_at] = None if moment == row[part.clock] else moment
    return row


def merged_rows(rows: Iterable[Row]) -> list[Row]:
    """One row a torrent, sorted by infohash so that two writers cannot deadlock."""
    by_infohash: dict[bytes, Row] = {}
    for row in rows:
        before = by_infohash.get(row["infohash"])
        by_infohash[row["infohash"]] = row if before is None else merged(before, row)
    return [by_infohash[infohash] for infohash in sorted(by_infohash)]


def _as_printed(hints: Hints) -> str:
    """Hints as Postgres prints the jsonb that they become."""
    known = hints.model_dump(mode="json", exclude_none=True)
    ordered = {key: known[key] for key in sorted(known, key=lambda key: (len(key), key))}
    return json.dumps(ordered, ensure_ascii=False)
