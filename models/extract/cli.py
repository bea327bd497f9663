"""Extraction without a broker: one JSON object (or a plain name) a line in, one out, in order."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from models.extract.extractor import Extractor, ExtractSubject, Found
from models.extract.llm import LlmExtractor
from schemas import EXTRACTED, MEDIUM_OF, Subcategory, TorrentFile, clean_text

_BATCH = 64

Classify = Callable[[Sequence[Any]], Sequence[Subcategory]]
"""Named subjects -> their subcategories, for lines that do not say."""


@dataclass(frozen=True)
class _Named:
    name: str
    size: int | None
    files: tuple[TorrentFile, ...] | None


def run(
    lines: Iterable[str], *, classify: Classify, llm: LlmExtractor | None = None, below: float = 1.1
) -> Iterator[dict[str, Any]]:
    """Extract from lines, in order. A line that is no name gives `{"error": ...}` in its place.

    `llm` completes records whose rule confidence is under `below` (default: all).
    """
    extractor = Extractor.load()
    batch: list[str] = []
    for line in lines:
        batch.append(line)
        if len(batch) == _BATCH:
            yield from _run(batch, extractor, classify, llm, below)
            batch = []
    if batch:
        yield from _run(batch, extractor, classify, llm, below)


def _run(
    lines: Sequence[str], extractor: Extractor, classify: Classify, llm: LlmExtractor | None, below: float
) -> list[dict[str, Any]]:  # fmt: skip
    answers: list[dict[str, Any]] = [{} for _ in lines]
    asked: list[tuple[int, _Named, Subcategory | None]] = []
    for index, line in enumerate(lines):
        try:
            asked.append((index, *_read(line)))
        except (ValueError, TypeError, AttributeError) as error:
            answers[index] = {"error": f"line is no name and no JSON object with one: {error}"}
    unknown = [named for _, named, subcategory in asked if subcategory is None]
    told = iter(classify(unknown) if unknown else ())
    chosen = [(index, named, subcategory or next(told)) for index, named, subcategory in asked]
    subjects = []
    for index, named, subcategory in chosen:
        if MEDIUM_OF[subcategory] in EXTRACTED:
            subjects.append((index, ExtractSubject(named.name, named.files, subcategory)))
        else:
            answers[index] = {"name": named.name, "medium": MEDIUM_OF[subcategory].value, "subcategory": subcategory.value,
                              "metadata": {}, "technical": {}, "evidence": {}}  # fmt: skip
    found = extractor.extract([subject for _, subject in subjects])
    if llm is not None:
        found = _completed([subject for _, subject in subjects], found, llm, below)
    for (index, subject), one in zip(subjects, found, strict=True):
        answers[index] = _answer(subject, one)
    return answers


def _completed(subjects: Sequence[ExtractSubject], found: Sequence[Found], llm: LlmExtractor, below: float) -> list[Found]:
    weak = [index for index, one in enumerate(found) if one.confidence < below]
    texts = llm.answer([subjects[index] for index in weak])
    completed = list(found)
    for index, text in zip(weak, texts, strict=True):
        completed[index], _ = llm.complete(subjects[index], found[index], text)
    return completed


def _read(line: str) -> tuple[_Named, Subcategory | None]:
    text = line.strip()
    given: dict[str, Any] = json.loads(text) if text.startswith("{") else {"name": text}
    name = clean_text(str(given["name"]))
    if not name:
        raise ValueError("the name is empty")
    files = given.get("files")
    kept = None if files is None else tuple(TorrentFile.model_validate(file) for file in files)
    subcategory = given.get("subcategory")
    return _Named(name, given.get("size"), kept), Subcategory(subcategory) if subcategory else None


def _answer(subject: ExtractSubject, found: Found) -> dict[str, Any]:
    return {
        "name": subject.name,
        "medium": MEDIUM_OF[subject.subcategory].value,
        "subcategory": subject.subcategory.value,
        "metadata": found.metadata.model_dump(mode="json", exclude_none=True, exclude={"subcategory"}),
        "technical": found.technical.model_dump(mode="json", exclude_defaults=True),
        "evidence": {name: one.model_dump(mode="json", exclude_none=True) for name, one in found.evidence.items()},
    }
