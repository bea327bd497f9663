"""What the indexer can do, as clients ask it once and keep it for days."""

from infra.postgres.search import MAX_ROWS
from schemas.newznab import CATEGORIES, PARENTS
from streams.web.torznab.xml import HEAD, element

_SEARCHES = (
    ("search", "q"),
    ("tv-search", "q,season,ep"),
    ("movie-search", "q,year"),
    # Of music, Prowlarr and Lidarr read the first name, others the second.
    ("audio-search", "q,artist,album,year,track"),
    ("music-search", "q,artist,album,year,track"),
    ("book-search", "q,author,title,year"),
)
_BY_IMDB = frozenset({"tv-search", "movie-search"})


def caps(*, knows_imdb: bool) -> str:
    """The capabilities as XML.

    Args:
        knows_imdb: whether some torrent has an id of IMDb; otherwise nobody is told to ask by it.
    """
    searches = "".join(
        element(
            name,
            available="yes",
            supportedParams=f"{supported},imdbid" if knows_imdb and name in _BY_IMDB else supported,
            searchEngine="raw",  # names come as they are
        )
        for name, supported in _SEARCHES
    )
    categories = "".join(
        f'<category id="{parent}" name="{name}">'
        + "".join(
            element("subcat", id=category.id, name=category.name.partition("/")[2])
            for category in CATEGORIES
            if category.parent == parent
        )
        + "</category>"
        for parent, name in PARENTS.items()
    )
    return (
        f"{HEAD}<caps>{element('server', version='1.3', title='Mimmo Streams')}"
        f"{element('limits', default=MAX_ROWS, max=MAX_ROWS)}"
        f"<searching>{searches}</searching><categories>{categories}</categories></caps>"
    )
