"""What a clear number says against the class, and the fields that it fills."""

from typing import Any

from models.extract.rules.file_numbers import FileNumbers
from models.extract.rules.number_patterns import EPISODE, SEASON, Numbering
from models.extract.rules.units import RULE as WORDS
from schemas import Subcategory

_MAY_BE_NUMBERED = frozenset(
    {Subcategory.MOVIE, Subcategory.VIDEO_OTHER, Subcategory.SERIES, Subcategory.SEASON}
)
_MAY_BE_LISTED = _MAY_BE_NUMBERED | {Subcategory.EPISODE}
_MOST_IN_A_NAME = 3
"""Episodes of a range that may be those of one file; more are a pack."""

_FEWEST_OF_A_SEASON = 4
"""Parts from which a work of so many is no film: many Soviet films have two or three."""

_NO_FILM = 20
"""Number of an episode from which no film is called so; the episodes of a saga are few."""

_MOST_IN_ONE = 4
"""The same where the class says that it is one file, the name is that of a file, or names each."""

_OF_CREDITS = frozenset({"NCOP", "NCED"})
"""Specials that are one clip: opening and closing credits without their names."""


def refined(
    subcategory: Subcategory, place: Numbering | None, listed: FileNumbers | None = None
) -> Subcategory:
    """The class that a number speaks for, else the class as it was.

    A film with S01E02 is an episode, one with E01-E12 a season; a season of which the name or the
    only file gives one episode is that episode.

    Args:
        subcategory: the class of the torrent.
        place: the numbering of its name.
        listed: what its files agree on.
    """
    by_name = _by_name(subcategory, place, listed) if place is not None else subcategory
    return by_name if listed is None else _by_files(by_name, listed)


def _by_name(subcategory: Subcategory, place: Numbering, listed: FileNumbers | None) -> Subcategory:
    is_one_file = listed is not None and listed.files == 1
    if subcategory is Subcategory.EPISODE:
        return subcategory if is_one_file else _of_pack(place)
    if subcategory not in _MAY_BE_NUMBERED:
        return subcategory
    if place.last_season is not None:
        return _of_season(subcategory, place)
    if place.episode is not None:
        return _of_episode(subcategory, place, is_one_file=is_one_file)
    if place.season is not None:
        is_special = place.special is not None and EPISODE in place.decides
        return Subcategory.EPISODE if is_special else _of_season(subcategory, place)
    if place.date is not None:
        return _of_day(subcategory, place)
    says_one = place.special is not None and EPISODE in place.decides
    if (says_one or place.special in _OF_CREDITS) and subcategory is not Subcategory.SERIES:
        return Subcategory.EPISODE
    is_season = place.total is not None and place.total >= _FEWEST_OF_A_SEASON
    return _of_season(subcategory, place) if is_season else subcategory


def _holds(place: Numbering) -> int:
    """How many episodes the numbering says there are."""
    if place.episode is None:
        return 0
    return (place.last_episode or place.episode) - place.episode + 1


def _of_pack(place: Numbering) -> Subcategory:
    """An episode, or what the numbers say that is more."""
    if place.last_season is not None:
        return Subcategory.SERIES
    is_pack = _holds(place) > _MOST_IN_ONE or _is_of_season_alone(place)
    return Subcategory.SEASON if is_pack else Subcategory.EPISODE


def _is_of_season_alone(place: Numbering) -> bool:
    """Whether a season is all that the name says of the place in a series.

    The name of one file may say no more, as broadcasters do: `Series 5 Portraits.mp4`.
    """
    if place.season is None or place.in_one_file:
        return False
    return all(number is None for number in (place.episode, place.special, place.date))


def _of_day(subcategory: Subcategory, place: Numbering) -> Subcategory:
    """A day is that of one broadcast; a film may have a day in its name for other reasons.

    A day before the title of a film is that of the upload.
    """
    is_other = EPISODE not in place.decides or place.start == 0
    if subcategory is Subcategory.MOVIE and is_other:
        return subcategory
    return subcategory if subcategory is Subcategory.VIDEO_OTHER else Subcategory.EPISODE


