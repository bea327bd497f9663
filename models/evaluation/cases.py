"""Labelled torrents to measure the classifier on, as JSON lines.

A line has name, medium, sub, nsfw, sure (or unsure); optionally source, size and files ([{path,
size}]). A value may be a list of the answers of two readers; either is right.
"""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from models.content.subject import NamedSubject
from models.evaluation import slices
from schemas import Medium, Subcategory, TorrentFile

T = TypeVar("T")


class BadCases(ValueError):
    """The file of cases cannot be read; the message names the line."""


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled torrent. The tuples hold every answer that counts as right."""

    subject: NamedSubject
    medium: tuple[Medium, ...]
    subcategory: tuple[Subcategory, ...]
    nsfw: tuple[bool, ...]
    sure: bool
    source: str = ""
    """Where the torrent comes from, as the file says."""
    language: str = ""
    """The language of the name, as the file says."""

    @property
    def script(self) -> str:
        """`latin`, `cyrillic`, `cjk` or `other`: what most of the letters of the name are."""
        return slices.script(self.subject.name)


def options(value: Any) -> tuple[Any, ...]:
    """The answers that count as right: those of two readers, or the one of both."""
    return tuple(value) if isinstance(value, list) else (value,)


def case_from(row: Mapping[str, Any]) -> Case:
    """One case of its JSON form.

    Raises:
        ValueError: a value is none of the classifier's.
        KeyError: it lacks what every case has.
        TypeError: it is no case.
    """
    return Case(
        subject=NamedSubject(str(row["name"]), row.get("size"), _files(row.get("files"))),
        medium=tuple(Medium(value) for value in options(row["medium"])),
        subcategory=tuple(Subcategory(value) for value in options(row["sub"])),
        nsfw=tuple(bool(value) for value in options(row.get("nsfw"))),
        sure=bool(row.get("sure", not row.get("unsure"))),
        source=str(row.get("source") or ""),
        language=str(options(row.get("lang") or "")[0]),
    )


def _files(listed: Any) -> tuple[TorrentFile, ...] | None:
    if listed is None:
        return None
    return tuple(TorrentFile(path=file["path"], size=file.get("size")) for file in listed)


def read(path: Path) -> Iterator[Case]:
    """The cases of a JSON-lines file, plain or .gz.

    Raises:
        BadCases: a line is not a case.
        OSError: the file cannot be read.
    """
    return rows(path, case_from, "case of the classifier")


def rows(path: Path, make: Callable[[dict[str, Any]], T], what: str) -> Iterator[T]:
    """What `make` makes of each line of a JSON-lines file, plain or .gz.

    Raises:
        BadCases: a line is not `what`.
        OSError: the file cannot be read.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as lines:
        try:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _row(line, make, f"{path}:{number}: no {what}")
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise BadCases(f"{path} is no whole gzip file: {error}") from error


def _row(line: bytes, make: Callable[[dict[str, Any]], T], fault: str) -> T:
    try:
        return make(json.loads(line.decode("utf-8")))
    except (
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        RecursionError,
    ) as error:
        raise BadCases(f"{fault}: {type(error).__name__}: {error}") from error
