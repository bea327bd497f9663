"""A query with everything that is computed of it once, before candidates are compared with it."""

from models.match.keys import shingles
from models.match.normalise import artist_parts, fold, is_self_titled, split_featuring, year_in
from models.match.query import Query

_MARKS = (": ", " - ")
"""What stands between a name and a title that were written as one."""


class Asked:
    """A query as the search and the comparison need it.

    Attributes:
        query: what was asked.
        name: the artist's name as given; empty if none is.
        main: the name without "feat. B".
        guest: B, if there is one.
        parts: the artists of a joint credit ("A & B").
        title: the title to look for among release groups, if there is one.
        year: the year as given, else the one in brackets at the end of the title.
        titles: the title, and what it may mean beside that.
        tracks: hashes of the track names (`keys.shingles`).
    """

    def __init__(self, query: Query) -> None:
        self.query = query
        self.name = query.artist or ""
        main, guest = split_featuring(self.name)
        self.main = main
        self.guest = guest
        self.parts = artist_parts(self.main)
        self.title = _told(query.release_title)
        self.year = query.year or (year_in(self.title) if self.title else None)
        self.titles = self._forms(self.title) if self.title else ()
        self.tracks = frozenset(shingles(query.tracks))

    @property
    def is_joint(self) -> bool:
        """Whether the name may be that of several artists."""
        return len(self.parts) > 1 or bool(self.guest)

    def _forms(self, title: str) -> tuple[str, ...]:
        """The title, and what it may mean.

        People write the artist before it ("Bach: Mass in B Minor"), or something that stands for
        the artist's name ("Self-Titled").
        """
        forms = [self.main, title] if is_self_titled(title) else [title]
        for mark in _MARKS:
            head, is_marked, tail = title.partition(mark)
            if is_marked and fold(tail) and self._is_of_name(head):
                forms.append(tail)
        folded, name = fold(title), fold(self.main)
        if name and folded.startswith(f"{name} "):
            forms.append(folded.removeprefix(f"{name} "))
        return tuple(dict.fromkeys(forms))

    def _is_of_name(self, text: str) -> bool:
        """Whether every word of a text is a word of the artist's name."""
        return set(fold(text).split()) <= set(fold(self.name).split())


def _told(title: str | None) -> str | None:
    """A title that says something, else None."""
    return title if title and fold(title) else None
