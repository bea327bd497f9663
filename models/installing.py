"""Makes weights of one's own active: from an experiment's folder, or a model that is installed.

An experiment is copied below the folder of weights, under a name and a revision of its own, and
answers a question before it is noted as active. Nothing that is installed is ever changed: a kill
at any moment leaves what was active before.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from models import active, added, loading, registry
from models.active import Origin, Stage, Weights
from models.added import FIRST_REVISION
from models.beside import is_of_another, own_class_names
from models.fetch import make_folder
from models.registry import Manifest, ManifestFile, WeightsError

MANIFEST = "manifest.toml"
COMPARISON = "comparison.json"
ACCEPTED = "weights"
"""Folder of an experiment's files once the gate has accepted them."""
CANDIDATE = "candidate"


class NotActivated(WeightsError):
    """The weights cannot be made active; the message says what to do."""


class Refused(NotActivated):
    """The gate refused the experiment."""


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


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder.

    Raises:
        NotActivated: there is none, or it cannot be read.
    """
    path = folder / MANIFEST
    try:
        return Manifest.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise NotActivated(
            f"{path} is not there: {folder} is no experiment, or its training is not finished"
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise NotActivated(f"{path} is no manifest: {error}") from error


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
        raise NotActivated(f"{manifest.name} is code of the package: there is nothing to activate")
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
        raise NotActivated(f"{folder} holds {manifest.label}, which is no model of a stage")
    sources = {
        role: _source(manifest, role, folder)
        for role, file in manifest.files.items()
        if file.wheel is None and file.made_from is None
    }
    if (same := _same(manifest, weights_dir, name)) is not None:
        added.copy_files(same, sources, weights_dir)  # what is damaged is mended
        return _named(same, weights_dir)
    chosen = name or _free_name(manifest, folder, weights_dir)
    if not added.is_name(chosen) or chosen in registry.names():
        raise NotActivated(
            f"{chosen!r} is no name for it: use a-z, 0-9, . _ and -, at most 64 of them, and none"
            " of a model that ships"
        )
    if (weights_dir / f"{chosen}.toml").exists():
        raise NotActivated(f"there is another model named {chosen}; give this one another --name")
    renamed = manifest.model_copy(update={"name": chosen})
    own = added.with_own_revision(renamed, weights_dir)
    return _named(added.install(own, sources, weights_dir), weights_dir)


def require_accepted(folder: Path) -> None:
    """Refuse an experiment that the gate refused, or whose training is not finished.

    Raises:
        Refused: the gate refused it.
        NotActivated: there is no verdict yet.
    """
    if (folder / ACCEPTED).is_dir() or not (folder / CANDIDATE).is_dir():
        return
    try:
        verdict = json.loads((folder / COMPARISON).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise NotActivated(
            f"{folder} has a candidate that nothing was compared with; the same training command"
            " goes on, and says whether it may be activated"
        ) from None
    raise Refused(
        f"{folder} was refused:\n{verdict.get('why', 'it is worse than what is active')}\n"
        "The same training command with --force keeps it all the same"
    )


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
    same = _same(manifest, weights_dir, None)
    known = {beside} if same is None else {beside, _named(same, weights_dir).told}
    return None if _before(stage, weights_dir) in known else beside


def _source(manifest: Manifest, role: str, folder: Path) -> Path:
    """Where a file of a folder's manifest is, verified.

    Raises:
        NotActivated: it is missing, or another one.
    """
    file = manifest.files[role]
    for path in _places(file, folder):
        if path.is_file():
            if registry.sha256_of(path) == file.sha256:
                return path
            raise NotActivated(
                f"{path} is not the file that {folder / MANIFEST} names; train again"
            )
    raise NotActivated(f"{folder / file.path} is missing; train again")


def _places(file: ManifestFile, folder: Path) -> Iterator[Path]:
    """Where a file may be: below the folder, or, where the experiment shares it, in the package."""
    yield folder / file.path
    yield folder / ACCEPTED / Path(file.path).name
    yield folder / Path(file.path).name
    yield registry.PACKAGE / file.path


def _same(manifest: Manifest, weights_dir: Path, name: str | None) -> Manifest | None:
    """A model that is installed and is the same but for name and revision. Returns None if none."""
    for installed in added.manifests(weights_dir):
        if name in (None, installed.name) and _content(installed) == _content(manifest):
            return installed
    return None


def _content(manifest: Manifest) -> dict[str, object]:
    """What makes answers: the files, and all figures beside them."""
    return {
        "files": {role: file.sha256 for role, file in manifest.files.items()},
        "stage": active.stage_of(manifest),
        "version": manifest.version,
        "labels": manifest.labels,
        "calibration": manifest.calibration,
        "settings": manifest.settings,
    }


def _free_name(manifest: Manifest, folder: Path, weights_dir: Path) -> str:
    """The manifest's own name, or else the folder's; with a number where that is taken."""
    stem = manifest.name
    if stem in registry.names():
        stem = re.sub(r"[^a-z0-9._-]+", "-", folder.resolve().name.lower()).strip("-._") or "own"
    stem = stem[:50]
    if stem in registry.names():
        stem = f"own-{stem}"
    if not (weights_dir / f"{stem}.toml").exists() and stem != Path(active.FILE).stem:
        return stem
    return f"{stem}-{added.next_revision(weights_dir)}"


def _before(stage: Stage, weights_dir: Path) -> str:
    """What is active, also where it cannot be used."""
    entry = active.read(weights_dir).get(stage)
    if entry is None:
        return active.shipped(stage, weights_dir).told
    try:
        return _named(added.load(str(entry["model"]), weights_dir), weights_dir).told
    except WeightsError:
        return str(entry["model"])
