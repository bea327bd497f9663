"""The plots of a model's page, made of telemetry."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import asyncpg

from infra.postgres import telemetry_reads as reads
from infra.postgres.telemetry_reads import (
    Agreement,
    Answerer,
    DayOfResults,
    DayOfRows,
    Feedback,
    RuleFigures,
    Selection,
)
from streams.operate.drift import WeekOfDrift, drift, evaluated, week_of
from streams.web.models.plots import Line, Plot, histogram, lines

DEFINITIONS = {
    "results": "Results by the day (UTC) on which they were stored, each once: what is delivered"
    " again is not counted again.",
    "confidence": "Results by how sure the model said it was, in 20 bins. An extraction is as sure"
    " as its least sure field, a link as its score.",
    "mix": "The share of each label among the results of a week.",
    "agreement": "Two witnesses are two results of the same input: by another method (rules,"
    " tagger, GGUF model) or another revision. They contradict each other where both say something"
    " of a field and it is not the same, capitals aside. The gap is the mean difference of their"
    " confidences where they do. What the linear model and the BERT said each is not stored: only"
    " which of them decided, as rule `bert:ngrams` or `bert`.",
    "feedback": "Corrections by people for each thousand results of the same week, by verdict:"
    " wrong, wrong with the right value, right. The latest word of a person about a field counts;"
    " what was taken back does not.",
    "adoption": "The share of the rows shown now, on each day that was counted, that this model and"
    " revision made.",
    "drift": "The population stability index of a week against the evaluation set, or against the"
    " first week where the report is of other weights: under 0.1 nothing moved, over 0.25 much did."
    " Labels drift, too, when other torrents come in: that is no fault of the model.",
    "rules": "What each rule decided. Precision here is the share of its results that nobody"
    " corrected: the most that it can be, and near the truth only where people look.",
}
"""What the page says beside each plot."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the page of a model shows. `total` is the number of results since `since`."""

    since: date
    total: int
    mean_confidence: float | None
    answerers: tuple[Answerer, ...]
    corrected_per_thousand: float | None
    contradicted_share: float | None
    adopted_share: float | None
    reference: str
    weeks: tuple[WeekOfDrift, ...]
    plots: dict[str, Plot]
    agreements: tuple[Agreement, ...]
    rules: tuple[RuleFigures, ...]


async def figures(connection: asyncpg.Connection, selection: Selection) -> Figures:
    """Read and draw what is known of the selected results."""
    days = await reads.results_by_day(connection, selection)
    adopted = await reads.adoption(connection, selection.stage, selection.since)
    words = await reads.feedback(connection, selection)
    agreements = await reads.agreement(connection, selection)
    told = await reads.rules(connection, selection)
    newest = _newest(days)
    reference = evaluated(newest.stage, newest.model, newest.revision) if newest else None
    of_newest = [day for day in days if day.answerer == newest]
    weeks = drift(of_newest, reference)
    total = sum(day.results for day in days)
    pairs = sum(pair.pairs for pair in agreements)
    wrong = sum(word.wrong + word.value for word in words)
    return Figures(
        since=selection.since,
        total=total,
        mean_confidence=sum(day.confidence_sum for day in days) / total if total else None,
        answerers=tuple(sorted({day.answerer for day in days}, key=lambda who: who.label)),
        corrected_per_thousand=1_000 * wrong / total if total else None,
        contradicted_share=sum(pair.contradicted for pair in agreements) / pairs if pairs else None,
        adopted_share=_adopted(adopted, selection),
        reference=reference.name if reference else "its first week",
        weeks=tuple(weeks),
        plots={
            "results": _results(days),
            "confidence": histogram(
                "Results by confidence", DEFINITIONS["confidence"], _summed(days)
            ),
            "mix": _mix(days),
            "adoption": _adoption(adopted),
            "feedback": _feedback(days, words),
            "drift": _drift(weeks),
        },
        agreements=tuple(agreements),
        rules=tuple(told),
    )


def _newest(days: Sequence[DayOfResults]) -> Answerer | None:
    """Who answered last; of several on that day the one with the most results."""
    if not days:
        return None
    last = days[-1].day
    counts: Counter[Answerer] = Counter()
    for day in days:
        if day.day == last:
            counts[day.answerer] += day.results
    return counts.most_common(1)[0][0]


