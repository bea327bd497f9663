"""What models said, a row a day: counted from history, one day in one transaction.

What is written is a pure function of what is stored, so a day that is counted twice has the same
rows, and a kill leaves the rows of before.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import asyncpg

BINS = 20
"""Bins of a histogram of confidence, each a twentieth wide."""

_LOCK = 0x74656C656D  # "telem": two aggregating processes wait for each other

_SETTLED = timedelta(hours=1)
"""A day may still change so long after its end: a row bears the time its transaction began."""

_FIRST = """
SELECT least(
    (SELECT min(recorded_at) FROM superseded), (SELECT min(recorded_at) FROM classifications),
    (SELECT min(recorded_at) FROM extractions), (SELECT min(recorded_at) FROM links)
)
"""

_BINNED = ", ".join(
    f"coalesce(sum(results) FILTER (WHERE bin = {number}), 0)::integer" for number in range(BINS)
)

_MODELS = f"""
INSERT INTO model_day (day, stage, method, model_id, revision, label, results, confidence,
    confidence_sum)
SELECT $1::date, stage, method, model_id, revision, label, sum(results), ARRAY[{_BINNED}],
    sum(total)
FROM (
    SELECT stage, method, model_id, revision, label,
        least({BINS - 1}, floor(confidence * {BINS})::integer) AS bin,
        count(*) AS results, sum(confidence) AS total
    FROM answers WHERE recorded_at >= $2 AND recorded_at < $3
    GROUP BY 1, 2, 3, 4, 5, 6
) AS binned
GROUP BY 2, 3, 4, 5, 6
"""  # noqa: S608 (constants)

_RULES = """
INSERT INTO rule_day (day, stage, method, model_id, revision, field, rule, results)
SELECT $1::date, stage, method, model_id, revision, field, rule, count(*)
FROM answers, unnest(fields, rules) AS decided(field, rule)
WHERE recorded_at >= $2 AND recorded_at < $3
GROUP BY 2, 3, 4, 5, 6, 7
"""

# Of two results of one input at least one is not current: the small table has it.
_AGREEMENT = """
INSERT INTO agreement_day (day, stage, field, method, model_id, revision, other_method,
    other_model_id, other_revision, pairs, contradicted, gap)
SELECT $1::date, stage, (said_fields(stage))[place], method, model_id, revision, other_method,
    other_model_id, other_revision, count(*), count(*) FILTER (WHERE mine <> theirs),
    coalesce(sum(gap) FILTER (WHERE mine <> theirs), 0)
FROM (
    SELECT later.stage, later.method, later.model_id, later.revision, later.said,
        earlier.method AS other_method, earlier.model_id AS other_model_id,
        earlier.revision AS other_revision, earlier.said AS other_said,
        abs(later.confidence - earlier.confidence) AS gap
    FROM answers later
    JOIN superseded_answers earlier USING (stage, infohash, input_hash)
    WHERE later.recorded_at >= $2 AND later.recorded_at < $3
        AND (earlier.recorded_at, earlier.result_id) < (later.recorded_at, later.result_id)
    UNION ALL
    SELECT later.stage, later.method, later.model_id, later.revision, later.said,
        earlier.method, earlier.model_id, earlier.revision, earlier.said,
        abs(later.confidence - earlier.confidence)
    FROM superseded_answers later
    JOIN current_answers earlier USING (stage, infohash, input_hash)
    WHERE later.recorded_at >= $2 AND later.recorded_at < $3
        AND (earlier.recorded_at, earlier.result_id) < (later.recorded_at, later.result_id)
) AS witnesses, unnest(said, other_said) WITH ORDINALITY AS fields(mine, theirs, place)
WHERE mine IS NOT NULL AND theirs IS NOT NULL
GROUP BY 2, 3, 4, 5, 6, 7, 8, 9
"""

_COUNTED = {"model_day": _MODELS, "rule_day": _RULES, "agreement_day": _AGREEMENT}
"""The tables that hold a day of history, and what fills them."""

_ADOPTION = """
INSERT INTO adoption_day (day, stage, method, model_id, revision, rows)
SELECT $1::date, stage, method, model_id, revision, count(*)
FROM current_answers GROUP BY 2, 3, 4, 5
"""

# Of one person the latest word about a field of a result counts. A value that is what the result
# said is a "right". Fields go by the names that evidence has, which depend on the class.
_FEEDBACK = """
WITH words AS (
    SELECT DISTINCT ON (infohash, stage, field, reporter, result_id) infohash, stage, result_id,
        CASE stage WHEN 'classify' THEN 'class' WHEN 'match' THEN 'link'
            ELSE coalesce(own_field(subcategory, field), field) END AS field,
        (observed_at AT TIME ZONE 'UTC')::date AS day,
        CASE WHEN verdict = 'value' AND value IS NOT DISTINCT FROM said THEN 'right'
            ELSE verdict END AS verdict
    FROM standing_corrections
    WHERE result_id IS NOT NULL
    ORDER BY infohash, stage, field, reporter, result_id, observed_at DESC, id DESC
), judged AS (
    SELECT word.day, word.stage, answer.method, answer.model_id, answer.revision, word.field,
        coalesce(answer.rules[array_position(answer.fields, word.field)], '') AS rule, word.verdict,
        word.verdict <> 'right' AND row_number() OVER (
            PARTITION BY word.result_id, word.field, word.verdict = 'right' ORDER BY word.day
        ) = 1 AS is_first
    FROM words AS word
    JOIN answers AS answer USING (infohash, stage, result_id)
), counted AS (
    SELECT day, stage, method, model_id, revision, field, rule,
        count(*) FILTER (WHERE verdict = 'wrong')::integer AS "wrong",
        count(*) FILTER (WHERE verdict = 'right')::integer AS "right",
        count(*) FILTER (WHERE verdict = 'value')::integer AS "value",
        count(*) FILTER (WHERE is_first)::integer AS corrected
    FROM judged GROUP BY 1, 2, 3, 4, 5, 6, 7
), emptied AS (
    DELETE FROM feedback_day AS old WHERE NOT EXISTS (
        SELECT FROM counted AS new
        WHERE (new.day, new.stage, new.method, new.model_id, new.revision, new.field, new.rule)
            = (old.day, old.stage, old.method, old.model_id, old.revision, old.field, old.rule))
)
INSERT INTO feedback_day AS old SELECT * FROM counted
ON CONFLICT (day, stage, method, model_id, revision, field, rule) DO UPDATE SET
    "wrong" = excluded."wrong", "right" = excluded."right", "value" = excluded."value",
    corrected = excluded.corrected
