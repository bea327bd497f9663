"""Health: from the offsets that Kafka has of a group, and never changed by looking."""

import time
from types import SimpleNamespace

import pytest
from aiokafka import TopicPartition
from prometheus_client import REGISTRY

from streams.operate.metrics import Backlog, Progress, ProgressBoard

FIRST, SECOND = TopicPartition("torrents.discovered.v1", 0), TopicPartition("t", 1)


def board_of(moved_at: float = 0.0) -> tuple[ProgressBoard, Progress]:
    board = ProgressBoard(stall_after=60)
    progress = board.add("classify")
    progress.moved_at = moved_at
    return board, progress


def test_a_stage_that_hung_from_its_start_is_not_well() -> None:
    board, progress = board_of()
    for second in range(0, 121, 5):
        progress.note({FIRST: Backlog(committed=0, end=500)}, float(second))
    assert not board.health(120).ok
    assert board.health(120).stages["classify"]["lag"] == 500


def test_a_stage_that_acknowledges_is_well_however_much_waits() -> None:
    board, progress = board_of()
    for second in range(0, 121, 5):
        progress.note({FIRST: Backlog(committed=second, end=1_000_000)}, float(second))
    assert board.health(120).ok
    assert not board.health(120 + 61).ok, "unless nobody could look since"


def test_a_stage_with_nothing_to_do_is_well_for_ever() -> None:
    board, progress = board_of()
    progress.note({FIRST: Backlog(committed=7, end=7)}, 0.0)
    assert board.health(1_000_000).ok
    progress.note({FIRST: Backlog(committed=7, end=9)}, 1_000_000.0)
    progress.note({FIRST: Backlog(committed=7, end=9)}, 1_000_070.0)
    assert not board.health(1_000_070).ok


def test_a_partition_that_left_and_came_back_is_not_held_against_the_stage() -> None:
    board, progress = board_of()
    progress.note({FIRST: Backlog(5, 5), SECOND: Backlog(5, 5)}, 0.0)
    progress.note({FIRST: Backlog(5, 5)}, 10.0)
    # Another worker had it for an hour and read on; it is back, and all of it was acknowledged.
    progress.note({FIRST: Backlog(5, 5), SECOND: Backlog(9_000, 9_000)}, 3_600.0)
    assert board.health(3_800).ok
    # It left again, and came back with a backlog that nobody acknowledged: a minute to do so.
    progress.note({FIRST: Backlog(5, 5)}, 3_900.0)
    progress.note({FIRST: Backlog(5, 5), SECOND: Backlog(9_000, 9_500)}, 7_200.0)
    assert board.health(7_200 + 59).ok
    assert not board.health(7_200 + 61).ok


def test_a_lagging_partition_that_leaves_takes_its_lag_along() -> None:
    board, progress = board_of()
    progress.note({FIRST: Backlog(5, 5), SECOND: Backlog(5, 500)}, 0.0)
    progress.note({FIRST: Backlog(5, 5)}, 50.0)
    assert board.health(10_000).ok


def test_looking_changes_nothing() -> None:
    board, progress = board_of()
    progress.note({FIRST: Backlog(0, 500)}, 5.0)
    before = vars(progress).copy()
    reports = [board.health(moment) for moment in (6.0, 60.0, 500.0, 6.0)]
    assert vars(progress) == before
    assert reports[0] == reports[3]
    assert not reports[2].ok


def aged(seconds: float) -> SimpleNamespace:
    """A record that Kafka was given so long ago."""
    return SimpleNamespace(timestamp=int((time.time() - seconds) * 1_000))


def test_the_age_of_a_batch_is_that_of_its_oldest_record() -> None:
    progress = ProgressBoard(stall_after=60).add("ages")
    progress.batch_done([aged(2), aged(40), aged(1)], 0.1)
    progress.batch_done([aged(-5)], 0.1)  # the clock of another machine is ahead
    progress.batch_done([SimpleNamespace(timestamp=-1)], 0.1)  # Kafka does not know
    assert REGISTRY.get_sample_value("mimmo_age_seconds_count", {"stage": "ages"}) == 2
    told = REGISTRY.get_sample_value("mimmo_age_seconds_sum", {"stage": "ages"})
    assert told == pytest.approx(40, abs=1)
