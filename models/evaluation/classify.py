"""Measures the classifier on labelled cases, per slice: never only a mean."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from models.content.subject import NamedSubject, Subject
from models.evaluation import metrics, slices
from models.evaluation.cases import Case
from models.evaluation.metrics import ClassFigures, Share
from models.text.years import with_moved_year
from schemas import Medium, Verdict

_BATCH = 256
"""Names that are classified at a time."""


class Model(Protocol):
    """What is measured: `models.classify.cascade.Classifier`, or anything that gives verdicts."""

    def classify(self, subjects: Sequence[Subject]) -> list[Verdict]:
        """A verdict for each subject, in order."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Figures over some of the cases."""

    cases: int
    medium: Share
    macro_f1: float
    classes: dict[Medium, ClassFigures]
    subcategory: Share
    """Right subcategories among the cases whose medium is right."""
    nsfw_recall: Share
    nsfw_precision: Share
    calibration_error: float
    wrong_at_95: Share
    confusion: dict[tuple[Medium, Medium], int]
    bootstrap: tuple[float, float]
    """95 % interval of the accuracy over resampled cases."""
    macro_f1_bootstrap: tuple[float, float]
    confidence: list[tuple[float, bool]] = field(repr=False)
    """Confidence and whether the medium was right, case by case."""


@dataclass(frozen=True, slots=True)
class Part:
    """Figures over the sure cases that have something in common."""

    medium: Share
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of one run."""

    slices: dict[str, Slice]
    """Of all, sure and unsure cases."""
    by: dict[str, dict[str, Part]]
    """Figures of the sure cases, by what else tells cases apart.

    `stage`, `files`, `script`, `language`, `source`, `rules`, `words`, `year` to their values to
    the figures.
    """
    seconds: float
    verdicts: list[Verdict] = field(repr=False)

    @property
    def rate(self) -> float:
        """Names a second, in one thread unless the classifier was given more."""
        return len(self.verdicts) / self.seconds if self.seconds else 0.0


def evaluate(cases: Iterable[Case], classifier: Model, *, names_only: bool = False) -> Report:
    """Classify the cases and measure.

    Args:
        cases: from `read`.
        classifier: what is measured.
        names_only: hide size and files.
    """
    known = list(cases)
    if names_only:
        subjects = [NamedSubject(case.subject.name) for case in known]
    else:
        subjects = [case.subject for case in known]
    start = time.perf_counter()
    verdicts = verdicts_of(subjects, classifier)
    seconds = time.perf_counter() - start
    judged = list(zip(known, verdicts, strict=True))
    members = {
        "sure": [(case, verdict) for case, verdict in judged if case.sure],
        "unsure": [(case, verdict) for case, verdict in judged if not case.sure],
        "all": judged,
    }
    figures = {name: _slice(part) for name, part in members.items() if part}
    return Report(figures, _by(members["sure"], names_only=names_only), seconds, verdicts)


def verdicts_of(subjects: Sequence[Subject], classifier: Model) -> list[Verdict]:
    """A verdict for each subject, in order."""
    verdicts: list[Verdict] = []
    for first in range(0, len(subjects), _BATCH):
        verdicts += classifier.classify(subjects[first : first + _BATCH])
    return verdicts


def changed_by_years(cases: Iterable[Case], classifier: Model, years: int) -> Share:
    """How many names with a year get another medium when that year is moved."""
    names = [case.subject.name for case in cases]
    pairs = [(name, with_moved_year(name, years)) for name in names]
    pairs = [(name, moved) for name, moved in pairs if name != moved]
    before = verdicts_of([NamedSubject(name) for name, _ in pairs], classifier)
    after = verdicts_of([NamedSubject(moved) for _, moved in pairs], classifier)
    changed = sum(
        first.medium != second.medium for first, second in zip(before, after, strict=True)
    )
    return Share(changed, len(pairs))


def headline(report: Report) -> dict[str, Any]:
    """The figures that a manifest keeps, in percent where they are shares."""
    return {name: _headline(part) for name, part in report.slices.items()}


def _headline(part: Slice) -> dict[str, Any]:
    recall = part.nsfw_recall
    return {
        "cases": part.cases,
        "accuracy": round(100 * part.medium.value, 1),
        "macro_f1": round(part.macro_f1, 3),
        "subcategory": round(100 * part.subcategory.value, 1),
        "nsfw_recall": round(100 * recall.value, 1) if recall.total else 0.0,
        "nsfw_false": part.nsfw_precision.total - part.nsfw_precision.right,
        "ece": round(part.calibration_error, 3),
    }


def _slice(judged: Sequence[tuple[Case, Verdict]]) -> Slice:
    media = [(_wanted(case.medium, verdict.medium), verdict.medium) for case, verdict in judged]
    flags = [
        (_wanted(case.nsfw, verdict.nsfw), verdict.nsfw) for case, verdict in judged if case.nsfw
    ]
    right = [wanted == answered for wanted, answered in media]
    confidence = [
        (verdict.confidence, is_right) for (_, verdict), is_right in zip(judged, right, strict=True)
    ]
    subcategories = [
        verdict.subcategory in case.subcategory
        for (case, verdict), is_right in zip(judged, right, strict=True)
        if is_right
    ]
    flagged_right = sum(wanted and answered for wanted, answered in flags)
    classes = metrics.by_class(media)
    return Slice(
        cases=len(judged),
        medium=Share(sum(right), len(right)),
        macro_f1=metrics.macro_f1(classes),
        classes=classes,
        subcategory=Share(sum(subcategories), len(subcategories)),
        nsfw_recall=Share(flagged_right, sum(wanted for wanted, _ in flags)),
        nsfw_precision=Share(flagged_right, sum(answered for _, answered in flags)),
        calibration_error=metrics.calibration_error(confidence),
        wrong_at_95=metrics.wrong_at_coverage(confidence),
        confusion=dict(Counter(media)),
        bootstrap=metrics.bootstrap(right, lambda drawn: sum(drawn) / len(drawn)),
        macro_f1_bootstrap=metrics.bootstrap(
            media, lambda drawn: metrics.macro_f1(metrics.by_class(drawn))
        ),
        confidence=confidence,
    )


def _wanted(options: Sequence[Any], answered: Any) -> Any:
    """What counts as right of an answer: the answer if it is one of the options, else the first."""
    return answered if answered in options else options[0]


def _by(judged: Sequence[tuple[Case, Verdict]], *, names_only: bool) -> dict[str, dict[str, Part]]:
    answers: defaultdict[str, defaultdict[str, list[tuple[float, bool]]]]
    answers = defaultdict(lambda: defaultdict(list))
    for case, verdict in judged:
        for part, value in _parts(case, verdict, names_only=names_only):
            if value:
                is_right = verdict.medium in case.medium
                answers[part][value].append((verdict.confidence, is_right))
    return {
        part: {value: _part(members) for value, members in sorted(values.items())}
        for part, values in answers.items()
    }


def _part(answers: Sequence[tuple[float, bool]]) -> Part:
    right = sum(is_right for _, is_right in answers)
    return Part(Share(right, len(answers)), metrics.calibration_error(answers))


def _parts(case: Case, verdict: Verdict, *, names_only: bool) -> Iterator[tuple[str, str]]:
    """What tells cases apart, and what it says of this one."""
    stage = str(verdict.source)
    yield "stage", f"{stage}, linear alone" if verdict.rule == "ngrams" else stage
    yield "files", "no" if names_only or not case.subject.files else "yes"
    yield "script", case.script
    yield "language", case.language
    yield "source", case.source
    yield from slices.wording(case.subject.name)
