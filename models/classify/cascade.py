"""The cascade: extensions, then patterns, then what was learnt.

The first confident stage decides the medium. The learnt stage is asked only where a question is
open: the medium, the subcategory, or whether the work is adult. The cheap stages cannot see adult
works, so that question is open except where the medium has practically none (audio, applications).
Its linear member answers first; the BERT reads the names on which that is not sure, and none only
to see if a work is adult where a pattern matched that no adult name ever matched (`Rule.clean`).
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Self

from models import registry
from models.classify import extensions, patterns, structure
from models.classify.draft import Draft, FlagThresholds
from models.classify.ensemble import MODEL, Answer, Ensemble, Input
from models.classify.explanation import Explanation, Opinion
from models.classify.own_classes import OwnClasses
from models.classify.subcategory import subcategory_of
from models.content.subject import NamedSubject, Subject
from models.text.clean_names import clean_name
from models.text.encoder_input import MAX_TAILS
from models.text.known_works import CONFIDENCE
from schemas import DecidedBy, Medium, Subcategory, TorrentFile, Verdict
from schemas.media import MEDIUM_OF

_MOST_CONFIDENT = 0.999
"""Nothing is certain."""

_UNCLEAN = "&%*_"
"""Characters without one of which a name is clean: of entities, stars and lost apostrophes."""


class CascadeStage(StrEnum):
    """The stages that can be switched off, for evaluation."""

    EXTENSIONS = "extensions"
    PATTERNS = "patterns"
    BERT = "bert"


class Classifier:
    """The cascade over a loaded ensemble. Not safe for use from several threads at once.

    Args:
        learnt: the models, or `None` to go without: what the cheap stages leave open is then
            `other`.
        manifest: revision, name and thresholds.
        stages: the stages to use.
        spare: let the linear member answer alone where it is sure; without, the BERT reads every
            open name.
        own: classes of the user's own, if there are any.
    """

    def __init__(
        self,
        learnt: Ensemble | None,
        manifest: registry.Manifest,
        stages: Collection[CascadeStage] = tuple(CascadeStage),
        *,
        spare: bool = True,
        own: OwnClasses | None = None,
    ) -> None:
        self._learnt = learnt if CascadeStage.BERT in stages else None
        self._spare = spare
        self._own = own
        self._stages = frozenset(stages)
        self._threshold = manifest.calibration["threshold"]
        self._thresholds = FlagThresholds(
            usual=manifest.calibration["threshold_nsfw"],
            unlikely=manifest.calibration["sure_adult"],
        )
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
        subjects = [_with_clean_name(subject) for subject in subjects]
        drafts = [self._draft(subject) for subject in subjects]
        answers = self._answers(self._learnt, subjects, drafts) if self._learnt else {}
        verdicts = [self._verdict(draft, answers.get(index)) for index, draft in enumerate(drafts)]
        return self._with_own(subjects, drafts, verdicts)

    def _with_own(
        self, subjects: Sequence[Subject], drafts: Sequence[Draft], verdicts: list[Verdict]
    ) -> list[Verdict]:
        """The verdicts with the classes of the user's own, if there are any."""
        if self._own is None:
            return verdicts
        inputs = [_input(subject, draft) for subject, draft in zip(subjects, drafts, strict=True)]
        return self._own.refine(inputs, verdicts)

    def explain(self, subject: Subject) -> Explanation:
        """The verdict of one subject, with what every stage says of it.

        The stages that `classify` spares are asked, too: it costs a few milliseconds.
        """
        return self.explain_all([subject])[0]

    def explain_all(self, subjects: Sequence[Subject]) -> list[Explanation]:
        """The explanation of each subject, in order."""
        subjects = [_with_clean_name(subject) for subject in subjects]
        drafts = [self._draft(subject) for subject in subjects]
        cheap = [
            self._cheap_opinions(subject, draft)
            for subject, draft in zip(subjects, drafts, strict=True)
        ]
        if not self._learnt or not subjects:
            unlearnt = [
                Explanation(self._verdict(draft, None), opinions)
                for draft, opinions in zip(drafts, cheap, strict=True)
            ]
            return self._explained_own(subjects, drafts, unlearnt)
        inputs = [_input(subject, draft) for subject, draft in zip(subjects, drafts, strict=True)]
        linear = self._learnt.linear(inputs)
        learnt = zip(self._learnt.quick(linear), self._learnt.answer(inputs, linear), strict=True)
        explanations = []
        for draft, opinions, (alone, both) in zip(drafts, cheap, learnt, strict=True):
            answer = None
            if draft.open:
                answer = alone if self._is_spared(self._learnt, alone, draft) else both
            told = (
                Opinion.of_learnt(alone, asked=draft.open),
                Opinion.of_learnt(both, asked=answer is both),
            )
            explanations.append(Explanation(self._verdict(draft, answer), (*opinions, *told)))
        return self._explained_own(subjects, drafts, explanations)

    def _explained_own(
        self, subjects: Sequence[Subject], drafts: Sequence[Draft], told: list[Explanation]
    ) -> list[Explanation]:
        """The explanations with the classes of the user's own in their verdicts."""
        verdicts = self._with_own(subjects, drafts, [explanation.verdict for explanation in told])
        return [
            replace(explanation, verdict=verdict)
            for explanation, verdict in zip(told, verdicts, strict=True)
        ]

    def _cheap_opinions(self, subject: Subject, draft: Draft) -> tuple[Opinion, ...]:
        """What the stages in use say that learnt nothing."""
        opinions = []
        if CascadeStage.EXTENSIONS in self._stages:
            opinions.append(Opinion.of_extensions(_vote(subject, draft.items)))
        if CascadeStage.PATTERNS in self._stages:
            opinions.append(Opinion.of_patterns(subject.name))
        return tuple(opinions)

    def _is_spared(self, learnt: Ensemble, alone: Answer, draft: Draft) -> bool:
        """Whether the linear member's answer stands, so that the BERT need not be asked."""
        return self._spare and learnt.is_sure(alone, draft.questions)

    def subcategory(self, subject: Subject, medium: Medium) -> Subcategory:
        """The subcategory within a medium that is known, by files and rules alone.

        A name that ends as a file does is taken for that one file.
        """
        subject = _with_clean_name(subject)
        if not subject.files and extensions.lone_file(subject.name):
            file = TorrentFile(path=subject.name, size=subject.size)
            subject = NamedSubject(subject.name, subject.size, (file,))
        draft = self._draft(subject)
        if draft.medium is not medium:
            hit = patterns.match(subject.name)
            hint = hit.subcategory if hit is not None and hit.medium is medium else None
            shape = structure.shape(medium, draft.items)
            draft = Draft(draft.name, draft.items, draft.files, medium, hint=hint, shape=shape)
        return subcategory_of(draft, medium, None, is_adult=False)[0]

    def _answers(
        self, learnt: Ensemble, subjects: Sequence[Subject], drafts: Sequence[Draft]
    ) -> dict[int, Answer]:
        """Answers by index: of the linear member where it is sure, else of both."""
        inputs: dict[int, Input] = {}
        for index, (subject, draft) in enumerate(zip(subjects, drafts, strict=True)):
            if draft.open:
                inputs[index] = _input(subject, draft)
        if not inputs:
            return {}
        linear = learnt.linear(list(inputs.values()))
        answers = {
            index: answer
            for index, answer in zip(inputs, learnt.quick(linear), strict=True)
            if self._is_spared(learnt, answer, drafts[index])
        }
        unsure = [index for index in inputs if index not in answers]
        rows = [row for row, index in enumerate(inputs) if index not in answers]
        both = learnt.answer([inputs[index] for index in unsure], linear[rows])
        answers.update(zip(unsure, both, strict=True))
        return answers

    def _draft(self, subject: Subject) -> Draft:
        """What the cheap stages say."""
        draft = Draft(subject.name, extensions.content(subject.files or ()), subject.files)
        hit = patterns.match(subject.name) if CascadeStage.PATTERNS in self._stages else None
        vote = _vote(subject, draft.items) if CascadeStage.EXTENSIONS in self._stages else None
        if vote is not None and _are_pages(vote, hit):
            vote = None
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
                draft.seldom_adult = hit.seldom_adult
                draft.described = True
        return draft

    def _verdict(self, draft: Draft, answer: Answer | None) -> Verdict:
        """Put together what the cheap stages and the learnt stage say."""
        medium = draft.medium
        if medium is None:
            medium = self._learnt_medium(draft, answer)
            draft.shape = structure.shape(medium, draft.items)
        is_adult = draft.source is not DecidedBy.NONE and draft.is_adult(answer, self._thresholds)
        subcategory, shaped_by = subcategory_of(draft, medium, answer, is_adult=is_adult)
        if draft.source is DecidedBy.NONE:
            subcategory, shaped_by = Subcategory.OTHER, None
        why = (shaped_by,) if shaped_by and shaped_by != draft.rule else ()
        return Verdict(
            medium=medium,
            subcategory=subcategory,
            nsfw=is_adult,
            confidence=min(draft.confidence, _MOST_CONFIDENT),
            source=draft.source,
            rule=draft.rule,
            why=why,
        )

    def _learnt_medium(self, draft: Draft, answer: Answer | None) -> Medium:
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
        work = None if draft.items or not self._learnt else self._learnt.known_work(draft.name)
        if work is not None:
            medium = MEDIUM_OF[work.subcategory]
            draft.confidence = max(CONFIDENCE, answer.media[medium])
            draft.source = DecidedBy.BERT
            draft.rule = "catalogue"
            draft.is_known_work = work.is_dated
            draft.hint = work.subcategory
            return medium
        if is_believed and answer.confidence >= self._threshold:
            draft.confidence = answer.confidence
            draft.source = DecidedBy.BERT
            draft.rule = None if answer.by == "bert" else answer.by
            return answer.medium
        draft.confidence = answer.media[Medium.OTHER]
        return Medium.OTHER


def _with_clean_name(subject: Subject) -> Subject:
    """The subject with its name as extraction reads it; most names are clean already."""
    if not any(mark in subject.name for mark in _UNCLEAN):
        return subject
    name = clean_name(subject.name).text
    return subject if name == subject.name else NamedSubject(name, subject.size, subject.files)


def _input(subject: Subject, draft: Draft) -> Input:
    """What the learnt stage reads of a subject."""
    return subject.name, extensions.largest(draft.items, subject.files, MAX_TAILS)


def _vote(subject: Subject, items: Sequence[extensions.Content]) -> extensions.Vote | None:
    """What the extensions say: of the files, or of the name where no files are known."""
    vote = extensions.vote(items) if subject.files else extensions.lone_file(subject.name)
    return vote or extensions.bundle(subject.name)


def _are_pages(vote: extensions.Vote, hit: patterns.Hit | None) -> bool:
    """Whether images are the pages of what a rule says is a comic."""
    is_comic = hit is not None and hit.subcategory is Subcategory.COMIC
    return is_comic and vote.medium is Medium.OTHER


__all__ = ["CascadeStage", "Classifier"]
