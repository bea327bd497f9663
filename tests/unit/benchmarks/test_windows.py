"""A drain is cut into tenths of what was written."""

from tests.benchmarks.pipeline.windows import Sample, windows


def sample(at: float, written: int) -> Sample:
    return Sample(
        at=at,
        cpu=at / 2,
        parsett_cpu=at / 10,
        parsett_names=int(at * 100),
        written=written,
        dead=0,
        vacuums=0,
        memory={"workers": 1},
    )


def test_an_even_drain_has_ten_windows_of_the_same_rate() -> None:
    cut = windows([sample(at, at * 50) for at in range(102)])
    assert len(cut) == 10
    assert {round(window.rate) for window in cut} == {50}
    assert {round(window.milliseconds, 3) for window in cut} == {10.0}
    assert {round(window.parsett, 3) for window in cut} == {1.0}


def test_rows_that_come_at_once_are_in_one_window_and_none_is_lost() -> None:
    cut = windows([sample(0, 10), sample(1, 10), sample(2, 1_000), sample(9, 1_000)])
    assert sum(window.rows for window in cut) == 990
    assert len(cut) == 1


def test_a_drain_that_was_not_seen_has_no_window() -> None:
    assert windows([]) == []
    assert windows([sample(0, 0), sample(1, 5)]) == []
