"""The cascade: extensions, then patterns, then what was learnt.

The first confident stage decides the medium. The learnt stage is asked only where a question is
open: the medium, the subcategory, or whether the work is adult. The cheap stages cannot see adult
works, so that question is open except where the medium has practically none (audio, applications)
or a pattern matched that no adult name ever matched (`Rule.clean`). Its linear member answers
first; the BERT reads the names on which that is not sure.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from models import registry
from models.classify import extensions, patterns, structure
from models.classify.ensemble import MODEL, Answer, Ensemble, Input, Questions
from models.content.subject import Subject
from models.text.encoder_input import MAX_TAILS
from schemas import DecidedBy, Medium, Subcategory, Verdict
from schemas.media import FALLBACK, SUBCATEGORIES

_NEVER_ADULT = frozenset({Medium.AUDIO})
"""Of 4,225 labelled audio names 4 are adult."""

_NEVER_ADULT_SUBS = frozenset({Subcategory.APPLICATION})
"""Of 896 labelled application names 2 are adult."""

_OTHER_SHAPE = 0.5
"""Probability from which the learnt stage's audiobook or broadcast stands against an album that the
files suggest.
"""

_MOST_CONFIDENT = 0.999
"""Nothing is certain."""

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

    @property
    def questions(self) -> Questions:
        """What the learnt stage is asked."""
        return Questions(
            medium=self.medium, subcategory=self.settled is None, nsfw=self.maybe_adult
        )


class Classifier:
    """The cascade over a loaded ensemble. Not safe for use from several threads at once.

    Args:
        learnt: the models, or `None` to go without: what the cheap stages leave open is then
            `other`.
        manifest: revision, name and thresholds.
        stages: the stages to use.
        spare: let the linear member answer alone where it is sure; without, the BERT reads every
            open name.
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

        Raises:
            MissingRuntime: the extra `onnx` is not installed.
            registry.WeightsError: the files are not those of the manifest.
        """
        manifest = registry.load(MODEL)
        return cls(Ensemble.load(manifest, threads=threads), manifest, stages)

    def classify(self, subjects: Sequence[Subject]) -> list[Verdict]:
        """A verdict for each subject, in order, whatever batch it comes in.

        Never raises on any name or files.
        """
        drafts = [self._draft(subject) for subject in subjects]
        answers = self._answers(self._learnt, subjects, drafts) if self._learnt else {}
        return [self._verdict(draft, answers.get(index)) for index, draft in enumerate(drafts)]

    def _answers(
        self, learnt: Ensemble, subjects: Sequence[Subject], drafts: Sequence[_Draft]
    ) -> dict[int, Answer]:
        """Answers by index: of the linear member where it is sure, else of both."""
        inputs: dict[int, Input] = {}
        for index, (subject, draft) in enumerate(zip(subjects, drafts, strict=True)):
            if draft.open:
                tails = extensions.largest(draft.items, subject.files, MAX_TAILS)
                inputs[index] = (subject.name, tails)
        if not inputs:
            return {}
        linear = learnt.linear(list(inputs.values()))
        answers: dict[int, Answer] = {}
        if self._spare:
            answers = {
                index: answer
                for index, answer in zip(inputs, learnt.quick(linear), strict=True)
                if learnt.is_sure(answer, drafts[index].questions)
            }
        unsure = [index for index in inputs if index not in answers]
        rows = [row for row, index in enumerate(inputs) if index not in answers]
        both = learnt.answer([inputs[index] for index in unsure], linear[rows])
        answers.update(zip(unsure, both, strict=True))
        return answers

    def _draft(self, subject: Subject) -> _Draft:
        """What the cheap stages say."""
        draft = _Draft(items=extensions.content(subject.files or ()))
        hit = patterns.match(subject.name) if CascadeStage.PATTERNS in self._stages else None
        vote = _vote(subject, draft.items) if CascadeStage.EXTENSIONS in self._stages else None
        if vote is not None:
            draft.medium = vote.medium
            draft.confidence = vote.confidence
            draft.source = DecidedBy.EXTENSIONS
            draft.hint = vote.subcategory
            draft.rule = f"extensions.{vote.kind}"
        elif hit is not None:
            draft.medium = hit.medium
            draft.confidence = hit.confidence
            draft.source = DecidedBy.PATTERNS
            draft.rule = hit.rule
        if draft.medium is not None:
            draft.shape = structure.shape(draft.medium, draft.items)
            if hit is not None and hit.medium == draft.medium:
                draft.hint = draft.hint or hit.subcategory
                draft.clean = hit.clean
        return draft

    def _verdict(self, draft: _Draft, answer: Answer | None) -> Verdict:
        """Put together what the cheap stages and the learnt stage say."""
        medium = draft.medium
        if medium is None:
            medium = self._learnt_medium(draft, answer)
            draft.shape = structure.shape(medium, draft.items)
        subcategory, shaped_by = _subcategory(draft, medium, answer)
        if draft.source is DecidedBy.NONE:
            subcategory, shaped_by = Subcategory.OTHER, None
        # `draft.medium` is what the cheap stages know: audio by the learnt stage may be adult.
        may_be_adult = not draft.clean and draft.medium not in _NEVER_ADULT
        is_flagged = answer is not None and answer.nsfw >= self._threshold_nsfw
        why = (shaped_by,) if shaped_by and shaped_by != draft.rule else ()
        return Verdict(
            medium=medium,
            subcategory=subcategory,
            nsfw=is_flagged and may_be_adult,
            confidence=min(draft.confidence, _MOST_CONFIDENT),
            source=draft.source,
            rule=draft.rule,
            why=why,
        )

    def _learnt_medium(self, draft: _Draft, answer: Answer | None) -> Medium:
        """The medium where the cheap stages know none; notes in the draft who decided it."""
        if answer is None:
            return Medium.OTHER
        # Works seldom come as files of which not one has a known extension: by the name alone
        # "test" may be a film.
        is_believed = not extensions.unfamiliar(draft.items)
        packed = extensions.volumes(draft.items, answer.medium)
        if packed is not None:
            draft.confidence = packed.confidence
            draft.source = DecidedBy.EXTENSIONS
            draft.rule = f"extensions.{packed.kind}"
            draft.hint = packed.subcategory
            return packed.medium
        if is_believed and answer.confidence >= self._threshold:
            draft.confidence = answer.confidence
            draft.source = DecidedBy.BERT
            draft.rule = None if answer.by == "bert" else answer.by
            return answer.medium
        draft.confidence = answer.media[Medium.OTHER]
        return Medium.OTHER


def _vote(subject: Subject, items: Sequence[extensions.Content]) -> extensions.Vote | None:
    """What the extensions say: of the files, or of the name where no files are known."""
    vote = extensions.vote(items) if subject.files else extensions.lone_file(subject.name)
    return vote or extensions.bundle(subject.name)


def _subcategory(
    draft: _Draft, medium: Medium, answer: Answer | None
) -> tuple[Subcategory, str | None]:
    """The subcategory and what chose it: files, then a rule, then what was learnt."""
    if draft.shape is not None:
        return _by_shape(draft, draft.shape, medium, answer)
    possible = structure.possible(medium, draft.items)
    if draft.hint is not None and (possible is None or draft.hint in possible):
        return draft.hint, None
    if answer is None:
        return FALLBACK[medium], None
    # In the order of the schema, so that a tie is settled the same way everywhere.
    choices = [sub for sub in SUBCATEGORIES[medium] if possible is None or sub in possible]
    likeliest = max(choices, key=lambda sub: answer.subcategories[sub])
    return likeliest, f"{answer.by}.subcategory"


def _by_shape(
    draft: _Draft, shape: structure.Shape, medium: Medium, answer: Answer | None
) -> tuple[Subcategory, str | None]:
    """What the files suggest, unless a rule or the learnt stage knows what files cannot show."""
    if shape.firm:
        return shape.subcategory, shape.rule
    unshown = _SPOKEN if medium is Medium.AUDIO else _CLIPS
    if draft.hint is not None and draft.hint in unshown:
        return draft.hint, draft.rule
    if answer is not None and medium is answer.medium:
        guess = answer.subcategory(medium)
        if guess in unshown and answer.subcategories[guess] >= _OTHER_SHAPE:
            return guess, f"{answer.by}.subcategory"
    return shape.subcategory, shape.rule


__all__ = ["CascadeStage", "Classifier"]
