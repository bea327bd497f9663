"""Writes `tagger.toml` and the calibration of `extract.toml`: files with hashes, curves, figures
and their data.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models import registry
from models.extract.evidence.claims import alike
from models.extract.tagger.run import MODEL, Tagger
from models.registry import Manifest
from models.training.classifier.manifest import data_entry, file_entry, to_toml
from models.training.tagger import calibrate, data
from models.training.tagger.recipe import Corpus

FILE = "model.onnx"
SUMMARY = (
    "A BERT of three layers (256 wide, 8 bits) over the classifier's word pieces, told case, separators, what a catalogue "
    "knows and what the classifier believes: which words of a name are creator, title, album, episode title and year."
)
SOURCES = (
    data.READ,
    data.SCENE_AUDIO,
    data.SCENE_VIDEO,
    data.SCENE_BOOK,
    "catalogue/titles.jsonl.gz",
    "catalogue/albums.jsonl.gz",
    "catalogue/cddb_albums.jsonl.gz",
)


def write(
    out: Path,
    manifests: Path,
    corpus: Corpus,
    *,
    folder: Path,
    classifier: Path,
    command: str,
    version: str,
    revision: int,
) -> None:
    """Calibrate on the held-out names and write both manifests to `manifests`.

    Args:
        out: folder of the exported model.
        manifests: folder of the manifests.
        corpus: what was learnt from.
        folder: of the data.
        classifier: folder of the tokenizer and the catalogue.
        command: what made the weights.
        version, revision: of both manifests: the extract stage's answers change with the tagger's.
    """
    head: dict[str, Any] = {
        "name": MODEL,
        "version": version,
        "revision": revision,
        "stage": "extract",
        "runtime": "onnx",
        "licence": "Apache-2.0",
        "command": command,
        "summary": SUMMARY,
    }
    files = {
        "model": file_entry(out / FILE),
        "tokenizer": file_entry(classifier / "tokenizer.json"),
        "catalogue": file_entry(classifier / "catalogue.bin"),
    }
    bare = Manifest.model_validate({**head, "files": files, "calibration": dict(calibrate.NEUTRAL)})
    held = corpus.held
    beliefs = [corpus.verdicts[one.name] for one in held]
    curves = calibrate.curves(Tagger.load(bare), held, beliefs)
    tagger = Tagger.load(bare.model_copy(update={"calibration": curves}))
    metrics = {
        "rows": {
            "read": len(corpus.read),
            "scene": len(corpus.scene),
            "held_out": len(held),
            "left_out": corpus.lost,
        },
        "held_out": _figures(tagger, corpus),
    }
    tables: dict[str, Any] = {**head, "files": files, "calibration": curves, "metrics": metrics}
    tables["data"] = [data_entry(folder, name) for name in SOURCES if (folder / name).is_file()]
    (manifests / f"{MODEL}.toml").write_text(to_toml(tables), encoding="utf-8")
    rules = calibrate.rule_figures(corpus.read, held, tagger, corpus.verdicts)
    _write_extract(
        manifests / "extract.toml",
        {**rules, **calibrate.YIELDS},
        version=version,
        revision=revision,
    )


def _write_extract(
    path: Path, figures: Mapping[str, float], *, version: str, revision: int
) -> None:
    before = registry.load("extract")
    keep = {key: value for key, value in before.calibration.items() if key == "gate"}
    tables: dict[str, Any] = {
        "name": "extract",
        "version": version,
        "revision": revision,
        "stage": "extract",
        "runtime": "rules",
        "licence": "Apache-2.0",
        "summary": before.summary,
        "command": "python -m models.training.tagger",
        "calibration": {f'"{key}"': value for key, value in {**figures, **keep}.items()},
    }
    path.write_text(to_toml(tables), encoding="utf-8")


def _figures(tagger: Tagger, corpus: Corpus) -> dict[str, float]:
    """Share of held-out names whose field is right, absent ones counted, by role."""
    held = corpus.held
    found = tagger.tag([one.name for one in held], [corpus.verdicts[one.name] for one in held])
    out = {}
    for role in ("creator", "title", "year"):
        right = 0
        for example, tags in zip(held, found, strict=True):
            tag, place = tags.get(role), example.spans.get(role)
            if tag is None or place is None:
                right += tag is None and place is None
            else:
                right += alike(example.name[tag.start : tag.end], example.name[place[0] : place[1]])
        out[role] = round(100 * right / len(held), 1)
    return out
