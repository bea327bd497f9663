"""Which weights of a stage are active: those that ship, or own ones.

A setting of the environment (`STREAMS_CLASSIFY_MODEL` and the like) wins over `active.toml` in the
folder of weights, which `python -m models activate` writes; where neither names a model, the one
that ships answers. What is named and cannot be used is an error: nothing falls back silently.
"""

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from models import registry
from models.home import WEIGHTS
from models.registry import Manifest, WeightsError, WeightsMissing, sha256_of

FILE = "active.toml"
"""In the folder of weights: a table for each stage whose weights are not those that ship."""

_HEAD = "# Written by `python -m models activate`, which also takes it back: --reset STAGE.\n"


class Stage(StrEnum):
    """What can have weights of one's own."""

    CLASSIFY = "classify"
    TAGGER = "tagger"
    MATCH = "match"
    LLM = "llm"


class Origin(StrEnum):
    """Why a model is the one that answers."""

    SHIPS = "ships"
    ACTIVE = "active"
    SETTING = "named by a setting"
    GIVEN = "given"


SHIPPED = {
    Stage.CLASSIFY: "classify",
    Stage.TAGGER: "tagger",
    Stage.MATCH: "match",
    Stage.LLM: "smollm2",
}
"""Stage -> the manifest of what ships."""

RESULTS = {
    Stage.CLASSIFY: "classify",
    Stage.TAGGER: "extract",
    Stage.MATCH: "match",
    Stage.LLM: "extract",
}
"""Stage -> the stage of its results, as `python -m infra.postgres activate` names it."""


class ActiveBroken(WeightsError):
    """The weights that are active cannot be used; the message says how to go back."""


class Weights(NamedTuple):
    """The weights of a stage.

    `folder` is what the paths of its files are relative to, where they do not ship: that of
    installed models, or of an experiment.
    """

    stage: Stage
    manifest: Manifest
    folder: Path
    origin: Origin
    fetched: Path = WEIGHTS
    """Folder of files that are fetched or made from those, where `folder` is an experiment's."""

    @property
    def told(self) -> str:
        """How it is called beside another one: name, version, revision."""
        return f"{self.manifest.label}, revision {self.manifest.revision}"

    @property
    def is_shipped(self) -> bool:
        """Whether it is the model that ships."""
        return self.manifest.name == SHIPPED[self.stage] and self.origin is not Origin.GIVEN

    def path(self, role: str) -> Path:
        """The verified path of a file.

        Raises:
            WeightsError: it is missing or another one; the message says how to go back.
        """
        if role not in self.manifest.files:
            raise ActiveBroken(
                f"{self.stage} {self.manifest.label}: its manifest names no file `{role}`;"
                f" {self.way_back}"
            )
        try:
            return registry.file_path(self.manifest, role, self._folder_of(role))
        except WeightsError as error:
            raise self.broken(error, role) from error

    @property
    def fetched_folder(self) -> Path:
        """Folder of files that are fetched, or made from those."""
        return self.fetched if self.origin is Origin.GIVEN else self.folder

    def _folder_of(self, role: str) -> Path:
        file = self.manifest.files[role]
        return self.folder if file.local or file.shipped else self.fetched_folder

    def quick_path(self, role: str) -> Path:
        """As `path`; but a file that ships is checked by its size alone (`registry.sized_path`)."""
        if self.is_shipped and self.manifest.files[role].shipped:
            return registry.sized_path(self.manifest, role)
        return self.path(role)

    def broken(self, error: WeightsError, role: str) -> WeightsError:
        """The error about a file, with the way back in its message where it is one's own."""
        if self.is_shipped:
            return error
        place = registry.location(self.manifest, role, self._folder_of(role))
        is_missing = isinstance(error, WeightsMissing)
        what = "is missing" if is_missing else "is not the file that was installed"
        return ActiveBroken(f"{self.stage} {self.manifest.label}: {place} {what}; {self.way_back}")

    @property
    def way_back(self) -> str:
        """What to do where these weights cannot be used."""
        if self.origin is Origin.GIVEN:
            return "train again, or name other weights"
        return way_back(self.stage, self.origin)


def way_back(stage: Stage, origin: Origin = Origin.ACTIVE) -> str:
    """What to do where a model that was chosen cannot be used."""
    if origin is Origin.SETTING:
        return f"unset {variable(stage)}, or name another model by it"
    return (
        f"go back to the model that ships by `python -m models activate --reset {stage}`,"
        " or activate it again"
    )


def revision_of_results(weights: Weights) -> int:
    """The revision that results of the weights bear: of the tagger that ships it is the rules'."""
    if weights.is_shipped and weights.stage is Stage.TAGGER:
        return registry.load("extract").revision
    return weights.manifest.revision


def variable(stage: Stage) -> str:
    """The environment variable that names the model of a stage."""
    return f"STREAMS_{stage.upper()}_MODEL"


def shipped(stage: Stage, weights_dir: Path | None = None) -> Weights:
    """What ships; of a GGUF model some files are fetched to the folder of weights."""
    folder = WEIGHTS if weights_dir is None else weights_dir
    return Weights(stage, registry.load(SHIPPED[stage]), folder, Origin.SHIPS)


