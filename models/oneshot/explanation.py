"""Why an answer is what it is: the stages, the rules that matched, the runners-up, the places."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from models.classify import extensions, patterns
from models.oneshot import shapes
from models.oneshot.answer import Answer
from schemas import SUBCATEGORIES, DecidedBy, Subcategory

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


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer, and what led to it."""

    answer: Answer

    @property
    def stage(self) -> str:
        """What the stage that decided looks at."""
        return _STAGES[self.answer.verdict.source]

    @property
    def rules(self) -> tuple[tuple[str, float], ...]:
        """The pattern rules that match the name and are not overruled, and how sure each is."""
        matched = patterns.heard(patterns.matching(patterns.pattern_text(self.answer.name)))
        return tuple((rule.id, rule.confidence) for rule in matched)

    @property
    def extensions(self) -> extensions.Vote | None:
        """How the files voted, or the ending of the name where no files are known."""
        subject = self.answer.subject
        if subject.files:
            return extensions.vote(extensions.content(subject.files))
        return extensions.lone_file(subject.name)

    @property
    def second_subcategory(self) -> tuple[Subcategory, float] | None:
        """The likeliest other subcategory of the medium and its share among them."""
        opinion = self.answer.opinion
        if opinion is None:
            return None
        chances = {sub: opinion.subcategories[sub] for sub in SUBCATEGORIES[self.answer.medium]}
        whole = sum(chances.values()) or 1.0
        others = {
            sub: chance / whole for sub, chance in chances.items() if sub != self.answer.subcategory
        }
        if not others:
            return None
        second = max(others, key=others.__getitem__)
        return second, others[second]

    def fields(self) -> Iterator[Field]:
        """The fields with evidence, in the order of the record."""
        values = shapes.own_fields(self.answer)
        for name, proof in self.answer.evidence.items():
            value = values.get(name)
            told = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            yield Field(name, told, proof.source, proof.confidence, proof.span, proof.path)

    def as_json(self) -> dict[str, Any]:
        """The full shape of the answer with the rules that matched and the second subcategory."""
        second = self.second_subcategory
        return {
            **shapes.full(self.answer),
            "stage": self.stage,
            "matched_rules": [{"rule": rule, "confidence": sure} for rule, sure in self.rules],
            "second_subcategory": None
            if second is None
            else {"subcategory": second[0].value, "confidence": round(second[1], 3)},
        }