WHERE (old."wrong", old."right", old."value", old.corrected)
    <> (excluded."wrong", excluded."right", excluded."value", excluded.corrected)
"""

_PLACE = """
INSERT INTO telemetry_place (counted_up_to, counted_at) VALUES ($1, $2)
ON CONFLICT (single) DO UPDATE SET
    counted_up_to = greatest(telemetry_place.counted_up_to, excluded.counted_up_to),
    counted_at = greatest(telemetry_place.counted_at, excluded.counted_at)
"""


@dataclass(frozen=True, slots=True)
class DayCounted:
    """A day that was counted, and how many results were recorded on it."""

    day: date
    results: int


async def days_to_count(
    connection: asyncpg.Connection, now: datetime, *, since: date | None = None
) -> list[date]:
    """The days that may have changed since the last time, today included; all the first time.

    Args:
        connection: any that may read.
        now: the time, with its zone.
        since: count from this day on, whatever was counted before.
    """
    start = since or await connection.fetchval("SELECT counted_up_to FROM telemetry_place")
    if start is None:
        first = await connection.fetchval(_FIRST)
        start = first.astimezone(UTC).date() if first else None
    today = now.astimezone(UTC).date()
    if start is None:
        return [today]
    return [start + timedelta(days=number) for number in range((today - start).days + 1)]


async def count_days(
    connection: asyncpg.Connection, days: list[date], now: datetime, *, remember: bool
) -> AsyncIterator[DayCounted]:
    """Count days, each in a transaction of its own, in their order.

    Args:
        connection: of the owner role, in no transaction.
        days: the days.
        now: the time, with its zone.
        remember: whether these are the days that were to be counted (`days_to_count`). They move
            the remembered place, so that a killed run goes on where it was.
    """
    for day in days:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
            results = await _count_day(connection, day)
            if remember:
                settled = (now.astimezone(UTC) - _SETTLED).date()
                await connection.execute(_PLACE, min(settled, day + timedelta(days=1)), now)
        yield DayCounted(day, results)


async def count_adoption(connection: asyncpg.Connection, now: datetime) -> int:
    """Count who made the rows that are current now, as those of today.

    Returns how many rows there are.
    """
    today = now.astimezone(UTC).date()
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        await connection.execute("DELETE FROM adoption_day WHERE day = $1", today)
        await connection.execute(_ADOPTION, today)
        rows = "SELECT coalesce(sum(rows), 0)::bigint FROM adoption_day WHERE day = $1"
        return int(await connection.fetchval(rows, today))


async def count_feedback(connection: asyncpg.Connection) -> int:
    """Count all corrections that stand: what was taken back counts no more on any day.

    People make few of them, so they are counted anew each time. Returns how many fields of results
    were called wrong.
    """
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        await connection.execute(_FEEDBACK)
        corrected = "SELECT coalesce(sum(corrected), 0)::bigint FROM feedback_day"
        return int(await connection.fetchval(corrected))


async def _count_day(connection: asyncpg.Connection, day: date) -> int:
    """Write the rows of a day anew; returns how many results it has."""
    start = datetime.combine(day, time(), UTC)
    for table, query in _COUNTED.items():
        await connection.execute(f"DELETE FROM {table} WHERE day = $1", day)  # noqa: S608 (constant)
        await connection.execute(query, day, start, start + timedelta(days=1))
    results = "SELECT coalesce(sum(results), 0)::bigint FROM model_day WHERE day = $1"
    return int(await connection.fetchval(results, day))
