"""What a catalogue knows of one work, and what a catalogue is asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from schemas.media import Subcategory


@dataclass(frozen=True, slots=True)
class Fields:
    """What was read of a name. None is what was not read."""

    title: str | None = None
    artist: str | None = None
    year: int | None = None
    subcategory: Subcategory | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """A work, or an artist if it has no title."""

    titles: tuple[str, ...] = ()
    """The title as it is shown, then others."""
    artists: tuple[str, ...] = ()
    """The artist as credited, then the names of each; empty if the catalogue names none."""
    year: int | None = None
    key: str | None = None
    """Its MBID, or the line of a table."""
    kinds: frozenset[Subcategory] = frozenset()
    """What it may be; empty if the catalogue does not say."""


class Catalogue(Protocol):
    """Knows works."""

    def candidates(self, fields: Fields) -> Iterable[Work]:
        """Works that the fields may be of, by what names have in common."""