def _of_episode(subcategory: Subcategory, place: Numbering, *, is_one_file: bool) -> Subcategory:
    if EPISODE not in place.decides:
        return Subcategory.EPISODE if _is_lone(subcategory, place) else subcategory
    held = 1 if is_one_file or _is_double(place) else _holds(place)
    is_pack = held > _MOST_IN_A_NAME or (held > 1 and subcategory is Subcategory.SEASON)
    return Subcategory.SEASON if is_pack else Subcategory.EPISODE


def _is_double(place: Numbering) -> bool:
    """Whether the few episodes of a name are those of one file.

    `E09-E10` names each of them; `E09-10` is as often two files, unless the name is that of a file.
    """
    return (place.listed or place.in_one_file) and _holds(place) <= _MOST_IN_ONE


def _is_lone(subcategory: Subcategory, place: Numbering) -> bool:
    """Whether a number that decides nothing is that of one episode.

    Of a series any is. A film's is only where words name it, and no film has so many parts:
    `Episode 137`, `Part 3 of 6`.
    """
    if place.last_episode is not None:
        return False
    if subcategory is not Subcategory.MOVIE:
        return subcategory is Subcategory.SEASON
    if WORDS not in place.rule.split("+"):
        return False
    return (place.episode or 0) >= _NO_FILM or (place.total or 0) >= _FEWEST_OF_A_SEASON


def _of_season(subcategory: Subcategory, place: Numbering) -> Subcategory:
    if subcategory is Subcategory.VIDEO_OTHER and SEASON not in place.decides:
        return subcategory
    return Subcategory.SEASON if place.last_season is None else Subcategory.SERIES


def _by_files(subcategory: Subcategory, listed: FileNumbers) -> Subcategory:
    """The class that the files speak for: one episode, those of a season, or several seasons."""
    if subcategory is Subcategory.EPISODE and listed.files > 1 and listed.last_season is None:
        return Subcategory.SEASON
    if subcategory not in _MAY_BE_LISTED or not listed.clear:
        return subcategory
    if listed.last_season is not None:
        return Subcategory.SERIES
    if listed.files > 1:
        return Subcategory.SEASON
    return Subcategory.EPISODE if listed.episode is not None else subcategory


def numbered_fields(subcategory: Subcategory, place: Numbering) -> dict[str, Any]:
    """The fields of a class that its number fills."""
    match subcategory:
        case Subcategory.EPISODE:
            values = {
                "season_number": place.season,
                "episode_number": place.episode,
                "last_episode_number": place.last_episode,
                "air_date": place.date,
                "special": place.special,
            }
        case Subcategory.SEASON:
            values = {
                "season_number": place.season,
                "part": place.part,
                "first_episode": place.episode,
                "last_episode": place.last_episode,
                "episode_count": place.total,
                "air_date": place.date,
            }
        case Subcategory.SERIES:
            values = {"first_season": place.season, "last_season": place.last_season}
            if place.last_episode is not None:
                values |= {"first_episode": place.episode, "last_episode": place.last_episode}
        case Subcategory.MOVIE | Subcategory.VIDEO_OTHER:
            values = {"air_date": place.date}
        case _:
            values = {}
    return {name: value for name, value in values.items() if value is not None}


def listed_fields(
    subcategory: Subcategory, listed: FileNumbers
) -> dict[str, tuple[int | str, str]]:
    """The fields of a class that the files fill: the value, and the path of a file that says so."""
    firsts: dict[str, int | str | None]
    lasts: dict[str, int | None]
    match subcategory:
        case Subcategory.EPISODE:
            firsts = {
                "season_number": listed.season,
                "episode_number": listed.episode,
                "special": listed.special,
            }
            lasts = {"last_episode_number": listed.last_episode}
        case Subcategory.SEASON:
            firsts = {"season_number": listed.season, "first_episode": listed.episode}
            lasts = {"last_episode": listed.last_episode}
        case Subcategory.SERIES:
            firsts = {"first_season": listed.season}
            lasts = {"last_season": listed.last_season}
        case _:
            return {}
    said: dict[str, tuple[int | str, str]] = {
        name: (value, listed.first_path) for name, value in firsts.items() if value is not None
    }
    for name, value in lasts.items():
        if value is not None:
            said[name] = (value, listed.last_path)
    return said
