"""Comparing two names: the first rule that holds decides."""

from models.match.compare import artists, works
from models.match.compare.comparison import Comparison, NameKind, Rule, decided
from models.match.index import Index


def compare(kind: NameKind | str, name: str, other: str, index: Index | None = None) -> Comparison:
    """Compare two names of artists, of albums, or of films, series, books and games.

    Which name comes first makes no difference.

    Args:
        kind: `artist`, `album` or `title`.
        name: a name.
        other: another one.
        index: of MusicBrainz, whose aliases and titles count; of titles it knows nothing.

    Raises:
        ValueError: the kind is none of these.

    >>> compare("artist", "GNR", "Guns N' Roses").why
    'acronym of three letters'
    >>> compare("album", "DSOTM", "The Dark Side of the Moon").same
    True
    >>> compare("title", "The Ferry (US)", "The Ferry (UK)")
    Comparison(same=False, confidence=0.02, why='countries differ')
    """
    kind = NameKind(kind)
    if kind is NameKind.ARTIST:
        rules = artists.rules(name, other, index)
    else:
        rules = works.rules(kind, name, other, index)
    return decided(kind, next(rules, Rule.DIFFER))