def chosen(stage: Stage, weights_dir: Path | None = None, setting: str | None = None) -> Weights:
    """The weights that answer for a stage. Their files are verified when they are loaded.

    Args:
        stage: whose.
        weights_dir: folder of what is fetched, made or added here.
        setting: the name of a model, from a program's settings; the environment's by default.

    Raises:
        WeightsError: what is named is not there, or is no model of this stage.
    """
    folder = WEIGHTS if weights_dir is None else weights_dir
    name = setting or os.environ.get(variable(stage))
    if name:
        return named(stage, name, folder, Origin.SETTING)
    entry = read(folder).get(stage)
    if entry is None:
        return shipped(stage, folder)
    return _activated(stage, entry, folder)


def named(stage: Stage, name: str, folder: Path, origin: Origin = Origin.GIVEN) -> Weights:
    """The weights of a model that ships or was installed.

    Raises:
        WeightsError: there is none of that name, or it is of another stage.
    """
    from models import added

    if name == SHIPPED[stage]:
        why = origin if origin is Origin.SETTING else Origin.SHIPS
        return Weights(stage, registry.load(name), folder, why)
    try:
        manifest = added.load(name, folder)
    except WeightsError as error:
        if origin is Origin.GIVEN:
            raise
        raise ActiveBroken(f"{stage}: {error}; {way_back(stage, origin)}") from error
    if stage_of(manifest) is not stage:
        raise ActiveBroken(f"{name} is no model of {stage}; {way_back(stage, origin)}")
    return Weights(stage, manifest, folder, origin)


def stage_of(manifest: Manifest) -> Stage | None:
    """The stage that a model answers for. Returns None for rules, which have no weights."""
    if manifest.runtime == "gguf":
        return Stage.LLM
    by_stage = {("classify", "onnx"): Stage.CLASSIFY, ("extract", "onnx"): Stage.TAGGER}
    if manifest.stage == "match":
        return Stage.MATCH
    return by_stage.get((manifest.stage, manifest.runtime))


def read(weights_dir: Path) -> Mapping[str, Mapping[str, Any]]:
    """Stage -> what is noted of its active model; empty where nothing was ever activated.

    Raises:
        ActiveBroken: the file cannot be read.
    """
    try:
        text = (weights_dir / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(weights_dir, error) from error
    import tomllib

    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(weights_dir, error) from error
    stray = [key for key, value in tables.items() if key not in SHIPPED or not _is_entry(value)]
    if stray:
        raise _unreadable(weights_dir, ValueError(f"{stray[0]!r} is no table of a stage"))
    return tables


def activate(weights: Weights, weights_dir: Path) -> None:
    """Note that installed weights are active, whole or not at all.

    Raises:
        ActiveBroken: what is noted of other stages cannot be read.
    """
    tables = {stage: dict(entry) for stage, entry in read(weights_dir).items()}
    if weights.is_shipped:
        tables.pop(weights.stage, None)
    else:
        tables[weights.stage] = {
            "model": weights.manifest.name,
            "revision": weights.manifest.revision,
            "manifest": sha256_of(weights_dir / f"{weights.manifest.name}.toml"),
        }
    _write(tables, weights_dir)


def reset(stage: Stage, weights_dir: Path) -> str | None:
    """Make what ships active again. Returns the name of what was active, None if nothing was.

    A file that cannot be read is thrown away, with what it said of other stages.
    """
    tables: dict[str, dict[str, Any]] = {}
    try:
        tables = {name: dict(entry) for name, entry in read(weights_dir).items()}
    except ActiveBroken:
        _write({}, weights_dir)
        return "a file that could not be read"
    entry = tables.pop(stage, None)
    if entry is None:
        return None
    _write(tables, weights_dir)
    return str(entry["model"])


def _write(tables: Mapping[str, Mapping[str, Any]], weights_dir: Path) -> None:
    path = weights_dir / FILE
    if not tables:
        path.unlink(missing_ok=True)
        return
    from models.toml_text import to_toml
    from schemas.whole_file import replace

    replace(path, _HEAD + to_toml(tables))


def _activated(stage: Stage, entry: Mapping[str, Any], folder: Path) -> Weights:
    """The weights that `active.toml` names, if their manifest is what was activated."""
    name = str(entry["model"])
    weights = named(stage, name, folder, Origin.ACTIVE)
    path = folder / f"{name}.toml"
    if weights.is_shipped or not path.is_file() or sha256_of(path) != entry["manifest"]:
        raise ActiveBroken(f"{path} is not the manifest that was activated; {way_back(stage)}")
    return weights


def _is_entry(value: object) -> bool:
    return isinstance(value, Mapping) and {"model", "manifest"} <= value.keys()


def _unreadable(weights_dir: Path, error: Exception) -> ActiveBroken:
    return ActiveBroken(
        f"{weights_dir / FILE} cannot be read ({error});"
        " `python -m models activate --reset STAGE` throws it away: then what ships answers"
    )
