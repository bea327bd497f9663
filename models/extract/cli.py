"""Extraction without a broker: one JSON object (or a plain name) a line in, one out, in order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from models.classify.cli import BadLine, object_from, subject_of
from models.content.subject import NamedSubject, Subject
from models.extract.extractor import Extracted, Extractor, ExtractSubject
from schemas import (
    FALLBACK,
    MEDIUM_OF,
    Medium,
    Subcategory,
    Verdict,
    torznab,
)

if TYPE_CHECKING:
    from models.extract.llm.complete import LlmExtractor

_BATCH = 64
_SURE = 1.0
_UNSURE = 0.5
"""Confidence in a class of the medium that a line names, against the classifier."""

Answer = dict[str, Any]

Class = TypeVar("Class", Medium, Subcategory)

GIVEN = "given"
"""`source` of a class that the line itself says."""

KEYS = (
    "name",
    "medium",
    "subcategory",
    "confidence",
    "source",
    "nsfw",
    "torznab",
    "metadata",
    "technical",
    "evidence",
)
"""The keys of an answer that is no error."""


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


@dataclass(frozen=True, slots=True)
class Said:
    """The class of a line, who says it and how sure it is; `nsfw` is the classifier's."""

    subcategory: Subcategory
    confidence: float
    source: str
    nsfw: bool = False


def run(
    lines: Iterable[str],
    classifier: Classifies,
    extractor: Extractor,
    *,
    llm: "LlmExtractor | None" = None,
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
        said = _classes(asked, classifier)
        subjects = {
            line.index: ExtractSubject(
                line.subject.name,
                line.subject.files,
                said[line.index].subcategory,
                said[line.index].confidence,
            )
            for line in asked
        }
        named = {index: subject for index, subject in subjects.items() if _is_named(subject)}
        extracted = extractor.extract(list(named.values()))
        if llm is not None:
            extracted = llm.completed(list(named.values()), extracted, below)
        records = dict(zip(named, extracted, strict=True))
        for index, subject in subjects.items():
            answers[index] = shape(subject.name, said[index], records.get(index))
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
        except BadLine as error:
            errors[index] = {"error": str(error)}
    return errors, lines


def _classes(lines: Sequence[_Line], classifier: Classifies) -> dict[int, Said]:
    """The classes of lines, by their place."""
    unknown = [line for line in lines if line.subcategory is None]
    told = classifier.classify([line.subject for line in unknown]) if unknown else []
    verdicts = {line.index: verdict for line, verdict in zip(unknown, told, strict=True)}
    return {line.index: _class_of(line, verdicts.get(line.index)) for line in lines}


def _class_of(line: _Line, verdict: Verdict | None) -> Said:
    """The class: the line's own, else the classifier's within the medium that the line names."""
    if line.subcategory is not None:
        return Said(line.subcategory, _SURE, GIVEN)
    assert verdict is not None
    if line.medium is None or line.medium is verdict.medium:
        source = verdict.source.value
        return Said(verdict.subcategory, verdict.confidence, source, verdict.nsfw)
    return Said(FALLBACK[line.medium], _UNSURE, GIVEN, verdict.nsfw)


def _read(index: int, line: str) -> _Line:
    given = object_from(line)
    return _Line(
        index,
        subject_of(given),
        _named(Medium, given, "medium"),
        _named(Subcategory, given, "subcategory"),
    )


def _named(kind: type[Class], given: Mapping[str, Any], field: str) -> Class | None:
    """What a line says of its class. Returns None if it says nothing.

    Raises:
        BadLine: there is no such class.
    """
    value = given.get(field)
    if not value:
        return None
    try:
        return kind(value)
    except ValueError:
        raise BadLine(f"there is no {field} {value!r}; there are: {', '.join(kind)}") from None


def shape(name: str, said: Said, record: Extracted | None) -> Answer:
    """The answer to a name, with all of `KEYS`.

    Args:
        name: the name.
        said: the class that extraction was told. The answer's is the record's, which a clear number
            in the name may have refined.
        record: what was extracted; None if the class has no record.
    """
    subcategory = said.subcategory
    if record is not None:
        subcategory = Subcategory(record.metadata.subcategory)
    return {
        "name": name,
        "medium": MEDIUM_OF[subcategory].value,
        "subcategory": subcategory.value,
        "confidence": said.confidence,
        "source": said.source,
        "nsfw": said.nsfw,
        "torznab": torznab(subcategory, nsfw=said.nsfw),
        "metadata": metadata(record) if record else {},
        "technical": technical(record) if record else {},
        "evidence": evidence(record) if record else {},
    }


def metadata(record: Extracted) -> Answer:
    """The fields of the work that are known, under the names of the subcategory."""
    return record.metadata.model_dump(
        mode="json", exclude_none=True, exclude_defaults=True, exclude={"subcategory"}
    )


def technical(record: Extracted) -> Answer:
    """What is known of how the release is made."""
    return record.technical.model_dump(mode="json", exclude_defaults=True)


def evidence(record: Extracted) -> Answer:
    """Field -> source, confidence, and its span in the name or the path that holds it."""
    return {
        field: proof.model_dump(mode="json", exclude_none=True)
        for field, proof in record.evidence.items()
    }
