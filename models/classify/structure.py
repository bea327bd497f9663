"""The subcategory by the files, where there are files: how many, in which directories, numbered
how.

Only what files can say is said here. A single track or film is told by their count; an audiobook or
a concert is not, so `None` leaves the question to the pattern rules and the BERT.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from models.classify.extensions import Content
from schemas.media import Medium, Subcategory

_EPISODE = re.compile(
    r"(?<![a-z0-9])s(?P<season>\d{1,2})[ ._-]?e(?:p[ ._]?)?\d{1,3}(?!\d)|(?<![a-z0-9])(?P<x>\d{1,2})x\d{2,3}(?!\d)"
)
_SEASON_DIRECTORY = re.compile(
    r"(?<![a-z])(?:season|saison|temporada|stagione|staffel|сезон|s)[ ._-]?(\d{1,2})(?!\d)"
)
_EPISODE_WORD = re.compile(
    r"(?<![a-z])(?:episode|ep|e|folge|part|серия|cap)[ ._-]?\d{1,4}(?!\d)|[ ._-]- ?\d{2,3}(?:v\d)?[ ._\[(]"
)
_DISC = re.compile(r"^(?:cd|disc|disk|dvd|side|vinyl|lp)[ ._-]?(?:\d{1,2}|[a-d])\b")
_PART = re.compile(r"(?:cd|disc|part|pt)[ ._-]?\d{1,2}\.\w+$")

_WHOLE_ALBUM = 120 * 2**20
"""Bytes from which one lossless file is an album in one piece, as ripped with a cue sheet: 20
minutes of CD audio.
"""

_LOSSLESS = (".flac", ".ape", ".wv", ".wav", ".tta", ".tak", ".iso", ".dsf", ".dff")

_MIN_EPISODES = 0.6
"""Share of the video files that must look like episodes. The rest are specials that no rule knows.
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """A subcategory that the files decided, and the rule that did. `firm`: no look at the name can
    change it.
    """

    subcategory: Subcategory
    rule: str
    firm: bool = True


def shape(medium: Medium, items: Sequence[Content]) -> Shape | None:
    """The subcategory that the files decide, or `None`.

    Args:
        medium: the medium that was decided, by whatever stage.
        items: files that count (`extensions.content`).
    """
    main = [item for item in items if item.kind is not None and item.kind.medium == medium]
    if not main:
        return None
    if medium is Medium.AUDIO:
        return _audio(main)
    if medium is Medium.VIDEO:
        return _video(main)
    return None


def _audio(files: Sequence[Content]) -> Shape:
    lossless = all(item.path.lower().endswith(_LOSSLESS) for item in files)
    if len(files) == 1:
        if lossless and (files[0].size or 0) >= _WHOLE_ALBUM:
            return Shape(Subcategory.ALBUM, "structure.audio.one-image")
        # One lossy file may also be an audiobook, a mix or a broadcast.
        return Shape(Subcategory.TRACK, "structure.audio.single", firm=lossless)
    albums = {_album(item.path) for item in files}
    if len(albums) > 1:
        counts = Counter(_album(item.path) for item in files)
        if sum(count > 1 for count in counts.values()) > 1 or len(albums) > 3:
            return Shape(Subcategory.COLLECTION, "structure.audio.directories", firm=lossless)
    return Shape(Subcategory.ALBUM, "structure.audio.one-directory", firm=lossless)


def _album(path: str) -> str:
    """The directory that stands for an album: CD1 and CD2 are one."""
    directories = path.lower().split("/")[:-1]
    while directories and _DISC.match(directories[-1]):
        directories.pop()
    return "/".join(directories)


def _video(files: Sequence[Content]) -> Shape | None:
    seasons: set[int] = set()
    episodes = 0
    for item in files:
        low = item.path.lower()
        found = _EPISODE.search(low.rsplit("/", 1)[-1])
        directory = _SEASON_DIRECTORY.search(low.rsplit("/", 1)[0]) if "/" in low else None
        if found:
            seasons.add(int(found["season"] or found["x"]))
            episodes += 1
        elif directory:
            seasons.add(int(directory[1]))
            episodes += 1
        elif (
            len(files) > 2
            and _EPISODE_WORD.search(low.rsplit("/", 1)[-1])
            and not _PART.search(low)
        ):
            episodes += 1
    if episodes < _MIN_EPISODES * len(files):
        return None
    if len(files) == 1:
        return Shape(Subcategory.EPISODE, "structure.video.single-episode")
    if len(seasons) > 1:
        return Shape(Subcategory.SERIES, "structure.video.seasons")
    # Numbered videos without a season may be a course or clips.
    return Shape(Subcategory.SEASON, "structure.video.episodes", firm=bool(seasons))


def possible(medium: Medium, items: Sequence[Content]) -> frozenset[Subcategory] | None:
    """Subcategories that the files leave open, when `shape` decided nothing; `None` means all of
    the medium.

    A single video is no season and no series.
    """
    main = [item for item in items if item.kind is not None and item.kind.medium == medium]
    if medium is Medium.VIDEO and len(main) == 1:
        return frozenset(
            {
                Subcategory.MOVIE,
                Subcategory.EPISODE,
                Subcategory.MUSIC_VIDEO,
                Subcategory.VIDEO_OTHER,
            }
        )
    return None
