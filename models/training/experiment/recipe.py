"""Recipes: every number of a training in one TOML file, with settings changed on the command line.

A recipe that ships is known by its name (`models/training/recipes/NAME.toml`), one's own by its
path. `base = "NAME"` begins a recipe with another one, so that it says only what differs.
"""

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.oneshot.safe import safe
from models.training.compare.comparison import MARGIN
from models.training.experiment.errors import RecipeError
from models.training.held_out import ChosenOn
from schemas.result import LAST_REVISION

RECIPES = Path(__file__).parent.parent / "recipes"

_DEEPEST = 8
"""Recipes that may stand on each other; more is a circle."""


class Part(BaseModel):
    """A section of a recipe. A setting that it does not have is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class Machine(Part):
    """Where a training runs."""

    device: Literal["cpu", "cuda"] = "cpu"
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Of products: `auto` is bfloat16 where the processor has it, else float32."""
    threads: Annotated[int, Field(ge=1)] = 2
    checkpoint_seconds: Annotated[float, Field(ge=0)] = 60.0


class Schedule(Part):
    """How a network is trained: AdamW, and a rate that rises once and falls."""

    epochs: Annotated[int, Field(ge=1)]
    batch: Annotated[int, Field(ge=1)]
    rate: Annotated[float, Field(gt=0)]
    """The highest rate."""
    decay: Annotated[float, Field(ge=0)] = 0.01
    warm: Annotated[float, Field(gt=0, lt=1)] = 0.1
    """Share of the steps in which the rate rises."""
    clip: Annotated[float, Field(gt=0)] | None = 1.0
    """Longest gradient; a longer one is shortened to it."""
    patience: Annotated[int, Field(ge=1)] | None = None
    """Epochs without a better held-out measure after which training stops. None: all epochs."""


class Release(Part):
    """What the manifest calls the weights; `revision` is raised when answers change."""

    version: str = "1.0.0"
    revision: Annotated[int, Field(ge=1, le=LAST_REVISION)] = 1


class Recipe(Part):
    """What every recipe has; each task adds its own sections."""

    name: str
    task: str
    about: str = ""
    """What it is for, in a line."""
    seed: Annotated[int, Field(ge=0)] = 1
    chosen_on: ChosenOn = "half"
    """Which held-out rows stop the training and set temperatures and thresholds: half of them, and
    the gate judges by the others; or all, and the gate judges by none of them."""
    margin: Annotated[float, Field(ge=0, le=100)] = MARGIN
    """Points by which the overall figure may be below that of what is active."""
    machine: Machine = Machine()
    release: Release = Release()


R = TypeVar("R", bound=Recipe)


def shipped() -> dict[str, str]:
    """Names of the recipes that ship, with their task."""
    names = sorted(path.stem for path in RECIPES.glob("*.toml"))
    return {name: str(_with_base(RECIPES / f"{name}.toml", 0).get("task", "")) for name in names}


def load_recipe(kind: type[R], chosen: str | Path, overrides: Sequence[str] = ()) -> R:
    """Read a recipe and change settings of it.

    Args:
        kind: the recipe of the task.
        chosen: the name of one that ships, or a path; a `Path` is never a name.
        overrides: `section.key=value` each, the value as in TOML; quotes may be left out.

    Raises:
        RecipeError: it is not there, is of another task, or a setting is not allowed. The message
            names the allowed ones.
    """
    values = _with_base(_located(chosen), 0)
    for override in overrides:
        _override(values, override)
    # First: the settings of another task are all wrong here.
    wanted, task = kind.model_fields["task"].get_default(), values.get("task")
    if isinstance(wanted, str) and task is not None and task != wanted:
        raise RecipeError(f"{chosen} is a recipe of `{safe(str(task))}`, not of `{wanted}`")
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise RecipeError(_told(kind, error, str(chosen))) from error


