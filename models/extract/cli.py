"""Extraction without a broker: one JSON object (or a plain name) a line in, one out, in order."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from models.content.subject import NamedSubject, Subject
from models.extract.extractor import Extractor, ExtractSubject, Found
from models.extract.llm.complete import LlmExtractor
from schemas import FALLBACK, MEDIUM_OF, Medium, Subcategory, TorrentFile, Verdict, clean_text

_BATCH = 64


class Classifies(Protocol):
    """What tells the class of lines that do not say: `models.classify.cascade.Classifier`."""

    def classify(self, subjects: Sequence[Subject]) -> list[Verdict]: ...


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that could be read; what it says of its class may be nothing."""

    index: int
    subject: NamedSubject
    medium: Medium | None
    subcategory: Subcategory | None


def run(
    lines: Iterable[str],
    classifier: Classifies,
    extractor: Extractor,
    *,
    llm: LlmExtractor | None = None,
    below: float = 1.1,
) -> Iterator[dict[str, Any]]:
    """Extract from lines, in order. A line that is no name gives `{"error": ...}` in its place.

    Args: lines: plain names, or JSON objects with `name` and, optionally, `files`, `size`,
        `medium`, `subcategory`. classifier: tells the class of those that do not say. extractor:
        rules and tagger. llm: completes records whose confidence is under `below` (default: all).
        below: see there.
    """
    source = iter(lines)
    while batch := list(islice(source, _BATCH)):
        yield from _run(batch, classifier, extractor, llm, below)


def _run(
    lines: Sequence[str],
    classifier: Classifies,
    extractor: Extractor,
    llm: LlmExtractor | None,
    below: float,
) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = [{} for _ in lines]
    asked: list[_Line] = []
    for index, text in enumerate(lines):
        try:
            asked.append(_read(index, text))
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            answers[index] = {"error": f"line is no name and no JSON object with one: {error}"}
    unknown = [line for line in asked if line.subcategory is None]
    told = classifier.classify([line.subject for line in unknown]) if unknown else []
    verdicts = {line.index: verdict for line, verdict in zip(unknown, told, strict=True)}
    subjects: list[tuple[int, ExtractSubject]] = []
    for line in asked:
        subcategory, confidence = _class_of(line, verdicts.get(line.index))
        name = line.subject.name
        if MEDIUM_OF[subcategory] is Medium.OTHER:
            answers[line.index] = {
                "name": name,
                "medium": "other",
                "subcategory": subcategory.value,
                "metadata": {},
                "technical": {},
                "evidence": {},
            }
        else:
            subjects.append(
                (line.index, ExtractSubject(name, line.subject.files, subcategory, confidence))
            )
    found = extractor.extract([subject for _, subject in subjects])
    if llm is not None:
        found = llm.completed([subject for _, subject in subjects], found, below)
    for (index, subject), one in zip(subjects, found, strict=True):
        answers[index] = _answer(subject, one)
    return answers


def _class_of(line: _Line, verdict: Verdict | None) -> tuple[Subcategory, float]:
    """The subcategory and how sure it is: the line's word, else the classifier's within the medium
    that the line names.
    """
    if line.subcategory is not None:
        return line.subcategory, 1.0
    assert verdict is not None
    if line.medium is None or line.medium is verdict.medium:
        return verdict.subcategory, verdict.confidence
    return FALLBACK[line.medium], 0.5


def _read(index: int, line: str) -> _Line:
    text = line.strip()
    given: dict[str, Any] = json.loads(text) if text.startswith("{") else {"name": text}
    name = clean_text(str(given["name"]))
    if not name:
        raise ValueError("the name is empty")
    files = given.get("files")
    kept = None if files is None else tuple(TorrentFile.model_validate(file) for file in files)
    medium, subcategory = given.get("medium"), given.get("subcategory")
    return _Line(
        index,
        NamedSubject(name, given.get("size"), kept),
        Medium(medium) if medium else None,
        Subcategory(subcategory) if subcategory else None,
    )


def _answer(subject: ExtractSubject, found: Found) -> dict[str, Any]:
    """The class in the answer is that of the record: a clear number may have refined it (a film
    with S01E02).
    """
    subcategory = Subcategory(found.metadata.subcategory)
    return {
        "name": subject.name,
        "medium": MEDIUM_OF[subcategory].value,
        "subcategory": subcategory.value,
        "metadata": found.metadata.model_dump(
            mode="json", exclude_none=True, exclude_defaults=True, exclude={"subcategory"}
        ),
        "technical": found.technical.model_dump(mode="json", exclude_defaults=True),
        "evidence": {
            name: one.model_dump(mode="json", exclude_none=True)
            for name, one in found.evidence.items()
        },
    }
