"""Extraction without a broker: one JSON object (or a plain name) a line in, one out, in order."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from models.content.subject import NamedSubject, Subject
from models.extract.extractor import Extracted, Extractor, ExtractSubject
from models.extract.llm.complete import LlmExtractor
from schemas import FALLBACK, MEDIUM_OF, Medium, Subcategory, TorrentFile, Verdict, clean_text

_BATCH = 64
_SURE = 1.0
_UNSURE = 0.5
"""Confidence in a class of the medium that a line names, against the classifier."""

Answer = dict[str, Any]


class Classifies(Protocol):
    """What tells the class of lines that do not say: `models.classify.cascade.Classifier`."""

    def classify(self, subjects: Sequence[Subject]) -> list[Verdict]:
        """A verdict for each subject, in order."""


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
) -> Iterator[Answer]:
    """Extract from lines, in order. A line that is no name gives `{"error": ...}` in its place.

    Args:
        lines: plain names, or JSON objects with `name` and, optionally, `files`, `size`, `medium`,
            `subcategory`.
        classifier: tells the class of those that do not say.
        extractor: rules and tagger.
        llm: completes records whose confidence is under `below`.
        below: over 1, as it is by default, all are completed.
    """
    source = iter(lines)
    while batch := list(islice(source, _BATCH)):
        answers, asked = _read_all(batch)
        subjects = _subjects(asked, classifier)
        named = {index: subject for index, subject in subjects.items() if _is_named(subject)}
        extracted = extractor.extract(list(named.values()))
        if llm is not None:
            extracted = llm.completed(list(named.values()), extracted, below)
        for (index, subject), record in zip(named.items(), extracted, strict=True):
            answers[index] = _answer(subject, record)
        for index in subjects.keys() - named.keys():
            answers[index] = _empty_answer(subjects[index])
        yield from (answers[index] for index in range(len(batch)))


def _is_named(subject: ExtractSubject) -> bool:
    """Whether there is a schema for the class; for the medium `other` there is none."""
    return MEDIUM_OF[subject.subcategory] is not Medium.OTHER


def _read_all(batch: Sequence[str]) -> tuple[dict[int, Answer], list[_Line]]:
    """The answers to lines that cannot be read, by their place, and the other lines."""
    errors: dict[int, Answer] = {}
    lines = []
    for index, text in enumerate(batch):
        try:
            lines.append(_read(index, text))
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            errors[index] = {"error": f"line is no name and no JSON object with one: {error}"}
    return errors, lines


def _subjects(lines: Sequence[_Line], classifier: Classifies) -> dict[int, ExtractSubject]:
    """The lines with their classes, by their place."""
    unknown = [line for line in lines if line.subcategory is None]
    told = classifier.classify([line.subject for line in unknown]) if unknown else []
    verdicts = {line.index: verdict for line, verdict in zip(unknown, told, strict=True)}
    subjects = {}
    for line in lines:
        subcategory, confidence = _class_of(line, verdicts.get(line.index))
        name, files = line.subject.name, line.subject.files
        subjects[line.index] = ExtractSubject(name, files, subcategory, confidence)
    return subjects


def _class_of(line: _Line, verdict: Verdict | None) -> tuple[Subcategory, float]:
    """The subcategory and how sure it is.

    It is the line's own, else the classifier's within the medium that the line names.
    """
    if line.subcategory is not None:
        return line.subcategory, _SURE
    assert verdict is not None
    if line.medium is None or line.medium is verdict.medium:
        return verdict.subcategory, verdict.confidence
    return FALLBACK[line.medium], _UNSURE


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


def _empty_answer(subject: ExtractSubject) -> Answer:
    """The answer to a name from which nothing is extracted."""
    return {
        "name": subject.name,
        "medium": MEDIUM_OF[subject.subcategory].value,
        "subcategory": subject.subcategory.value,
        "metadata": {},
        "technical": {},
        "evidence": {},
    }


def _answer(subject: ExtractSubject, extracted: Extracted) -> Answer:
    """The answer to a name; its class is the record's, which a clear number may have refined."""
    subcategory = Subcategory(extracted.metadata.subcategory)
    return {
        "name": subject.name,
        "medium": MEDIUM_OF[subcategory].value,
        "subcategory": subcategory.value,
        "metadata": extracted.metadata.model_dump(
            mode="json", exclude_none=True, exclude_defaults=True, exclude={"subcategory"}
        ),
        "technical": extracted.technical.model_dump(mode="json", exclude_defaults=True),
        "evidence": _dumped(extracted),
    }


def _dumped(extracted: Extracted) -> Mapping[str, Any]:
    return {
        field: proof.model_dump(mode="json", exclude_none=True)
        for field, proof in extracted.evidence.items()
    }
