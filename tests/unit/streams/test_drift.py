"""Drift: nothing where nothing moved, more the more it did; and what it is held against."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.postgres.telemetry_reads import Answerer, DayOfResults
from models import registry
from streams.operate.drift import MOVED, MOVED_MUCH, base_name, drift, evaluated, psi, week_of

WHO = Answerer("classify", "rules", "classify@1", 1)
MONDAY = date(2026, 3, 2)
COUNTS = st.lists(st.integers(0, 10_000), min_size=2, max_size=20)


def day(number: int, label: str, place: int, results: int = 100) -> DayOfResults:
    bins = [0] * 20
    bins[place] = results
    return DayOfResults(MONDAY + timedelta(days=number), WHO, label, results, bins, 0.0)


@given(COUNTS)
def test_what_did_not_move_has_no_drift(counts: list[int]) -> None:
    assert psi(counts, counts) == pytest.approx(0, abs=1e-12)


@given(COUNTS, COUNTS)
def test_drift_is_never_negative_and_the_same_both_ways(
    first: list[int], second: list[int]
) -> None:
    size = min(len(first), len(second))
    index = psi(first[:size], second[:size])
    assert index >= -1e-12
    assert index == pytest.approx(psi(second[:size], first[:size]))


def test_a_known_value() -> None:
    """(0.8 - 0.5) ln(0.8 / 0.5) + (0.2 - 0.5) ln(0.2 / 0.5), nearly, as half a case is added."""
    assert psi([5_000, 5_000], [8_000, 2_000]) == pytest.approx(0.4159, abs=1e-3)
    assert 0 < MOVED < MOVED_MUCH < 0.4159


def test_without_a_reference_the_first_week_is_one() -> None:
    weeks = drift([day(0, "album", 19), day(8, "album", 19), day(15, "movie", 2)], None)
    assert [week.week for week in weeks] == [MONDAY + timedelta(days=7 * n) for n in range(3)]
    assert weeks[0].confidence == pytest.approx(0)
    assert weeks[1].labels == pytest.approx(0)
    for index in (weeks[2].confidence, weeks[2].labels):
        assert index is not None
        assert index > MOVED_MUCH
    assert drift([], None) == []


def test_the_classifier_that_ships_is_held_against_what_it_was_measured_on() -> None:
    manifest = registry.load("classify")
    reference = evaluated("classify", manifest.label, manifest.revision)
    if reference is None:
        pytest.skip("the report is of other weights: it is made anew with each release")
    assert sum(reference.confidence) == sum(reference.labels.values()) > 100
    (week,) = drift([day(0, "album", 19)], reference)
    assert week.labels is not None
    assert week.labels > MOVED_MUCH, "albums alone are no evaluation set"
    assert evaluated("classify", "classify@0", 1) is None


def test_names_and_weeks() -> None:
    assert base_name("classify@2.0.0") == "classify"
    assert base_name("mine") == "mine"
    assert week_of(date(2026, 3, 8)) == MONDAY
