"""Whether two names are names of one artist, album or title: for the library."""

from pathlib import Path

from models.match.compare import Comparison, compare
from models.match.index import Index


def match_names(kind: str, name: str, other: str, index: Index | Path | None = None) -> Comparison:
    """Compare two names.

    >>> match_names("artist", "GNR", "Guns N' Roses").same
    True

    Args:
        kind: artist, album or title.
        name: a name.
        other: another.
        index: of MusicBrainz, whose aliases count, or the folder that it is in.

    Raises:
        ValueError: there is no such kind.
        MatchError: there is no index in the folder, or it is damaged.
    """
    opened = Index.open(index) if isinstance(index, Path) else index
    return compare(kind, name, other, opened)
