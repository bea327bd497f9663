"""Why an answer is what it is: the stages, the rules that matched, the runners-up, the places."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from models.oneshot import shapes
from models.oneshot.answer import Answer
from schemas import DecidedBy, Subcategory

_STAGES = {
    DecidedBy.EXTENSIONS: "what the files are, by their extensions",
    DecidedBy.PATTERNS: "a rule over the name",
    DecidedBy.BERT: "what was learnt",
    DecidedBy.NONE: "no stage was sure enough",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the record and where it stands.

    Attributes:
        name: of the field.
        value: as the record has it.
        source: the rule or model that said it.
        confidence: how often that is right, in [0, 1].
        span: first character in the name and the one after the last, if it stands there.
        path: of the file that holds it, if the name does not.
    """

    name: str
    value: str
    source: str
    confidence: float
    span: tuple[int, int] | None
    path: str | None


def stage(answer: Answer) -> str:
    """What the stage that decided looks at."""
    return _STAGES[answer.verdict.source]


def fields(answer: Answer) -> Iterator[Field]:
    """The fields with evidence, in the order of the record."""
    values = shapes.own_fields(answer)
    for name, proof in answer.evidence.items():
        value = values.get(name)
        told = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        yield Field(name, told, proof.source, proof.confidence, proof.span, proof.path)


def matched_rules(answer: Answer) -> Mapping[str, float]:
    """The pattern rules that count for the name, and how sure each is."""
    opinion = answer.explanation and answer.explanation.opinion("patterns")
    return opinion.rules if opinion else {}


def second_subcategory(answer: Answer) -> tuple[Subcategory, float] | None:
    """The likeliest other subcategory of the medium and its share among them."""
    if answer.explanation is None:
        return None
    return answer.explanation.second_subcategory(answer.subcategory)


def as_json(answer: Answer) -> dict[str, Any]:
    """The full shape of an answer with the rules that matched and the second subcategory."""
    second = second_subcategory(answer)
    return {
        **shapes.full(answer),
        "stage": stage(answer),
        "matched_rules": [
            {"rule": rule, "confidence": sure} for rule, sure in matched_rules(answer).items()
        ],
        "second_subcategory": None
        if second is None
        else {"subcategory": second[0].value, "confidence": round(second[1], 3)},
    }