def changes(before: Mapping[str, Any], after: Mapping[str, Any], prefix: str = "") -> list[str]:
    """What differs between two recipes, a line a setting: `training.epochs: 5 is now 6`."""
    lines = []
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            lines += changes(old, new, f"{prefix}{key}.")
        elif old != new:
            lines.append(f"{prefix}{key}: {old!r} is now {new!r}")
    return lines


def _located(chosen: str | Path) -> Path:
    """The file of a recipe: what looks like a path is one."""
    text = str(chosen)
    if isinstance(chosen, str) and "/" not in text and not text.endswith(".toml"):
        path = RECIPES / f"{text}.toml"
        if path.is_file():
            return path
        near = difflib.get_close_matches(text, shipped(), n=1)
        hint = f"; did you mean {near[0]}?" if near else "."
        raise RecipeError(
            f"no recipe named {safe(text)!r}{hint} There are: {', '.join(shipped())}."
            " A recipe of your own is named by its path: ./mine.toml"
        )
    path = Path(text)
    if not path.is_file():
        what = "a folder" if path.is_dir() else "not there"
        raise RecipeError(f"{safe(text)} is {what}: --recipe is a name or the path of a file")
    return path


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(f"{path} is no recipe: {error}") from error


def _with_base(path: Path, depth: int) -> dict[str, Any]:
    """A recipe laid over the recipe that it names as its base."""
    values = _read(path)
    base = values.pop("base", None)
    if base is None:
        return values
    if depth == _DEEPEST:
        raise RecipeError(f"{path}: recipes stand on each other in a circle")
    beside = path.parent / str(base)
    under = beside if str(base).endswith(".toml") and beside.is_file() else _located(str(base))
    return _merged(_with_base(under, depth + 1), values)


def _merged(under: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(under)
    for key, value in over.items():
        inner = result.get(key)
        is_section = isinstance(inner, dict) and isinstance(value, Mapping)
        result[key] = _merged(inner, value) if is_section and inner is not None else value
    return result


def _override(values: dict[str, Any], override: str) -> None:
    """Change one setting in place."""
    key, equals, text = override.partition("=")
    *sections, last = key.strip().split(".")
    if not equals or not last:
        raise RecipeError(f"--set {safe(override)}: write section.key=value")
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text.strip()
    table = values
    for section in sections:
        inner = table.setdefault(section, {})
        if not isinstance(inner, dict):
            raise RecipeError(f"--set {safe(override)}: {safe(section)} is no section")
        # A copy: sections of the base recipe are shared with nobody.
        table[section] = table = dict(inner)
    table[last] = value


def _told(kind: type[Recipe], error: ValidationError, chosen: str) -> str:
    """What is wrong, a line a setting, with the allowed keys where a key is unknown."""
    lines = []
    for fault in error.errors(include_url=False, include_context=False):
        place = [str(part) for part in fault["loc"]]
        name = safe(".".join(place))
        if fault["type"] == "extra_forbidden":
            allowed = ", ".join(_allowed(kind, place[:-1]))
            lines.append(f"{name} is no setting; allowed here: {allowed}")
        elif fault["type"] == "missing":
            lines.append(f"{name} is missing")
        else:
            lines.append(f"{name}: {fault['msg']} (it is {safe(repr(fault['input']))})")
    return f"recipe {safe(chosen)}: " + "\n  ".join(lines)


def _allowed(kind: type[BaseModel], place: Sequence[str]) -> list[str]:
    """The settings that a section may have."""
    fields = kind.model_fields
    for section in place:
        inner = fields.get(section)
        models = [] if inner is None else _models_of(inner.annotation)
        if not models:
            return []
        fields = models[0].model_fields
    return list(fields)


def _models_of(annotation: Any) -> list[type[BaseModel]]:
    """The models that an annotation names: `Part`, `Part | None`, `tuple[Part, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    inner = getattr(annotation, "__args__", ())
    return [model for part in inner for model in _models_of(part)]
