"""Writes the manifests of tagger and rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import registry
from models.extract.evidence.guard import alike
from models.extract.tagger.encode import Belief
from models.extract.tagger.run import MODEL, Tagger
from models.registry import Manifest
from models.training.classifier.manifest import data_entry, file_entry, to_toml
from models.training.tagger import calibrate, data
from models.training.tagger.corpus import Corpus
from models.training.tagger.data import Example

FILE = "model.onnx"
COMMAND = "python -m models.training.tagger --data DATA --out models/weights/tagger"
SUMMARY = (
    "A BERT of three layers (256 wide, 8 bits) over the classifier's word pieces, told case, "
    "separators, what a catalogue knows and what the classifier believes: which words of a name "
    "are creator, title, album, episode title and year."
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
_MEASURED = ("creator", "title", "year")


@dataclass(frozen=True, slots=True)
class Folders:
    """Where things are: the data, the classifier's weights, the exported model, the manifests."""

    data: Path
    classifier: Path
    out: Path
    manifests: Path


@dataclass(frozen=True, slots=True)
class Release:
    """Version and revision of both manifests: the rules' answers change with the tagger's."""

    version: str
    revision: int


def write(corpus: Corpus, folders: Folders, release: Release) -> None:
    """Calibrate on the held-out names, and write both manifests.

    Args:
        corpus: what was learnt from.
        folders: where things are.
        release: of both manifests.
    """
    head = _head(release)
    files = {
        "model": file_entry(folders.out / FILE),
        "tokenizer": file_entry(folders.classifier / "tokenizer.json"),
        "catalogue": file_entry(folders.classifier / "catalogue.bin"),
    }
    bare = Manifest.model_validate({**head, "files": files, "calibration": dict(calibrate.NEUTRAL)})
    held = corpus.held
    beliefs = [corpus.verdicts[example.name] for example in held]
    tags = Tagger.load(bare).tag([example.name for example in held], beliefs)
    curves = calibrate.curves(held, tags)
    tagger = Tagger.load(bare.model_copy(update={"calibration": curves}))
    tables = {
        **head,
        "files": files,
        "calibration": curves,
        "metrics": _metrics(tagger, corpus),
        "data": [
            data_entry(folders.data, name) for name in SOURCES if (folders.data / name).is_file()
        ],
    }
    (folders.manifests / f"{MODEL}.toml").write_text(to_toml(tables), encoding="utf-8")
    _write_extract(folders.manifests / "extract.toml", release)


def _head(release: Release) -> dict[str, Any]:
    return {
        "name": MODEL,
        "version": release.version,
        "revision": release.revision,
        "stage": "extract",
        "runtime": "onnx",
        "licence": "Apache-2.0",
        "command": COMMAND,
        "summary": SUMMARY,
    }


def _write_extract(path: Path, release: Release) -> None:
    """The manifest of the rules, as it was but for version and revision."""
    before = registry.load("extract").model_dump(exclude_defaults=True)
    tables = {**before, "version": release.version, "revision": release.revision}
    path.write_text(to_toml(tables), encoding="utf-8")


def _metrics(tagger: Tagger, corpus: Corpus) -> dict[str, Any]:
    rows = {
        "read": len(corpus.read),
        "scene": len(corpus.scene),
        "held_out": len(corpus.held),
        "left_out": corpus.lost,
    }
    return {"rows": rows, "held_out": _figures(tagger, corpus.held, corpus.verdicts)}


def _figures(
    tagger: Tagger, held: list[Example], verdicts: Mapping[str, Belief]
) -> dict[str, float]:
    """Share of held-out names whose field is right, absent ones counted, by role."""
    names = [example.name for example in held]
    answers = tagger.tag(names, [verdicts[name] for name in names])
    figures = {}
    for role in _MEASURED:
        right = 0
        for example, tags in zip(held, answers, strict=True):
            tag, place = tags.get(role), example.spans.get(role)
            if tag is None or place is None:
                right += tag is None and place is None
            else:
                said = example.name[tag.start : tag.end]
                right += alike(said, example.name[place[0] : place[1]])
        figures[role] = round(100 * right / len(held), 1)
    return figures
