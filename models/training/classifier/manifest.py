"""Writes `classify.toml`: files with hashes, labels, calibration, metrics and what they were measured on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from models.classify.bert import MODEL, Bert
from models.classify.cascade import CascadeStage, Classifier
from models.evaluation.classify import case_from, evaluate, headline
from models.registry import PACKAGE, Manifest, sha256_of
from models.training.classifier.calibrate import MEDIA, SUBS, Calibration, fit
from models.training.classifier.data import LABELLED, Row, read_json_lines

GOLD = "gold/dev.jsonl"


def write(
    path: Path, *, out: Path, data: Path, held: list[Row], trained: int, command: str, version: str, revision: int
) -> None:
    """Calibrate the exported model on `held`, measure it on gold (names only) and write the manifest to `path`."""
    head: dict[str, Any] = {
        "name": MODEL, "version": version, "revision": revision, "stage": "classify", "runtime": "onnx",
        "licence": "Apache-2.0", "command": command,
        "summary": "Three layers of MiniLM-L6, pruned vocabulary, 8-bit weights: medium, subcategory and nsfw of a name.",
    }  # fmt: skip
    files = {role: _file(out / name) for role, name in (("model", "model.onnx"), ("tokenizer", "tokenizer.json"))}
    labels = {"medium": [m.value for m in MEDIA], "subcategory": [s.value for s in SUBS]}
    neutral = Calibration(1.0, 1.0, 1.0, 0.0, 0.5)
    bert = _bert(out, {**head, "files": files, "labels": labels, "calibration": asdict(neutral)})
    calibration = fit(bert.logits([(row.name, ()) for row in held]), held)
    manifest = {**head, "files": files, "labels": labels, "calibration": asdict(calibration)}
    declared = Manifest.model_validate(manifest)
    bert = _bert(out, manifest)
    measured: dict[str, list[dict[str, Any]]] = {"held_out": [_case(row) for row in held]}
    if (data / GOLD).is_file():
        measured["gold_dev"] = list(read_json_lines(data / GOLD))
    metrics: dict[str, Any] = {"rows": {"trained_on": trained, "held_out": len(held)}}
    for name, rows in measured.items():
        cases = [case_from(row) for row in rows]
        for part, stages in (("bert", (CascadeStage.BERT,)), ("cascade", tuple(CascadeStage))):
            report = evaluate(cases, Classifier(bert, declared, stages), names_only=True)
            metrics.setdefault(part, {})[name] = headline(report)
    manifest["metrics"] = metrics
    manifest["data"] = [_data(data, LABELLED)]
    path.write_text(to_toml(manifest), encoding="utf-8")


def _case(row: Row) -> dict[str, Any]:
    return {"name": row.name, "medium": row.medium, "sub": row.subcategory, "nsfw": row.nsfw, "sure": row.sure}


def _bert(out: Path, manifest: Mapping[str, Any]) -> Bert:
    return Bert(out / "model.onnx", out / "tokenizer.json", Manifest.model_validate(manifest))


def _file(path: Path) -> dict[str, Any]:
    resolved = path.resolve()
    name = resolved.relative_to(PACKAGE).as_posix() if resolved.is_relative_to(PACKAGE) else str(resolved)
    return {"path": name, "sha256": sha256_of(path), "size": path.stat().st_size}


def _data(data: Path, name: str) -> dict[str, Any]:
    return {"name": name, "sha256": sha256_of(data / name), "rows": sum(1 for _ in read_json_lines(data / name))}


def to_toml(tables: Mapping[str, Any], prefix: str = "") -> str:
    """TOML of nested dicts, lists of scalars and lists of dicts: all that a manifest holds."""
    plain, nested = [], []
    for key, value in tables.items():
        if isinstance(value, Mapping):
            inner = to_toml(value, f"{prefix}{key}.")
            has_plain = any(not isinstance(v, Mapping) for v in value.values())
            nested.append(f"\n[{prefix}{key}]\n{inner}" if has_plain else inner)
        elif isinstance(value, Sequence) and not isinstance(value, str) and value and isinstance(value[0], Mapping):
            nested += [f"\n[[{prefix}{key}]]\n{to_toml(item, f'{prefix}{key}.')}" for item in value]
        else:
            # JSON's strings, numbers, booleans and arrays of them are TOML.
            plain.append(f"{key} = {json.dumps(value, ensure_ascii=False)}\n")
    return "".join(plain) + "".join(nested)
