"""Telemetry: what is counted is what history says, however often it was interrupted."""

import signal
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import asyncpg
import pytest

from infra.postgres.connect import TRANSIENT
from infra.postgres.telemetry import count_days, days_to_count
from infra.settings import Settings
from streams.operate.aggregate import aggregate
from streams.operate.process import StartError
from tests.integration.telemetry_rows import (
    DAYS,
    FIRST,
    correct,
    counted,
    dumped,
    history,
    naive,
    results,
    write,
)
from tests.support import running

pytestmark = [pytest.mark.stack, pytest.mark.slow]

NOW = FIRST + timedelta(days=DAYS)


def settings_of(database: SimpleNamespace) -> Settings:
    return Settings(postgres_dsn=database.dsn)


@pytest.mark.parametrize("count", [300, 6_000])
async def test_what_is_counted_is_what_history_says(database: SimpleNamespace, count: int) -> None:
    await write(database.db, results(count))
    await aggregate(settings_of(database), now=NOW)
    expected = naive(await history(database.db))
    now = await counted(database.db)
    assert len(expected["agreement_day"]) > 20
    for table, rows in expected.items():
        assert now[table] == rows, table


async def test_a_second_run_changes_nothing_and_counts_one_day(
    database: SimpleNamespace,
) -> None:
    await write(database.db, results(300))
    await correct(database.db, 40)
    first = await aggregate(settings_of(database), now=NOW)
    before = await dumped(database.db)
    assert first >= DAYS
    assert await aggregate(settings_of(database), now=NOW) == 1, "today may still change"
    assert await dumped(database.db) == before
    assert await aggregate(settings_of(database), since=FIRST.date(), now=NOW) >= DAYS
    assert await dumped(database.db) == before


async def test_missed_days_are_caught_up(database: SimpleNamespace) -> None:
    db = database.db
    await write(db, results(300))
    await aggregate(settings_of(database), now=FIRST + timedelta(days=1))
    assert await days_to_count(db, NOW) == [
        (FIRST + timedelta(days=number)).date() for number in range(1, DAYS + 1)
    ]
    await aggregate(settings_of(database), now=NOW)
    expected = naive(await history(db))
    assert (await counted(db))["model_day"] == expected["model_day"]


async def test_a_day_just_over_may_still_change(database: SimpleNamespace) -> None:
    """A row bears the time at which its transaction began, and is seen when that ended."""
    db = database.db
    midnight = FIRST.replace(hour=0) + timedelta(days=1)
    await write(db, results(50))
    await aggregate(settings_of(database), now=midnight + timedelta(minutes=5))
    assert (await days_to_count(db, midnight + timedelta(minutes=6)))[0] == FIRST.date()
    await aggregate(settings_of(database), now=midnight + timedelta(minutes=70))
    assert (await days_to_count(db, midnight + timedelta(minutes=71)))[0] == midnight.date()


_KILLS = """
CREATE FUNCTION killed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_terminate_backend(pg_backend_pid());
    RETURN NEW;
END
$$;
CREATE TRIGGER killed BEFORE INSERT ON agreement_day FOR EACH ROW
WHEN (NEW.day = '{day}') EXECUTE FUNCTION killed()
"""


async def test_a_killed_run_leaves_whole_days_and_the_next_goes_on(
    database: SimpleNamespace,
) -> None:
    db = database.db
    await write(db, results(300))
    victim = await asyncpg.connect(database.dsn)
    days = await days_to_count(db, NOW)
    await db.execute(_KILLS.format(day=days[1]))
    with pytest.raises(TRANSIENT):
        async for _ in count_days(victim, days, NOW, remember=True):
            pass
    rows = await db.fetch("SELECT DISTINCT day FROM rule_day")
    assert [row["day"] for row in rows] == days[:1], "the second day is not there by halves"
    assert await days_to_count(db, NOW) == days[1:]
    await db.execute("DROP FUNCTION killed CASCADE")
    await aggregate(settings_of(database), now=NOW)
    assert await counted(db) == naive(await history(db))


async def test_the_command_counts_and_says_so(database: SimpleNamespace, tmp_path: Path) -> None:
    await write(database.db, results(60))
    environment = {"STREAMS_POSTGRES_DSN": database.dsn, "STREAMS_HOME": str(tmp_path)}
    arguments = ["streams.operate.aggregate", "--since", FIRST.date().isoformat()]
    with running(arguments, environment, tmp_path / "log") as process:
        assert process.wait() == 0, process.output
        assert "fields_corrected=0" in process.output
    assert await counted(database.db) == naive(await history(database.db))
    bad = [*arguments[:1], "--day", "yesterday"]
    with running(bad, environment, tmp_path / "bad") as process:
        assert process.wait() == 2
    with running(arguments, environment, tmp_path / "interrupted") as process:
        process.popen.send_signal(signal.SIGINT)
        assert process.wait() in (0, 130, -signal.SIGINT)


