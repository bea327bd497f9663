"""What a library would call the files of a folder. Nothing is renamed: paths in, paths out."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from models.extract.names.endings import AUDIO, VIDEO
from models.extract.rules.listing import disc_number, playable, tracks
from models.extract.rules.numbering import numbering_in_pack
from models.oneshot.answer import Answer
from models.oneshot.library_names import (
    album_folder,
    dated,
    episode_file,
    library_name,
    track_file,
)
from models.oneshot.mimmo import Mimmo
from models.oneshot.works import is_extra, is_part
from schemas import Medium, Subcategory, TorrentFile, uniform

_LEADING_YEAR = re.compile(r"[(\[]?((?:19|20)\d\d)[)\]]?(?=[ ._-])")

_CREDITS = re.compile(r"(?<![^\W\d_])NC(?:OP|ED)(?![^\W\d_])")
"""An opening or ending without credits, which is no episode."""

_SPECIALS = 0
"""The season of specials, as libraries count."""

_SERIES = frozenset({Subcategory.EPISODE, Subcategory.SEASON, Subcategory.SERIES})
_MUSIC = frozenset({Subcategory.ALBUM, Subcategory.TRACK, Subcategory.AUDIO_OTHER})


@dataclass(frozen=True, slots=True)
class Rename:
    """A file's path in the folder, and the one that it would have in a library."""

    old: str
    new: str


@dataclass
class _Plan:
    """Renames that are collected; no two get one name."""

    renames: list[Rename] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def add(self, path: PurePosixPath, target: str, ending: str | None = None) -> None:
        """Give a file a new path, with its own ending if no other is given."""
        suffix = path.suffix.lower() if ending is None else ending
        suffix = f".{library_name(suffix[1:])}" if len(suffix) > 1 else ""
        new, number = f"{target}{suffix}", 1
        while new.casefold() in self.taken:
            number += 1
            new = f"{target} ({number}){suffix}"
        self.taken.add(new.casefold())
        self.renames.append(Rename(str(path), new))


def renames(answer: Answer, mimmo: Mimmo, taken: set[str] | None = None) -> list[Rename]:
    """The renames of a folder's files; none if what it is has no place in a library.

    Args:
        answer: to the folder.
        mimmo: asked about the albums of a collection.
        taken: new paths that other works have, casefolded; those of this one are added.
    """
    files = answer.subject.files or ()
    plan = _Plan(taken=set() if taken is None else taken)
    if answer.metadata is None:
        return []
    if answer.subcategory is Subcategory.COLLECTION or _is_of_albums(answer, files):
        _collection(plan, answer, files, mimmo)
    elif answer.subcategory in _MUSIC:
        _album(plan, files, _album_of(answer))
    elif answer.subcategory is Subcategory.AUDIOBOOK:
        flat = uniform(answer.metadata)
        _album(plan, files, album_folder(flat.creator, flat.title or answer.name, None))
    elif answer.subcategory in _SERIES:
        _episodes(plan, answer, files)
    elif answer.medium is Medium.VIDEO:
        _film(plan, answer, files)
    elif answer.medium is Medium.BOOK:
        _books(plan, answer, files)
    return plan.renames


def _is_of_albums(answer: Answer, files: Sequence[TorrentFile]) -> bool:
    """Whether all music of an album lies in folders that are no discs: each is one of its own."""
    if answer.subcategory is not Subcategory.ALBUM:
        return False
    folders = {path.parts[0] if len(path.parts) > 1 else "" for path in playable(files, AUDIO)}
    return len(folders) > 1 and not any(not name or is_part(name) for name in folders)


def _album_of(answer: Answer) -> str:
    assert answer.metadata is not None
    flat = uniform(answer.metadata)
    return album_folder(flat.creator, flat.title or answer.name, flat.year)


def _album(plan: _Plan, files: Sequence[TorrentFile], folder: str) -> None:
    """Tracks by number and title; all other files keep their names, beside them."""
    paths = playable(files, AUDIO)
    for path, track in zip(paths, tracks(files), strict=False):
        plan.add(path, f"{folder}/{track_file(track.num, track.name, track.disc)}")
    named = {str(path) for path in paths}
    _beside(plan, [file for file in files if file.path not in named], folder)


def _beside(plan: _Plan, files: Sequence[TorrentFile], folder: str) -> None:
    for file in files:
        path = PurePosixPath(file.path)
        plan.add(path, f"{folder}/{library_name(path.stem)}")


