"""The figures of the whole report: intervals by family, both halves, slices, mistakes."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.evaluation.whole import mistakes
from models.evaluation.whole.answers import Answer, Kin, Mistake, Ratio, Section, plain
from models.evaluation.whole.figures import ENOUGH, figures, worst
from models.evaluation.whole.intervals import figure, gap


def answer(family: str, *, right: bool, held_out: bool = False, **more: object) -> Answer:
    return Answer(f"{family} 720p", Kin(family, held_out), {"it": plain(right)}, **more)  # type: ignore[arg-type]


def width(answers: list[Answer]) -> float:
    measured = figure(answers, "it")
    return measured.upper - measured.lower


def test_near_duplicates_are_drawn_together_so_that_they_do_not_narrow_an_interval() -> None:
    alone = [answer(f"film {number}", right=number % 2 == 0) for number in range(20)]
    copied = [case for case in alone for _ in range(50)]
    apart = [answer(f"film {number}", right=number % 2 == 0) for number in range(1_000)]
    assert width(copied) == pytest.approx(width(alone), abs=0.06)
    assert width(copied) > 4 * width(apart)
    assert figure(copied, "it").families == 20


def test_an_interval_of_nothing_wrong_still_says_that_something_may_be() -> None:
    measured = figure([answer(f"film {number}", right=True) for number in range(30)], "it")
    assert (measured.value, measured.upper) == (1.0, 1.0)
    assert 0.8 < measured.lower < 0.95


def test_a_measure_that_no_answer_has_is_no_number() -> None:
    assert math.isnan(figure([], "it").value)


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=60))
def test_the_ends_hold_the_figure_and_are_the_same_each_time(cases: list[tuple[int, bool]]) -> None:
    answers = [answer(f"film {family}", right=right) for family, right in cases]
    measured = figure(answers, "it")
    assert 0 <= measured.lower <= measured.upper <= 1
    assert measured == figure(answers, "it")
    assert measured.below == len(cases)


def test_f1_is_a_ratio_that_cases_add_to() -> None:
    hit, missed = Ratio(2, 2), Ratio(0, 1)
    answers = [
        Answer(f"film {number}", Kin(f"film {number}", False), {"F1": ratio})
        for number, ratio in enumerate([hit, hit, hit, missed])
    ]
    assert figure(answers, "F1").value == pytest.approx(6 / 7)


def test_the_gap_is_open_less_held_out_and_its_interval_tells_a_real_one() -> None:
    opened = [answer(f"a {number}", right=number % 10 != 0) for number in range(200)]
    kept = [answer(f"b {number}", right=number % 2 == 0, held_out=True) for number in range(200)]
    measured = gap([*opened, *kept], "it")
    assert measured is not None
    assert (measured.opened.value, measured.held_out.value) == (0.9, 0.5)
    assert measured.value == pytest.approx(0.4)
    assert 0 < measured.lower < 0.4 < measured.upper
    assert gap(opened, "it") is None, "a half without cases has no gap"


def test_a_half_of_few_cases_that_are_all_wrong_makes_no_sure_gap() -> None:
    opened = [answer(f"a {number}", right=number % 3 != 0) for number in range(9)]
    kept = [answer(f"b {number}", right=False, held_out=True) for number in range(2)]
    measured = gap([*opened, *kept], "it")
    assert measured is not None
    assert measured.lower < 0 < measured.value


@pytest.mark.parametrize(
    ("wanted", "given_value", "kind"),
    [
        ("Low Tide", None, "title: missed"),
        (("Low Tide", "Low Tides"), "Low", "title: cut short"),
        ("Low Tide", ["Low Tide Again"], "title: run on"),
        ("Low Tide", "Harbour", "title: another"),
        (None, "Harbour", "title: said of a name that has none"),
        ([], "Harbour", "title: said of a name that has none"),
    ],
)
def test_a_wrong_field_is_of_a_kind(wanted: object, given_value: object, kind: str) -> None:
    assert mistakes.of_field("title", wanted, given_value).kind == kind


def test_a_long_value_is_shown_cut() -> None:
    assert len(mistakes.of_field("title", "x" * 5_000, None).wanted) == 80


WRONG = (Mistake("video called book", "video", "book"),)


@pytest.mark.parametrize(
    ("change", "is_shown"),
    [
        ({}, True),
        ({"held_out": True}, False),
        ({"is_private": True}, False),
        ({"has_examples": False}, False),
        ({"with_names": False}, False),
    ],
)
def test_examples_are_of_the_open_half_and_of_names_that_may_be_shown(
    change: dict[str, bool], is_shown: bool
) -> None:
    case = answer(
        "low tide",
        right=False,
        mistakes=WRONG,
        held_out=change.get("held_out", False),
        is_private=change.get("is_private", False),
    )
    section = Section("s", "", "it", [case], has_examples=change.get("has_examples", True))
    (told,) = figures(section, with_names=change.get("with_names", True)).mistakes
    assert told.opened + told.held_out == 1, "what is not shown is counted"
    assert bool(told.examples) is is_shown


def sliced(name: str, count: int, right: Callable[[int], bool]) -> list[Answer]:
    return [
        answer(f"{name} {number}", right=right(number), slices=[("kind", name)], confidence=0.9)
        for number in range(count)
    ]


def test_the_worst_slices_are_of_enough_cases() -> None:
    answers = [
        *sliced("few", ENOUGH - 1, lambda number: False),
        *sliced("half", ENOUGH, lambda number: number % 2 == 0),
        *sliced("most", 2 * ENOUGH, lambda number: number % 10 != 0),
    ]
    told = figures(Section("s", "", "it", answers), with_names=False)
    least_right, least_honest = worst([told])
    assert [part.value for _, part in least_right] == ["half", "most"]
    assert [part.value for _, part in least_honest] == ["half", "most"]
    errors = {part.value: part.calibration_error for part in told.slices}
    assert errors["few"] is None
    assert errors["half"] == pytest.approx(0.4)
    assert errors["most"] == pytest.approx(0.0, abs=1e-9)


def test_a_section_without_slices_is_not_among_the_worst() -> None:
    answers = sliced("half", ENOUGH, lambda number: number % 2 == 0)
    told = figures(Section("s", "", "it", answers, has_slices=False), with_names=False)
    assert worst([told]) == ([], [])
