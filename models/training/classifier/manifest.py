"""Writes `classify.toml`: files with hashes, labels, calibration, and what was measured."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.classify.cascade import CascadeStage, Classifier
from models.classify.ensemble import MODEL, Ensemble
from models.classify.ngrams import Ngrams
from models.evaluation.cases import case_from
from models.evaluation.classify import evaluate, headline
from models.registry import PACKAGE, Manifest, sha256_of
from models.training.classifier import invented, known, weak
from models.training.classifier.calibrate import MEDIA, SUBS, fit
from models.training.classifier.data import GOLD, LABELLED, Row, read_json_lines

FILES = {
    "model": "model.onnx",
    "tokenizer": "tokenizer.json",
    "ngrams": "ngrams.npz",
    "catalogue": "catalogue.bin",
    "works": "works.bin",
}
"""Names of a model's files in its folder."""

SUMMARY = (
    "A linear model over character n-grams, then a BERT of three layers (256 wide, 8 bits) told "
    "what a catalogue knows: medium, subcategory and nsfw of a name, learnt from larger teachers."
)


@dataclass(frozen=True, slots=True)
class Release:
    """What the manifest says of a training: its command, and the version it is published as."""

    command: str
    version: str
    revision: int


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt from: rows of each kind, and the rows that nothing was trained on."""

    rows: Mapping[str, int]
    held: list[Row]


def write(path: Path, out: Path, data: Path, learnt_from: Learnt, release: Release) -> None:
    """Calibrate the exported models, measure them on gold (names only) and write the manifest.

    Args:
        path: the manifest.
        out: folder of the files.
        data: the data folder.
        learnt_from: the rows; those held out are calibrated on.
        release: command, version and revision.
    """
    held = learnt_from.held
    head: dict[str, Any] = {
        "name": MODEL,
        "version": release.version,
        "revision": release.revision,
        "stage": "classify",
        "runtime": "onnx",
        "licence": "Apache-2.0",
        "command": release.command,
        "summary": SUMMARY,
    }
    files = {role: file_entry(out / name) for role, name in FILES.items()}
    labels = {"medium": [m.value for m in MEDIA], "subcategory": [s.value for s in SUBS]}
    bare = Manifest.model_validate({**head, "files": files, "labels": labels})
    inputs = [(row.name, ()) for row in held]
    both = Ensemble.load(bare, folder=out).logits(inputs)
    calibration = fit(both, Ngrams.load(out / FILES["ngrams"]).logits(inputs), held)
    manifest = {**head, "files": files, "labels": labels, "calibration": calibration}
    declared = Manifest.model_validate(manifest)
    learnt = Ensemble.load(declared, folder=out)
    measured: dict[str, list[dict[str, Any]]] = {"held_out": [_case(row) for row in held]}
    if (data / GOLD).is_file():
        measured["gold_dev"] = list(read_json_lines(data / GOLD))
    metrics: dict[str, Any] = {"rows": {**learnt_from.rows, "held_out": len(held)}}
    for name, raw in measured.items():
        cases = [case_from(row) for row in raw]
        for part, stages in (("learnt", (CascadeStage.BERT,)), ("cascade", tuple(CascadeStage))):
            report = evaluate(cases, Classifier(learnt, declared, stages), names_only=True)
            metrics.setdefault(part, {})[name] = headline(report)
    manifest["metrics"] = metrics
    sources = (LABELLED, *weak.LISTS, *known.SOURCES, invented.BOOKS)
    manifest["data"] = [data_entry(data, name) for name in sources if (data / name).is_file()]
    path.write_text(to_toml(manifest), encoding="utf-8")


def _case(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "medium": row.medium,
        "sub": row.subcategory,
        "nsfw": row.nsfw,
        "sure": row.sure,
    }


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


def to_toml(tables: Mapping[str, Any], prefix: str = "") -> str:
    """TOML of nested dicts, lists of scalars and lists of dicts: all that a manifest holds."""
    plain, nested = [], []
    for key, value in tables.items():
        if isinstance(value, Mapping):
            inner = to_toml(value, f"{prefix}{key}.")
            has_plain = any(not isinstance(v, Mapping) for v in value.values())
            nested.append(f"\n[{prefix}{key}]\n{inner}" if has_plain else inner)
        elif (
            isinstance(value, Sequence)
            and not isinstance(value, str)
            and value
            and isinstance(value[0], Mapping)
        ):
            nested += [f"\n[[{prefix}{key}]]\n{to_toml(item, f'{prefix}{key}.')}" for item in value]
        else:
            # JSON's strings, numbers, booleans and arrays of them are TOML.
            plain.append(f"{key} = {json.dumps(value, ensure_ascii=False)}\n")
    return "".join(plain) + "".join(nested)
