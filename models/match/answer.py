"""A candidate as an answer to a query: the artist, the release group, and how both compared."""

from dataclasses import dataclass
from enum import StrEnum

from models.match.features import Features
from models.match.index import GroupRecord


class Compared(StrEnum):
    """How the artist that is asked for compared with the candidate; the words stand in `why`."""

    NAME = "artist name equal"
    ALIAS = "artist alias equal"
    CREDIT = "artist credit equal"
    PART = "artist one of several named"
    LIKE = "artist spelled alike"
    VARIOUS = "various artists"

    @property
    def is_equal(self) -> bool:
        """Whether the candidate is known by exactly the name that is asked for."""
        return self in (Compared.NAME, Compared.ALIAS, Compared.CREDIT)


@dataclass(frozen=True, slots=True)
class Answer:
    """One artist, alone or with one of its release groups."""

    artist: int
    compared: Compared
    features: Features
    group: GroupRecord | None = None
    why: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether name and title are equal and nothing speaks against the answer."""
        given = self.features
        inexact = (given.title_like, given.title_contained, given.title_edition)
        against = (
            given.year_before,
            given.tracks_other,
            given.single,
            given.secondary,
            given.title_missing,
        )
        is_named = self.compared in (Compared.NAME, Compared.VARIOUS)
        return is_named and not any((*inexact, *against))

    @property
    def is_title_equal(self) -> bool:
        """Whether there is a release group of the title, but perhaps of another edition."""
        if self.group is None:
            return False
        return not (self.features.title_like or self.features.title_contained)
