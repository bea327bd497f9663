"""What a loop gathers, asks, trains and demands: one TOML file."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.training.classifier.settings import ClassifierRecipe
from models.training.experiment.errors import RecipeError
from models.training.experiment.recipe import Recipe as Training
from models.training.experiment.recipe import load_recipe
from models.training.row_files import NAMES
from models.training.tagger.settings import TaggerRecipe

_TRAINED: dict[str, type[Training]] = {"classifier": ClassifierRecipe, "tagger": TaggerRecipe}
"""Tasks -> the recipe of each."""


class RecipeInvalid(Exception):
    """The recipe cannot be used; the message says what to change."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Gather(_Part):
    """Where the names of a round come from."""

    postgres: bool = False
    """Corrections of the console, and what the pipeline was unsure of (`STREAMS_POSTGRES_DSN`)."""

    below: Annotated[float, Field(gt=0, le=1)] = 0.75
    """A confidence below this is unsure."""

    unsure: Annotated[int, Field(ge=0)] = 1_000
    """Names a round takes of those, at most."""

    adult: bool = False
    """Whether names that are taken for adult are asked about, too."""

    read: tuple[Path, ...] = ()
    """Files of rows that people have read. A row with a medium is a label, one without is asked."""

    dumps: tuple[Path, ...] = ()
    """Dumps that a fresh sample is drawn from, for those who run no pipeline."""

    drawn: Annotated[int, Field(ge=0)] = 1_000
    """Names a round draws from the dumps, at most."""


class Label(_Part):
    """Which language models are asked. Without any, only what people said is learnt."""

    models: tuple[str, ...] = ()
    """NAME=URL of each, as `label --model` takes them."""

    endpoints: Path | None = None
    """A file of voters with all settings, as `label --endpoints` takes it."""

    options: tuple[str, ...] = ()
    """More options of `label`, as they are typed."""

    @property
    def is_asked(self) -> bool:
        """Whether there is anybody to ask."""
        return bool(self.models or self.endpoints or self.options)

    @model_validator(mode="after")
    def _endpoints_are_a_key(self) -> Self:
        if any(option.startswith("--endpoints") for option in self.options):
            raise ValueError(
                'the file of voters has a key of its own: endpoints = "FILE", taken from here'
            )
        return self


class Train(_Part):
    """What is trained: recipes by name, or by the path of a file of your own."""

    classifier: str | None = None
    tagger: str | None = None


class Recipe(_Part):
    """A loop. Paths are taken from the folder of the recipe."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")] = "loop"
    """What weights are called that rounds of it made: `loop-0001-classifier`."""

    data: tuple[Path, ...] = ()
    """Data folders that every round starts from; the last word of a name is that of the last."""

    evaluation: Path | None = None
    """Rows that you have read: they are measured on, and nothing like them is learnt."""

    fewest: Annotated[int, Field(ge=1)] = 100
    """New labelled rows under which nothing is trained."""

    gather: Gather = Gather()
    label: Label = Label()
    train: Train = Train()

    @model_validator(mode="after")
    def _something_to_do(self) -> Self:
        if not (self.train.classifier or self.train.tagger):
            raise ValueError(
                "name what is trained: [train] classifier = RECIPE, or tagger = RECIPE"
            )
        if not (self.gather.postgres or self.gather.read or self.gather.dumps):
            raise ValueError("say where names come from: [gather] postgres = true, read or dumps")
        return self


def load(path: Path) -> Recipe:
    """Read a recipe.

    Raises:
        RecipeInvalid: there is no such file, it is no TOML, a key or value does not fit, or what it
            names is not there.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecipeInvalid(f"{path}: {error.strerror}; --recipe is a TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeInvalid(f"{path}: {error}") from error
    try:
        recipe = Recipe.model_validate(values)
    except ValidationError as error:
        raise RecipeInvalid(f"{path}: {_told(error)}") from error
    recipe = _with_paths(recipe, path.resolve().parent)
    if missing := list(_missing(recipe)):
        raise RecipeInvalid(f"{path}: {'; '.join(missing)}")
    return recipe


def _missing(recipe: Recipe) -> Iterator[str]:
    """What a recipe names and is not there: without a word, a round would do without it."""
    for folder in recipe.data:
        if not folder.is_dir():
            yield f"data: {folder} is no folder"
        elif not any(folder.glob("*/*")):
            yield f"data: {folder} is no data folder, which has {NAMES}"
    files = [("evaluation", recipe.evaluation), ("label.endpoints", recipe.label.endpoints)]
    files += [("gather.read", path) for path in recipe.gather.read]
    for key, file in files:
        if file is not None and not file.is_file():
            yield f"{key}: {file} is no file"
    for dump in recipe.gather.dumps:
        if not dump.exists():
            yield f"gather.dumps: {dump} is not there"
    for task, kind in _TRAINED.items():
        named = getattr(recipe.train, task)
        if named is not None:
            try:
                load_recipe(kind, named)
            except RecipeError as error:
                yield f"train.{task}: {error}"


def _with_paths(recipe: Recipe, folder: Path) -> Recipe:
    """The recipe with paths that hold wherever the command is called."""
    gather = recipe.gather.model_copy(
        update={
            "read": tuple(folder / path for path in recipe.gather.read),
            "dumps": tuple(folder / path for path in recipe.gather.dumps),
        }
    )
    train = recipe.train.model_copy(
        update={task: _own_file(folder, getattr(recipe.train, task)) for task in _TRAINED}
    )
    endpoints = recipe.label.endpoints
    label = recipe.label.model_copy(update={"endpoints": folder / endpoints if endpoints else None})
    return recipe.model_copy(
        update={
            "data": tuple(folder / path for path in recipe.data),
            "evaluation": folder / recipe.evaluation if recipe.evaluation else None,
            "gather": gather,
            "label": label,
            "train": train,
        }
    )


def _own_file(folder: Path, named: str | None) -> str | None:
    """A training recipe: the path of a file, or the name of one that ships, which stays."""
    if named is None or not named.endswith(".toml"):
        return named
    return str(folder / named)


def _told(error: ValidationError) -> str:
    """What does not fit, each with its place, and what may stand there."""
    return "; ".join(_fault(fault) for fault in error.errors())


def _fault(fault: Any) -> str:
    place = ".".join(map(str, fault["loc"]))
    if fault["type"] != "extra_forbidden":
        said = str(fault["msg"]).removeprefix("Value error, ")
        return f"{place}: {said}" if place else said
    parts: dict[str, type[_Part]] = {"gather": Gather, "label": Label, "train": Train}
    part = parts.get(str(fault["loc"][0]), Recipe)
    allowed = ", ".join(part.model_fields)
    return f"{place} is no key; there are: {allowed}"
