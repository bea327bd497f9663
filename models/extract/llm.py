"""Completes what the rules found with a GGUF model's answer; nothing is believed that is not in the input."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from models.extract.extractor import ExtractSubject, Found, needed_fields
from models.extract.guard import evidence, plausible_year
from models.extract.prompt import Prompt, parse, prompt_for, prompt_hash
from models.registry import Manifest
from schemas import metadata_for, title_and_creator_fields

TRUSTED_RULE = 0.7
"""A rule's field of at least this confidence stays; below it the model's field takes its place if it is in the input."""

LLM_CONFIDENCE = 0.6
"""Of a field that the model gave and the guard found; to be calibrated when the model is fine-tuned."""


class Engine(Protocol):
    """Anything that answers prompts."""

    def answer(self, prompts: Sequence[Prompt]) -> list[str]: ...


class LlmExtractor:
    """A GGUF model behind the evidence guard."""

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
        return self._engine.answer([prompt_for(subject.name, subject.subcategory) for subject in subjects])

    def complete(self, subject: ExtractSubject, found: Found, text: str) -> tuple[Found, bool]:
        """What the rules found, completed by an answer; and whether the answer could be read."""
        prompt = prompt_for(subject.name, subject.subcategory)
        answer = parse(prompt.kind, text)
        if answer is None:
            return found, False
        fields = found.metadata.model_dump()
        proofs = dict(found.evidence)
        title, creator = title_and_creator_fields(subject.subcategory)
        for role, name in (("title", title), ("creator", creator), ("year", "year")):
            if name is None or role not in answer or _trusted(proofs, name):
                continue
            value = _value(role, answer[role])
            if value is None:
                continue
            proof = evidence(value, subject.name, subject.files, source=self.model, confidence=LLM_CONFIDENCE)
            if proof is not None:
                fields[name] = (value,) if name == "artists" else value
                proofs[name] = proof
        needed = needed_fields(subject.subcategory)
        confidence = min((proofs[name].confidence if name in proofs else 0.0 for name in needed), default=0.0)
        return Found(metadata_for(subject.subcategory, fields), found.technical, proofs, confidence), True


def _trusted(proofs: dict[str, Any], name: str) -> bool:
    return name in proofs and proofs[name].confidence >= TRUSTED_RULE


def _value(role: str, text: str) -> str | int | None:
    if role != "year":
        return text
    return plausible_year(text, datetime.now(UTC).year + 1)
