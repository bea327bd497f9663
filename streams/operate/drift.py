"""How far results moved from what they were measured on: the population stability index.

PSI sums (p - q) ln(p / q) over the parts of a distribution. Under 0.1 nothing moved, over 0.25 much
did; that is how credit scorers read it, who use it most.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from math import log
from pathlib import Path
from typing import Any

import models
from infra.postgres.telemetry_reads import DayOfResults

MOVED = 0.1
MOVED_MUCH = 0.25

_SECTIONS = {"classify": "Gold: class", "extract": "Gold: fields"}
"""The section of the report whose cases stand for what a stage was measured on."""

_BINS = 10
"""The report has ten bins of confidence, and telemetry twenty."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What results are held against: counts by bin of confidence (10) and by label."""

    name: str
    confidence: Sequence[int]
    labels: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class WeekOfDrift:
    """PSI of the results of a week that begins on `week`, a Monday.

    None is what cannot be said, because the reference lacks it.
    """

    week: date
    results: int
    confidence: float | None
    labels: float | None


def psi(expected: Sequence[int], observed: Sequence[int]) -> float:
    """The index of two rows of counts. Half a case is added to each, so that none is empty."""
    total_expected = sum(expected) + len(expected) / 2
    total_observed = sum(observed) + len(observed) / 2
    index = 0.0
    for before, now in zip(expected, observed, strict=True):
        p, q = (now + 0.5) / total_observed, (before + 0.5) / total_expected
        index += (p - q) * log(p / q)
    return index


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def drift(days: Sequence[DayOfResults], reference: Reference | None) -> list[WeekOfDrift]:
    """The drift of each week, oldest first.

    Without a reference the first week is one: the week in which the model was activated.
    """
    weeks: dict[date, list[DayOfResults]] = {}
    for day in days:
        weeks.setdefault(week_of(day.day), []).append(day)
    if not weeks:
        return []
    held_against = reference or reference_of(weeks[min(weeks)])
    return [_drift(week, weeks[week], held_against) for week in sorted(weeks)]


def reference_of(days: Sequence[DayOfResults], name: str = "the first week") -> Reference:
    """What some days say, to hold others against."""
    labels: Counter[str] = Counter()
    for day in days:
        labels[day.label] += day.results
    return Reference(name, _confidence(days), labels)


def evaluated(stage: str, model: str, revision: int) -> Reference | None:
    """What a model was measured on. Returns None where the report is not of this model.

    Args:
        stage: classify, extract or match.
        model: `name@version`.
        revision: of the model.
    """
    report = _report()
    section = _SECTIONS.get(stage)
    if report is None or f"{model}, revision {revision}" not in report["models"]:
        return None
    for told in report["sections"]:
        if told["title"] == section:
            return _reference(stage, told)
    return None


def _reference(stage: str, section: Mapping[str, Any]) -> Reference:
    bins = [0] * _BINS
    # The report bins the confidence of titles; that of a record is the least of its fields.
    for part in section["reliability"] if stage == "classify" else ():
        bins[min(_BINS - 1, int(part["confidence"] * _BINS))] += part["of"]
    labels = {
        part["value"]: part["below"] for part in section["slices"] if part["kind"] == "subcategory"
    }
    return Reference(f"the evaluation set ({section['title']})", bins, labels)


@cache
def _report() -> dict[str, Any] | None:
    """The figures of the weights that ship: in the package, or in the documents beside it."""
    package = Path(models.__file__).parent
    for path in (package / "report.json", package.parent / "docs" / "report" / "report.json"):
        if path.is_file():
            report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return report
    return None


def _drift(week: date, days: Sequence[DayOfResults], reference: Reference) -> WeekOfDrift:
    now = reference_of(days)
    names = sorted({*now.labels, *reference.labels})
    is_told = sum(reference.confidence) > 0
    return WeekOfDrift(
        week=week,
        results=sum(day.results for day in days),
        confidence=psi(reference.confidence, now.confidence) if is_told else None,
        labels=psi(
            [reference.labels.get(name, 0) for name in names],
            [now.labels.get(name, 0) for name in names],
        )
        if reference.labels
        else None,
    )


def _confidence(days: Sequence[DayOfResults]) -> list[int]:
    bins = [0] * _BINS
    for day in days:
        for number, results in enumerate(day.confidence):
            bins[number * _BINS // len(day.confidence)] += results
    return bins


_VERSION = re.compile(r"^(.+)@([^@]+)$")


def base_name(model: str) -> str:
    """What stands before the version in `name@version`."""
    match = _VERSION.match(model)
    return match[1] if match else model
