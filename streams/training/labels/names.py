"""The names of a sample, as `python -m models.training sample` wrote them."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streams.training.labels.labeller import Question

FILE = "sample.jsonl"

MOST_FILES = 10


class SampleUnusable(Exception):
    """A sample cannot be read. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample.

    Attributes:
        folder: where it lies, and its answers with it.
        sha256: of its file.
        questions: its names in their order.
    """

    folder: Path
    sha256: str
    questions: tuple[Question, ...]


def load(path: Path, limit: int | None = None) -> Sample:
    """A sample from its folder, or from the file in it.

    Args:
        path: the folder, or `sample.jsonl` itself.
        limit: how many names at most, from the beginning.

    Raises:
        SampleUnusable: there is none, or a line of it is no name.
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
    return Sample(file.parent, hashlib.sha256(text).hexdigest(), questions[:limit])


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
    return Question(sample, name, files[:MOST_FILES])
