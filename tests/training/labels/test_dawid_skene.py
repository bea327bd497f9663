"""Voters weighed by how they err."""

import random

import pytest

from streams.training.labels.ballot import decide
from streams.training.labels.dawid_skene import posteriors

LABELS = ("audio", "video", "book")


def simulated(
    dice: random.Random, skills: list[float], questions: int
) -> tuple[list[str], list[list[str | None]]]:
    """What is right, and votes of voters who are right as often as they are able."""
    right = dice.choices(LABELS, weights=(6, 3, 1), k=questions)
    votes: list[list[str | None]] = [
        [
            truth
            if dice.random() < skill
            else dice.choice([label for label in LABELS if label != truth])
            for skill in skills
        ]
        for truth in right
    ]
    return right, votes


def rights(right: list[str], answers: list[str | None]) -> int:
    return sum(truth == answer for truth, answer in zip(right, answers, strict=True))


def best(posterior: dict[str, float]) -> str:
    return max(posterior, key=lambda label: posterior[label])


@pytest.mark.parametrize("seed", range(8))
def test_it_is_at_least_as_good_as_the_majority(seed: int) -> None:
    """With three weak and one strong voter; ties of the majority count as wrong."""
    dice = random.Random(seed)
    right, votes = simulated(dice, [0.9, 0.65, 0.6, 0.55], 600)
    weighed: list[str | None] = [best(posterior) for posterior in posteriors(votes)]
    counted = [decide(row).winner for row in votes]
    assert rights(right, weighed) >= rights(right, counted)


def test_a_voter_who_always_confuses_two_labels_still_helps() -> None:
    dice = random.Random(1)
    right, votes = simulated(dice, [0.85, 0.85], 800)
    swap = {"audio": "video", "video": "audio", "book": "book"}
    with_liar = [[*row, swap[truth]] for row, truth in zip(votes, right, strict=True)]
    weighed: list[str | None] = [best(posterior) for posterior in posteriors(with_liar)]
    alone: list[str | None] = [best(posterior) for posterior in posteriors(votes)]
    assert rights(right, weighed) > rights(right, alone)


def test_probabilities_sum_to_one_and_silence_says_nothing() -> None:
    told = posteriors([["audio", None], ["audio", "video"], [None, None]])
    assert told[2] == {}
    for posterior in told[:2]:
        assert sum(posterior.values()) == pytest.approx(1)
    assert best(told[0]) == "audio"


def test_without_any_vote_there_is_nothing() -> None:
    assert posteriors([[None], [None]]) == [{}, {}]
    assert posteriors([]) == []


def test_the_order_of_voters_decides_nothing() -> None:
    _, votes = simulated(random.Random(3), [0.9, 0.6, 0.7], 100)
    turned = posteriors([row[::-1] for row in votes])
    for posterior, other in zip(posteriors(votes), turned, strict=True):
        assert posterior == pytest.approx(other)
