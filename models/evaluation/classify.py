"""Measures the classifier on labelled cases, per slice: never only a mean."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from models.content.subject import NamedSubject, Subject
from models.evaluation import metrics
from models.evaluation.cases import Case
from models.evaluation.metrics import ClassFigures, Share
from schemas import Medium, Verdict

_BATCH = 256


class Model(Protocol):
    """What is measured: `models.classify.cascade.Classifier`, or anything that gives verdicts."""

    def classify(self, subjects: Sequence[Subject]) -> list[Verdict]: ...


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
    """Confidence and whether the medium was right, case by case: for risk by coverage and the
    reliability plot.
    """


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of one run: of all, sure and unsure cases; medium right by what else tells cases
    apart (`sure` ones).
    """

    slices: dict[str, Slice]
    by: dict[str, dict[str, Share]]
    """`stage`, `files`, `script`, `source` to their values to the share of right media."""
    seconds: float
    verdicts: list[Verdict] = field(repr=False)

    @property
    def rate(self) -> float:
        """Names a second, in one thread unless the classifier was given more."""
        return len(self.verdicts) / self.seconds if self.seconds else 0.0


def _slice(cases: Sequence[Case], verdicts: Sequence[Verdict]) -> Slice:
    pairs = [
        (v.medium if v.medium in c.medium else c.medium[0], v.medium)
        for c, v in zip(cases, verdicts, strict=True)
    ]
    right = [wanted == answered for wanted, answered in pairs]
    subs = [
        v.subcategory in c.subcategory
        for c, v, ok in zip(cases, verdicts, right, strict=True)
        if ok
    ]
    flags = [
        (v.nsfw if v.nsfw in c.nsfw else c.nsfw[0], v.nsfw)
        for c, v in zip(cases, verdicts, strict=True)
    ]
    both = sum(wanted and answered for wanted, answered in flags)
    confidence = [(v.confidence, ok) for v, ok in zip(verdicts, right, strict=True)]
    classes = metrics.by_class(pairs)
    return Slice(
        cases=len(cases),
        medium=Share(sum(right), len(right)),
        macro_f1=metrics.macro_f1(classes),
        classes=classes,
        subcategory=Share(sum(subs), len(subs)),
        nsfw_recall=Share(both, sum(wanted for wanted, _ in flags)),
        nsfw_precision=Share(both, sum(answered for _, answered in flags)),
        calibration_error=metrics.calibration_error(confidence),
        wrong_at_95=metrics.wrong_at_coverage(confidence),
        confusion=dict(Counter(pairs)),
        bootstrap=metrics.bootstrap(right, lambda drawn: sum(drawn) / len(drawn)),
        macro_f1_bootstrap=metrics.bootstrap(
            pairs, lambda drawn: metrics.macro_f1(metrics.by_class(drawn))
        ),
        confidence=confidence,
    )


def evaluate(cases: Iterable[Case], classifier: Model, *, names_only: bool = False) -> Report:
    """Classify the cases and measure.

    Args:
        cases: from `read`.
        classifier: what is measured.
        names_only: hide size and files.
    """
    known = list(cases)
    subjects = [NamedSubject(case.subject.name) if names_only else case.subject for case in known]
    start = time.perf_counter()
    verdicts: list[Verdict] = []
    for first in range(0, len(subjects), _BATCH):
        verdicts += classifier.classify(subjects[first : first + _BATCH])
    seconds = time.perf_counter() - start
    slices = {}
    for name, members in (
        ("sure", [i for i, c in enumerate(known) if c.sure]),
        ("unsure", [i for i, c in enumerate(known) if not c.sure]),
        ("all", list(range(len(known)))),
    ):
        if members:
            slices[name] = _slice([known[i] for i in members], [verdicts[i] for i in members])
    by: dict[str, dict[str, list[bool]]] = {}
    for case, verdict in zip(known, verdicts, strict=True):
        stage = (
            f"{verdict.source}, linear alone" if verdict.rule == "ngrams" else str(verdict.source)
        )
        has_files = "no" if names_only or not case.subject.files else "yes"
        for part, value in (
            ("stage", stage),
            ("files", has_files),
            ("script", case.script),
            ("source", case.source),
        ):
            if case.sure and value:
                by.setdefault(part, {}).setdefault(value, []).append(verdict.medium in case.medium)
    shares = {
        part: {value: Share(sum(ok), len(ok)) for value, ok in sorted(found.items())}
        for part, found in by.items()
    }
    return Report(slices, shares, seconds, verdicts)


def headline(report: Report) -> dict[str, Any]:
    """The figures that a manifest keeps, in percent where they are shares."""
    out: dict[str, Any] = {}
    for name, part in report.slices.items():
        out[name] = {
            "cases": part.cases,
            "accuracy": round(100 * part.medium.value, 1),
            "macro_f1": round(part.macro_f1, 3),
            "subcategory": round(100 * part.subcategory.value, 1),
            "nsfw_recall": round(100 * part.nsfw_recall.value, 1)
            if part.nsfw_recall.total
            else 0.0,
            "nsfw_false": part.nsfw_precision.total - part.nsfw_precision.right,
            "ece": round(part.calibration_error, 3),
        }
    return out