async def test_without_tables_it_says_what_to_do(database: SimpleNamespace) -> None:
    await database.db.execute("DROP TABLE model_day CASCADE")
    with pytest.raises(StartError, match=r"infra\.postgres migrate"):
        await aggregate(settings_of(database), now=NOW)


async def feedback(db: asyncpg.Connection) -> dict[str, int]:
    row = await db.fetchrow(
        'SELECT coalesce(sum("wrong"), 0)::int AS wrong, coalesce(sum("right"), 0)::int AS right,'
        ' coalesce(sum("value"), 0)::int AS value, coalesce(sum(corrected), 0)::int AS corrected'
        " FROM feedback_day"
    )
    return dict(row)


async def test_corrections_are_counted_as_people_meant_them(database: SimpleNamespace) -> None:
    db = database.db
    await write(db, results(200))
    await correct(db, 120)
    await aggregate(settings_of(database), now=NOW)
    words = await db.fetch(
        "SELECT DISTINCT ON (result_id, field, reporter) result_id, field, verdict"
        " FROM standing_corrections"
        " ORDER BY result_id, field, reporter, observed_at DESC, id DESC"
    )
    wrong = [word for word in words if word["verdict"] == "wrong"]
    assert 0 < len(wrong) < 120
    assert await feedback(db) == {
        "wrong": len(wrong),
        "right": len(words) - len(wrong),
        "value": 0,
        "corrected": len({(word["result_id"], word["field"]) for word in wrong}),
    }
    # All of it is taken back: the days on which it was said count it no more.
    await db.execute(
        "INSERT INTO corrections (id, observed_at, infohash, stage, field, place, verdict,"
        " reporter, revokes) SELECT decode(md5(id::text), 'hex'), observed_at, infohash, stage,"
        " field, place, 'withdrawn', reporter, id FROM standing_corrections"
    )
    await aggregate(settings_of(database), now=NOW)
    assert await feedback(db) == {"wrong": 0, "right": 0, "value": 0, "corrected": 0}


async def test_a_correction_does_not_change_what_the_model_said(
    database: SimpleNamespace,
) -> None:
    db = database.db
    await write(db, results(120))
    await aggregate(settings_of(database), now=NOW)
    before = await counted(db)
    await db.execute(
        "INSERT INTO corrections (id, observed_at, infohash, stage, field, place, verdict, value,"
        " result_id, reporter) SELECT substring(result_id FROM 1 FOR 16), now(), infohash,"
        " 'classify', 'medium', 'class', 'value', '\"software/game\"', result_id, 'ada'"
        " FROM classifications"
    )
    await db.execute("SELECT correct_again(ARRAY(SELECT infohash FROM classifications))")
    assert await db.fetchval("SELECT count(DISTINCT subcategory) FROM classifications") == 1
    await aggregate(settings_of(database), since=FIRST.date(), now=NOW)
    assert await counted(db) == before


async def test_adoption_is_who_made_the_current_rows(database: SimpleNamespace) -> None:
    db = database.db
    await write(db, results(200))
    await aggregate(settings_of(database), now=NOW)
    assert await db.fetchval("SELECT count(DISTINCT day) FROM adoption_day") == 1
    shares = {
        (row["stage"], row["revision"]): row["rows"]
        for row in await db.fetch(
            "SELECT stage::text, revision, sum(rows)::int AS rows FROM adoption_day GROUP BY 1, 2"
        )
    }
    current = await db.fetch("SELECT revision, count(*)::int AS n FROM classifications GROUP BY 1")
    assert {row["revision"]: row["n"] for row in current} == {
        revision: rows for (stage, revision), rows in shares.items() if stage == "classify"
    }


async def test_a_first_run_on_an_empty_database_counts_nothing(
    database: SimpleNamespace,
) -> None:
    assert await aggregate(settings_of(database), day=date(2026, 1, 1), now=NOW) == 1
    assert await database.db.fetchval("SELECT count(*) FROM telemetry_place") == 0
    assert await aggregate(settings_of(database), now=NOW) == 1
    assert all(not rows for rows in (await dumped(database.db)).values())