def _summed(days: Iterable[DayOfResults]) -> list[int]:
    bins = [0] * 20
    for day in days:
        bins = [before + now for before, now in zip(bins, day.confidence, strict=True)]
    return bins


def _results(days: Sequence[DayOfResults]) -> Plot:
    counts: dict[tuple[date, str], float] = defaultdict(float)
    for day in days:
        counts[day.day, day.answerer.label] += day.results
    return _over(
        ("Results a day", DEFINITIONS["results"]), counts, _every_day(day.day for day in days)
    )


def _mix(days: Sequence[DayOfResults]) -> Plot:
    of_week: Counter[date] = Counter()
    counts: dict[tuple[date, str], float] = defaultdict(float)
    for day in days:
        of_week[week_of(day.day)] += day.results
        counts[week_of(day.day), day.label] += day.results
    shares = {(week, label): count / of_week[week] for (week, label), count in counts.items()}
    return _over(("Labels a week", DEFINITIONS["mix"]), shares, sorted(of_week), percent=True)


def _adoption(days: Sequence[DayOfRows]) -> Plot:
    of_day: Counter[date] = Counter()
    for day in days:
        of_day[day.day] += day.rows
    shares = {(day.day, day.answerer.label): day.rows / of_day[day.day] for day in days}
    return _over(
        ("Who made the rows that are shown", DEFINITIONS["adoption"]),
        shares,
        sorted(of_day),
        percent=True,
    )


def _feedback(days: Sequence[DayOfResults], words: Sequence[Feedback]) -> Plot:
    of_week: Counter[date] = Counter()
    for day in days:
        of_week[week_of(day.day)] += day.results
    verdicts: tuple[tuple[str, Callable[[Feedback], int]], ...] = (
        ("wrong", lambda word: word.wrong),
        ("wrong, with the right value", lambda word: word.value),
        ("right", lambda word: word.right),
    )
    counts: dict[tuple[date, str], float] = defaultdict(float)
    for word in words:
        if results := of_week[week_of(word.day)]:
            for name, number in verdicts:
                counts[week_of(word.day), name] += 1_000 * number(word) / results
    return _over(
        ("Corrections for each thousand results", DEFINITIONS["feedback"]),
        counts if words else {},
        sorted(of_week) if words else [],
    )


def _drift(weeks: Sequence[WeekOfDrift]) -> Plot:
    drawn = [
        Line("confidence", [week.confidence for week in weeks]),
        Line("labels", [week.labels for week in weeks]),
    ]
    kept = [line for line in drawn if any(value is not None for value in line.values)]
    places = [week.week.isoformat() for week in weeks]
    return lines("Drift by week (PSI)", DEFINITIONS["drift"], places, kept)


def _adopted(days: Sequence[DayOfRows], selection: Selection) -> float | None:
    """The share of the selected among the rows of the last day that was counted."""
    if not days:
        return None
    last = [day for day in days if day.day == days[-1].day]
    total = sum(day.rows for day in last)
    ours = sum(day.rows for day in last if _is_selected(day.answerer, selection))
    return ours / total if total else None


def _is_selected(who: Answerer, selection: Selection) -> bool:
    name = who.model.rpartition("@")[0]
    return selection.method in (None, who.method) and selection.model in (None, name)


def _over(
    titled: tuple[str, str],
    values: dict[tuple[date, str], float],
    places: Sequence[date],
    *,
    percent: bool = False,
) -> Plot:
    """Lines over days; those with the most come first."""
    sums: dict[str, float] = defaultdict(float)
    for (_, name), value in values.items():
        sums[name] += value
    drawn = [
        Line(name, [values.get((place, name), 0.0) for place in places])
        for name in sorted(sums, key=lambda name: (-sums[name], name))
    ]
    texts = [place.isoformat() for place in places]
    return lines(*titled, texts if drawn else [], drawn, percent=percent)


def _every_day(days: Iterable[date]) -> list[date]:
    """All days from the first to the last, those without a result, too."""
    known = sorted(set(days))
    if not known:
        return []
    return [known[0] + timedelta(days=number) for number in range((known[-1] - known[0]).days + 1)]
