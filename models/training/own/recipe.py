"""The recipe of classes of one's own: their names, examples and thresholds."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from models.training.experiment.errors import TrainingError
from models.training.experiment.recipe import Part, Recipe
from models.training.row_files import NAMES
from schemas.media import MEDIUM_OF, Medium, Subcategory

SAMPLE = "sample.jsonl"
"""File of a sample's rows, in its folder."""

_NAME = re.compile(r"[a-z][a-z0-9_]{1,47}")

_TAKEN = frozenset([*Medium, *Subcategory, "adult", "nsfw"])
"""What answers of the classifier are called: a class of one's own would be taken for them."""

_THRESHOLD = re.compile(r"(precision|recall) (0\.\d+|1\.0|1)")


def _parent(text: str) -> str:
    medium, _, name = text.partition("/")
    known = [f"{MEDIUM_OF[sub].value}/{sub.value}" for sub in Subcategory]
    if text not in known:
        raise ValueError(f"no parent {medium}/{name}; there are: {', '.join(known)}")
    return text


def _free_name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("write a-z, 0-9 and _, 2 to 48 of them, a letter first")
    if text in _TAKEN:
        raise ValueError(f"a class that ships is called {text}: give yours another name")
    return text


def _threshold(text: str) -> str:
    if not _THRESHOLD.fullmatch(text):
        raise ValueError("write `precision 0.95` or `recall 0.9`")
    return text


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of a recipe are."""

    recipe: Path
    """Its folder."""
    data: Path | None = None
    """Folder of labelled names."""
    sample: Path | None = None
    """Folder of a sample of dumps."""


class OwnPart(Part):
    """One class."""

    name: Annotated[str, AfterValidator(_free_name)]
    examples: str
    """A file of names, beside the recipe: a name a line, or JSON lines (`examples.read`)."""
    parent: Annotated[str, AfterValidator(_parent)] | None = None
    """What is answered where the class is: `book/book_other`. None: what the classifier says."""
    words: str | tuple[str, ...] = ()
    """Words and phrases that tell the class, in any language, or a file of them beside the recipe,
    one a line. What they count is learnt.
    """
    expected_share: Annotated[float, Field(gt=0, le=0.5)] = 0.001
    """Share of all torrents that is of the class: confidence and threshold are for that."""
    threshold: Annotated[str, AfterValidator(_threshold)] = "precision 0.9"
    """What the class is to reach on names that it was not learnt from."""
    held_out: str | None = None
    """Examples that it is measured on alone, beside the recipe. None: the folds have to do."""

    def listed(self, folder: Path) -> tuple[str, ...]:
        """Its words; `#` begins a comment in a file of them.

        Raises:
            TrainingError: the file cannot be read.
        """
        if not isinstance(self.words, str):
            return self.words
        path = folder / self.words
        try:
            lines = path.read_text(encoding="utf-8-sig").split("\n")
        except (OSError, UnicodeError) as error:
            raise TrainingError(f"{path} cannot be read as UTF-8 text: {error}") from error
        words = (line.strip() for line in lines)
        return tuple(word for word in words if word and not word.startswith("#"))

    @property
    def files(self) -> tuple[str, ...]:
        """The files that it names, beside the recipe."""
        words = self.words if isinstance(self.words, str) else None
        return tuple(file for file in (self.examples, words, self.held_out) if file)

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
    rows: tuple[str, ...] = (NAMES,)
    """Files of names below the data folder that are none of the classes, but for the few that are;
    what is held out from training stays out. Without `--data` none is read.
    """
    most_rows: Annotated[int, Field(ge=1)] = 15_000
    """Names of them, and of a sample, that are drawn: the threshold is set by all of them."""
    learnt: Annotated[int, Field(ge=2)] = 3000
    """Names of them that are learnt from: half by chance, half the likest to the class."""


class Fitting(Part):
    """How weights are learnt."""

    steps: Annotated[int, Field(ge=10)] = 60
    folds: Annotated[int, Field(ge=2)] = 5
    near_weight: Annotated[float, Field(gt=0)] = 3.0
    """Weight of a name that is near the class and not of it: there are few."""
    own_share: Annotated[float, Field(gt=0, lt=1)] = 0.13
    """Share of the loss that examples have."""
    ridge: Annotated[float, Field(gt=0)] = 0.3
    """Pull to zero of the weights of n-grams."""
    words_ridge: Annotated[float, Field(gt=0)] = 1.0
    """The same of each of the user's words, by which it differs from what all have in common."""
    states_ridge: Annotated[float, Field(gt=0)] = 100.0
    """The same of the BERT's states: they are many for so few examples."""


class OwnRecipe(Recipe):
    """How classes of one's own are learnt."""

    task: Literal["own"] = "own"
    own: Annotated[tuple[OwnPart, ...], Field(min_length=1, max_length=64)]
    background: Background = Background()
    fitting: Fitting = Fitting()

    @model_validator(mode="after")
    def _apart(self) -> Self:
        names = [part.name for part in self.own]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two classes are called {twice[0]}")
        return self

    def files(self, place: Place) -> list[Path]:
        """The files that are learnt from and measured on."""
        named = [place.recipe / file for part in self.own for file in part.files]
        return [*named, *self.background_files(place)]

    def background_files(self, place: Place) -> list[Path]:
        """The files of names that are none of the classes, but for the few that are."""
        rows = [] if place.data is None else [place.data / name for name in self.background.rows]
        return rows if place.sample is None else [*rows, place.sample / SAMPLE]
