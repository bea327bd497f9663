"""A soak's judgement: which points count, what fails a bar, and who is restarted how."""

import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.benchmarks.live.groups import Waiting
from tests.benchmarks.live.memory import Memory
from tests.benchmarks.live.rows import Account
from tests.benchmarks.soak.__main__ import main
from tests.benchmarks.soak.report import Report, Sample, bars, lag_quantiles, series, slopes
from tests.benchmarks.soak.restarts import end

MB = 1_000_000
GOOD = Account(
    published=1_000,
    torrents=870,
    lost=0,
    unclassified=0,
    strange=0,
    duplicates=0,
    dirty=30,
    dead_letters=30,
)


def sample(at: float, *memory: Memory) -> Sample:
    return Sample(at, memory, 0, 0, 0, 0)


def report(account: Account = GOOD, lag: float = 0.3, growth: float = 0.0) -> Report:
    looks = [
        sample(10.0 * n, Memory("store", 1, int(90 * MB + growth * MB * n / 360), 0))
        for n in range(20)
    ]
    judged = Report(
        seconds=200,
        settle=0,
        account=account,
        restarts=[],
        latencies={},
        lags={"store": (0.1, lag)},
        slopes=slopes(looks, 0),
        cpu={},
    )
    judged.bars = bars(judged)
    return judged


def test_all_bars_are_held_where_nothing_is_wrong() -> None:
    assert report().is_held


@pytest.mark.parametrize(
    "wrong",
    [
        {"account": replace(GOOD, lost=1)},
        {"account": replace(GOOD, unclassified=1)},
        {"account": replace(GOOD, strange=1)},
        {"account": replace(GOOD, duplicates=1)},
        {"account": replace(GOOD, dead_letters=29)},
        {"account": replace(GOOD, dead_letters=31)},
        {"lag": 2.1},
        {"growth": 1.5},
    ],
)
def test_each_fault_fails_exactly_its_bar(wrong: dict) -> None:
    assert [bar.is_held for bar in report(**wrong).bars].count(False) == 1


def test_a_process_that_was_seen_too_seldom_holds_no_bar() -> None:
    looks = [sample(10.0 * n, Memory("worker-1", 1, MB, MB)) for n in range(3)]
    judged = report()
    judged.slopes = slopes(looks, 0)
    assert not bars(judged)[0].is_held


def test_the_first_minutes_of_each_life_are_left_out() -> None:
    looks = [
        sample(at, Memory("worker-1", 1 if at < 100 else 2, MB, MB)) for at in range(0, 300, 10)
    ]
    ((_, points),) = series(looks, 50).items()
    times = [round(p.hours * 3600) for p in points]
    assert times == [*range(50, 100, 10), *range(150, 300, 10)]


def test_of_short_lives_each_is_one_point_when_it_ends() -> None:
    looks = [
        sample(at, Memory("worker-1", at // 60, (at % 60 + at // 60) * MB, MB))
        for at in range(0, 300, 10)
    ]
    ((name, points),) = series(looks, 1200).items()
    assert name == "worker-1, when ended"
    assert [(round(p.hours * 3600), p.megabytes) for p in points] == [
        (50, 50.0),
        (110, 51.0),
        (170, 52.0),
        (230, 53.0),
    ], "the last one has not ended"
    assert {p.life for p in points} == {0}, "one line through all of them"


def test_processes_that_share_memory_are_one_series_of_what_they_have_together() -> None:
    looks = [
        sample(at, Memory("Postgres: a", 1, 90 * MB, 5 * MB), Memory("Postgres: b", 2, MB, 2 * MB))
        for at in range(0, 100, 10)
    ]
    ((name, points),) = series(looks, 0).items()
    assert name.startswith("Postgres")
    assert {point.megabytes for point in points} == {7.0}


def test_lag_is_the_nearest_rank_of_all_looks() -> None:
    looks = [{"store": Waiting(1, float(n))} for n in range(1, 101)]
    assert lag_quantiles(looks) == {"store": (50.0, 99.0)}


@pytest.mark.parametrize(("number", "by"), [(0, "SIGTERM"), (1, "SIGKILL"), (2, "SIGTERM")])
def test_the_first_worker_is_ended_both_ways_and_the_others_live(number: int, by: str) -> None:
    sleeps = [sys.executable, "-c", "import time; time.sleep(60)"]
    processes = {name: subprocess.Popen(sleeps) for name in ("worker-2", "worker-1", "store")}
    try:
        ended = end(number, {name: process.pid for name, process in processes.items()})
        assert ended is not None
        assert (ended.worker, ended.by) == ("worker-1", by)
        assert processes["worker-1"].wait(30) == -signal.Signals[by]
        assert [processes[name].poll() for name in ("worker-2", "store")] == [None, None]
    finally:
        for process in processes.values():
            process.kill()
            process.wait(30)


def test_without_a_worker_nothing_is_ended() -> None:
    assert end(0, {"store": 1}) is None


@pytest.mark.parametrize(
    "wrong", [["--minutes", "0"], ["--rate", "fast"], ["--dirty", "1"], ["--restart-every", "-1"]]
)
def test_options_that_make_no_sense_are_refused(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2
