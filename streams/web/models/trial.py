"""Lets a model that was imported answer, in a process of its own.

`python -m streams.web.models.trial` reads a question as JSON on standard input and writes a row of
fields for each subject. Native code that fails ends this process and no other.
"""

import json
import sys
from pathlib import Path
from typing import Any

from models.registry import Manifest, is_audio
from schemas import Subcategory, TorrentFile, uniform

_SUREST = 5
"""Labels of a sound that are shown."""


def answers(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields that the model gives each subject."""
    manifest = Manifest.model_validate(asked["manifest"])
    subjects = asked["subjects"]
    if is_audio(manifest):
        return _of_hearing(manifest, asked["files"])
    if manifest.runtime == "gguf":
        return _of_gguf(asked["files"], subjects)
    if manifest.stage == "classify":
        return _of_classifier(manifest, asked["folder"], subjects)
    return _of_tagger(manifest, asked["files"], subjects)


def _of_gguf(files: dict[str, str], subjects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from models.extract.llm.gguf import GgufEngine
    from models.extract.llm.prompt import parse, prompt_for

    adapter = Path(files["adapter"]) if "adapter" in files else None
    prompts = [
        prompt_for(subject["name"], Subcategory(subject["subcategory"])) for subject in subjects
    ]
    with GgufEngine(Path(files["base"]), adapter, batch_size=8) as engine:
        texts = engine.answer(prompts)
    rows = []
    for prompt, text in zip(prompts, texts, strict=True):
        said = parse(prompt.kind, text) or {}
        rows.append({"answer": text, **said})
    return rows


def _of_classifier(
    manifest: Manifest, folder: str, subjects: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    from models.classify.cascade import Classifier
    from models.classify.ensemble import Ensemble
    from models.content.subject import NamedSubject

    classifier = Classifier(Ensemble.load(manifest, folder=Path(folder)), manifest)
    asked = [
        NamedSubject(subject["name"], subject["size"], _files(subject)) for subject in subjects
    ]
    return [
        {
            "medium": verdict.medium.value,
            "subcategory": verdict.subcategory.value,
            "adult": str(verdict.nsfw).lower(),
            "confidence": verdict.confidence,
        }
        for verdict in classifier.classify(asked)
    ]


def _of_tagger(
    manifest: Manifest, files: dict[str, str], subjects: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    from models import registry
    from models.extract.evidence.known_titles import KnownTitles
    from models.extract.extractor import Extractor
    from models.extract.subject import ExtractSubject
    from models.extract.tagger.run import Tagger

    tagger = Tagger.load(manifest, path=lambda told, role: Path(files[role]))
    extractor = Extractor(registry.load("extract"), tagger, titles=KnownTitles(tagger.works))
    asked = [
        ExtractSubject(subject["name"], _files(subject), Subcategory(subject["subcategory"]))
        for subject in subjects
    ]
    rows = []
    for extracted in extractor.extract(asked):
        told = uniform(extracted.metadata)
        fields = {"title": told.title, "creator": told.creator, "year": told.year}
        rows.append({name: str(value).lower() for name, value in fields.items() if value})
    return rows


def _of_hearing(manifest: Manifest, files: dict[str, str]) -> list[dict[str, Any]]:
    """The scores of sounds that are made here: a row a sound, its scores under `labels`."""
    from models.tags.adapters.onnx_audio import OnnxAudio
    from models.tags.adapters.trial import require_sane

    told = require_sane(OnnxAudio(manifest, Path(files["model"])))
    rows = []
    for sound, scores in told.items():
        surest = sorted(scores.items(), key=lambda scored: -scored[1])[:_SUREST]
        labels = {label: round(score, 3) for label, score in surest}
        rows.append({"sound": sound, "labels": labels})
    return rows


def _files(subject: dict[str, Any]) -> list[TorrentFile] | None:
    files = subject.get("files")
    return None if files is None else [TorrentFile(path=path, size=size) for path, size in files]


def main() -> int:
    """Run the command; returns its exit code."""
    sys.stdout.write(json.dumps(answers(json.load(sys.stdin))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
