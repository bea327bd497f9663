"""Voters weighed by how they err."""

import random

import pytest

from streams.training.labels.ballot import Thresholds, decide, decide_by_posterior
from streams.training.labels.dawid_skene import posteriors
from streams.training.labels.reading import Class

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


@pytest.mark.parametrize(
    "votes",
    [
        [["album", "movie"]],
        [["album", "movie"]] * 30,
        [["album", "movie"], ["movie", "album"]] * 30,
        [["album", "movie", "game"], ["movie", "game", "album"], ["game", "album", "movie"]] * 20,
        [["album", "movie"], ["album", "album"], ["movie", "movie"]],
    ],
)
def test_what_two_voters_say_with_equal_right_is_dropped(votes: list[list[str | None]]) -> None:
    classes = [
        [None if vote is None else Class(vote, adult=False) for vote in row] for row in votes
    ]
    decided = [
        decide_by_posterior(posterior, row, Thresholds(high=0.95))
        for posterior, row in zip(posteriors(votes), classes, strict=True)
        if len(set(row)) > 1
    ]
    assert {decision.medium for decision in decided} == {None}


def test_the_names_of_classes_decide_nothing() -> None:
    dice = random.Random(7)
    turned = {"audio": "video", "video": "book", "book": "audio"}
    for _ in range(40):
        voters = dice.randint(2, 4)
        votes = [[dice.choice(LABELS) for _ in range(voters)] for _ in range(dice.randint(1, 12))]
        others = [[turned[vote] for vote in row] for row in votes]
        for posterior, other in zip(posteriors(votes), posteriors(others), strict=True):
            renamed = {turned[label]: share for label, share in posterior.items()}
            assert other == pytest.approx(renamed, abs=1e-6)


def test_the_order_of_voters_decides_nothing() -> None:
    _, votes = simulated(random.Random(3), [0.9, 0.6, 0.7], 100)
    turned = posteriors([row[::-1] for row in votes])
    for posterior, other in zip(posteriors(votes), turned, strict=True):
        assert posterior == pytest.approx(other)
