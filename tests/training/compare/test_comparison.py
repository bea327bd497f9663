"""What counts, how it is counted, and when the second side is worse."""

import json
from dataclasses import replace

import pytest

from models.training.compare.comparison import FEWEST, Comparison, Counts, Outcome, Sides
from models.training.compare.source import Source

SIDES = Sides("classifier", "before@1", "after@1", "medium", {"medium": ("medium", "adult")})


def outcome(
    family: str, before: bool, after: bool, *slices: tuple[str, str], adult: bool = True
) -> Outcome:
    return Outcome(
        family, slices, {"medium": before, "adult": True}, {"medium": after, "adult": adult}
    )


def many(count: int, before: bool, after: bool, *slices: tuple[str, str]) -> list[Outcome]:
    start = "".join(f"{kind}{value}" for kind, value in slices)
    return [
        outcome(f"{start}{before}{after}{number}", before, after, *slices)
        for number in range(count)
    ]


def of(comparison: Comparison, kind: str, value: str, measure: str = "medium") -> Counts:
    (counts,) = [
        counts
        for counts in comparison.counts
        if (counts.kind, counts.value, counts.measure) == (kind, value, measure)
    ]
    return counts


def test_near_copies_count_once_and_are_right_if_all_of_them_are() -> None:
    comparison = Comparison.of(
        SIDES,
        [
            outcome("lantern", True, True),
            outcome("lantern", True, False),
            outcome("tide", False, True),
            outcome("tide", False, True),
        ],
    )
    overall = comparison.overall
    assert (overall.families, overall.right_before, overall.right_after) == (2, 1, 1)
    assert (overall.won, overall.lost, overall.p) == (1, 1, 1.0)


def test_a_family_is_judged_in_a_slice_by_its_names_in_the_slice() -> None:
    comparison = Comparison.of(
        SIDES,
        [
            outcome("tide", True, True, ("script", "latin")),
            outcome("tide", True, False, ("script", "cyrillic")),
        ],
    )
    assert of(comparison, "script", "latin").right_after == 1
    assert of(comparison, "script", "cyrillic").right_after == 0


def test_kinds_tell_the_measures_that_they_are_asked_for() -> None:
    comparison = Comparison.of(
        SIDES, [outcome("tide", True, True, ("medium", "audio"), ("script", "latin"), adult=False)]
    )
    told = [(counts.kind, counts.measure) for counts in comparison.counts]
    assert told == [
        ("all", "medium"),
        ("all", "adult"),
        ("medium", "medium"),
        ("medium", "adult"),
        ("script", "medium"),
    ]
    assert of(comparison, "medium", "audio", "adult").lost == 1


def test_the_overall_figure_may_be_lower_by_the_margin_and_no_more() -> None:
    outcomes = [*many(998, True, True), *many(2, True, False)]
    comparison = Comparison.of(SIDES, outcomes)
    assert comparison.overall.points == pytest.approx(-0.2)
    assert not comparison.is_worse()
    assert comparison.is_worse(0.1)
    assert Comparison.of(SIDES, [*outcomes, *many(1, True, False, ("a", "b"))]).is_worse()


def test_a_slice_that_is_clearly_worse_is_a_fault_though_the_overall_figure_is_not_lower() -> None:
    book = ("medium", "book")
    outcomes = [
        *many(FEWEST, True, True, book),
        *many(20, True, False, book),
        *many(500, True, True),
        *many(20, False, True, ("medium", "video")),
    ]
    comparison = Comparison.of(SIDES, outcomes)
    assert comparison.overall.points == 0
    (fault,) = comparison.faults()
    assert "medium of medium book is worse" in fault
    assert "20 lost and 0 won" in fault


def test_a_small_slice_decides_nothing() -> None:
    book = ("medium", "book")
    outcomes = [
        *many(FEWEST - 21, True, True, book),
        *many(20, True, False, book),
        *many(500, True, True),
        *many(20, False, True),
    ]
    comparison = Comparison.of(SIDES, outcomes)
    assert of(comparison, "medium", "book").families == FEWEST - 1
    assert not comparison.is_worse()


def test_one_of_many_slices_that_differs_by_chance_is_no_fault() -> None:
    """P is 0.0078 for 8 losses and no win: a fault alone, and none among twenty slices."""
    losing = [*many(100, True, True, ("group", "0")), *many(8, True, False, ("group", "0"))]
    alone = Comparison.of(SIDES, [*losing, *many(8, False, True)])
    assert of(alone, "group", "0").p == pytest.approx(0.0078125)
    others = [
        row for name in "abcdefghijklmnopqrst" for row in many(100, True, True, ("group", name))
    ]
    among = Comparison.of(SIDES, [*losing, *others, *many(8, False, True)])
    assert not among.is_worse()


