"""The names of a sample, as `python -m models.training sample` wrote them."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.ban.ban_list import BanList
from streams.training.labels.labeller import Question
from streams.training.sample.flags import has_adult_tag

FILE = "sample.jsonl"

ABOUT = "sample.json"

MOST_FILES = 10


class SampleUnusable(Exception):
    """A sample cannot be read. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample.

    Attributes:
        folder: where it lies, and its answers with it.
        sha256: of its file.
        questions: its names in their order, but for those that the ban list holds.
        banned: how many those are.
        is_adult: whether names that are flagged as adult were asked for when it was drawn.
    """

    folder: Path
    sha256: str
    questions: tuple[Question, ...]
    banned: int = 0
    is_adult: bool = False


def load(path: Path, bans: BanList, limit: int | None = None) -> Sample:
    """A sample from its folder, or from the file in it.

    Args:
        path: the folder, or `sample.jsonl` itself.
        bans: names that it holds are neither asked about nor written anywhere.
        limit: how many names at most, from the beginning.

    Raises:
        SampleUnusable: there is none, a line of it is no name, or all names are banned.
    """
    file = path if path.is_file() else path / FILE
    try:
        text = file.read_bytes()
    except OSError as error:
        raise SampleUnusable(
            f"{file} cannot be read ({error.strerror}): SAMPLE is the folder that"
            " `python -m models.training sample DUMP --out SAMPLE` wrote"
        ) from None
    questions = tuple(_questions(file, text))
    ids = {question.sample for question in questions}
    if len(ids) != len(questions):
        raise SampleUnusable(f"{file} has the same id twice; draw the sample anew")
    if not questions:
        raise SampleUnusable(f"{file} holds no names; draw the sample anew")
    first = questions[:limit]
    allowed = tuple(question for question in first if not _is_banned(bans, question))
    if not allowed:
        raise SampleUnusable(f"the ban list holds all names of {file}; nothing is left to ask")
    return Sample(
        file.parent,
        hashlib.sha256(text).hexdigest(),
        allowed,
        banned=len(first) - len(allowed),
        is_adult=_is_adult(file.parent / ABOUT),
    )


def _is_banned(bans: BanList, question: Question) -> bool:
    paths = [path for path, _ in question.files]
    return bans.check(question.name, infohash=question.sample, paths=paths) is not None


def _is_adult(about: Path) -> bool:
    """Whether the sample was drawn with `--adult`; one that somebody wrote by hand was not."""
    try:
        return json.loads(about.read_bytes())["request"]["adult"] is True
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _questions(file: Path, text: bytes) -> Iterator[Question]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            yield _question(row)
        except (ValueError, TypeError, KeyError, RecursionError):
            raise SampleUnusable(
                f'{file}:{number} is no row of a sample: {{"id": ..., "name": ..., "files":'
                " [[path, size], ...]}"
            ) from None


def _question(row: Mapping[str, Any]) -> Question:
    name, sample = row["name"], row["id"]
    if not isinstance(name, str) or not isinstance(sample, str) or not sample:
        raise TypeError
    files = tuple((str(path), int(size or 0)) for path, size in row.get("files") or ())
    is_adult = bool(row.get("nsfw")) or has_adult_tag(name)
    return Question(sample, name, files[:MOST_FILES], is_adult)
