"""Completes what rules and tagger extracted with a GGUF model's answer.

Nothing that it says is believed if it is not in the input.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from models.extract.evidence.fitting import fitting_metadata
from models.extract.evidence.guard import alike, evidence
from models.extract.llm.prompt import Prompt, parse, prompt_for, prompt_hash
from models.extract.rules.years import plausible_year
from models.extract.subject import Extracted, ExtractSubject, least_confidence
from models.registry import Manifest
from schemas import Evidence, Subcategory, title_and_creator_fields

__all__ = ["ALWAYS", "Engine", "LlmExtractor"]

ALWAYS = 1.1
"""Over every confidence: under it, all records are completed."""

_UNMEASURED = 0.5
"""What is believed of an answer whose kind was never counted."""


class Engine(Protocol):
    """Anything that answers prompts."""

    def answer(self, prompts: Sequence[Prompt]) -> list[str]:
        """The answers to prompts, in order."""


class LlmExtractor:
    """A GGUF model behind the evidence guard.

    `calibration` of its manifest says how far it is believed about each ROLE:

    - `ROLE`: how often its field is right where it takes the place of another
    - `ROLE.fills`: the same where there was none; 0 if it may not, since absence was the better
      answer
    - `ROLE.agreed`: how often a field is right that rules or tagger have, too
    - `ROLE.yields`: the confidence from which theirs stands against it
    """

    def __init__(self, engine: Engine, manifest: Manifest) -> None:
        self._engine = engine
        self._manifest = manifest

    @property
    def revision(self) -> int:
        """The revision of the model, which results carry."""
        return self._manifest.revision

    @property
    def model(self) -> str:
        """`name@version`, as results carry it."""
        return self._manifest.label

    def prompt_hash(self, subject: ExtractSubject) -> str:
        """Names the question about a torrent; one answered before need not be asked."""
        question = prompt_for(subject.name, subject.subcategory)
        is_added = any(file.local for file in self._manifest.files.values())
        return prompt_hash(question, self.revision, self.model if is_added else None)

    def answer(self, subjects: Sequence[ExtractSubject]) -> list[str]:
        """Ask the model; the answers in order, as it gave them."""
        return self._engine.answer(
            [prompt_for(subject.name, subject.subcategory) for subject in subjects]
        )

    def completed(
        self, subjects: Sequence[ExtractSubject], extracted: Sequence[Extracted], below: float
    ) -> list[Extracted]:
        """Ask about those whose confidence is under `below`, and complete them; the others stay."""
        weak = [index for index, record in enumerate(extracted) if record.confidence < below]
        answers = self.answer([subjects[index] for index in weak])
        records = list(extracted)
        for index, text in zip(weak, answers, strict=True):
            records[index], _ = self.complete(subjects[index], records[index], text)
        return records

    def complete(
        self, subject: ExtractSubject, extracted: Extracted, text: str
    ) -> tuple[Extracted, bool]:
        """What was extracted, completed by an answer; and whether the answer could be read."""
        answer = parse(prompt_for(subject.name, subject.subcategory).kind, text)
        if answer is None:
            return extracted, False
        kind = Subcategory(extracted.metadata.subcategory)
        fields: dict[str, Any] = extracted.metadata.model_dump()
        proofs = dict(extracted.evidence)
        for role, field in _fields(kind).items():
            value = _value(role, answer.get(role))
            if field is None or value is None:
                continue
            before = proofs.get(field)
            if before is not None and alike(value, _text(fields[field])):
                proofs[field] = self._agreed(role, before)
            elif (proof := self._new_proof(role, value, subject, before)) is not None:
                fields[field] = (value,) if field == "artists" else value
                proofs[field] = proof
        metadata, proofs = fitting_metadata(kind, fields, proofs)
        confidence = least_confidence(kind, proofs)
        return Extracted(metadata, extracted.technical, proofs, confidence), True

    def _agreed(self, role: str, before: Evidence) -> Evidence:
        """The evidence of a field that the model says, too."""
        confidence = max(before.confidence, self._trust(f"{role}.agreed"))
        return before.model_copy(update={"confidence": confidence})

    def _new_proof(
        self, role: str, value: str | int, subject: ExtractSubject, before: Evidence | None
    ) -> Evidence | None:
        """Evidence for a value in the place of another or of none. Returns None if that stands."""
        if before is not None and before.confidence >= self._trust(f"{role}.yields"):
            return None
        confidence = self._trust(role if before is not None else f"{role}.fills")
        if confidence <= 0.0:
            return None
        return evidence(
            value, subject.name, subject.files, source=self.model, confidence=confidence
        )

    def _trust(self, key: str) -> float:
        return self._manifest.calibration.get(key, _UNMEASURED)


def _fields(kind: Subcategory) -> dict[str, str | None]:
    """Role -> the field of the class that it fills."""
    title, creator = title_and_creator_fields(kind)
    return {"title": title, "creator": creator, "year": "year"}


def _value(role: str, text: str | None) -> str | int | None:
    """What a part of an answer says. Returns None if it is missing or no year."""
    return plausible_year(text) if text is not None and role == "year" else text


def _text(value: Any) -> str:
    return str(value[0]) if isinstance(value, tuple) and value else str(value)
