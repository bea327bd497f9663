"""The subcategory by the files: how many there are, in which directories, numbered how.

Only what files can say is said here. A single track or film is told by their count; an audiobook or
a concert is not, so `None` leaves the question to the pattern rules and the BERT.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.classify import layouts
from models.classify.extensions import Content
from schemas.media import Medium, Subcategory

_EPISODE = re.compile(
    r"(?<![a-z0-9])s(?P<season>\d{1,2})[ ._-]?e(?:p[ ._]?)?\d{1,3}(?!\d)"
    r"|(?<![a-z0-9])(?P<x>\d{1,2})x\d{2,3}(?!\d)"
)
_SEASON_DIRECTORY = re.compile(
    r"(?<![a-z])(?:season|series|saison|temporada|stagione|staffel|сезон|s)[ ._-]?(\d{1,2})(?!\d)"
)
_EPISODE_WORD = re.compile(
    r"(?<![a-z])(?:episode|ep|e|folge|part|серия|cap)[ ._-]?\d{1,4}(?!\d)"
    r"|[ ._-]- ?\d{2,3}(?:v\d)?[ ._\[(]"
)
_DISC = re.compile(
    r"^(?:cd|disc|disk|dvd|side|vinyl|lp)[ ._-]?"
    r"(?:\d{1,2}|[a-d]|one|two|three|four|i{1,3}|iv)\b[\W_]*(?P<title>.*)$"
)
_LAST_DISC = re.compile(r"[ ._,([-]*\b(?:cd|disc|disk|lp)[ ._-]?\d{1,2}[)\]]?$")
"""An album's name may stand before the number of its disc: `Low Tide CD 2`."""
_PART_OF_ALBUM = re.compile(r"^(?:flac|mp3|wav|alac|ogg|320|v0|bonus\b.{0,20}|web|digital)$")
"""Folders within an album: the same in another format, or what came with it."""
_MOST_DISCS = 3
"""Discs of one album; a box of more is a collection."""
_MOST_TITLED_DISCS = 2
"""So it is with discs that have titles of their own."""
_LAST_NUMBER = re.compile(r" - \d{2,3}(?:v\d)?(?: ?[\[(][^/]*)?\.\w+$")
"""The number of an episode behind a dash, at the end of a name."""
_PART = re.compile(r"(?:cd|disc|part|pt)[ ._-]?\d{1,2}\.\w+$")
_PARTS_OF_A_FILM = 2
"""A work of more parts may be a short series."""
_COUNTED_PART = re.compile(
    r"(?:part|pt|teil|parte|часть)[ ._-]?\d{1,2}\b|\b\d{1,2} ?(?:of|von|из|de) ?\d{1,2}\b"
)
_FEWEST_PARTS = 4
"""Parts from which a work of so many is no film: films have two or three."""

_WHOLE_ALBUM = 120 * 2**20
"""Bytes from which one lossless file is an album in one piece, as ripped with a cue sheet.

They are 20 minutes of CD audio.
"""

_LOSSLESS = (".flac", ".ape", ".wv", ".wav", ".tta", ".tak", ".iso", ".dsf", ".dff")

SONGS = "structure.audio.songs"
"""Files that are as many and as large as the songs of an album, each with a title."""

NUMBERS = "structure.video.numbers"
"""Videos that are counted, of no season."""

