"""All rows that classes of one's own are learnt from, and which class each is of."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.content.subject import NamedSubject
from models.training.classifier.data import HELD_OUT, place, read_json_lines
from models.training.held_out import family
from models.training.own.examples import Example
from models.training.own.features import Floats, Whole
from models.training.own.fit import Targets
from models.training.own.folds import fold_of
from models.training.own.negatives import counterparts, invented
from models.training.own.recipe import OwnRecipe
from models.training.own.variants import variants


@dataclass(frozen=True, slots=True)
class LearntRow:
    """A row, the class whose example it is or is near, and whether it was made of an example."""

    example: Example
    of: str | None
    is_variant: bool = False

    def is_of(self, name: str) -> bool:
        """Whether it is an example of a class."""
        return self.example.is_own and self.of == name


def learnt_rows(
    recipe: OwnRecipe, examples: Mapping[str, Sequence[Example]], data: Path | None
) -> list[LearntRow]:
    """The rows of a recipe; the same seed gives the same rows.

    Args:
        recipe: of the classes.
        examples: of each class, by its name.
        data: folder of labelled rows, if the recipe names some.
    """
    rng = random.Random(recipe.seed)  # noqa: S311 (no secret)
    settings = recipe.background
    rows: list[LearntRow] = []
    for name, listed in examples.items():
        rows += [LearntRow(example, name) for example in listed]
        varied = variants(listed, settings.variants, rng)
        rows += [LearntRow(example, name, is_variant=True) for example in varied]
        rows += [LearntRow(row, None) for row in counterparts(listed, settings.counterparts, rng)]
    rows += [LearntRow(row, None) for row in invented(settings.invented, rng)]
    if data is not None:
        labelled = [row for name in settings.rows for row in _labelled(data / name)]
        drawn = rng.sample(labelled, min(len(labelled), settings.most_rows))
        rows += [LearntRow(row, None) for row in drawn]
    return rows


def _labelled(path: Path) -> Iterator[Example]:
    """Labelled names that may be learnt from, as rows of no class of one's own."""
    for raw in read_json_lines(path):
        name = str(raw["name"])
        if place(name) >= HELD_OUT:
            yield Example(NamedSubject(name), family(name), is_own=False)


def targets(rows: Sequence[LearntRow], name: str, recipe: OwnRecipe) -> Targets:
    """What is learnt of each row about one class."""
    weights = np.ones(len(rows))
    for index, row in enumerate(rows):
        if row.is_variant:
            weights[index] = 1 / recipe.background.variants
        elif row.of == name and not row.example.is_own:
            weights[index] = recipe.fitting.near_weight
    is_own = np.array([row.is_of(name) for row in rows])
    # A class's variants say nothing of another class that its examples do not.
    other = np.array([row.is_variant and row.of != name for row in rows])
    return Targets(is_own, np.where(other, 0.0, weights))


def folds(rows: Sequence[LearntRow], count: int) -> Whole:
    """The fold of each row: that of its family."""
    return np.array([fold_of(row.example.family, count) for row in rows])


def judged(rows: Sequence[LearntRow]) -> Floats:
    """1 for the rows that thresholds are set by: all but variants of others."""
    return np.array([0.0 if row.is_variant else 1.0 for row in rows])
