"""What file lists say: tracks and discs of an album, episodes of a season pack, albums of a
collection.
"""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from models.extract.rules.numbering import Numbering, numbering
from schemas import EpisodeFile, TorrentFile, Track

AUDIO = frozenset(
    (
        "mp3",
        "flac",
        "m4a",
        "m4b",
        "aac",
        "ogg",
        "opus",
        "wav",
        "ape",
        "wv",
        "dsf",
        "dff",
        "alac",
        "wma",
        "mka",
    )
)
VIDEO = frozenset(
    [
        "mkv",
        "mp4",
        "avi",
        "m4v",
        "mov",
        "wmv",
        "mpg",
        "mpeg",
        "ts",
        "m2ts",
        "vob",
        "webm",
        "flv",
        "ogm",
        "rmvb",
        "divx",
    ]
)

_DISC = re.compile(r"^(?:cd|disc|disk|диск|vol|side)[ ._#-]{0,2}(\d{1,2})\b", re.IGNORECASE)
_SAMPLE = re.compile(r"(?:^|[\W_])sample(?:$|[\W_])", re.IGNORECASE)
# "01 - Title", "01. Title", "1-02 Title", "101 Title" is left to the plain number, "A1 Title" is a
# vinyl side.
_TRACK = re.compile(
    r"^(?:(?P<disc>\d{1,2})[-.](?=\d{2}\D))?(?P<num>\d{1,3})(?:\s*[-._)]+\s*|\s+|_+)(?P<name>\S.*)$"
    r"|^(?P<side>[A-H])(?P<sidenum>\d{1,2})[-._ )]+(?P<sidename>\S.*)$"
)
_MOST_TRACKS = 2_000
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
    """Track list from audio files: number, name and, where there are several, disc (from `CD1/`,
    `1-02` or vinyl sides).
    """
    found = []
    for path in playable(files, AUDIO)[:_MOST_TRACKS]:
        number, name, disc = _track(path.stem)
        if disc is None:
            disc = next(
                (int(match[1]) for part in path.parts[:-1] if (match := _DISC.match(part))), None
            )
        found.append(
            (
                disc if disc != 0 else None,
                number,
                _tidy(name)[:_NAME_LIMIT].strip() or path.stem[:_NAME_LIMIT],
            )
        )
    prefix = _common_artist([name for _, _, name in found])
    return tuple(
        Track(num=number, name=name[len(prefix) :].strip() or name, disc=disc)
        for disc, number, name in found
    )


def _track(stem: str) -> tuple[int | None, str, int | None]:
    match = _TRACK.match(stem)
    if match is None:
        return None, stem, None
    if match["side"]:
        return int(match["sidenum"]), match["sidename"], ord(match["side"]) - ord("A") + 1
    return int(match["num"]), match["name"], int(match["disc"]) if match["disc"] else None


def _tidy(name: str) -> str:
    return re.sub(r"\s+", " ", name.replace("_", " ")).strip()


def _common_artist(names: Sequence[str]) -> str:
    """`Artist - ` when every track repeats it; an empty string otherwise."""
    if len(names) < 2:
        return ""
    head, dash, _ = names[0].partition(" - ")
    return head + dash if dash and all(name.startswith(head + dash) for name in names) else ""


def episodes(files: Sequence[TorrentFile]) -> tuple[EpisodeFile, ...]:
    """Episode list from video files whose names are numbered, each episode once."""
    found: dict[tuple[int | None, int], EpisodeFile] = {}
    for path in playable(files, VIDEO)[:_MOST_TRACKS]:
        place = numbering(path.stem) or _leading_number(path.stem)
        if place is None or place.episode is None:
            continue
        for number in range(
            place.episode, min(place.last_episode or place.episode, place.episode + 50) + 1
        ):
            found.setdefault(
                (place.season, number),
                EpisodeFile(season_number=place.season, episode_number=number),
            )
    return tuple(
        found[key]
        for key in sorted(found, key=lambda key: (key[0] if key[0] is not None else -1, key[1]))
    )


def _leading_number(stem: str) -> Numbering | None:
    match = re.match(r"^(\d{1,3})(?=[\s._-])", stem)
    return (
        Numbering("leading-number", match.start(), match.end(), episode=int(match[1]))
        if match
        else None
    )


def albums(files: Sequence[TorrentFile]) -> tuple[str, ...]:
    """Directories that hold audio files and are no discs: the albums of a collection, as they are
    named.
    """
    found: dict[str, None] = {}
    for path in playable(files, AUDIO):
        folders = [part for part in path.parts[:-1] if not _DISC.match(part)]
        if folders:
            found.setdefault(folders[-1][:_NAME_LIMIT].strip())
    return tuple(name for name in found if name)[:500]
