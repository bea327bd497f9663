"""What folders and companions tell of a recording: artist, album and year of all its tracks.

`Velvet Saddles/Railway (2010)/04 - Needle.m4a` has the artist in the outer folder and the album in
the inner one; `00-velvet_saddles-railway-2010-pier.nfo` has all of it beside the tracks.
"""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from models.extract.names.endings import AUDIO
from models.extract.names.nameless import says_nothing
from models.extract.names.words import EDGES, readable
from models.extract.rules.audio import split
from models.extract.rules.listing import disc_number, playable
from schemas import Subcategory, TorrentFile

ARTIST = "tracks-artist"
"""The rule by which the artist is whom nearly all tracks name."""

OUTER = "folder-artist"
"""The rule by which the artist is whose folder holds several albums."""

_MOST_FILES = 300
"""Files that are read: those of a set are named alike."""
_NEARLY_ALL = 0.9
_FEWEST = 3
"""Tracks that must name the artist."""
_LONGEST = 120

_FORMAT = re.compile(
    r"(?:flac|mp3|wav|alac|ogg|aac|m4a|lossless|320|v0|web|vinyl|lp|audio|tracks)\b[\W\d_]*(?:kbps)?",
    re.IGNORECASE,
)
"""A folder of one format, or of nothing but the tracks."""
_NUMBER = re.compile(r"[\[(]?(?:\d{1,2}[-.])?\d{1,3}[\])]?(?:[-._ ]+|$)")
_COMPANION = re.compile(r"00?[-_. ]+(?P<name>[^\s-].*-(?:19|20)\d\d-\w+)\.(?:nfo|sfv|m3u8?)$")
"""`00-artist-album-2010-grp.nfo`, as groups of the scene write it."""


def telling_name(files: Sequence[TorrentFile], name: str) -> str | None:
    """The text that says best whose recording it is. Returns None if there is none.

    It is that of a companion, of the folder that holds all tracks, or of two folders.

    Args:
        files: those of the torrent.
        name: its name; a folder that is called so says nothing new.
    """
    for file in files[:_MOST_FILES]:
        companion = _COMPANION.match(file.path.rpartition("/")[2])
        if companion is not None:
            return companion["name"]
    folders = [folder for folder in _common_folders(files) if folder != name]
    if not folders:
        return None
    album = folders[-1]
    parent = folders[-2] if len(folders) > 1 else None
    if parent is None or album.lower().startswith(parent.lower()) or _names_artist(album):
        return album
    return f"{parent} - {album}"


def folder_of_albums(files: Sequence[TorrentFile], name: str) -> str | None:
    """The folder that holds the folders of several albums. Returns None if there is none.

    Args:
        files: those of the torrent.
        name: its name; a folder that is called so says nothing new.
    """
    folders = [folder for folder in _common_folders(files) if folder != name]
    return folders[-1] if folders else _artist_of_albums(files)


def _artist_of_albums(files: Sequence[TorrentFile]) -> str | None:
    """Whom the folders of all albums name before a dash. Returns None if they name nobody."""
    folders = {
        next((part for part in reversed(path.parts[:-1]) if disc_number(part) is None), "")
        for path in playable(files[:_MOST_FILES], AUDIO)
    }
    heads = {folder.partition(" - ")[0].strip() for folder in folders}
    if len(folders) < 2 or len(heads) > 1 or not all(" - " in folder for folder in folders):
        return None
    head = heads.pop()
    return head if any(letter.isalpha() for letter in head) else None


def artist_of_tracks(files: Sequence[TorrentFile]) -> tuple[str, str] | None:
    """Whom nearly all tracks name before their titles, and the path of one of them.

    Returns None if they name nobody, or each another.
    """
    paths = playable(files[:_MOST_FILES], AUDIO)
    heads = [_head(path.stem) for path in paths]
    counted = Counter(head.casefold() for head in heads if head)
    if not counted or len(paths) < _FEWEST:
        return None
    [(head, count)] = counted.most_common(1)
    titles = {path.stem.casefold().rpartition(head)[2] for path in paths}
    if count < _NEARLY_ALL * len(paths) or len(titles) < _FEWEST:
        return None
    place = next(index for index, text in enumerate(heads) if text and text.casefold() == head)
    artist = readable(heads[place] or "")
    return (artist, str(paths[place])) if artist and not says_nothing(artist) else None


def _head(stem: str) -> str | None:
    """What stands before the dash behind a track's number: `Band` of `01 - Band - Song`."""
    number = _NUMBER.match(stem)
    text = stem[number.end() if number is not None else 0 :]
    if " " in text:
        head, dash, rest = text.partition(" - ")
    else:
        head, dash, rest = text.partition("-") if number is not None else ("", "", "")
    head = head.strip(EDGES)
    is_named = dash and rest.strip(EDGES) and any(letter.isalpha() for letter in head)
    return head if is_named and len(head) <= _LONGEST else None


def _common_folders(files: Sequence[TorrentFile]) -> list[str]:
    """The folders that hold all tracks, outermost first, without those of discs and formats."""
    paths: Sequence[PurePosixPath] = playable(files[:_MOST_FILES], AUDIO)
    if not paths:
        return []
    common = list(paths[0].parts[:-1])
    for path in paths[1:]:
        parts = path.parts[:-1]
        shared = 0
        while shared < min(len(common), len(parts)) and common[shared] == parts[shared]:
            shared += 1
        del common[shared:]
    return [folder for folder in common if _is_telling(folder)]


def _is_telling(folder: str) -> bool:
    is_of_disc = disc_number(folder) is not None
    return not (is_of_disc or _FORMAT.fullmatch(folder.strip()) or says_nothing(folder))


def _names_artist(folder: str) -> bool:
    """Whether the name of a folder has an artist beside the album."""
    parted = split(folder, Subcategory.ALBUM)
    return parted is not None and parted.creator is not None
