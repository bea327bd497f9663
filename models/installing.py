"""Makes weights of one's own active: from an experiment's folder, or a model that is installed.

An experiment is copied below the folder of weights, under a name and a revision of its own, and
answers a question before it is noted as active. Nothing that is installed is ever changed: a kill
at any moment leaves what was active before.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from models import active, added, loading
from models.active import Origin, Stage, Weights
from models.added import FIRST_REVISION
from models.beside import is_of_another, own_class_names
from models.fetch import make_folder
from models.folders import (
    COMPARISON,
    MANIFEST,
    NotActivated,
    install,
    read_manifest,
    require_accepted,
    same_model,
)
from models.registry import Manifest, WeightsError, is_audio


@dataclass(frozen=True, slots=True)
class Activated:
    """What is active now, and what was before."""

    weights: Weights
    before: str
    is_changed: bool
    beside: str | None = None
    """What the gate held them against, where it was no longer active: nobody has compared them with
    what they replace."""


def activate(
    target: str, weights_dir: Path, name: str | None = None, *, force: bool = False
) -> Activated:
    """Make weights active; the same again changes nothing.

    Args:
        target: the folder of an experiment or of files with a manifest, or the name of a model.
        weights_dir: folder of what is fetched, made or added here.
        name: what to call what is installed from a folder.
        force: also where classes of one's own, or the classifier beside which they are, are lost.

    Raises:
        Refused: the gate refused the experiment.
        NotActivated: the classifier lacks classes of one's own that the active one has, or has some
            that were learnt beside another classifier than the active one.
        WeightsError: there are no such weights, a file is missing or another one, or they cannot
            answer.
        models.runtime.MissingRuntime: what they run on is not installed.
    """
    make_folder(weights_dir)
    with added.locked(weights_dir):
        known = set(added.names(weights_dir))
        weights = _target(target, weights_dir, name)
        try:
            answers(weights)
            if not force:
                _require_classes(weights, weights_dir)
                _require_beside(weights, weights_dir)
        except Exception:
            if weights.manifest.name not in known and not weights.is_shipped:
                added.remove(weights.manifest.name, weights_dir)
            raise
        before = _before(weights.stage, weights_dir)
        is_changed = before != weights.told
        beside = compared_with(Path(target)) if is_changed else None
        active.activate(weights, weights_dir)
        return Activated(weights, before, is_changed, beside if beside != before else None)


def reset(stage: Stage, weights_dir: Path) -> str | None:
    """Make what ships active again. Returns the name of what was active, None if nothing was."""
    if not weights_dir.is_dir():
        return None
    with added.locked(weights_dir):
        return active.reset(stage, weights_dir)


def answers(weights: Weights) -> None:
    """Let weights answer one question, so that what cannot answer is never active.

    Raises:
        WeightsError: they cannot be loaded, or a file is missing or another one.
        models.runtime.MissingRuntime: what they run on is not installed.
    """
    from models.content.subject import NamedSubject
    from models.extract.subject import ExtractSubject
    from schemas import Subcategory

    name = "Paper Lighthouse - Low Tide (2006) [FLAC]"
    try:
        match weights.stage:
            case Stage.CLASSIFY:
                loading.classifier(weights).explain(NamedSubject(name))
            case Stage.TAGGER:
                subject = ExtractSubject(name, None, Subcategory.ALBUM)
                loading.extractor(weights).extract([subject])
            case Stage.MATCH:
                loading.scorer(weights)
            case Stage.LLM:
                loading.require_llm(weights)
    except (WeightsError, ImportError):
        raise
    except Exception as error:  # whatever a foreign network fails with
        raise NotActivated(
            f"{weights.manifest.label} cannot answer ({type(error).__name__}: {error})"
        ) from error


def _require_classes(weights: Weights, weights_dir: Path) -> None:
    """Refuse a classifier that lacks classes of one's own which the active one has."""
    entry = active.read(weights_dir).get(Stage.CLASSIFY)
    if weights.stage is not Stage.CLASSIFY or entry is None:
        return
    try:
        before = own_class_names(_named(added.load(str(entry["model"]), weights_dir), weights_dir))
    except (WeightsError, OSError, ValueError, KeyError):
        return  # what cannot answer has no classes to lose
    lost = sorted(before - own_class_names(weights))
    if lost:
        raise NotActivated(
            f"{weights.manifest.name} does not know {', '.join(lost)}, which the active classifier"
            " does: train the classes again beside it (`python -m models.training own`), or"
            " activate it with --force"
        )


