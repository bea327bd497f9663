"""What a clear number says against the class, and the fields that it fills."""

from typing import Any

from models.extract.rules.numbering import Numbering
from schemas import Subcategory

_MAY_BE_NUMBERED = frozenset(
    {Subcategory.MOVIE, Subcategory.VIDEO_OTHER, Subcategory.SERIES, Subcategory.SEASON}
)
_DOUBLE = 2
"""Episodes beside the first in a file of a double or triple episode; more are a season pack."""


def refined(subcategory: Subcategory, place: Numbering | None) -> Subcategory:
    """The class that a number speaks for, else the class as it was.

    A film with S01E02 is an episode, one with E01-E12 a season.
    """
    if place is None or subcategory not in _MAY_BE_NUMBERED:
        return subcategory
    if place.episode is not None:
        return _of_episode(subcategory, place)
    if place.season is not None:
        return _of_season(subcategory, place)
    if place.date is not None and subcategory in (Subcategory.SEASON, Subcategory.SERIES):
        return Subcategory.EPISODE
    return subcategory


def _of_episode(subcategory: Subcategory, place: Numbering) -> Subcategory:
    if "episode" not in place.decides or subcategory is Subcategory.SEASON:
        return subcategory
    last = place.last_episode
    is_pack = last is not None and place.episode is not None and last > place.episode + _DOUBLE
    return Subcategory.SEASON if is_pack else Subcategory.EPISODE


def _of_season(subcategory: Subcategory, place: Numbering) -> Subcategory:
    if subcategory is Subcategory.VIDEO_OTHER and "season" not in place.decides:
        return subcategory
    return Subcategory.SEASON if place.last_season is None else Subcategory.SERIES


def numbered_fields(subcategory: Subcategory, place: Numbering) -> dict[str, Any]:
    """The fields of a class that its number fills."""
    match subcategory:
        case Subcategory.EPISODE:
            values = {
                "season_number": place.season,
                "episode_number": place.episode,
                "last_episode_number": place.last_episode,
                "air_date": place.date,
            }
        case Subcategory.SEASON:
            values = {
                "season_number": place.season,
                "first_episode": place.episode,
                "last_episode": place.last_episode,
            }
        case Subcategory.SERIES:
            values = {"first_season": place.season, "last_season": place.last_season}
        case Subcategory.VIDEO_OTHER:
            values = {"air_date": place.date}
        case _:
            values = {}
    return {name: value for name, value in values.items() if value is not None}
