"""The arithmetic of plans: exact where runs are, wider where they were off, never negative."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.topics import CLASSIFIED, DISCOVERED, EXTRACTION_REQUESTS
from streams.operate.capacity import arithmetic
from streams.operate.capacity.arithmetic import Plan, Range, total
from streams.operate.capacity.measured import Measured, Size
from tests.benchmarks.capacity.__main__ import added
from tests.benchmarks.capacity.measuring import roles

TOPICS = {DISCOVERED.name: 200.0, CLASSIFIED.name: 150.0, EXTRACTION_REQUESTS.name: 100.0}
amounts = st.floats(0.01, 1e4)
shares = st.floats(0, 1)


def size(rows: int, files: float, bytes_each: float, cpu: float = 2.0) -> Size:
    return Size(
        rows=rows,
        torrents=rows,
        files=files,
        cpu={"classify": cpu / 2, "store": cpu / 2},
        parsett=1.0,
        postgres={"torrents": bytes_each},
        kafka=dict(TOPICS),
        wal=3 * bytes_each,
        memory={"worker": 3e8},
        load=0.1,
    )


def measured(*sizes: Size) -> Measured:
    return Measured("a machine", 2, "2026-01-02", sizes)


BOTH = measured(size(10_000, 0, 1_000), size(10_000, 1, 2_000))


@given(files=shares, names=amounts, listed=amounts)
def test_a_mix_lies_between_names_alone_and_torrents_with_files(
    files: float, names: float, listed: float
) -> None:
    runs = measured(size(10, 0, names), size(10, 1, listed))
    value = arithmetic.mixed(runs, files, total("postgres"))
    assert min(names, listed) - 1e-6 <= value <= max(names, listed) + 1e-6


@given(torrents=st.floats(1, 1e9), years=st.floats(0.1, 50), was=amounts)
def test_a_range_holds_its_value_and_is_never_negative(
    torrents: float, years: float, was: float
) -> None:
    runs = measured(*BOTH.sizes, size(99_000, 0, was), size(99_000, 1, was), size(100_000, 0.5, 9))
    plan = Plan(torrents=torrents, years=years, cores=2)
    for span in (
        arithmetic.figure(runs, plan, total("postgres")),
        arithmetic.torrents_a_day(runs, plan),
        arithmetic.postgres_bytes(runs, plan, years),
        arithmetic.kafka_bytes(runs, plan, DISCOVERED.name),
    ):
        assert 0 <= span.low <= span.value <= span.high


@given(first=st.floats(1e5, 1e8), factor=st.floats(1, 1_000))
def test_the_further_from_what_was_measured_the_wider_the_range(
    first: float, factor: float
) -> None:
    runs = measured(*BOTH.sizes, size(100_000, 0, 1_100), size(100_000, 1, 2_200))
    errors = [
        arithmetic.error_at(runs, 0.5, total("postgres"), torrents)
        for torrents in (first, first * factor)
    ]
    assert errors[0] <= errors[1]


def test_a_tenth_more_with_a_tenfold_may_be_three_tenths_more_with_three() -> None:
    runs = measured(*BOTH.sizes, size(100_000, 0, 1_100), size(100_000, 1, 2_200))
    error = arithmetic.error_at(runs, 0.5, total("postgres"), 100e6)
    assert error == pytest.approx(0.3)


def test_what_the_arithmetic_missed_widens_every_range() -> None:
    runs = measured(*BOTH.sizes, size(10_000, 0.5, 1_200))
    ((check),) = arithmetic.checks(runs, total("postgres"))
    assert (check.told, check.was) == (1_500, 1_200)
    assert arithmetic.error_at(runs, 0.5, total("postgres"), 10_000) == pytest.approx(0.25)


def test_a_check_is_told_from_runs_that_are_not_larger() -> None:
    runs = measured(*BOTH.sizes, size(100_000, 0, 9), size(100_000, 1, 9), size(50_000, 0.5, 1_500))
    assert [check.told for check in arithmetic.checks(runs, total("postgres"))] == [1_500]


@given(cores=st.floats(0.1, 256), cpu=amounts)
def test_twice_the_cores_take_twice_the_torrents_a_day(cores: float, cpu: float) -> None:
    runs = measured(size(10, 0, 1, cpu), size(10, 1, 1, cpu))
    single, double = (
        arithmetic.torrents_a_day(runs, Plan(1e6, 1, count, busy=1.0)).value
        for count in (cores, 2 * cores)
    )
    assert double == pytest.approx(2 * single)
    assert single == pytest.approx(cores * 86_400_000 / cpu)


def test_a_topic_holds_what_came_within_its_retention_and_one_without_holds_all() -> None:
    plan = Plan(torrents=1_000_000, years=1, cores=2, sightings=1.0)
    held = {
        name: arithmetic.kafka_bytes(BOTH, plan, name).value / size_there
        for name, size_there in TOPICS.items()
    }
    day = 1_000_000 / 365.25
    assert held[DISCOVERED.name] == pytest.approx(7 * day)
    assert held[CLASSIFIED.name] == pytest.approx(30 * day)
    assert held[EXTRACTION_REQUESTS.name] == pytest.approx(1_000_000)


def test_a_dump_at_once_lies_in_every_topic_whole() -> None:
    plan = Plan(torrents=1_000_000, years=1, cores=2, sightings=1.0)
    for name, size_there in TOPICS.items():
        flood = arithmetic.kafka_bytes(BOTH, plan, name, at_once=True)
        assert flood.value == pytest.approx(1_000_000 * size_there)


def test_disk_grows_with_the_years_up_to_the_plan_s_end() -> None:
    plan = Plan(torrents=3_000_000, years=3, cores=2, files=0)
    disk = [arithmetic.postgres_bytes(BOTH, plan, year).value for year in (1, 2, 3, 4)]
    assert disk == [pytest.approx(1e9), pytest.approx(2e9), pytest.approx(3e9), pytest.approx(3e9)]


def test_without_both_kinds_nothing_is_made_up() -> None:
    with pytest.raises(ValueError, match="both kinds"):
        arithmetic.mixed(measured(size(10, 0, 1)), 0.5, total("cpu"))


def test_a_range_around_a_value_ends_at_nothing() -> None:
    assert Range.around(5, 2.0) == Range(0, 5, 15)


def test_a_run_takes_the_place_of_an_older_one_of_the_same_rows_and_files() -> None:
    newer = replace(BOTH.sizes[0], wal=7.0)
    after = added(BOTH, newer)
    assert after.sizes == (newer, BOTH.sizes[1])


def test_memory_is_told_by_role_and_helpers_are_left_out() -> None:
    peaks = {
        "worker 0: faust 12": 300_000_000,
        "worker 0: faust 13": 310_000_000,
        "worker 0: streams.store 14": 90_000_000,
        "worker 0: python 11": 70_000_000,
        "Postgres: postgres 5": 75_000_000,
        "Postgres: postgres 6": 4_000_000,
        "Kafka: java 7": 400_000_000,
        "replay": 60_000_000,
    }
    assert roles(peaks) == {
        "worker": 3.1e8,
        "store": 9e7,
        "Postgres": 7.5e7,
        "Kafka": 4e8,
        "replay": 6e7,
    }
    assert not math.isnan(sum(roles(peaks).values()))


def test_from_one_size_nothing_is_told_of_how_a_larger_store_differs() -> None:
    span = arithmetic.figure(BOTH, Plan(30e6, 3, 2), total("postgres"))
    assert (span.low, span.value, span.high) == (0, 1_500, math.inf)
    assert arithmetic.error_at(BOTH, 0.5, total("postgres"), 10_000) == 0