def _collection(plan: _Plan, answer: Answer, files: Sequence[TorrentFile], mimmo: Mimmo) -> None:
    """Every folder with music is an album of its own."""
    assert answer.metadata is not None
    artist = uniform(answer.metadata).creator
    groups: defaultdict[str, list[TorrentFile]] = defaultdict(list)
    for file in files:
        groups[_album_folder_of(file.path)].append(file)
    for folder, members in groups.items():
        if not folder or not playable(members, AUDIO):
            continue
        name, first_year = _without_year(folder)
        asked = name
        if artist and artist.casefold() not in name.casefold():
            asked = f"{artist} - {name}"  # alone, the first word of a title may be an artist
        flat = uniform(mimmo.extract(asked, Subcategory.ALBUM).metadata)
        title = _with_mark(flat.title, name) if flat.title else name
        year = flat.year or first_year
        _album(plan, members, album_folder(artist or flat.creator, title, year))


def _without_year(folder: str) -> tuple[str, int | None]:
    """A folder's name without the year that it begins with, as in a discography, and that year."""
    match = _LEADING_YEAR.match(folder)
    if match is None:
        return folder, None
    return folder[match.end() :].lstrip(" ._-") or folder, int(match[1])


def _with_mark(title: str, name: str) -> str:
    """A title with the exclamation or question mark that follows it in a folder's name."""
    rest = name.partition(title)[2]
    return title + rest[: len(rest) - len(rest.lstrip("!?"))]


def _album_folder_of(path: str) -> str:
    """The folder of a file that is not a disc of an album."""
    folders = list(PurePosixPath(path).parts[:-1])
    while len(folders) > 1 and disc_number(folders[-1]) is not None:
        folders.pop()
    return folders[-1] if folders else ""


def _episodes(plan: _Plan, answer: Answer, files: Sequence[TorrentFile]) -> None:
    """Videos by the number that each has; a file without one stays where it is."""
    metadata = answer.metadata
    assert metadata is not None
    series = uniform(metadata).title
    if series is None:
        return
    season_of_all = getattr(metadata, "season_number", None)
    for path in playable(files, VIDEO):
        place = numbering_in_pack(path.stem)
        first = place.episode if place else getattr(metadata, "episode_number", None)
        if first is None or _CREDITS.search(path.stem):
            continue
        own = place.season if place else None
        if own is None and place and place.special is not None:
            own = _SPECIALS
        season = next(_seasons(path, own, season_of_all))
        last = place.last_episode if place else None
        target = episode_file(series, season, first, last)
        plan.add(path, target)
        _subtitles(plan, files, path, target)


def _seasons(path: PurePosixPath, own: int | None, of_all: int | None) -> Iterator[int]:
    """The season of a file: its own, its folder's, the torrent's, or the first."""
    if own is not None:
        yield own
    for folder in reversed(path.parts[:-1]):
        place = numbering_in_pack(folder)
        if place is not None and place.season is not None:
            yield place.season
    yield 1 if of_all is None else of_all


def _film(plan: _Plan, answer: Answer, files: Sequence[TorrentFile]) -> None:
    """The largest video that is no extra is the film; others are left as they are."""
    assert answer.metadata is not None
    flat = uniform(answer.metadata)
    if flat.title is None:
        return
    name = dated(flat.title, flat.year)
    sizes = {file.path: file.size or 0 for file in files}
    videos = playable(files, VIDEO)
    paths = sorted(videos, key=lambda path: (is_extra(path), -sizes.get(str(path), 0)))
    for path in paths[:1]:
        plan.add(path, f"{name}/{name}")
        _subtitles(plan, files, path, f"{name}/{name}")


def _subtitles(
    plan: _Plan, files: Sequence[TorrentFile], video: PurePosixPath, target: str
) -> None:
    """What is named as the video is, with its language, goes with it."""
    for file in files:
        path = PurePosixPath(file.path)
        if path != video and path.parent == video.parent and path.stem.startswith(video.stem):
            rest = path.stem[len(video.stem) :]
            if not rest or rest.startswith("."):
                plan.add(path, target, f"{rest}{path.suffix.lower()}")


def _books(plan: _Plan, answer: Answer, files: Sequence[TorrentFile]) -> None:
    """`Author/Title (Year)`, where there is one book; several keep their names."""
    assert answer.metadata is not None
    flat = uniform(answer.metadata)
    author = library_name(flat.creator) if flat.creator else None
    name = dated(flat.title or answer.name, flat.year)
    stems = {PurePosixPath(file.path).stem for file in files}
    if len(stems) == 1:
        for file in files:
            plan.add(PurePosixPath(file.path), f"{author}/{name}" if author else f"{name}/{name}")
    else:
        _beside(plan, files, f"{author}/{name}" if author else name)
