"""What pages, alarms and `streams.status` show of telemetry: sums over days, never over results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import asyncpg


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who made results: a model at a revision, by a method, for a stage."""

    stage: str
    method: str
    model: str
    revision: int

    @property
    def label(self) -> str:
        """How a page names it, `classify@2.0.0, revision 6, rules` for example."""
        return f"{self.model}, revision {self.revision}, {self.method}"


@dataclass(frozen=True, slots=True)
class Selection:
    """Whose results are looked at, and since when.

    `model` is what stands before the @ in the names of its versions; None takes every model.
    """

    stage: str
    since: date
    method: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class DayOfResults:
    """Results of one answerer and label on one day; `confidence` has 20 bins."""

    day: date
    answerer: Answerer
    label: str
    results: int
    confidence: Sequence[int]
    confidence_sum: float


@dataclass(frozen=True, slots=True)
class DayOfRows:
    """How many current rows an answerer had on a day."""

    day: date
    answerer: Answerer
    rows: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often two witnesses of the same inputs contradict each other about a field.

    `gap` is the mean difference of their confidences where they do.
    """

    field: str
    answerer: Answerer
    other: Answerer
    pairs: int
    contradicted: int
    gap: float


@dataclass(frozen=True, slots=True)
class Feedback:
    """What people said on a day of results of an answerer."""

    day: date
    answerer: Answerer
    wrong: int
    right: int
    value: int


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """What one rule decided, and how much of it people looked at.

    `corrected` counts fields of results that were called wrong, `confirmed` votes for right.
    """

    field: str
    rule: str
    results: int
    corrected: int
    confirmed: int

    @property
    def precision(self) -> float:
        """The share of its results that nobody corrected: the most that its precision can be."""
        return 1 - min(self.corrected, self.results) / self.results if self.results else 0.0


@dataclass(frozen=True, slots=True)
class Summary:
    """What an answerer did in some days, and how many rows it makes that are shown now."""

    answerer: Answerer
    results: int
    mean_confidence: float | None
    verdicts: Mapping[str, int]
    rows: int
    pairs: int
    contradicted: int

    @property
    def corrected(self) -> int:
        """Corrections that call its results wrong."""
        return self.verdicts["wrong"] + self.verdicts["value"]


_SELECTED = """
    t.stage = $1::text::stage AND t.day >= $2 AND ($3::text IS NULL OR t.method::text = $3)
    AND ($4::text IS NULL OR split_part(m.name, '@', 1) = $4)
"""

_RESULTS = f"""
SELECT t.*, t.stage::text AS stage, t.method::text AS method, m.name AS model
FROM model_day t JOIN model m ON m.id = t.model_id WHERE {_SELECTED}
ORDER BY t.day, m.name, t.revision, t.method, t.label
"""  # noqa: S608 (constants)

_ADOPTION = """
SELECT t.*, t.stage::text AS stage, t.method::text AS method, m.name AS model
FROM adoption_day t JOIN model m ON m.id = t.model_id
WHERE t.stage = $1::text::stage AND t.day >= $2
ORDER BY t.day, m.name, t.revision, t.method
"""

# A witness is shown on the page of each of the two.
_AGREEMENT = """
SELECT t.stage::text AS stage, t.field, t.method::text AS method, m.name AS model, t.revision,
    t.other_method::text AS other_method, o.name AS other_model, t.other_revision,
    sum(t.pairs)::bigint AS pairs, sum(t.contradicted)::bigint AS contradicted, sum(t.gap) AS gap
FROM agreement_day t JOIN model m ON m.id = t.model_id JOIN model o ON o.id = t.other_model_id
WHERE t.stage = $1::text::stage AND t.day >= $2
    AND ($3::text IS NULL OR $3 IN (t.method::text, t.other_method::text))
    AND ($4::text IS NULL OR $4 IN (split_part(m.name, '@', 1), split_part(o.name, '@', 1)))
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
ORDER BY pairs DESC, 2, 4, 5
"""

_FEEDBACK = f"""
SELECT t.day, t.stage::text AS stage, t.method::text AS method, m.name AS model, t.revision,
    sum(t."wrong")::bigint AS "wrong", sum(t."right")::bigint AS "right",
    sum(t."value")::bigint AS "value"
