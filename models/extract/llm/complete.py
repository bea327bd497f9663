"""Completes what rules and tagger found with a GGUF model's answer; nothing is believed that is not
in the input.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from models.extract.evidence.claims import UNMEASURED, alike
from models.extract.evidence.guard import evidence, plausible_year
from models.extract.extractor import ExtractSubject, Found, least_confidence
from models.extract.llm.prompt import Prompt, parse, prompt_for, prompt_hash
from models.extract.rules.years import latest
from models.registry import Manifest
from schemas import Evidence, Subcategory, metadata_for, title_and_creator_fields


class Engine(Protocol):
    """Anything that answers prompts."""

    def answer(self, prompts: Sequence[Prompt]) -> list[str]: ...


class LlmExtractor:
    """A GGUF model behind the evidence guard.

    `calibration` of its manifest says how far it is believed: `ROLE` is how often its field is
    right where it takes the place of another, `ROLE.fills` where there was none (0: it may not,
    since absence was the better answer), `ROLE.agreed` how often one is right that rules or tagger
    found, too, and `ROLE.yields` the confidence from which theirs stands against it.
    """

    def __init__(self, engine: Engine, manifest: Manifest) -> None:
        self._engine = engine
        self._manifest = manifest

    @property
    def revision(self) -> int:
        return self._manifest.revision

    @property
    def model(self) -> str:
        return self._manifest.label

    def prompt_hash(self, subject: ExtractSubject) -> str:
        """Names the question about a torrent; one answered before need not be asked."""
        return prompt_hash(prompt_for(subject.name, subject.subcategory), self.revision)

    def answer(self, subjects: Sequence[ExtractSubject]) -> list[str]:
        """Ask the model; the answers in order, as it gave them."""
        return self._engine.answer(
            [prompt_for(subject.name, subject.subcategory) for subject in subjects]
        )

    def completed(
        self, subjects: Sequence[ExtractSubject], found: Sequence[Found], below: float
    ) -> list[Found]:
        """Ask about those whose confidence is under `below`, and complete them; the others stay."""
        weak = [index for index, one in enumerate(found) if one.confidence < below]
        out = list(found)
        for index, text in zip(weak, self.answer([subjects[index] for index in weak]), strict=True):
            out[index], _ = self.complete(subjects[index], found[index], text)
        return out

    def complete(self, subject: ExtractSubject, found: Found, text: str) -> tuple[Found, bool]:
        """What was found, completed by an answer; and whether the answer could be read."""
        prompt = prompt_for(subject.name, subject.subcategory)
        answer = parse(prompt.kind, text)
        if answer is None:
            return found, False
        kind = Subcategory(found.metadata.subcategory)
        fields: dict[str, Any] = found.metadata.model_dump()
        proofs = dict(found.evidence)
        title, creator = title_and_creator_fields(kind)
        for role, name in (("title", title), ("creator", creator), ("year", "year")):
            if name is None or role not in answer:
                continue
            value = plausible_year(answer[role], latest()) if role == "year" else answer[role]
            if value is None:
                continue
            before = proofs.get(name)
            if before is not None and alike(value, _text(fields[name])):
                proofs[name] = self._agreed(role, before)
                continue
            if before is not None and before.confidence >= self._trust(f"{role}.yields"):
                continue
            confidence = self._trust(role if before is not None else f"{role}.fills")
            proof = evidence(
                value, subject.name, subject.files, source=self.model, confidence=confidence
            )
            if proof is not None and confidence > 0.0:
                fields[name] = (value,) if name == "artists" else value
                proofs[name] = proof
        return Found(
            metadata_for(kind, fields), found.technical, proofs, least_confidence(kind, proofs)
        ), True

    def _agreed(self, role: str, before: Evidence) -> Evidence:
        return before.model_copy(
            update={"confidence": max(before.confidence, self._trust(f"{role}.agreed"))}
        )

    def _trust(self, key: str) -> float:
        return self._manifest.calibration.get(key, UNMEASURED)


def _text(value: Any) -> str:
    return str(value[0]) if isinstance(value, tuple) and value else str(value)


__all__ = ["Engine", "LlmExtractor"]
