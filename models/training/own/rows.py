"""All rows that classes of one's own are learnt from, and which class each is of."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.training.held_out import family
from models.training.own import background
from models.training.own.examples import Example
from models.training.own.features import Flags, Whole
from models.training.own.fit import Targets
from models.training.own.folds import fold_of
from models.training.own.negatives import counterparts, invented
from models.training.own.recipe import OwnRecipe, Place
from models.training.own.variants import variants


@dataclass(frozen=True, slots=True)
class LearntRow:
    """A row, the class whose example it is or is near, and where it is from."""

    example: Example
    of: str | None
    is_variant: bool = False
    """Whether it was made of an example."""
    is_real: bool = False
    """Whether it is a name of which nobody has said that it is of no class of one's own."""

    def is_of(self, name: str) -> bool:
        """Whether it is an example of a class."""
        return self.example.is_own and self.of == name


def learnt_rows(
    recipe: OwnRecipe,
    examples: Mapping[str, Sequence[Example]],
    place: Place,
    judged: Sequence[str] = (),
) -> list[LearntRow]:
    """The rows of a recipe; the same seed gives the same rows.

    Args:
        recipe: of the classes.
        examples: of each class, by its name.
        place: of the files that the recipe names.
        judged: names that are judged on; they and their families are no background.
    """
    rng = random.Random(recipe.seed)  # noqa: S311 (no secret)
    settings = recipe.background
    rows: list[LearntRow] = []
    words = {part.name: part.listed(place.recipe) for part in recipe.own}
    for name, listed in examples.items():
        rows += [LearntRow(example, name) for example in listed]
        varied = variants(listed, settings.variants, rng, words[name])
        rows += [LearntRow(example, name, is_variant=True) for example in varied]
        rows += [LearntRow(row, None) for row in counterparts(listed, settings.counterparts, rng)]
    rows += [LearntRow(row, None) for row in invented(settings.invented, rng)]
    known = {row.example.family for row in rows if row.of is not None} | set(map(family, judged))
    real: dict[str, Example] = {}
    for path in recipe.background_files(place):
        for row in background.read(path):
            # Near-copies are learnt once, and an example is no background.
            if row.family not in known:
                real.setdefault(row.family, row)
    drawn = rng.sample([*real.values()], min(len(real), settings.most_rows))
    return [*rows, *(LearntRow(row, None, is_real=True) for row in drawn)]


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


def is_background(rows: Sequence[LearntRow]) -> Flags:
    """Which rows stand for all torrents: real names, or the invented ones where there are none."""
    real = np.array([row.is_real for row in rows])
    return real if real.any() else np.array([row.of is None for row in rows])


def is_told(rows: Sequence[LearntRow], name: str) -> Flags:
    """Which rows the user has told of a class: its examples, and names near it."""
    return np.array([row.of == name and not row.is_variant for row in rows])