FROM feedback_day t JOIN model m ON m.id = t.model_id WHERE {_SELECTED}
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 4, 5
"""  # noqa: S608 (constants)

_RULES = f"""
WITH decided AS (
    SELECT t.field, t.rule, sum(t.results)::bigint AS results
    FROM rule_day t JOIN model m ON m.id = t.model_id WHERE {_SELECTED} GROUP BY 1, 2
), judged AS (
    SELECT t.field, t.rule, sum(t.corrected)::bigint AS corrected, sum(t."right")::bigint AS "right"
    FROM feedback_day t JOIN model m ON m.id = t.model_id WHERE {_SELECTED} GROUP BY 1, 2
)
SELECT field, rule, results, coalesce(corrected, 0) AS corrected, coalesce("right", 0) AS confirmed
FROM decided LEFT JOIN judged USING (field, rule)
ORDER BY coalesce(corrected, 0) DESC, results DESC, field, rule
LIMIT $5
"""  # noqa: S608 (constants)

# Sums of some days by who answered; rows are those of the last day on which they were counted.
_SUMMARY = """
WITH answered AS (
    SELECT stage, method, model_id, revision, sum(results)::bigint AS results,
        sum(confidence_sum) AS confidence
    FROM model_day WHERE day >= $1 GROUP BY 1, 2, 3, 4
), judged AS (
    SELECT stage, method, model_id, revision, sum("wrong")::bigint AS "wrong",
        sum("right")::bigint AS "right", sum("value")::bigint AS "value"
    FROM feedback_day WHERE day >= $1 GROUP BY 1, 2, 3, 4
), shown AS (
    SELECT stage, method, model_id, revision, rows
    FROM adoption_day WHERE day = (SELECT max(day) FROM adoption_day)
), witnessed AS (
    SELECT stage, method, model_id, revision, sum(pairs)::bigint AS pairs,
        sum(contradicted)::bigint AS contradicted
    FROM agreement_day WHERE day >= $1 GROUP BY 1, 2, 3, 4
)
SELECT stage::text AS stage, method::text AS method, m.name AS model, revision,
    coalesce(results, 0) AS results, coalesce(confidence, 0) AS confidence,
    coalesce("wrong", 0) AS "wrong", coalesce("right", 0) AS "right",
    coalesce("value", 0) AS "value", coalesce(rows, 0) AS rows, coalesce(pairs, 0) AS pairs,
    coalesce(contradicted, 0) AS contradicted
FROM answered
FULL JOIN judged USING (stage, method, model_id, revision)
FULL JOIN shown USING (stage, method, model_id, revision)
FULL JOIN witnessed USING (stage, method, model_id, revision)
JOIN model m ON m.id = model_id
ORDER BY 1, 2, 3, 4
"""

_COUNTED_AT = "SELECT counted_at FROM telemetry_place"


async def summary(connection: asyncpg.Connection, since: date) -> list[Summary]:
    """What each answerer did since a day."""
    rows = await connection.fetch(_SUMMARY, since)
    return [
        Summary(
            answerer=_answerer(row),
            results=row["results"],
            mean_confidence=row["confidence"] / row["results"] if row["results"] else None,
            verdicts={verdict: row[verdict] for verdict in ("wrong", "right", "value")},
            rows=row["rows"],
            pairs=row["pairs"],
            contradicted=row["contradicted"],
        )
        for row in rows
    ]


async def results_by_day(
    connection: asyncpg.Connection, selection: Selection
) -> list[DayOfResults]:
    """Results of the selected, oldest day first."""
    rows = await connection.fetch(_RESULTS, *_arguments(selection))
    return [
        DayOfResults(
            day=row["day"],
            answerer=_answerer(row),
            label=row["label"],
            results=row["results"],
            confidence=tuple(row["confidence"]),
            confidence_sum=row["confidence_sum"],
        )
        for row in rows
    ]


async def adoption(connection: asyncpg.Connection, stage: str, since: date) -> list[DayOfRows]:
    """Who made the current rows of a stage, oldest day first."""
    rows = await connection.fetch(_ADOPTION, stage, since)
    return [DayOfRows(row["day"], _answerer(row), row["rows"]) for row in rows]


async def agreement(connection: asyncpg.Connection, selection: Selection) -> list[Agreement]:
    """Pairs of witnesses of which the selected is one, those with most common inputs first."""
    rows = await connection.fetch(_AGREEMENT, *_arguments(selection))
    return [
        Agreement(
            field=row["field"],
            answerer=_answerer(row),
            other=Answerer(
                row["stage"], row["other_method"], row["other_model"], row["other_revision"]
            ),
            pairs=row["pairs"],
            contradicted=row["contradicted"],
            gap=row["gap"] / row["contradicted"] if row["contradicted"] else 0.0,
        )
        for row in rows
    ]


async def feedback(connection: asyncpg.Connection, selection: Selection) -> list[Feedback]:
    """What people said of results of the selected, oldest day first."""
    rows = await connection.fetch(_FEEDBACK, *_arguments(selection))
    return [
        Feedback(row["day"], _answerer(row), row["wrong"], row["right"], row["value"])
        for row in rows
    ]


async def rules(
    connection: asyncpg.Connection, selection: Selection, limit: int = 200
) -> list[RuleFigures]:
    """What each rule decided, the most corrected first, then those with most results."""
    rows = await connection.fetch(_RULES, *_arguments(selection), limit)
    return [RuleFigures(**row) for row in rows]


async def counted_at(connection: asyncpg.Connection) -> str | None:
    """When telemetry was counted last, in ISO 8601. Returns None if it never was."""
    moment = await connection.fetchval(_COUNTED_AT)
    return moment.isoformat(timespec="minutes") if moment else None


def _arguments(selection: Selection) -> tuple[object, ...]:
    return (selection.stage, selection.since, selection.method, selection.model)


def _answerer(row: asyncpg.Record) -> Answerer:
    return Answerer(row["stage"], row["method"], row["model"], row["revision"])
