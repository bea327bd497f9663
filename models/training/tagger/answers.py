"""What a tagger said of names that it was not trained on, kept in a file.

One JSON line a name: the name, its fold, and of each role where it stands and how sure the tagger
is before calibration. The file holds real names and stays out of the repository.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.extract.tagger.decode import Tagged
from models.training.classifier.data import read_json_lines
from models.training.row_files import write_rows

FILE = "answers.jsonl"


@dataclass(frozen=True, slots=True)
class Answer:
    """A name, the fold that it was in, and where a tagger of the other folds sees each role."""

    name: str
    fold: int
    tags: Mapping[str, Tagged]


def write(path: Path, answers: Iterable[Answer]) -> None:
    """Write one line for each answer, whole or not at all: a fold that is there is not asked."""
    write_rows(path, map(_row, answers))


def _row(answer: Answer) -> dict[str, Any]:
    tags = {
        role: [tag.start, tag.end, round(tag.confidence, 6)] for role, tag in answer.tags.items()
    }
    return {"name": answer.name, "fold": answer.fold, "tags": tags}


def read(path: Path) -> Sequence[Answer]:
    """The answers of a file that `write` wrote."""
    return [
        Answer(
            row["name"],
            row["fold"],
            {role: Tagged(*place) for role, place in row["tags"].items()},
        )
        for row in read_json_lines(path)
    ]
