"""What a person hands over, as a subject: a path, a magnet link, JSON with a name, or a name."""

import json
import os
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from models.classify.cli import BadLine, subject_from
from models.content.content import Content, Unreadable, from_text, is_magnet
from models.content.subject import Subject

_ROOTS = ("/", "./", "../", "~/")
"""What a path begins with that can hardly be a name."""

_OBJECT = '{"'
"""What a JSON object with a name begins with. A name may begin with the bracket alone."""

_TORRENT = ".torrent"

_LONGEST_PATH = 4096

Given = TypeVar("Given")
Said = TypeVar("Said")


class Taken(StrEnum):
    """As what a text is taken.

    Names of torrents are hostile: what comes in bulk leads to no file unless the caller says so.
    """

    TEXT = "text"
    """A name, whatever it looks like."""
    NAME = "name"
    """A magnet link or a name."""
    WRITTEN_PATH = "written-path"
    """A path if it is written as one (`./a`, `/a`, `a.torrent`); else as `NAME`."""
    PATH = "path"
    """A path if something stands there, or if it is written as one; else as `NAME`."""


def from_words(words: Sequence[str], *, as_text: bool = False) -> list[Subject | str]:
    """The subjects of a command's arguments, or in the place of one the reason why it is none.

    The words are one name, as if it had been quoted. Where that is no path, but each word is
    (`*.torrent`) or is written as one, each is a subject of its own.

    Args:
        words: one or more.
        as_text: whether they are a name, whatever stands at such a path.

    Raises:
        Unreadable: they are one subject, and it cannot be read.
    """
    text = " ".join(words)
    taken = Taken.TEXT if as_text else Taken.PATH
    if not as_text and len(words) > 1 and not exists(text) and all(map(_is_path, words)):
        return each_read(words, lambda word: from_line(word, taken))
    return [from_line(text, taken)]


def each_read(given: Sequence[Given], read: Callable[[Given], Subject]) -> list[Subject | str]:
    """The subjects in order; where one cannot be read, the reason stands in its place."""
    subjects: list[Subject | str] = []
    for item in given:
        try:
            subjects.append(read(item))
        except Unreadable as error:
            subjects.append(str(error))
    return subjects


def in_places(
    subjects: Sequence[Subject | str], ask: Callable[[list[Subject]], Sequence[Said]]
) -> list[Said | str]:
    """What is said of each subject, in order; a reason in the place of one stays there."""
    said = iter(ask([item for item in subjects if not isinstance(item, str)]))
    return [item if isinstance(item, str) else next(said) for item in subjects]


def from_line(text: str, taken: Taken) -> Content:
    """The subject of a name, a path or a magnet link.

    Raises:
        Unreadable: there is nothing at the path, or it is damaged; the name is empty.
    """
    # What reads files is imported where there is one.
    if taken is Taken.TEXT:
        return from_text(text)
    if is_magnet(text):
        from models.content.magnet import magnet

        return magnet(text)
    is_written = taken is not Taken.NAME and looks_like_path(text)
    if is_written and not exists(text):
        raise Unreadable(f"{text}: no such file or folder (--text reads it as a name)")
    if is_written or (taken is Taken.PATH and exists(text)):
        from models.content.path import read_path

        return read_path(text)
    return from_text(text)


def from_json_or_line(line: str, taken: Taken) -> Subject:
    """The subject of a line: an object such as `{"name": …, "files": […]}`, or as `from_line`.

    Raises:
        Unreadable: nothing can be read from it; it begins as an object and is none, or has no
            name.
    """
    text = line.strip()
    if text.startswith("{") and taken is not Taken.TEXT:
        try:
            named = json.loads(text)
        except (ValueError, RecursionError):
            named = None
        if isinstance(named, dict):
            return from_object(named, taken)
        if text.startswith(_OBJECT):
            raise Unreadable("begins as a JSON object and is none that can be read")
    return from_line(text, taken)


def from_object(given: object, taken: Taken) -> Subject:
    """The subject of a JSON value: a string, or an object with the string `name`.

    Raises:
        Unreadable: it is neither, or as `from_line`.
    """
    if isinstance(given, str):
        return from_line(given.strip(), taken)
    if not isinstance(given, dict):
        raise Unreadable(f"a name or an object with one is expected, not {_kind(given)}")
    try:
        return subject_from(json.dumps(given))
    except BadLine as error:
        raise Unreadable(str(error)) from error
    except RecursionError as error:
        raise Unreadable("its values lie too deep in one another") from error


def exists(text: str) -> bool:
    """Whether something stands at a path."""
    if not text or len(text) > _LONGEST_PATH:
        return False
    try:
        return os.path.lexists(text)
    except ValueError:  # it holds a NUL
        return False


def _is_path(text: str) -> bool:
    return exists(text) or looks_like_path(text)


def looks_like_path(text: str) -> bool:
    """Whether a text is meant as a path, though nothing stands there."""
    return text.startswith(_ROOTS) or Path(text).suffix.lower() == _TORRENT


def _kind(value: object) -> str:
    """What a JSON value is called."""
    names = {type(None): "null", bool: "a boolean", list: "a list"}
    return names.get(type(value), "a number")
