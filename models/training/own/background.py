"""Real names that nobody has read for a class of one's own: nearly all are of none.

The few that are would teach that an example is none. So what a first look finds to be like the
examples is left out of what is learnt from: the surer half of the examples must not be surer than
it, and where the user listed words, one of them must stand in it. No more are left out than twice
the share that is expected. They are named in the experiment's folder, to be read.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from models.classify.cli import BadLine, subject_of
from models.content.subject import NamedSubject
from models.training.classifier.data import HELD_OUT, numbered, place
from models.training.experiment.errors import TrainingError
from models.training.held_out import family
from models.training.own.examples import Example
from models.training.own.features import Flags, Floats
from models.training.own.recipe import SAMPLE
from models.training.row_files import write_rows

SUSPECTS = "perhaps.jsonl"
"""File of the names that were left out, in the experiment's folder."""

_MOST = 2.0
"""Times the expected share that is left out at most."""


def read(path: Path) -> Iterator[Example]:
    """The names of a file of labelled rows, or of a sample with its files.

    What is held out from training is passed over.

    Raises:
        TrainingError: the file is damaged, or no such file.
    """
    for number, raw in numbered(path):
        try:
            name = raw["name"]
            if not isinstance(name, str) or not name.strip():
                raise BadLine("no name")
            if place(name) < HELD_OUT:
                continue
            listed = raw.get("files") if path.name == SAMPLE else None
            files = [{"path": file, "size": size} for file, size in listed or ()]
            subject = subject_of({"name": name, "files": files}) if files else NamedSubject(name)
        except (BadLine, KeyError, TypeError, ValueError, AttributeError) as error:
            raise TrainingError(f"{path}, line {number} is no row of names: {error}") from error
        yield Example(subject, family(name), is_own=False)


def note(folder: Path, left_out: Mapping[str, Sequence[Example]]) -> None:
    """Write what was left out of each class beside the experiment, as a file of examples."""
    rows = ({"name": row.name, "class": name} for name, of in left_out.items() for row in of)
    write_rows(folder / SUSPECTS, rows)


def most_left_out(count: int, expected_share: float) -> int:
    """How many names of so many are left out at most."""
    return int(np.ceil(_MOST * expected_share * count))


def suspects(scores: Floats, is_own: Flags, may_be: Flags, most: int) -> Flags:
    """Which rows of the background are left out.

    Args:
        scores: of all rows, by what was not learnt from them.
        is_own: the examples.
        may_be: rows of the background in which a word stands, or all of it without words.
        most: so many at most, the surest.
    """
    surer = np.flatnonzero(may_be & (scores > np.median(scores[is_own])))
    picked = surer[np.argsort(-scores[surer], kind="stable")][:most]
    flags: Flags = np.zeros(len(scores), bool)
    flags[picked] = True
    return flags