def test_a_measure_that_is_not_the_main_one_is_guarded_too() -> None:
    outcomes = [
        *many(200, True, True),
        *[outcome(f"x{n}", True, True, adult=False) for n in range(30)],
    ]
    comparison = Comparison.of(SIDES, outcomes)
    (fault,) = comparison.faults()
    assert fault.startswith("adult is worse")


def test_a_better_side_is_not_worse_and_it_is_said_by_how_much() -> None:
    comparison = Comparison.of(SIDES, [*many(50, True, True), *many(50, False, True)])
    assert not comparison.is_worse()
    assert comparison.overall.points == 50
    assert "50 won, 0 lost, p <0.0001" in comparison.summary()


def test_nothing_to_compare_on_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing to compare on"):
        Comparison.of(SIDES, [])


def test_what_programs_read_is_what_people_read() -> None:
    comparison = Comparison.of(
        SIDES, many(120, True, False, ("script", "latin")), ["invented names"]
    )
    told = comparison.as_json()
    assert json.loads(json.dumps(told)) == told
    assert told["is_worse"] is True
    assert told["slices"][0]["lost"] == 120
    assert told["slices"][0]["interval_after"][0] == 0.0
    card = comparison.markdown()
    assert "* invented names" in card
    assert "| script latin | medium | 120 | 100.0 (" in card
    (table,) = comparison.tables()
    assert len(table.rows) == len(told["slices"])
    assert table.rows[0][-1].endswith("*")


def from_(source: Source, file: str, *outcomes: list[Outcome]) -> list[Outcome]:
    """The outcomes as rows of a file."""
    return [
        replace(outcome, family=f"{file}{outcome.family}", slices=[("file", file)], source=source)
        for listed in outcomes
        for outcome in listed
    ]


def test_votes_do_not_hide_what_names_that_were_read_lose() -> None:
    lost, won, kept = many(14, True, False), many(1, False, True), many(185, True, True)
    read = from_(Source.NAMED, "read.jsonl", lost, won, kept)
    voted = from_(Source.VOTED, "votes", many(160, True, True), many(40, False, True))
    comparison = Comparison.of(SIDES, [*read, *voted])
    assert comparison.is_worse()
    assert (comparison.overall.families, comparison.overall.lost) == (200, 14)
    assert "40 rows that a vote made" not in comparison.basis
    assert "200 rows that a vote made are shown and decide nothing" in comparison.basis
    assert of(comparison, "file", "votes").won == 40
    assert ("file", "votes", "medium") not in comparison.adjusted


def test_votes_that_are_lost_decide_nothing_beside_names_that_were_read() -> None:
    read = from_(Source.READ, "names", many(200, True, True))
    voted = from_(Source.VOTED, "votes", many(100, True, True), many(100, True, False))
    assert not Comparison.of(SIDES, [*read, *voted]).is_worse()
    alone = Comparison.of(SIDES, voted)
    assert alone.is_worse()
    assert "as there are no others" in alone.basis
    assert "as there are no others" in alone.markdown()


def test_a_handful_of_names_that_were_read_does_not_outvote_what_a_vote_lost() -> None:
    read = from_(Source.READ, "names", many(1, True, True))
    worse = from_(Source.VOTED, "votes", many(300, True, True), many(600, True, False))
    comparison = Comparison.of(SIDES, [*read, *worse])
    assert comparison.overall.families == 1
    assert "medium of labelled by a vote is" in comparison.faults()[0]
    assert "only 1 when near-copies count once" in comparison.basis
    assert "900 rows that a vote made are shown and must not be worse either" in comparison.basis
    better = from_(Source.VOTED, "votes", many(300, True, True), many(600, False, True))
    assert not Comparison.of(SIDES, [*read, *better]).is_worse()
    lost = from_(Source.READ, "names", many(1, True, False))
    assert Comparison.of(SIDES, [*lost, *better]).is_worse()
    enough = from_(Source.READ, "names", many(FEWEST, True, True))
    assert not Comparison.of(SIDES, [*enough, *worse]).is_worse()


def test_each_file_that_was_named_is_held_to_the_margin_by_itself() -> None:
    worse = from_(Source.NAMED, "mine.jsonl", many(95, True, True), many(5, True, False))
    better = from_(Source.NAMED, "gold.jsonl", many(95, True, True), many(5, False, True))
    (fault,) = Comparison.of(SIDES, [*worse, *better]).faults()
    assert fault.startswith("medium of file mine.jsonl is 5.00 points lower")
