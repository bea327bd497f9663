"""The recipe of classes of one's own: their names, examples and thresholds."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from models.training.experiment.recipe import Part, Recipe
from schemas.media import MEDIUM_OF, Subcategory

_THRESHOLD = re.compile(r"(precision|recall) (0\.\d+|1\.0|1)")


def _parent(text: str) -> str:
    medium, _, name = text.partition("/")
    known = [f"{MEDIUM_OF[sub].value}/{sub.value}" for sub in Subcategory]
    if text not in known:
        raise ValueError(f"no parent {medium}/{name}; there are: {', '.join(known)}")
    return text


def _threshold(text: str) -> str:
    if not _THRESHOLD.fullmatch(text):
        raise ValueError("write `precision 0.95` or `recall 0.9`")
    return text


class OwnPart(Part):
    """One class."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,47}$")]
    examples: str
    """A file of names, beside the recipe: a name a line, or JSON lines (`examples.read`)."""
    parent: Annotated[str, AfterValidator(_parent)] | None = None
    """What is answered where the class is: `book/book_other`. None: what the classifier says."""
    threshold: Annotated[str, AfterValidator(_threshold)] = "precision 0.95"
    """What the class is to reach on examples that it was not learnt from."""
    held_out: str | None = None
    """Examples that it is measured on alone, beside the recipe. None: the folds have to do."""

    @property
    def subcategory(self) -> Subcategory | None:
        """The parent."""
        return None if self.parent is None else Subcategory(self.parent.partition("/")[2])

    @property
    def aim(self) -> tuple[str, float]:
        """Which share the threshold is to reach, and how much of it."""
        share, _, value = self.threshold.partition(" ")
        return share, float(value)


class Background(Part):
    """The rows that are no examples, and how examples are varied."""

    invented: Annotated[int, Field(ge=500)] = 3000
    """Invented torrents and names of other classes."""
    counterparts: Annotated[int, Field(ge=1)] = 6
    """Names of other kinds around what each example is of, for each kind."""
    variants: Annotated[int, Field(ge=0)] = 6
    """More rows of each example, around other subjects and in other ways of writing."""
    rows: tuple[str, ...] = ()
    """Labelled rows below the data folder that are none of the classes, as
    `names/p2p_labelled.jsonl.gz`; what is held out from training stays out.
    """
    most_rows: Annotated[int, Field(ge=1)] = 6000


class Fitting(Part):
    """How weights are learnt."""

    steps: Annotated[int, Field(ge=10)] = 80
    folds: Annotated[int, Field(ge=2)] = 5
    near_weight: Annotated[float, Field(gt=0)] = 3.0
    """Weight of a name that is near the class and not of it: there are few."""
    own_share: Annotated[float, Field(gt=0, lt=1)] = 0.13
    """Share of the loss that examples have."""
    ridge: Annotated[float, Field(gt=0)] = 0.1
    """Pull to zero of the weights of n-grams."""
    states_ridge: Annotated[float, Field(gt=0)] = 25.0
    """The same of the BERT's states: they are many for so few examples."""


class OwnRecipe(Recipe):
    """How classes of one's own are learnt."""

    task: Literal["own"] = "own"
    own: Annotated[tuple[OwnPart, ...], Field(min_length=1, max_length=64)]
    background: Background = Background()
    fitting: Fitting = Fitting()

    def files(self, folder: Path, data: Path | None) -> list[Path]:
        """The files that are learnt from and measured on."""
        named = [file for part in self.own for file in (part.examples, part.held_out) if file]
        rows = [] if data is None else [data / name for name in self.background.rows]
        return [*(folder / name for name in named), *rows]
