"""Comparing two names: the first rule that holds decides."""

from models.match.compare import artists, works
from models.match.compare.comparison import Comparison, NameKind, Rule, decided
from models.match.index import Index


def compare(kind: NameKind | str, left: str, right: str, index: Index | None = None) -> Comparison:
    """Compare two names of artists, of albums, or of films, series, books and games.

    Which name comes first makes no difference.

    Args:
        kind: `artist`, `album` or `title`.
        left: a name.
        right: another one.
        index: of MusicBrainz, whose aliases and titles count; of titles it knows nothing.

    Raises:
        ValueError: the kind is none of these.

    >>> compare("artist", "GNR", "Guns N' Roses").why
    'acronym'
    >>> compare("album", "DSOTM", "The Dark Side of the Moon").same
    True
    >>> compare("title", "The Ferry (US)", "The Ferry (UK)")
    Comparison(same=False, confidence=0.02, why='countries differ')
    """
    kind = NameKind(kind)
    if kind is NameKind.ARTIST:
        rules = artists.rules(left, right, index)
    else:
        rules = works.rules(kind, left, right, index)
    return decided(kind, next(rules, Rule.DIFFER))
