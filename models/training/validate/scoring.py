"""How well fields fit a work, and whether they fit well enough."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from models.match.keys import bare_title
from models.match.normalise import distinguishing, fold
from models.training.validate.entry import Fields, Work

OTHER_KIND = 0.5
"""What titles are alike at most that differ by a number or by a word such as live or remix."""

YEARS_APART = 1
"""Years by which the same work may be dated otherwise."""


@dataclass(frozen=True)
class Settings:
    """What is weighed and what is enough.

    What one side does not know is not weighed. With title and artist the score is
    0.6 title + 0.4 artist, and 0.1 more where the years are equal.
    """

    title: float = 0.6
    artist: float = 0.4
    year_bonus: float = 0.1
    other_year: float = 0.2
    """Taken off where years differ and no artist was compared: films of one title are told apart
    by their years. Albums are issued again."""
    lone_word: float = 0.2
    """Taken off a title of one word that neither an artist nor the year confirms: it may be cut off
    a longer title, and there are works of every word."""
    accept: float = 0.85
    """The least score that is accepted."""
    least_artist: float = 0.75
    """Artists must be more alike than this, whatever the score. With 0.5, and titles as unlike as
    they may be, a fifth of the errors that the tests make is accepted; with these numbers 0.4 %."""
    least_title: float = 0.9
    """Likewise titles: the right artist alone makes no album."""


class Reason(StrEnum):
    """What became of a row."""

    ACCEPTED = "accepted"
    NOTHING = "nothing to check"
    UNKNOWN = "not in the catalogue"
    ARTIST = "another artist"
    TITLE = "another title"
    YEAR = "another year"
    WORD = "one word, unconfirmed"
    UNSAID = "not in the name"
    BELOW = "not alike enough"


@dataclass(frozen=True, slots=True)
class Checked:
    """What the best work says of the fields."""

    reason: Reason
    score: float = 0.0
    title: float | None = None
    """Likeness in [0, 1]; None if it was not compared."""
    artist: float | None = None
    work: Work | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether the fields are believed."""
        return self.reason is Reason.ACCEPTED


def check(fields: Fields, works: Iterable[Work], settings: Settings) -> Checked:
    """The best of the works, and whether it is good enough."""
    if not fields.title and not fields.artist:
        return Checked(Reason.NOTHING)
    best = Checked(Reason.UNKNOWN)
    for work in works:
        checked = compared(fields, work, settings)
        if checked is not None and _order(checked) > _order(best):
            best = checked
    return best


def compared(fields: Fields, work: Work, settings: Settings) -> Checked | None:
    """How the fields fit one work; None if they have nothing in common to compare."""
    title = likeness_of_titles(fields.title, work.titles)
    artist = likeness_of_artists(fields.artist, work.artists)
    weights = (settings.title * (title is not None), settings.artist * (artist is not None))
    if not sum(weights) or (fields.title and title is None):
        return None
    score = (weights[0] * (title or 0.0) + weights[1] * (artist or 0.0)) / sum(weights)
    apart = None
    if fields.year is not None and work.year is not None and title is not None:
        apart = abs(fields.year - work.year)
        score += settings.year_bonus * (apart == 0)
    doubt = None
    if artist is None:
        doubt = _doubt(fields.title or "", apart)
        score -= settings.other_year * (doubt is Reason.YEAR)
        score -= settings.lone_word * (doubt is Reason.WORD)
    reason = _reason(score, title, artist, settings)
    if reason is Reason.BELOW and doubt is not None:
        reason = doubt
    return Checked(reason, max(0.0, round(score, 4)), title, artist, work)


def _doubt(title: str, apart: int | None) -> Reason | None:
    """What speaks against a title alone; None if nothing does."""
    if apart is not None and apart > YEARS_APART:
        return Reason.YEAR
    if apart is None and len(bare_title(title).split()) == 1:
        return Reason.WORD
    return None


def _reason(score: float, title: float | None, artist: float | None, settings: Settings) -> Reason:
    if artist is not None and artist <= settings.least_artist:
        return Reason.ARTIST
    if title is not None and title <= settings.least_title:
        return Reason.TITLE
    return Reason.ACCEPTED if score >= settings.accept else Reason.BELOW


def _order(checked: Checked) -> tuple[bool, float]:
    return checked.is_accepted, checked.score if checked.work is not None else -1.0


def likeness_of_titles(title: str | None, others: Iterable[str]) -> float | None:
    """The best likeness of a title to others, in [0, 1], without words of editions."""
    if not title:
        return None
    mine = bare_title(title)
    known = [bare_title(other) for other in others]
    return max((_titles_alike(mine, other) for other in known), default=None)


def _titles_alike(mine: str, other: str) -> float:
    likeness = fuzz.ratio(mine, other) / 100
    if distinguishing(mine) != distinguishing(other):
        return min(likeness, OTHER_KIND)
    return likeness


def likeness_of_artists(name: str | None, others: Iterable[str]) -> float | None:
    """The best likeness of an artist's name to others, in [0, 1]; words may be in any order."""
    if not name:
        return None
    mine = fold(name)
    known = [fold(other) for other in others]
    return max((fuzz.token_sort_ratio(mine, other) / 100 for other in known), default=None)