def _require_beside(weights: Weights, weights_dir: Path) -> None:
    """Refuse classes of one's own that bring another classifier than the active one with them."""
    if weights.stage is not Stage.CLASSIFY:
        return
    try:
        before = active.chosen(Stage.CLASSIFY, weights_dir)
    except WeightsError:
        return  # what cannot answer is no loss
    if is_of_another(weights, before.manifest):
        raise NotActivated(
            f"{weights.manifest.name} has classes of your own that were learnt beside another"
            f" classifier than {before.told}, which is active and would answer no more: train them"
            " again beside it (`python -m models.training own`), or activate it with --force"
        )


def _target(target: str, weights_dir: Path, name: str | None) -> Weights:
    path = Path(target)
    if path.name == MANIFEST:
        path = path.parent
    if path.is_dir():
        return _installed(path, weights_dir, name)
    if "/" in target:
        raise NotActivated(f"{target} is no folder: give that of an experiment, or a model's name")
    if name is not None:
        raise NotActivated("--name goes with a folder")
    manifest = added.load(target, weights_dir)
    return _named(manifest, weights_dir)


def _named(manifest: Manifest, weights_dir: Path) -> Weights:
    """The weights of a manifest that is installed or ships."""
    stage = active.stage_of(manifest)
    if stage is None:
        raise NotActivated(f"{manifest.name}: {_unasked(manifest)}")
    is_own = manifest.name != active.SHIPPED[stage]
    if is_own and manifest.revision < FIRST_REVISION:
        raise NotActivated(
            f"the revision of {manifest.name} must be {FIRST_REVISION} or more: results are told"
            " apart by it"
        )
    return Weights(stage, manifest, weights_dir, Origin.ACTIVE if is_own else Origin.SHIPS)


def _installed(folder: Path, weights_dir: Path, name: str | None) -> Weights:
    """The weights of a folder, copied below the folder of weights unless they are there."""
    require_accepted(folder)
    manifest = read_manifest(folder)
    if active.stage_of(manifest) is None:
        raise NotActivated(f"{folder} holds {manifest.label}, {_unasked(manifest)}")
    return _named(install(manifest, folder, weights_dir, name), weights_dir)


def compared_with(folder: Path) -> str | None:
    """What the gate held an experiment against, as `Weights.told`. None if that is not known."""
    try:
        told = json.loads((folder / COMPARISON).read_text(encoding="utf-8")).get("before")
    except (OSError, ValueError, AttributeError):
        return None
    return told if isinstance(told, str) else None


def outdated(folder: Path, weights_dir: Path) -> str | None:
    """What the gate held an experiment against, where another model is active by now.

    Returns None where that is active still, or the experiment itself, or nothing was compared.

    Raises:
        WeightsError: there is no experiment, or what is active cannot be read.
    """
    manifest = read_manifest(folder)
    stage, beside = active.stage_of(manifest), compared_with(folder)
    if stage is None or beside is None:
        return None
    same = same_model(manifest, weights_dir)
    known = {beside} if same is None else {beside, _named(same, weights_dir).told}
    return None if _before(stage, weights_dir) in known else beside


def _unasked(manifest: Manifest) -> str:
    """Why a model cannot be active."""
    if manifest.runtime == "rules":
        return "code of the package: there is nothing to activate"
    if is_audio(manifest):
        return (
            "which hears, and no stage asks that: `python -m models fetch --from FOLDER` installs"
            f" it, and `mimmo hear --model {manifest.name}` asks it"
        )
    return "which is no model of a stage"


def _before(stage: Stage, weights_dir: Path) -> str:
    """What is active, also where it cannot be used."""
    entry = active.read(weights_dir).get(stage)
    if entry is None:
        return active.shipped(stage, weights_dir).told
    try:
        return _named(added.load(str(entry["model"]), weights_dir), weights_dir).told
    except WeightsError:
        return str(entry["model"])
