"""Works to refill names with where there is no catalogue: those of the labelled names."""

from collections.abc import Sequence

from models.extract.names.words import readable
from models.training.tagger.data import Example
from models.training.tagger.works import Created, Works
from schemas.media import MEDIUM_OF, Medium, Subcategory

_KIND = {
    Subcategory.MOVIE: "movie",
    Subcategory.EPISODE: "tv",
    Subcategory.SEASON: "tv",
    Subcategory.SERIES: "tv",
    Subcategory.GAME: "game",
    Subcategory.APPLICATION: "software",
}
_NOTHING = ("", None)
"""A work without a title: a name is not refilled with it."""


def of_labelled(examples: Sequence[Example]) -> Works:
    """The works that labelled names are about.

    Kinds of which there is none hold a work without a title, with which no name is refilled.
    """
    titles: dict[str, list[tuple[str, int | None]]] = {
        kind: [] for kind in ("movie", "tv", "anime", "game", "software")
    }
    albums: list[Created] = []
    books: list[Created] = []
    for example in examples:
        values = {
            role: readable(example.name[start:end]) for role, (start, end) in example.spans.items()
        }
        title, creator = values.get("title"), values.get("creator")
        year = values.get("year", "")
        known = int(year) if year.isascii() and year.isdigit() else None
        if title is None:
            continue
        kind = _KIND.get(example.subcategory)
        if kind is not None:
            titles[kind].append((title, known))
        elif creator is not None:
            is_book = (
                MEDIUM_OF[example.subcategory] is Medium.BOOK
                or example.subcategory is Subcategory.AUDIOBOOK
            )
            (books if is_book else albums).append((creator, title, known))
    titles["anime"] = titles["tv"]
    return Works(
        {kind: works or [_NOTHING] for kind, works in titles.items()},
        albums or books or [("", *_NOTHING)],
        books or [("", *_NOTHING)],
        [],
    )
