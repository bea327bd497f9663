"""Labelled torrents to measure the classifier on, as JSON lines.

A line has name, medium, sub, sure (or unsure); optionally nsfw (null: not decided), source, size
and files ([{path, size}], or [[path, size]] as `sample` writes them). A value may be a list of the
answers of two readers; either is right.
"""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from models.content.subject import NamedSubject
from models.evaluation import slices
from models.training.row_labels import FAULTS, adult, fault_of, files_of, name_of, with_flags
from schemas import Medium, Subcategory

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
    """Empty where nobody decided whether it is adult."""
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
    flags = (adult(value) for value in options(row.get("nsfw")))
    return Case(
        subject=NamedSubject(name_of(row), row.get("size"), files_of(row.get("files"))),
        medium=tuple(Medium(value) for value in options(row["medium"])),
        subcategory=tuple(Subcategory(value) for value in options(row["sub"])),
        nsfw=tuple(flag for flag in flags if flag is not None),
        sure=bool(row.get("sure", not row.get("unsure"))),
        source=str(row.get("source") or ""),
        language=str(options(row.get("lang") or "")[0]),
    )


def read(path: Path) -> Iterator[Case]:
    """The cases of a JSON-lines file, plain or .gz.

    Raises:
        BadCases: a line is not a case.
        OSError: the file cannot be read.
    """
    return flagged(path, case_from, "case of the classifier")


def rows(path: Path, make: Callable[[dict[str, Any]], T], what: str) -> Iterator[T]:
    """What `make` makes of each line of a JSON-lines file, plain or .gz.

    Raises:
        BadCases: a line is not `what`.
        OSError: the file cannot be read.
    """
    for number, row in _parsed(path, what):
        yield _made(partial(make, row), path, number, what)


def flagged(path: Path, make: Callable[[dict[str, Any]], T], what: str) -> Iterator[T]:
    """As `rows`, each row with the flag that the whole file gives it (`row_labels.with_flags`).

    Raises:
        BadCases, OSError: as `rows`.
    """
    parsed = list(_parsed(path, what))
    known = with_flags(row for _, row in parsed)
    for (number, _), row in zip(parsed, known, strict=True):
        yield _made(partial(make, row), path, number, what)


def _parsed(path: Path, what: str) -> Iterator[tuple[int, Any]]:
    """Lines that are not blank, with their numbers."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as lines:
        try:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, _made(partial(_json, line), path, number, what)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise BadCases(f"{path} is no whole gzip file: {error}") from error


def _json(line: bytes) -> Any:
    return json.loads(line.decode("utf-8"))


def _made(make: Callable[[], T], path: Path, number: int, what: str) -> T:
    try:
        return make()
    except FAULTS as error:
        raise BadCases(f"{path}:{number}: no {what}: {fault_of(error)}") from error
