"""Whether two names are names of one artist, album or title: for the library."""

from pathlib import Path

from models.match.compare import Comparison, compare
from models.match.index import Index


def match_names(
    kind: str, name: str, other: str, index: Index | Path | str | None = None
) -> Comparison:
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
        TypeError: the index is none of these.
        MatchError: there is no index in the folder, or it is damaged.
    """
    if isinstance(index, (str, Path)):
        return compare(kind, name, other, Index.open(Path(index)))
    if index is not None and not isinstance(index, Index):
        raise TypeError(f"an index or the folder of one is expected, not {type(index).__name__}")
    return compare(kind, name, other, index)
