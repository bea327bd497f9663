"""The cascade: extensions, then patterns, then what was learnt; the first confident stage decides
the medium.

The learnt stage is asked only where a question is open: the medium, the subcategory, or whether the
work is adult. The cheap stages cannot see adult works, so that question is open except where the
medium has practically none (audio, applications) or a pattern matched that no adult name ever
matched (`Rule.clean`). Its linear member answers first; the BERT reads the names on which that is
not sure.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from models import registry
from models.classify import extensions, patterns, structure
from models.classify.ensemble import MODEL, Answer, Ensemble
from models.content.subject import Subject
from models.text.encoder_input import MAX_TAILS
from schemas import DecidedBy, Medium, Subcategory, Verdict
from schemas.media import FALLBACK, SUBCATEGORIES

_NEVER_ADULT = frozenset({Medium.AUDIO})
"""Of 4,225 labelled audio names 4 are adult (names/p2p_labelled)."""

_NEVER_ADULT_SUBS = frozenset({Subcategory.APPLICATION})
"""Of 896 labelled application names 2 are adult."""

_OTHER_SHAPE = 0.5
"""Probability from which the BERT's audiobook or broadcast stands against an album that the files
suggest.
"""

_SPOKEN = frozenset({Subcategory.AUDIOBOOK, Subcategory.AUDIO_OTHER})
_CLIPS = frozenset({Subcategory.VIDEO_OTHER, Subcategory.MUSIC_VIDEO})


class CascadeStage(StrEnum):
    """The stages that can be switched off, for evaluation."""

    EXTENSIONS = "extensions"
    PATTERNS = "patterns"
    BERT = "bert"


@dataclass(slots=True)
class _Draft:
    """One subject on its way through the stages."""

    items: list[extensions.Content]
    medium: Medium | None = None
    confidence: float = 0.0
    source: DecidedBy = DecidedBy.NONE
    rule: str | None = None
    hint: Subcategory | None = None
    """What an extension or a pattern says of the subcategory."""
    shape: structure.Shape | None = None
    clean: bool = False

    @property
    def settled(self) -> Subcategory | None:
        """The subcategory where the cheap stages know it."""
        if self.medium is None:
            return None
        return self.hint or (self.shape.subcategory if self.shape and self.shape.firm else None)

    @property
    def maybe_adult(self) -> bool:
        """Whether it is still open if the work is adult."""
        return not (self.clean or self.medium in _NEVER_ADULT or self.settled in _NEVER_ADULT_SUBS)

    @property
    def open(self) -> bool:
        """Whether the learnt stage has anything to add."""
        return self.medium is None or self.settled is None or self.maybe_adult


class Classifier:
    """The cascade over a loaded ensemble. Not safe for use from several threads at once.

    Args: learnt: the models, or `None` to go without: what the cheap stages leave open is then
        `other`. manifest: revision, name and thresholds. stages: the stages to use. spare: let the
        linear member answer alone where it is sure; without, the BERT reads every open name.
    """

    def __init__(
        self,
        learnt: Ensemble | None,
        manifest: registry.Manifest,
        stages: Collection[CascadeStage] = tuple(CascadeStage),
        *,
        spare: bool = True,
    ) -> None:
        self._learnt = learnt if CascadeStage.BERT in stages else None
        self._spare = spare
        self._stages = frozenset(stages)
        self._threshold = manifest.calibration["threshold"]
        self._threshold_nsfw = manifest.calibration["threshold_nsfw"]
        self.revision: int = manifest.revision
        self.model: str = manifest.label

    @classmethod
    def load(
        cls, *, threads: int = 1, stages: Collection[CascadeStage] = tuple(CascadeStage)
    ) -> Self:
        """Load what ships.

        Args:
            threads: threads of one BERT run.
            stages: the stages to use.

        Raises: bert.MissingRuntime: the extra `onnx` is not installed. registry.WeightsMissing,
            registry.WeightsMismatch: the files are not those of the manifest.
        """
        manifest = registry.load(MODEL)
        return cls(Ensemble.load(manifest, threads=threads), manifest, stages)

    def classify(self, subjects: Sequence[Subject]) -> list[Verdict]:
        """A verdict for each subject, in order. Never raises on any name or files; independent of
        the batch.
        """
        drafts = [self._draft(subject) for subject in subjects]
        answers = self._answers(subjects, drafts) if self._learnt else {}
        return [self._verdict(draft, answers.get(index)) for index, draft in enumerate(drafts)]

    def _answers(self, subjects: Sequence[Subject], drafts: Sequence[_Draft]) -> dict[int, Answer]:
        """Answers by index, of the linear member where it is sure, else of both."""
        assert self._learnt is not None
        asked = [index for index, draft in enumerate(drafts) if draft.open]
        inputs = {
            i: (subjects[i].name, extensions.largest(drafts[i].items, subjects[i].files, MAX_TAILS))
            for i in asked
        }
        answers: dict[int, Answer] = {}
        if self._spare:
            for index, answer in zip(
                asked, self._learnt.quick([inputs[i] for i in asked]), strict=True
            ):
                draft = drafts[index]
                sub_open = draft.settled is None
                if self._learnt.is_sure(
                    answer, draft.medium, subcategory=sub_open, nsfw=draft.maybe_adult
                ):
                    answers[index] = answer
        left = [index for index in asked if index not in answers]
        answers.update(zip(left, self._learnt.answer([inputs[i] for i in left]), strict=True))
        return answers

    def _draft(self, subject: Subject) -> _Draft:
        draft = _Draft(items=extensions.content(subject.files or ()))
        hit = patterns.match(subject.name) if CascadeStage.PATTERNS in self._stages else None
        if CascadeStage.EXTENSIONS in self._stages:
            vote = (
                extensions.vote(draft.items)
                if subject.files
                else extensions.lone_file(subject.name)
            )
            vote = vote or extensions.bundle(subject.name)
            if vote is not None:
                draft.medium, draft.confidence, draft.source = (
                    vote.medium,
                    vote.confidence,
                    DecidedBy.EXTENSIONS,
                )
                draft.hint, draft.rule = vote.subcategory, f"extensions.{vote.kind}"
        if draft.medium is None and hit is not None:
            draft.medium, draft.confidence, draft.source = (
                hit.medium,
                hit.confidence,
                DecidedBy.PATTERNS,
            )
            draft.rule = hit.rule
        if draft.medium is not None:
            draft.shape = structure.shape(draft.medium, draft.items)
            if hit is not None and hit.medium == draft.medium:
                draft.hint = draft.hint or hit.subcategory
                draft.clean = hit.clean
        return draft

    def _verdict(self, draft: _Draft, answer: Answer | None) -> Verdict:
        medium, confidence, source = draft.medium, draft.confidence, draft.source
        if medium is None:
            # Works seldom come as files of which not one has a known extension: by the name alone
            # "test" may be a film.
            believed = answer is not None and not extensions.unfamiliar(draft.items)
            if answer is not None and believed and answer.confidence >= self._threshold:
                medium, confidence, source = answer.medium, answer.confidence, DecidedBy.BERT
                draft.rule = None if answer.by == "bert" else answer.by
            else:
                medium = Medium.OTHER
                confidence = answer.media[Medium.OTHER] if answer else 0.0
            draft.shape = structure.shape(medium, draft.items)
        subcategory, shaped_by = self._subcategory(draft, medium, answer)
        if source is DecidedBy.NONE:
            subcategory, shaped_by = Subcategory.OTHER, None
        nsfw = answer is not None and answer.nsfw >= self._threshold_nsfw and not draft.clean
        if draft.medium in _NEVER_ADULT:
            nsfw = False
        why = (shaped_by,) if shaped_by and shaped_by != draft.rule else ()
        return Verdict(
            medium=medium,
            subcategory=subcategory,
            nsfw=nsfw,
            confidence=min(confidence, 0.999),
            source=source,
            rule=draft.rule,
            why=why,
        )

    @staticmethod
    def _subcategory(
        draft: _Draft, medium: Medium, answer: Answer | None
    ) -> tuple[Subcategory, str | None]:
        """The subcategory and what chose it: files, then a rule, then the BERT, as far as each is
        sure.
        """
        shape, hint = draft.shape, draft.hint
        if shape is not None and shape.firm:
            return shape.subcategory, shape.rule
        if shape is not None:
            doubt = _SPOKEN if medium is Medium.AUDIO else _CLIPS
            if hint in doubt:
                assert hint is not None
                return hint, draft.rule
            if answer is not None and medium is answer.medium:
                guess = answer.subcategory(medium)
                if guess in doubt and answer.subcategories[guess] >= _OTHER_SHAPE:
                    return guess, f"{answer.by}.subcategory"
            return shape.subcategory, shape.rule
        open_ = structure.possible(medium, draft.items)
        if hint is not None and (open_ is None or hint in open_):
            return hint, None
        allowed = open_ or frozenset(SUBCATEGORIES[medium])
        if answer is not None:
            # In the order of the schema, so that a tie is settled the same way everywhere.
            choices = [sub for sub in SUBCATEGORIES[medium] if sub in allowed]
            return max(
                choices, key=lambda sub: answer.subcategories[sub]
            ), f"{answer.by}.subcategory"
        return FALLBACK[medium], None


__all__ = ["CascadeStage", "Classifier"]
