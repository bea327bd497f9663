"""Seasons and episodes in the paths of files, and what the files of a torrent agree on.

A file may have its season from a folder (`Series 1/1.01 Lamps.avi`, `Season 2/Disc 1/03.mkv`) and
its episode from the number that it begins or ends with.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath

from models.extract.names.endings import VIDEO
from models.extract.rules.episode_titles import episode_title
from models.extract.rules.number_patterns import EPISODE, Numbering
from models.extract.rules.numbering import numbering, numbering_in_pack
from schemas import TorrentFile

BEHIND = "number-behind-head"
LEADING = "leading-number"
TRAILING = "trailing-number"
FOLDER = "folder"
"""Rules of what only a file may be numbered by."""

_SAMPLE = re.compile(r"(?:^|[\W_])(?:sample|trailer|proof)(?:$|[\W_])", re.IGNORECASE)
_BESIDE = re.compile(
    r"(?:extras?|bonus|featurettes?|behind the scenes|deleted scenes|interviews?|ncop|nced"
    r"|creditless|menus?|trailers?|scans?|cds?|ost|pvs?|cms?)[\W_]*(?:$|[\W_]|\d)",
    re.IGNORECASE,
)
"""A folder of what is no episode."""

_SPECIALS = re.compile(r"specials?|особые|спешлы|spéciaux|especiales", re.IGNORECASE)
"""A folder of specials: by custom they are season 0."""

_LEADING = re.compile(
    r"[\[(]?(?:(?P<season>\d{1,2})[-.x](?=\d{2}(?!\d)))?#?(?P<episode>\d{1,3})(?![\dA-Za-z])"
)
_TRAILING = re.compile(r"(?<![\dA-Za-z.])(?P<episode>(?!(?:19|20)\d\d)\d{1,4})(?:v\d)?[\W_]*$")
_COUNTED = re.compile(
    r"(?:(?P<season>\d{1,2})[-.](?=\d{2}(?!\d)))?(?P<episode>\d{1,3})(?![\dA-Za-z])"
)
_SEASON_AT_END = re.compile(r"(?<!\d)\d{1,2}[-.]\Z")
"""`Low Tide 3.`, the head of `Low Tide 3.01` and `Low Tide 3.02`: the season is no part of it."""
_FEWEST_COUNTED = 3
"""Files of a folder from which the number behind their common head counts them."""
_MOST_FILES = 2_000
_MOST_FOLDERS = 6
_HUNDRED = 100

_NEARLY_ALL = 0.8
"""Share of the video files that must have a number: extras that no rule knows have none."""


@dataclass(frozen=True, slots=True)
class FileNumbers:
    """What the video files of a torrent say about its place in a series.

    `files` counts the numbered ones. `clear` says that no clip or part of a film is numbered so.
    `first_path` and `last_path` are the files of the first and of the last number; `special` is the
    kind of a single special.
    """

    files: int
    clear: bool
    first_path: str
    last_path: str
    season: int | None = None
    last_season: int | None = None
    episode: int | None = None
    last_episode: int | None = None
    special: str | None = None


NumberedFile = tuple[PurePosixPath, Numbering]
"""A file and its place in a series."""


def video_paths(files: Sequence[TorrentFile]) -> list[PurePosixPath]:
    """The paths of the video files in order, without samples, trailers and extras."""
    paths = sorted(PurePosixPath(file.path) for file in files[:_MOST_FILES])
    videos = [
        path for path in paths if path.suffix[1:].lower() in VIDEO and not _SAMPLE.search(path.stem)
    ]
    main = [path for path in videos if not any(map(_BESIDE.match, path.parts[:-1]))]
    return main or videos


def numbering_of_file(path: PurePosixPath, *, in_pack: bool) -> Numbering | None:
    """The numbering of a file by its name and its folders. Returns None if it has none.

    Args:
        path: the file's path in the torrent.
        in_pack: whether it is one of several, so that a mere number counts it.
    """
    folder = _place_of_folders(path.parts[:-1])
    season = folder.season if folder is not None else None
    place = numbering_in_pack(path.stem) if in_pack else numbering(path.stem)
    if place is None or (place.episode is None and place.date is None):
        if folder is not None and folder.episode is not None:
            return folder
        if in_pack or season is not None:
            place = _counted(path.stem, season) or place
    if place is None or season is None:
        return place or folder
    if place.season is not None:
        return place
    episode = place.episode
    if episode is not None and place.last_episode is None:
        episode = _within_season(episode, season)
    return replace(place, rule=f"{FOLDER}+{place.rule}", season=season, episode=episode)


def _within_season(episode: int, season: int) -> int:
    """The number of an episode in its season: 101 in the folder of the first season is 1."""
    return episode % _HUNDRED if episode // _HUNDRED == season > 0 else episode


@lru_cache(maxsize=256)
def _place_of_folders(folders: tuple[str, ...]) -> Numbering | None:
    """What the nearest of the folders says that names a season. Returns None if none does."""
    for folder in reversed(folders[-_MOST_FOLDERS:]):
        if _SPECIALS.fullmatch(folder.strip()):
            return Numbering(FOLDER, 0, 0, season=0)
        place = numbering(folder)
        if place and place.season is not None and place.last_season is None:
            return place
    return None


def _counted(stem: str, season: int | None) -> Numbering | None:
    """The number that a file begins with, else the one that it ends with."""
    rule, match = LEADING, _LEADING.match(stem)
    if match is None:
        rule, match = TRAILING, _TRAILING.search(stem)
    if match is None:
        return None
    own_season = match["season"] if rule is LEADING else None
    episode = int(match["episode"])
    if own_season is None and season is not None:
        episode = _within_season(episode, season)
    return Numbering(
        rule,
        match.start(),
        match.end(),
        season=int(own_season) if own_season else season,
        episode=episode,
    )


def title_of_file(path: PurePosixPath, place: Numbering) -> str | None:
    """The title of an episode in its file's name. Returns None if there is none.

    Args:
        path: the file's path.
        place: its numbering, which its folders may have told.
    """
    if not place.rule.endswith((LEADING, BEHIND)):
        own = numbering_in_pack(path.stem)
        if own is None or own.episode is None:
            return None
        place = own
    title = episode_title(path.stem, place, is_to_end=True)
    return title.text if title is not None else None


def agreed_numbers(files: Sequence[TorrentFile] | None) -> FileNumbers | None:
    """What nearly all video files agree on. Returns None if that is nothing."""
    if files is None or len(files) > _MOST_FILES:
        return None  # those that are not read may say something else
    numbered, unknown = _numbered_files(files)
    if not numbered or len(numbered) < _NEARLY_ALL * (len(numbered) + unknown):
        return None
    seasons = _seasons([place for _, place in numbered])
    of_season = [(path, place) for path, place in numbered if place.season in (None, *seasons)]
    return _agreed(of_season or numbered, seasons)


def numbered_files(files: Sequence[TorrentFile]) -> list[NumberedFile]:
    """The video files that have a number; specials only where there is nothing else."""
    return _numbered_files(files, in_pack=True)[0]


def _numbered_files(
    files: Sequence[TorrentFile], *, in_pack: bool = False
) -> tuple[list[NumberedFile], int]:
    """The video files that have a number, and how many others there are."""
    paths = video_paths(files)
    in_pack = in_pack or len(paths) > 1
    places = [(path, numbering_of_file(path, in_pack=in_pack)) for path in paths]
    if sum(place is None for _, place in places) > 1:
        places = _counted_behind_head(places)
    regular = [(path, place) for path, place in places if place is None or place.special is None]
    numbered = [
        (path, place)
        for path, place in regular or places
        if place is not None and _says_place(place)
    ]
    return numbered, len(regular or places) - len(numbered)


def _counted_behind_head(
    places: Sequence[tuple[PurePosixPath, Numbering | None]],
) -> list[tuple[PurePosixPath, Numbering | None]]:
    """The files, with the number that stands behind what all names of a folder begin with.

    `Low Tide 01 - Lamps`, `Low Tide 02 - Snow`: where each has another number, it counts them.
    """
    unknown: dict[PurePosixPath, list[PurePosixPath]] = {}
    for path, place in places:
        if place is None:
            unknown.setdefault(path.parent, []).append(path)
    counted: dict[PurePosixPath, Numbering] = {}
    for paths in unknown.values():
        start = len(_SEASON_AT_END.sub("", common_head([path.stem for path in paths])))
        matches = {path: _COUNTED.match(path.stem, start) for path in paths}
        numbers = {match[0] for match in matches.values() if match is not None}
        if start == 0 or len(paths) < _FEWEST_COUNTED or len(numbers) < len(paths):
            continue
        are_hundreds = _are_hundreds([int(match["episode"]) for match in matches.values() if match])
        for path, match in matches.items():
            if match is not None:
                counted[path] = _behind_head(match, are_hundreds=are_hundreds)
    return [(path, place or counted.get(path)) for path, place in places]


def _are_hundreds(numbers: Sequence[int]) -> bool:
    """Whether numbers hold a season and an episode: 301, 302, 303."""
    first, season = min(numbers), min(numbers) // _HUNDRED
    return season > 0 and first % _HUNDRED == 1 and max(numbers) // _HUNDRED == season


def _behind_head(match: re.Match[str], *, are_hundreds: bool) -> Numbering:
    """The numbering of a file by the number behind the common head."""
    season, episode = match["season"], int(match["episode"])
    if are_hundreds and season is None:
        season, episode = str(episode // _HUNDRED), episode % _HUNDRED
    return Numbering(
        BEHIND,
        match.start(),
        match.end(),
        season=int(season) if season is not None else None,
        episode=episode,
    )


def common_head(texts: Sequence[str]) -> str:
    """What all texts begin with, without the digits at its end."""
    first, last = min(texts), max(texts)
    length = 0
    while length < min(len(first), len(last)) and first[length] == last[length]:
        length += 1
    return first[:length].rstrip("0123456789")


def _says_place(place: Numbering) -> bool:
    return place.episode is not None or place.season is not None


def _seasons(places: Sequence[Numbering]) -> list[int]:
    """The seasons of the files in order; specials do not count beside others."""
    seasons = sorted({place.season for place in places if place.season is not None})
    return [season for season in seasons if season > 0] or seasons


def _agreed(numbered: Sequence[NumberedFile], seasons: Sequence[int]) -> FileNumbers:
    ordered = sorted(numbered, key=lambda entry: _order(entry[1]))
    episodes = [place.episode for _, place in ordered if place.episode is not None]
    lasts = [place.last_episode or place.episode or 0 for _, place in ordered]
    has_one_season = len(seasons) < 2
    first = min(episodes, default=None) if has_one_season else None
    last = max(lasts, default=0) if has_one_season and episodes else None
    return FileNumbers(
        files=len(ordered),
        clear=all(_is_clear(place) for _, place in ordered),
        first_path=str(ordered[0][0]),
        last_path=str(ordered[-1][0]),
        season=seasons[0] if seasons else None,
        last_season=None if has_one_season else seasons[-1],
        episode=first,
        last_episode=last if last is not None and first is not None and last > first else None,
        special=ordered[0][1].special if len(ordered) == 1 else None,
    )


def _order(place: Numbering) -> tuple[int, int]:
    return place.season or 0, place.episode or 0


def _is_clear(place: Numbering) -> bool:
    return place.season is not None or EPISODE in place.decides
