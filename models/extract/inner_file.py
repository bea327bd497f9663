"""What a file's name or a folder says where the torrent's name says nothing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from models.extract.evidence.fitting import fitting_metadata
from models.extract.evidence.guard import alike, evidence, find
from models.extract.file_facts import filled_technical
from models.extract.names.endings import AUDIO, VIDEO
from models.extract.names.nameless import says_nothing
from models.extract.rules.file_folders import telling_name
from models.extract.rules.track_agreement import agrees
from models.extract.subject import Extracted, ExtractSubject, least_confidence
from schemas import (
    MEDIUM_OF,
    AlbumMetadata,
    Evidence,
    Medium,
    Method,
    Subcategory,
    TorrentFile,
    title_and_creator_fields,
)

_NAMED = frozenset({Medium.AUDIO, Medium.VIDEO})
"""Media of whose torrents the files are named after the work."""
_BOOKS = (".pdf", ".epub", ".mobi", ".azw3", ".djvu", ".fb2", ".cbz", ".cbr", ".cb7")
_MOST_FILES = 500
_CHAPTER = re.compile(
    r"[\W_]{0,8}(?:\b|(?<=_))(?:chapter|kapitel|chapitre|cap[ií]tulo|capitolo|hoofdstuk|rozdzia[lł]|part"
    r"|teil|parte|track|disc|cd|глава|часть)[ ._-]{0,3}\d.*$",
    re.IGNORECASE,
)
"""The number of a chapter, and what stands behind it."""
_SHORT = re.compile(r"[a-z]{1,5}(?:[-_.][a-z\d]{1,5}){1,3}")
_WORD = re.compile(r"[^\W\d_]+")
_RECORDINGS = frozenset({Subcategory.ALBUM, Subcategory.AUDIOBOOK})


def is_unnamed(subject: ExtractSubject, answer: Extracted) -> bool:
    """Whether a file may say what the torrent's name does not: it lacks something, or is no name.

    `New folder (2)` and `1408` may be a folder's name or a number, `tph-st-2019` is short for one.
    """
    if not subject.files:
        return False
    return answer.confidence == 0.0 or _is_nameless(subject) or _is_short(subject)


def _is_short(subject: ExtractSubject) -> bool:
    """Whether the name of a recording has a few letters alone for each of its parts."""
    return subject.subcategory in _RECORDINGS and _SHORT.fullmatch(subject.name) is not None


def _is_nameless(subject: ExtractSubject) -> bool:
    return MEDIUM_OF[subject.subcategory] in _NAMED and says_nothing(subject.name)


def folder_subject(subject: ExtractSubject) -> ExtractSubject | None:
    """The folder that holds a recording as a subject. Returns None if there is none that tells.

    Args:
        subject: a torrent that has files.
    """
    if subject.subcategory not in _RECORDINGS:
        return None
    name = telling_name(subject.files or (), subject.name)
    return None if name is None else replace(subject, name=name, files=None)


def inner_subject(subject: ExtractSubject) -> ExtractSubject | None:
    """The largest media file's name as a subject; a track's if the torrent is an album.

    A video whose name is only a number is read with its folders. Returns None for a book read aloud
    whose files are called by their chapters alone.

    Args:
        subject: a torrent that has files.
    """
    files = subject.files or ()
    kinds = AUDIO | VIDEO
    media = [file for file in files if PurePosixPath(file.path).suffix[1:].lower() in kinds]
    largest = max(media or files, key=lambda file: (file.size or 0, file.path))
    is_album = subject.subcategory is Subcategory.ALBUM
    name = _telling_name(subject.subcategory, largest.path)
    if subject.subcategory is Subcategory.AUDIOBOOK and (chapter := _CHAPTER.search(name)):
        name = name[: chapter.start()].strip()
        if says_nothing(name):
            return None
    return replace(
        subject,
        name=name,
        subcategory=Subcategory.TRACK if is_album else subject.subcategory,
        files=None,
    )


def _telling_name(subcategory: Subcategory, path: str) -> str:
    """The name of a file, or its path where the name has no words."""
    file = PurePosixPath(path)
    is_video = MEDIUM_OF[subcategory] is Medium.VIDEO
    if is_video and not any(letter.isalpha() for letter in file.stem):
        return path
    return file.name or path


def filled(
    subject: ExtractSubject,
    outer: Extracted,
    inner: Extracted,
    share: float,
    *,
    is_folder: bool = False,
) -> Extracted:
    """What the name left open, filled with what a file's name or a folder says.

    Args:
        subject: the torrent.
        outer: what its name says.
        inner: what the file's name or the folder says.
        share: what is left of a confidence that comes from a path.
        is_folder: whether it is a folder, which speaks for all files in it.
    """
    fields: dict[str, Any] = outer.metadata.model_dump()
    proofs = dict(outer.evidence)
    values = inner.metadata.model_dump()
    kind = Subcategory(outer.metadata.subcategory)
    pairs = _pairs(kind, Subcategory(inner.metadata.subcategory))
    if is_folder and _is_mere_artist(outer, inner):
        title, creator = title_and_creator_fields(kind)
        fields[str(creator)] = fields[title]
        proofs[str(creator)] = proofs[title]
        del fields[title], proofs[title]
    for field in _taken_back(subject, outer, values, pairs):
        if field in proofs and proofs[field].span is not None:
            del fields[field], proofs[field]
    for target, source in pairs.items():
        if source not in inner.evidence or target in proofs:
            continue
        if not is_folder and not _speaks_for_all(subject, kind, target, values[source]):
            continue
        proof = _proof(subject, values[source], inner.evidence[source], share)
        if proof is not None:
            fields[target] = values[source]
            proofs[target] = proof
    metadata, proofs = fitting_metadata(kind, fields, proofs)
    confidence = least_confidence(kind, proofs)
    method = max(outer.method, inner.method, key=list(Method).index)
    facts = outer.technical
    if is_folder:
        facts = filled_technical(facts, [inner.technical])
    return Extracted(metadata, facts, proofs, confidence, method)


def _taken_back(
    subject: ExtractSubject,
    outer: Extracted,
    values: Mapping[str, Any],
    pairs: Mapping[str, str],
) -> list[str]:
    """Fields of a name that give way: it says nothing, or its title is whom the folder names.

    A number stays the title of what has no other.
    """
    title, creator = title_and_creator_fields(Subcategory(outer.metadata.subcategory))
    told = {target: values[source] for target, source in pairs.items() if values.get(source)}
    if _is_nameless(subject):
        has_words = any(letter.isalpha() for letter in subject.name)
        if not told.get(title) and not (has_words and creator and told.get(creator)):
            return []
        return [title, creator] if has_words and creator else [title]
    named = getattr(outer.metadata, title)
    artist = told.get(creator) if creator else None
    if title not in told or not isinstance(artist, str):
        return []
    if _is_short_for(subject.name, artist, str(told[title])):
        return [title, str(creator)]
    if not named:
        return []
    return [title] if alike(named, artist) and not alike(told[title], named) else []


def _is_mere_artist(outer: Extracted, inner: Extracted) -> bool:
    """Whether the name is the artist's alone: a folder has album and year, and is called else.

    `Paper Harbours` with the folder `2019 - Slow Tide`.
    """
    name, folder = outer.metadata, inner.metadata
    if not isinstance(name, AlbumMetadata) or not isinstance(folder, AlbumMetadata):
        return False
    if None in (name.album_name, folder.album_name, folder.year) or name.year is not None:
        return False
    if name.artist is not None or folder.artist is not None:
        return False
    ours, theirs = str(name.album_name), str(folder.album_name)
    proof = outer.evidence.get("album_name")
    is_of_name = proof is not None and proof.span is not None
    return is_of_name and find(ours, theirs) is None and find(theirs, ours) is None


def _is_short_for(name: str, artist: str, title: str) -> bool:
    """Whether a name has the first letters of artist and title for them: `tph-st-2019`."""
    words = _WORD.findall(name.casefold())
    initials = [
        "".join(word[0] for word in _WORD.findall(text.casefold())) for text in (artist, title)
    ]
    return all(letters and letters in words for letters in initials)


def _speaks_for_all(subject: ExtractSubject, kind: Subcategory, target: str, value: Any) -> bool:
    """Whether what one file says holds for the torrent: the tracks of a recording must agree."""
    _, creator = title_and_creator_fields(kind)
    if subject.files is None:
        return True
    if MEDIUM_OF[kind] is Medium.BOOK:
        return target != "year" or _are_of_year(subject.files, str(value))
    if MEDIUM_OF[kind] is not Medium.AUDIO:
        return True
    if target == creator:
        return agrees(str(value[0] if isinstance(value, tuple) else value), subject.files)
    if kind not in _RECORDINGS | {Subcategory.AUDIO_OTHER}:
        return True
    return target == "year" or agrees(str(value), subject.files)


def _are_of_year(files: Sequence[TorrentFile], year: str) -> bool:
    """Whether the year stands in the names of all files that are books."""
    names = [PurePosixPath(file.path).name for file in files[:_MOST_FILES]]
    books = [name for name in names if name.lower().endswith(_BOOKS)]
    return all(year in name for name in books)


def _pairs(outer: Subcategory, inner: Subcategory) -> Mapping[str, str]:
    """Field of the torrent -> field of the file that may fill it."""
    title, creator = title_and_creator_fields(outer)
    inner_title, inner_creator = title_and_creator_fields(inner)
    is_track_of_album = outer is Subcategory.ALBUM and inner is Subcategory.TRACK
    pairs = {"year": "year", title: "album" if is_track_of_album else inner_title}
    if creator is not None and inner_creator is not None:
        pairs = {creator: inner_creator, **pairs}
    return pairs


def _proof(subject: ExtractSubject, value: Any, inner: Evidence, share: float) -> Evidence | None:
    text = str(value[0] if isinstance(value, tuple) else value)
    confidence = round(inner.confidence * share, 3)
    return evidence(text, subject.name, subject.files, source=inner.source, confidence=confidence)
