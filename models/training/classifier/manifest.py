"""What the classifier's manifest says: files, labels, calibration, and what was measured."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from models import registry
from models.classify.cascade import CascadeStage, Classifier
from models.classify.ensemble import MODEL, Ensemble
from models.classify.ngrams import Ngrams
from models.evaluation.cases import case_from
from models.evaluation.classify import evaluate, headline
from models.registry import PACKAGE, Manifest, sha256_of
from models.training.classifier.calibrate import ADULT, MEDIA, SUBS, fit
from models.training.classifier.corpus import Corpus
from models.training.classifier.data import Row, read_json_lines
from models.training.experiment.results import Made
from models.training.experiment.toml import to_toml
from models.training.row_files import GOLD
from models.training.row_labels import with_flags

__all__ = ["FILES", "data_entry", "described", "file_entry", "to_toml"]

FILES = {
    "model": "model.onnx",
    "tokenizer": "tokenizer.json",
    "ngrams": "ngrams.npz",
    "catalogue": "catalogue.bin",
    "works": "works.bin",
}
"""Names of a model's files in its folder."""

SUMMARY = (
    "A linear model over character n-grams, then a BERT of {layers} layers ({width} wide, 8 bits) "
    "told what a catalogue knows: medium, subcategory and nsfw of a name."
)

FEWEST = 200
"""Rows that choose from which on temperatures and thresholds are fitted to them; those of the adult
flag, where so many say whether they are adult. With fewer those that ship stay: a share of fifty
rows tells no confidence from another."""


def described(corpus: Corpus, out: Path, data: Path, shape: Mapping[str, int]) -> Made:
    """Calibrate the exported models and measure them on what nothing was learnt from.

    Args:
        corpus: the rows; of those held out one half is calibrated on, the other measured on.
        out: folder of the files.
        data: the data folder; its gold is measured on, names only, where it is there.
        shape: layers and width of the BERT.
    """
    held = corpus.judging
    made_here = Made(
        files=FILES,
        name=MODEL,
        stage="classify",
        runtime="onnx",
        summary=SUMMARY.format_map(shape),
        labels={"medium": [m.value for m in MEDIA], "subcategory": [s.value for s in SUBS]},
    )
    calibration = _calibration(corpus.choosing, out, made_here)
    declared = _manifest(made_here, calibration)
    learnt = Ensemble.load(declared, folder=out)
    measured: dict[str, list[dict[str, Any]]] = {"held_out": [_case(row) for row in held]}
    if (data / GOLD).is_file():
        measured["gold_dev"] = with_flags(read_json_lines(data / GOLD))
    parts = ("read", "copies", "weak", "plain")
    rows = {part: len(getattr(corpus, part)) for part in parts}
    metrics: dict[str, Any] = {"rows": {**rows, "held_out": len(corpus.held)}}
    for name, raw in measured.items():
        if not raw:
            continue
        cases = [case_from(row) for row in raw]
        for part, stages in (("learnt", (CascadeStage.BERT,)), ("cascade", tuple(CascadeStage))):
            report = evaluate(cases, Classifier(learnt, declared, stages), names_only=True)
            metrics.setdefault(part, {})[name] = headline(report)
    return dataclasses.replace(made_here, calibration=calibration, metrics=metrics)


def file_entry(path: Path) -> dict[str, Any]:
    """A manifest's entry for a file; its path is relative to the package where it lies in it."""
    resolved = path.resolve()
    name = (
        resolved.relative_to(PACKAGE).as_posix()
        if resolved.is_relative_to(PACKAGE)
        else str(resolved)
    )
    return {"path": name, "sha256": sha256_of(path), "size": path.stat().st_size}


def data_entry(data: Path, name: str) -> dict[str, Any]:
    """A manifest's entry for a file that was learnt from."""
    return {
        "name": name,
        "sha256": sha256_of(data / name),
        "rows": sum(1 for _ in read_json_lines(data / name)),
    }


def _calibration(choosing: Sequence[Row], out: Path, made_here: Made) -> Mapping[str, float]:
    """Temperatures and thresholds: fitted on the rows that choose, or those that ship."""
    ships = registry.load(MODEL).calibration
    if len(choosing) < FEWEST:
        return ships
    inputs = [(row.name, ()) for row in choosing]
    both = Ensemble.load(_manifest(made_here, {}), folder=out).logits(inputs)
    fitted = fit(both, Ngrams.load(out / FILES["ngrams"]).logits(inputs), list(choosing))
    is_told = sum(row.nsfw is not None for row in choosing) >= FEWEST
    return fitted if is_told else fitted | {name: ships[name] for name in ADULT}


def _manifest(made_here: Made, calibration: Mapping[str, float]) -> Manifest:
    """A manifest to load the files with, before there is the one that is written."""
    nothing = "0" * 64
    return Manifest.model_validate(
        {
            "name": made_here.name,
            "version": "0",
            "revision": 1,
            "stage": made_here.stage,
            "runtime": made_here.runtime,
            "licence": made_here.licence,
            "summary": made_here.summary,
            "files": {
                role: {"path": name, "sha256": nothing} for role, name in made_here.files.items()
            },
            "labels": dict(made_here.labels),
            "calibration": dict(calibration),
        }
    )


def _case(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "medium": row.medium,
        "sub": row.subcategory,
        "nsfw": row.nsfw,
        "sure": row.sure,
    }
