"""What is learnt from, and what is held out: all rows of a training, drawn by its seed."""

import logging
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.text.known_names import KnownNames
from models.training.classifier import augment, bare, data, invented, rehearsal, shipped, weak
from models.training.classifier.data import Row
from models.training.classifier.known import known_names
from models.training.classifier.settings import ClassifierRecipe
from models.training.experiment.errors import DataMissing
from models.training.held_out import ChosenOn, choosing, judging
from models.training.row_files import NAMES

log = logging.getLogger(__name__)

UNLABELLED = ("names/unlabelled.jsonl.gz",)
"""Files of names without a label.

Neither a sample nor what voters differ on: such names are of the kind that is to be learnt, and the
opinion of what ships is what is wrong about them.
"""


@dataclass(frozen=True, slots=True)
class Corpus:
    """The rows of a training."""

    read: list[Row]
    """Rows that were read and labelled one by one."""
    copies: list[Row]
    """The same in other dress."""
    weak: list[Row]
    """Rows whose labels nobody read, or that have none."""
    plain: list[Row]
    """Invented names, whose labels are right."""
    held: list[Row]
    known: KnownNames
    chosen_on: ChosenOn = "half"
    """Which of the held-out rows choose."""
    seen: dict[str, NDArray[np.float32]] = field(default_factory=dict, repr=False)
    """Flags by name: the same rows are encoded for each network."""

    @property
    def choosing(self) -> list[Row]:
        """The held-out rows that stop the training and set temperatures and thresholds."""
        return choosing(self.held, self.chosen_on)

    @property
    def judging(self) -> list[Row]:
        """The held-out rows that what came of it is measured on."""
        return judging(self.held, self.chosen_on)

    @property
    def all(self) -> list[Row]:
        """The rows that teachers have an opinion on."""
        return [*self.read, *self.copies, *self.weak]

    def flags(self, rows: Sequence[Row]) -> NDArray[np.float32]:
        """What is known of the names of rows."""
        names = [row.name for row in rows]
        new = list({name for name in names if name not in self.seen})
        for start in range(0, len(new), 4096):
            part = new[start : start + 4096]
            self.seen.update(zip(part, self.known.flags(part), strict=True))
        return np.stack([self.seen[name] for name in names])


def gather(folder: Path, recipe: ClassifierRecipe, judged: Sequence[str] = ()) -> Corpus:
    """Read the data; nothing is learnt from `judged` names and their families.

    Raises:
        DataMissing: too few rows are labelled to hold any out.
    """
    rows = recipe.rows
    rng = random.Random(recipe.seed)  # noqa: S311
    read, held = data.split(data.labelled(folder), judged=judged)
    if not read or not held:
        raise DataMissing(
            f"{folder / NAMES} has {len(read) + len(held)} rows: too few to learn from and "
            "to hold some out"
        )
    banned = data.forbidden(folder, held) | frozenset(map(data.near_copy, judged))
    if rows.label_trust is not None:
        read = [replace(row, trust=rows.label_trust * (1 if row.sure else 0.5)) for row in read]
    if rows.limit:
        rng.shuffle(read)
        read = read[: rows.limit]
    other = _other(folder, rng, recipe, frozenset(row.name for row in read), banned)
    redressed = augment.copies(read, rows.copies, rng, rows.copy_trust)
    redressed = augment.with_tails(redressed, rng, rows.tails)
    redressed += bare.with_years_moved(read, rng, rows.copy_trust)
    bare_names = _bare(folder, rng, recipe, banned)
    other = [
        replace(row, name=augment.redressed(row.name, rng)) if rng.random() < 0.5 else row
        for row in other
    ]
    other = augment.with_tails(other, rng, rows.tails / 2) + bare_names
    other += [row for row in _unread(folder, recipe) if data.near_copy(row.name) not in banned]
    counts = (len(read), len(redressed), len(other), len(held))
    log.info("%d rows read, %d copies, %d weak, %d held out", *counts)
    plain = [*_plain(folder, rng, recipe)]
    plain = [row for row in plain if data.near_copy(row.name) not in banned]
    is_own = recipe.catalogue == "data"
    known = known_names(folder) if is_own else shipped.known_names()
    return Corpus(read, redressed, other, plain, held, known, recipe.chosen_on)


def _other(
    folder: Path,
    rng: random.Random,
    recipe: ClassifierRecipe,
    known: frozenset[str],
    banned: frozenset[str],
) -> list[Row]:
    """Rows whose labels nobody read."""
    if not recipe.rows.weak:
        return []
    other = weak.rows(
        folder,
        rng,
        recipe.rows.weak,
        lambda name: name not in known and data.near_copy(name) not in banned,
    )
    if recipe.rows.limit:
        rng.shuffle(other)
        other = other[: recipe.rows.limit]
    return other


def _bare(
    folder: Path, rng: random.Random, recipe: ClassifierRecipe, banned: frozenset[str]
) -> list[Row]:
    """Bare titles of the lists of works."""
    if not recipe.rows.weak:
        return []
    names = [row for row in bare.works(folder, rng) if data.near_copy(row.name) not in banned]
    limit = recipe.rows.limit
    return rng.sample(names, min(limit, len(names))) if limit else names


def _unread(folder: Path, recipe: ClassifierRecipe) -> Iterator[Row]:
    """Rows on which only the teachers have an opinion: invented ones, and names without a label."""
    if not recipe.rows.rehearsed:
        return
    yield from rehearsal.rows(recipe.rows.rehearsed, recipe.seed)
    for name in UNLABELLED:
        if (folder / name).is_file():
            for raw in data.read_json_lines(folder / name):
                yield rehearsal.unlabelled(str(raw["name"]))


def _plain(folder: Path, rng: random.Random, recipe: ClassifierRecipe) -> Iterator[Row]:
    """Invented names of the lists of works."""
    if recipe.rows.plain:
        yield from invented.plain(folder, rng, recipe.rows.plain)
    if recipe.rows.authors:
        yield from invented.authors(folder, rng, recipe.rows.authors)
