"""What file lists say: tracks of an album, episodes of a season, albums of a collection."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from models.extract.names.endings import AUDIO
from models.extract.rules.file_numbers import common_head, numbered_files, title_of_file
from schemas import EpisodeFile, TorrentFile, Track
from schemas.metadata import MAX_EPISODE, MAX_SEASON, MAX_TRACKS

_DISC = re.compile(
    r"^(?:(?:cd|disc|disk|диск|vol|side)[ ._#-]{0,2}(?P<number>\d{1,2})\b"
    r"|side[ ._-]{1,2}(?P<side>[A-H])$)",
    re.IGNORECASE,
)
_SAMPLE = re.compile(r"(?:^|[\W_])sample(?:$|[\W_])", re.IGNORECASE)
# "01 - Title", "01. Title", "1-02 Title"; "101 Title" is track 101, "A1 Title" a vinyl side.
_TRACK = re.compile(
    r"(?:(?P<disc>\d{1,2})[-.](?=\d{2}\D))?(?P<num>\d{1,3})(?:\s*[-._)]+\s*|\s+|_+)(?P<name>\S.*)$"
    r"|(?P<side>[A-H])(?P<sidenum>\d{1,2})[-._ )]+(?P<sidename>\S.*)$"
)
_GROUP = re.compile(r"(?<=[^\s-])-[A-Za-z0-9]{2,10}$")
_HUNDRED = 100
_MOST_ALBUMS = 500
_MOST_IN_A_FILE = 50
"""Episodes beside the first that one file may say it holds."""
_NAME_LIMIT = 512


def playable(files: Sequence[TorrentFile], extensions: frozenset[str]) -> list[PurePosixPath]:
    """Paths of the files with these extensions, samples left out, in the order of their paths."""
    paths = (PurePosixPath(file.path) for file in files)
    return sorted(
        path
        for path in paths
        if path.suffix[1:].lower() in extensions and not _SAMPLE.search(path.stem)
    )


def tracks(files: Sequence[TorrentFile]) -> tuple[Track, ...]:
    """The tracks of the audio files: number, name and, where there are several, the disc.

    The disc is that of `1-02`, of a vinyl side or of a folder such as `CD1`.
    """
    paths = playable(files, AUDIO)[:MAX_TRACKS]
    head = _common_head([path.stem for path in paths])
    listed = _with_discs([_track(path, len(head)) for path in paths])
    names = [track.name for track in listed]
    artist = _common_artist(names)
    group = _common_group(names)
    return tuple(
        Track(num=track.num, name=_bare(track.name, artist, group), disc=track.disc)
        for track in listed
    )


class _Listed(NamedTuple):
    """A track as its file is named."""

    num: int | None
    name: str
    disc: int | None


def _bare(name: str, artist: str, group: str) -> str:
    """A track's name without what all names of the list begin and end with."""
    return name[len(artist) :].removesuffix(group).strip() or name


def disc_number(folder: str) -> int | None:
    """The number of a disc that a folder is named by. Returns None if it is no disc's folder."""
    match = _DISC.match(folder)
    if match is None:
        return None
    return int(match["number"]) if match["number"] else _number_of_side(match["side"])


def _number_of_side(letter: str) -> int:
    """The number of a vinyl side: A is 1."""
    return ord(letter.upper()) - ord("A") + 1


def _with_discs(listed: Sequence[_Listed]) -> Sequence[_Listed]:
    """Tracks that are numbered 101, 102, 201: the hundreds are discs, if each begins with 1."""
    numbers = [track.num or 0 for track in listed]
    if len(listed) < 2 or min(numbers) <= _HUNDRED or any(track.disc for track in listed):
        return listed
    discs = {number // _HUNDRED for number in numbers}
    firsts = {disc * _HUNDRED + 1 for disc in discs}
    if discs != set(range(1, len(discs) + 1)) or not firsts.issubset(numbers):
        return listed
    return [
        track._replace(num=number % _HUNDRED, disc=number // _HUNDRED)
        for track, number in zip(listed, numbers, strict=True)
    ]


def _common_head(stems: Sequence[str]) -> str:
    """`Artist - ` or `Artist - Album - ` where the number of each track stands behind it."""
    if len(stems) < 2:
        return ""
    shared = common_head(stems)
    head = shared[: shared.rfind(" - ") + 3] if " - " in shared else ""
    while head and not all(_TRACK.match(stem, len(head)) for stem in stems):
        head = head[: head.rfind(" - ", 0, -3) + 3] if " - " in head[:-3] else ""
    return head


def _track(path: PurePosixPath, start: int) -> _Listed:
    number, name, disc = _number_name_disc(path.stem[start:])
    if disc is None:
        numbers = (disc_number(folder) for folder in path.parts[:-1])
        disc = next((number for number in numbers if number is not None), None)
    spaced = re.sub(r"\s+", " ", name.replace("_", " ")).strip()
    title = spaced[:_NAME_LIMIT].strip() or path.name[:_NAME_LIMIT].strip()
    return _Listed(number, title, disc or None)


def _number_name_disc(stem: str) -> tuple[int | None, str, int | None]:
    match = _TRACK.match(stem)
    if match is None:
        return None, stem, None
    if match["side"]:
        return int(match["sidenum"]), match["sidename"], _number_of_side(match["side"])
    return int(match["num"]), match["name"], int(match["disc"]) if match["disc"] else None


def _common_artist(names: Sequence[str]) -> str:
    """`Artist - ` or `artist-` if every track repeats it; an empty string otherwise."""
    if len(names) < 2:
        return ""
    for separator in (" - ", "-"):
        head, dash, _ = names[0].partition(separator)
        if dash and all(name.startswith(head + dash) for name in names):
            return head + dash
    return ""


def _common_group(names: Sequence[str]) -> str:
    """`-grp` if every track ends with it, as in releases of the scene; else an empty string."""
    if len(names) < 2:
        return ""
    match = _GROUP.search(names[0])
    return match[0] if match and all(name.endswith(match[0]) for name in names) else ""


def episodes(files: Sequence[TorrentFile]) -> tuple[EpisodeFile, ...]:
    """The episodes of the numbered video files, each once, in order.

    What stands behind the numbers of several files is no title of one of them.
    """
    by_number: dict[tuple[int | None, int], EpisodeFile] = {}
    numbered = numbered_files(files)
    titles = [title_of_file(path, place) for path, place in numbered]
    counted = Counter(titles)
    for (_, place), title in zip(numbered, titles, strict=True):
        if place.episode is None or (place.season or 0) > MAX_SEASON:
            continue
        last = place.last_episode or place.episode
        last = min(last, place.episode + _MOST_IN_A_FILE, MAX_EPISODE)
        for number in range(place.episode, last + 1):
            by_number.setdefault(
                (place.season, number),
                EpisodeFile(
                    season_number=place.season,
                    episode_number=number,
                    episode_title=title if counted[title] == 1 else None,
                ),
            )
    return tuple(by_number[key] for key in sorted(by_number, key=_unknown_season_first))


def _unknown_season_first(key: tuple[int | None, int]) -> tuple[int, int]:
    season, episode = key
    return (-1 if season is None else season), episode


def albums(files: Sequence[TorrentFile]) -> tuple[str, ...]:
    """The folders that hold audio files and are no discs, as they are named."""
    names: dict[str, None] = {}
    for path in playable(files, AUDIO):
        folders = [part for part in path.parts[:-1] if disc_number(part) is None]
        if folders:
            names.setdefault(folders[-1][:_NAME_LIMIT].strip())
    return tuple(name for name in names if name)[:_MOST_ALBUMS]
