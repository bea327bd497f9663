"""What votes come to."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.training.labels.ballot import (
    Level,
    Thresholds,
    decide,
    decide_by_posterior,
    decide_content,
    decide_fields,
)
from streams.training.labels.reading import Class, Fields

MEDIA = ("audio", "video", "software", "book", "other")


def test_all_625_patterns_of_four_voters_and_five_labels() -> None:
    """4 : 0 is high, 3 : 1 a majority; 2 : 2, 2 : 1 : 1 and 1 : 1 : 1 : 1 are dropped."""
    seen: Counter[Level | None] = Counter()
    for votes in product(MEDIA, repeat=4):
        label, most = Counter(votes).most_common(1)[0]
        expected = {4: Level.HIGH, 3: Level.MEDIUM}.get(most)
        decision = decide(votes)
        assert decision.level is expected, votes
        assert decision.winner == (label if expected else None), votes
        seen[decision.level] += 1
    assert seen == {Level.HIGH: 5, Level.MEDIUM: 80, None: 540}


def test_three_of_four_small_models_are_no_unanimity_without_the_fourth() -> None:
    assert decide(["audio", "audio", "audio", None]).level is Level.MEDIUM
    assert decide(["audio", "audio", None, None]).level is None
    assert decide([None, None]).level is None


def test_one_voter_alone_is_never_high() -> None:
    assert decide(["audio"]).level is Level.MEDIUM
    low = Thresholds(high=0.3, medium=0.2)
    assert decide(["audio", None, None], low).level is Level.MEDIUM
    assert decide(["audio", "audio", None], low).level is Level.HIGH


def test_thresholds_are_settings() -> None:
    votes = ["audio", "audio", "audio", "book"]
    assert decide(votes, Thresholds(high=0.75)).level is Level.HIGH
    assert decide(votes, Thresholds(medium=0.75)).level is None
    assert decide(["audio", "book", "other"], Thresholds(medium=0.3)).level is None  # a tie


@given(st.lists(st.sampled_from([*MEDIA, None]), min_size=1, max_size=9), st.randoms())
def test_the_order_of_voters_decides_nothing(votes: list[str | None], dice: object) -> None:
    shuffled = list(votes)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert decide(votes) == decide(shuffled)


def said(*labels: str | None, adult: int = 0) -> list[Class | None]:
    """Votes, of which the first ones say adult."""
    return [
        None if label is None else Class(label, place < adult) for place, label in enumerate(labels)
    ]


def test_voters_agree_on_the_medium_and_differ_on_the_class() -> None:
    decision = decide_content(said("album", "track", "album"))
    assert (decision.medium, decision.subcategory) == ("audio", "album")
    assert decision.level is Level.MEDIUM
    assert not decision.is_unsure


def test_a_tie_of_classes_within_a_medium_is_its_fallback_and_unsure() -> None:
    decision = decide_content(said("album", "track"))
    assert (decision.medium, decision.subcategory) == ("audio", "audio_other")
    assert decision.is_unsure
    assert decision.level is Level.MEDIUM


def test_a_medium_alone_votes_for_the_medium_and_for_no_class() -> None:
    decision = decide_content(said("audio", "album", "audio"))
    assert (decision.medium, decision.subcategory) == ("audio", "album")


def test_adult_is_voted_on_for_itself() -> None:
    assert not decide_content(said("movie", "movie", "movie", adult=1)).adult
    assert decide_content(said("movie", "movie", "movie", adult=2)).adult
    tie = decide_content(said("movie", "movie", adult=1))
    assert tie.adult
    assert tie.is_unsure
    assert tie.level is Level.HIGH  # the flag is no part of the class


def test_media_that_differ_are_dropped() -> None:
    decision = decide_content(said("album", "movie"))
    assert decision.medium is None
    assert decision.shares == {"album": 0.5, "movie": 0.5}


def test_a_posterior_decides_the_medium_first() -> None:
    posterior = {"album": 0.5, "track": 0.46, "movie": 0.04}
    decision = decide_by_posterior(posterior, said("album", "track"), Thresholds(high=0.95))
    assert (decision.medium, decision.subcategory) == ("audio", "album")
    assert decision.level is Level.HIGH
    assert decide_by_posterior({}, said(None), Thresholds()).medium is None


@pytest.mark.parametrize("share", [0.5, 0.5000000000000001])
def test_equal_probabilities_are_a_tie_whatever_their_classes_are_called(share: float) -> None:
    low = Thresholds(high=0.95, medium=0.3)
    for first, second in (("album", "movie"), ("movie", "album")):
        tie = decide_by_posterior({first: share, second: 1 - share}, said(first, second), low)
        assert (tie.medium, tie.level) == (None, None)
        unsure = {"album": share, "track": 1 - share}
        decision = decide_by_posterior(unsure, said("album", "track"), low)
        assert (decision.subcategory, decision.is_unsure) == ("audio_other", True)


def test_what_one_voter_alone_says_is_not_high_however_probable_it_is() -> None:
    alone = decide_by_posterior({"album": 1.0}, said("album", None, None), Thresholds(high=0.95))
    assert (alone.subcategory, alone.level) == ("album", Level.MEDIUM)


def test_fields_are_voted_on_each_and_compared_folded() -> None:
    votes = [
        Fields({"artist": "Aurora Vale", "year": 2011}),
        Fields({"artist": "AURORA.VALE", "year": 2011}),
        Fields({"artist": "Aurora Vale"}),
    ]
    decision = decide_fields(votes, ("artist", "album", "year"))
    assert decision.values == {"artist": "Aurora Vale", "year": 2011}
    assert decision.level is Level.MEDIUM
    assert decision.undecided == ()


def test_absence_of_a_field_is_a_vote() -> None:
    votes = [Fields({"year": 2011}), Fields(), Fields()]
    assert decide_fields(votes, ("year",)).values == {}


def test_an_untrue_value_is_no_vote_for_absence() -> None:
    votes = [Fields({}, frozenset({"year"})), Fields({"year": 2011}), Fields({"year": 2011})]
    assert decide_fields(votes, ("year",)).values == {"year": 2011}
    assert decide_fields(votes[:2], ("year",)).level is None


def test_a_field_without_a_majority_leaves_the_record_undecided() -> None:
    votes = [Fields({"artist": "A", "album": "B"}), Fields({"artist": "A", "album": "C"})]
    decision = decide_fields(votes, ("artist", "album"))
    assert decision.level is None
    assert decision.undecided == ("album",)


@pytest.mark.parametrize("spelling", ["Ærø Vale", "葵 - Vale", "***"])
def test_all_scripts_are_voted_on(spelling: str) -> None:
    votes = [Fields({"artist": spelling})] * 2
    assert decide_fields(votes, ("artist",)).values == {"artist": spelling}
