"""`--since`: only what is newer by the records' own dates."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.postgres.connect import DatabaseUnreachable
from infra.settings import Settings
from streams.replay.replay import Options, replay
from tests.unit.replay.dumps import KeptSink, csv, infohash, jsonl, replayed

SINCE = datetime(2020, 1, 1, tzinfo=UTC)


async def test_a_record_is_passed_over_if_all_its_dates_are_older(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    dates: list[dict[str, object]] = [
        {"created_at": "2019-12-31T23:59:59", "observed_at": "2019-12-31"},
        {"created_at": "2019-01-01", "observed_at": "2020-01-01T00:00:00"},
        {"created_at": "2021-01-01"},
        {"created_at": "2019-01-01"},
        {},
        {"created_at": "nonsense"},
    ]
    rows = ({"infohash": infohash(at), "name": str(at), **row} for at, row in enumerate(dates))
    path.write_text(jsonl(rows))
    replay = await replayed(path, tmp_path, since=SINCE)
    assert replay.names == ["1", "2", "4", "5"]
    assert dict(replay.summary.passed) == {"before --since": 2}
    assert (replay.summary.read, replay.summary.exit_code) == (6, 0)


async def test_a_dump_that_is_older_as_a_whole_was_of_use(tmp_path: Path) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(csv(3))
    summary = (await replayed(path, tmp_path, since=datetime(2030, 1, 1, tzinfo=UTC))).summary
    assert (summary.published, summary.exit_code) == (0, 0)


async def test_only_new_without_a_postgres_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(csv(3))
    away = Settings(home=tmp_path, postgres_dsn="postgresql://nobody@127.0.0.1:9/nothing")
    with pytest.raises(DatabaseUnreachable, match=r"infra\.local up"):
        await replay(Options(str(path), only_new=True), away, sink=KeptSink())
