"""What a finished training leaves in its folder: manifest, evaluation, card and pictures."""

import json
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.registry import Manifest, sha256_of
from models.training.experiment import folder as names
from models.training.experiment import plots
from models.training.experiment.folder import Experiment
from models.training.experiment.toml import to_toml
from models.training.experiment.verdict import Verdict
from models.training.row_files import write_text


@dataclass(frozen=True, slots=True)
class Made:
    """What a training made, in the experiment's `candidate/`."""

    files: Mapping[str, str]
    """Role -> name of the file in the folder."""
    name: str
    """Of the model, as its results carry it: the name of the manifest of the stage."""
    stage: str
    runtime: str
    summary: str
    licence: str = "Apache-2.0"
    labels: Mapping[str, list[str]] = field(default_factory=dict)
    calibration: Mapping[str, float] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    """What was measured, in groups: evaluation.json and the manifest have it."""


def write_candidate(experiment: Experiment[Any], made_here: Made) -> Manifest:
    """Write manifest, evaluation and pictures of a candidate. The manifest comes last."""
    folder = experiment.folder
    write_text(folder / names.EVALUATION, json.dumps(made_here.metrics, indent=1) + "\n")
    if plots.is_drawable():
        plots.loss(experiment.logged(), folder / "loss.png")
        plots.evaluation(made_here.metrics, folder / "evaluation.png")
    else:
        sys.stderr.write("no pictures: the extra `plots` is not installed\n")
    release = experiment.recipe.release
    manifest = {
        "name": made_here.name,
        "version": release.version,
        "revision": release.revision,
        "stage": made_here.stage,
        "runtime": made_here.runtime,
        "licence": made_here.licence,
        "summary": made_here.summary,
        "command": command(experiment),
        "files": _files(folder, names.CANDIDATE, made_here.files),
        "labels": dict(made_here.labels),
        "calibration": dict(made_here.calibration),
        "settings": dict(made_here.settings),
        "metrics": dict(made_here.metrics),
        "data": list(experiment.data),
    }
    checked = Manifest.model_validate(manifest)
    write_text(folder / names.MANIFEST, to_toml(manifest))
    return checked


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of an experiment. Returns None if its training is not finished."""
    path = folder / names.MANIFEST
    if not path.is_file():
        return None
    return Manifest.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def accept(folder: Path) -> None:
    """Make the candidate the weights. Again is no error, also after a kill in the midst."""
    candidate, weights = folder / names.CANDIDATE, folder / names.WEIGHTS
    if candidate.is_dir() and not weights.is_dir():
        candidate.rename(weights)
    path = folder / names.MANIFEST
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    for entry in values.get("files", {}).values():
        entry["path"] = f"{names.WEIGHTS}/{Path(entry['path']).name}"
    write_text(path, to_toml(values))


def note_verdict(experiment: Experiment[Any], verdict: Verdict | None) -> None:
    """Write the comparison and the card."""
    if verdict is not None:
        text = json.dumps(verdict.as_json(), ensure_ascii=False, indent=1)
        write_text(experiment.folder / names.COMPARISON, text + "\n")
    write_text(experiment.folder / names.CARD, _card(experiment, verdict))


def command(experiment: Experiment[Any]) -> str:
    """The command that makes the experiment again, from its own recipe."""
    recipe = experiment.recipe
    return f"python -m models.training {recipe.task} --data DATA --recipe recipe.toml --out OUT"


def _files(folder: Path, place: str, files: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    entries = {}
    for role, name in files.items():
        path = folder / place / name
        entries[role] = {
            "path": f"{place}/{name}",
            "sha256": sha256_of(path),
            "size": path.stat().st_size,
            "local": True,
        }
    return entries


def _card(experiment: Experiment[Any], verdict: Verdict | None) -> str:
    """The card of an experiment, as Markdown."""
    manifest = read_manifest(experiment.folder)
    assert manifest is not None
    recipe = experiment.recipe
    lines = [
        f"# {manifest.label}, recipe {recipe.name}",
        "",
        manifest.summary,
        "",
        f"Licence {manifest.licence}. {recipe.about}".rstrip(),
        "",
        "## Made by",
        "",
        f"```\n{manifest.command}\n```",
        "",
        "| data | use | rows | sha256 |",
        "| --- | --- | --- | --- |",
        *(
            f"| {file.name} | {file.use} | {file.rows:,} | {file.sha256[:16]}… |"
            for file in manifest.data
        ),
        "",
        "## Files",
        "",
        "| file | bytes | sha256 |",
        "| --- | --- | --- |",
        *(f"| {file.path} | {file.size} | {file.sha256} |" for file in manifest.files.values()),
        "",
        "## Measured on names that nothing was learnt from",
        "",
        "| share | percent |",
        "| --- | --- |",
        *(f"| {name} | {value:g} |" for name, value in plots.percents(manifest.metrics)),
        "",
    ]
    if verdict is not None:
        outcome = "accepted" if verdict.is_accepted else "refused: worse than what is active"
        lines += [f"## Beside what is active: {outcome}", "", f"```\n{verdict.why}\n```", ""]
    return "\n".join(lines)
