"""Scores of segments, and the tier that they make."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tags.aggregate import aggregated, tier
from schemas.tags import Tier

SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


def test_a_tag_of_the_whole_recording_is_surer_than_one_of_its_half() -> None:
    half, whole = aggregated({"piano": [1.0, 0.0] * 10, "calm": [0.8] * 20})[::-1]
    assert (whole.label, whole.tier, whole.variance) == ("calm", Tier.HIGH, 0.0)
    assert (half.label, half.score, half.variance) == ("piano", 0.5, 0.25)
    assert half.tier is Tier.LOW


def test_one_segment_has_no_variance() -> None:
    (tag,) = aggregated({"calm": [0.8]})
    assert tag.variance is None
    assert tag.tier is Tier.HIGH


def test_labels_without_a_segment_are_left_out() -> None:
    assert aggregated({"calm": [], "sad": []}) == []


@pytest.mark.parametrize("scores", [[float("nan")], [1.1], [-0.1], [float("inf")]])
def test_a_score_that_is_no_probability_is_refused(scores: list[float]) -> None:
    with pytest.raises(ValueError, match="'calm' has a score that is not in"):
        aggregated({"calm": scores})


def test_labels_of_one_model_have_the_same_segments() -> None:
    with pytest.raises(ValueError, match="1 to 2 segments"):
        aggregated({"calm": [0.1], "sad": [0.1, 0.2]})


@given(SCORES)
def test_every_score_has_a_tier_and_the_mean_lies_between_the_ends(scores: list[float]) -> None:
    (tag,) = aggregated({"calm": scores})
    assert min(scores) - 1e-9 <= tag.score <= max(scores) + 1e-9
    assert tag.tier in Tier


@given(st.floats(0, 1), st.floats(0, 0.25), st.floats(0, 0.25))
def test_more_variance_never_makes_a_tag_surer(score: float, steady: float, varying: float) -> None:
    order = list(Tier)
    assert order.index(tier(score, min(steady, varying))) <= order.index(
        tier(score, max(steady, varying))
    )
