"""A row as JSON, and as a line of a table."""

from typing import Any

from infra.postgres.search import Row
from streams.terminal.sources.source import has_infohash
from streams.terminal.text import count, percent, size

_NO_YEAR = 1970
"""The year of what has no time."""


def shape(row: Row) -> dict[str, Any]:
    """A row as a JSON object; `mimmo search --file` reads it again. Unknown is null."""
    known = has_infohash(row.infohash)
    return {
        "infohash": row.infohash if known else None,
        "name": row.name,
        "medium": row.medium,
        "subcategory": row.subcategory,
        "nsfw": row.nsfw,
        "confidence": round(row.confidence, 3),
        "source": row.classified_by,
        "rule": row.rule,
        "own_class": row.own_class,
        "own_confidence": row.own_confidence,
        "title": row.title,
        "creator": row.creator,
        "year": row.year,
        "size": row.size,
        "files": row.num_files,
        "seeders": row.seeders,
        "leechers": row.leechers,
        "observed_at": row.observed_at.isoformat() if is_dated(row) else None,
        "metadata": dict(row.metadata),
        "technical": dict(row.technical),
        "link": _link(row),
        "corrected": sorted(row.corrected),
        "magnet": row.magnet if known else None,
    }


def is_dated(row: Row) -> bool:
    """Whether it is known when the torrent was seen; an answer of `mimmo` does not say."""
    return row.observed_at.year > _NO_YEAR


def _link(row: Row) -> dict[str, Any] | None:
    if row.link is None:
        return None
    return {
        "status": row.link,
        "artist_mbid": str(row.artist_mbid) if row.artist_mbid else None,
        "artist": row.linked_artist,
        "release_group_mbid": str(row.release_group_mbid) if row.release_group_mbid else None,
        "title": row.linked_title,
        "score": row.score,
    }


WIDTHS = (("class", 14), ("sure", 4), ("year", 4), ("size", 5), ("seeds", 5))
"""Columns beside the name, and the cells that each takes."""


def beside(row: Row) -> tuple[str, ...]:
    """The cells beside the name, in the order of `WIDTHS`."""
    mark = "*" if row.corrected else ""
    return (
        f"{row.subcategory}{mark}",
        percent(row.confidence),
        "" if row.year is None else str(row.year),
        size(row.size),
        count(row.seeders),
    )