_MIN_EPISODES = 0.6
"""Share of the video files that must look like episodes. The rest are specials that no rule knows.
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """A subcategory that the files decided, and the rule that did."""

    subcategory: Subcategory
    rule: str
    firm: bool = True
    """Whether no look at the name can change it."""


def shape(medium: Medium, items: Sequence[Content]) -> Shape | None:
    """The subcategory that the files decide, or `None`.

    Args:
        medium: the medium that was decided, by whatever stage.
        items: files that count (`extensions.content`).
    """
    if medium is Medium.SOFTWARE and layouts.is_game([item.path for item in items]):
        return Shape(Subcategory.GAME, "structure.software.game")
    main = [item for item in items if item.kind is not None and item.kind.medium == medium]
    if not main:
        return None
    if medium is Medium.AUDIO:
        return _audio(main)
    if medium is Medium.VIDEO:
        return _video(main)
    if medium is Medium.BOOK and _are_documents(main):
        return Shape(Subcategory.MAGAZINE, "structure.book.issues")
    return None


def _are_documents(files: Sequence[Content]) -> bool:
    """Whether the files are issues of a magazine, in no format that only books have."""
    is_open = all(item.kind is not None and item.kind.subcategory is None for item in files)
    return is_open and layouts.are_issues([item.path for item in files])


def _audio(files: Sequence[Content]) -> Shape:
    lossless = all(item.path.lower().endswith(_LOSSLESS) for item in files)
    if len(files) == 1:
        if lossless and (files[0].size or 0) >= _WHOLE_ALBUM:
            return Shape(Subcategory.ALBUM, "structure.audio.one-image")
        # One lossy file may also be an audiobook, a mix or a broadcast.
        return Shape(Subcategory.TRACK, "structure.audio.single", firm=lossless)
    paths = [item.path for item in files]
    if layouts.are_chapters(paths) or layouts.are_read_aloud(paths):
        return Shape(Subcategory.AUDIOBOOK, "structure.audio.chapters")
    if layouts.are_loops(paths) or layouts.are_dated(paths) or layouts.are_broadcasts(paths):
        return Shape(Subcategory.AUDIO_OTHER, "structure.audio.clips", firm=False)
    folders = Counter(path.lower().rpartition("/")[0] for path in paths)
    if len(folders) > 1:
        if _is_box(folders):
            return Shape(Subcategory.COLLECTION, "structure.audio.box", firm=lossless)
        albums: Counter[str] = Counter()
        for folder, count in folders.items():
            albums[_album(folder)] += count
        if sum(count > 1 for count in albums.values()) > 1 or len(albums) > 3:
            return Shape(Subcategory.COLLECTION, "structure.audio.directories", firm=lossless)
    if not lossless and layouts.are_songs(paths, [item.size for item in files]):
        return Shape(Subcategory.ALBUM, SONGS, firm=False)
    return Shape(Subcategory.ALBUM, "structure.audio.one-directory", firm=lossless)


def _album(folder: str) -> str:
    """The directory that stands for an album: CD1 and CD2 are one."""
    directories = folder.split("/") if folder else []
    while directories and (_DISC.match(directories[-1]) or _PART_OF_ALBUM.match(directories[-1])):
        directories.pop()
    if directories:
        directories[-1] = _LAST_DISC.sub("", directories[-1])
    return "/".join(directories)


def _is_box(paths: Iterable[str]) -> bool:
    """Whether there are more discs than those of an album, or each has a title of its own."""
    folders = {folder for path in paths for folder in path.split("/")}
    discs = [match for folder in folders if (match := _DISC.match(folder))]
    titles = {match["title"] for match in discs if len(match["title"]) > 2}
    is_titled = len(titles) == len(discs)
    return len(discs) > (_MOST_TITLED_DISCS if is_titled else _MOST_DISCS)


def _video(files: Sequence[Content]) -> Shape | None:
    return _episodes(files) or _numbered(files)


def _numbered(files: Sequence[Content]) -> Shape | None:
    """What numbers and dates without any season tell."""
    paths = [item.path for item in files]
    if layouts.is_video_disc(paths):
        return None
    if layouts.are_films(paths) and not layouts.are_dated(paths):
        return Shape(Subcategory.MOVIE, "structure.video.years", firm=False)
    if layouts.are_music_videos(paths):
        return Shape(Subcategory.MUSIC_VIDEO, "structure.video.songs")
    if layouts.is_course(paths):
        return Shape(Subcategory.VIDEO_OTHER, "structure.video.course")
    if layouts.are_dated(paths):
        return Shape(Subcategory.SEASON, "structure.video.dates", firm=False)
    if layouts.are_numbered(paths):
        folders = {path.rpartition("/")[0] for path in paths}
        subcategory = Subcategory.SERIES if len(folders) > 1 else Subcategory.SEASON
        return Shape(subcategory, NUMBERS, firm=False)
    return None


def _episodes(files: Sequence[Content]) -> Shape | None:
    """What seasons and episodes in the names tell."""
    seasons: set[int] = set()
    episodes = 0
    for item in files:
        season = _season_of(item.path.lower())
        if season is not None:
            seasons.add(season)
            episodes += 1
        elif _is_numbered(item.path.lower(), count=len(files)):
            episodes += 1
    if episodes < _MIN_EPISODES * len(files):
        return None
    if len(files) == 1:
        return Shape(Subcategory.EPISODE, "structure.video.single-episode")
    if len(seasons) > 1:
        return Shape(Subcategory.SERIES, "structure.video.seasons")
    if not seasons and layouts.are_counted_anew([item.path for item in files]):
        return Shape(Subcategory.SERIES, "structure.video.counted-anew", firm=False)
    # Numbered videos without a season may be a course or clips.
    return Shape(Subcategory.SEASON, "structure.video.episodes", firm=bool(seasons))


def _season_of(path: str) -> int | None:
    """The season that a file's name or else its directories say, or None."""
    directories, _, name = path.rpartition("/")
    episode = _EPISODE.search(name)
    if episode:
        return int(episode["season"] or episode["x"])
    directory = _SEASON_DIRECTORY.search(directories)
    return int(directory[1]) if directory else None


def _is_numbered(path: str, *, count: int) -> bool:
    """Whether a file's name counts it as one of several, and not as a part of a film.

    A number may be a part of a title where it has no other beside it.

    Args:
        path: the file's.
        count: how many videos there are.
    """
    name = path.rpartition("/")[2]
    if count >= _FEWEST_PARTS and _COUNTED_PART.search(name):
        return True
    expression = _LAST_NUMBER if count < 3 else _EPISODE_WORD
    return expression.search(name) is not None and not _PART.search(path)


def are_parts_of_a_film(items: Sequence[Content]) -> bool:
    """Whether the videos are two parts of one film."""
    videos = [item for item in items if item.kind is not None and item.kind.medium is Medium.VIDEO]
    parts = [item for item in videos if _PART.search(item.path.lower())]
    return len(videos) == len(parts) == _PARTS_OF_A_FILM


def possible(medium: Medium, items: Sequence[Content]) -> frozenset[Subcategory] | None:
    """Subcategories that the files leave open where `shape` decided nothing.

    `None` means all of the medium. A single video, the files of a single disc and a video in
    volumes of RAR are no season and no series.
    """
    main = [item for item in items if item.kind is not None and item.kind.medium == medium]
    is_disc = layouts.is_video_disc([item.path for item in main])
    is_packed = not main and layouts.is_one_set_of_volumes([item.path for item in items])
    if medium is Medium.VIDEO and (len(main) == 1 or is_disc or is_packed):
        return frozenset(
            {
                Subcategory.MOVIE,
                Subcategory.EPISODE,
                Subcategory.MUSIC_VIDEO,
                Subcategory.VIDEO_OTHER,
            }
        )
    return None
