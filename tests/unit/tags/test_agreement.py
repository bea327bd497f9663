"""What several models say of one label; and that the rules are whole."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tags import aggregate
from models.tags.aggregate import Scored, aggregated, tier
from models.tags.agreement import RULES, Agreed, Rules, Stand, agreement, rules
from schemas.tags import Tier

LABELS = ["happy", "not happy", "sad", "Hip-Hop", "hip hop", "female vocalist", "vocal", "jazz"]
SCORES = st.dictionaries(
    st.sampled_from(LABELS), st.lists(st.floats(0, 1), min_size=2, max_size=2), min_size=1
)
SAID = st.dictionaries(st.sampled_from(["a", "b", "c"]), SCORES.map(aggregated), min_size=1)
ORDER = [Tier.LOW, Tier.MEDIUM, Tier.HIGH]


def scored(label: str, score: float, variance: float | None = None) -> Scored:
    return Scored(label, score, variance, tier(score, variance))


def of(*models: dict[str, float]) -> dict[str, Agreed]:
    """What models say together, by label; each model is label -> score."""
    said = {
        f"model-{place}": [scored(label, score) for label, score in model.items()]
        for place, model in enumerate(models)
    }
    return {told.label: told for told in agreement(said)}


def test_two_that_say_the_same_raise_a_label() -> None:
    told = of({"Hip-Hop": 0.6}, {"hip hop": 0.5})["hip_hop"]
    assert (told.stand, told.tier) == (Stand.AGREE, Tier.HIGH)
    assert (told.mean, told.spread) == (pytest.approx(0.55), pytest.approx(0.1))
    assert [voice.label for voice in told.voices] == ["Hip-Hop", "hip hop"]
    assert told.variance == pytest.approx(0.0025)


def test_two_that_say_the_contrary_lower_a_label() -> None:
    told = of({"guitar": 0.95}, {"guitar": 0.05})["guitar"]
    assert told.stand is Stand.CONTRADICT
    assert told.tier is Tier.LOW


def test_a_label_that_one_model_alone_knows_stays_as_it_is() -> None:
    told = of({"guitar": 0.8}, {"piano": 0.2})
    assert (told["guitar"].stand, told["guitar"].tier) == (Stand.ALONE, Tier.HIGH)
    assert told["piano"].tier is Tier.LOW


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("happy", "not happy"),
        ("party", "non_party"),
        ("vocal", "instrumental"),
        ("Female Vocals", "instrumental"),
        ("happiness", "sad"),
    ],
)
def test_labels_that_exclude_each_other_lower_each_other(first: str, second: str) -> None:
    both = of({first: 0.8}, {second: 0.6})
    assert all(told.stand is Stand.CONTRADICT for told in both.values())
    assert [told.tier for told in both.values()] == [Tier.MEDIUM, Tier.LOW]
    names = list(both)
    assert [told.against for told in both.values()] == [(names[1],), (names[0],)]
    alone = of({first: 0.8}, {second: 0.1})
    assert {told.stand for told in alone.values()} == {Stand.ALONE}


def test_not_and_non_deny_the_same_meaning() -> None:
    assert rules().meaning("not danceability") == rules().meaning("non_danceable")
    assert rules().exclude("not_danceable", rules().meaning("danceability"))


def test_that_all_deny_a_label_does_not_raise_it() -> None:
    told = of({"piano": 0.02}, {"piano": 0.03}, {"piano": 0.01})["piano"]
    assert (told.stand, told.tier) == (Stand.AGREE, Tier.LOW)


def test_of_two_labels_of_one_model_with_one_meaning_the_surer_speaks() -> None:
    told = of({"female vocalist": 0.2, "female vocalists": 0.7})["female_vocalists"]
    assert [(voice.label, voice.score) for voice in told.voices] == [("female vocalists", 0.7)]
    assert told.stand is Stand.ALONE


@given(SAID)
def test_neither_the_order_of_models_nor_of_labels_matters(said: dict[str, list[Scored]]) -> None:
    turned = {origin: scores[::-1] for origin, scores in reversed(said.items())}
    assert agreement(said) == agreement(turned)


@given(SAID)
def test_every_label_is_told_once_and_its_figures_fit(said: dict[str, list[Scored]]) -> None:
    told = agreement(said)
    meanings = {rules().meaning(s.label) for scores in said.values() for s in scores}
    assert sorted(label.label for label in told) == sorted(meanings)
    for label in told:
        scores = [voice.score for voice in label.voices]
        assert min(scores) - 1e-9 <= label.mean <= max(scores) + 1e-9
        assert label.spread == max(scores) - min(scores)
        assert label.variance is not None
        assert 0 <= label.variance <= 0.25 + 1e-9
        assert (label.stand is Stand.ALONE) == (len(scores) == 1 and not label.against)
        assert abs(ORDER.index(label.tier) - ORDER.index(tier(label.mean, label.variance))) <= 1


@given(SAID)
def test_exclusion_is_mutual(said: dict[str, list[Scored]]) -> None:
    told = {label.label: label for label in agreement(said)}
    for label in told.values():
        for other in label.against:
            assert label.label in told[other].against


@given(SCORES.map(aggregated))
def test_a_second_model_that_says_the_same_never_lowers_a_tier(scores: list[Scored]) -> None:
    before = {label.label: label for label in agreement({"a": scores})}
    for label in agreement({"a": scores, "b": scores}):
        assert ORDER.index(label.tier) >= ORDER.index(before[label.label].tier)
        assert label.spread == 0


@given(st.floats(0, 1), st.floats(0, 0.25))
def test_one_model_alone_has_the_tier_that_its_tags_have(score: float, variance: float) -> None:
    (told,) = agreement({"a": [scored("jazz", score, variance)]})
    assert told.tier is tier(score, variance)


def test_the_bound_of_saying_is_that_of_a_medium_tag() -> None:
    tiers = tomllib.loads(aggregate.RULES.read_text(encoding="utf-8"))
    assert rules().says == tiers["medium"]["score"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"same": {"chill": ["calm"], "quiet": ["calm"]}}, "calm is the same as"),
        ({"opponents": [{"labels": ["chill out", "chill"]}]}, "excludes itself"),
    ],
)
def test_rules_that_contradict_themselves_are_refused(changes: dict[str, Any], why: str) -> None:
    tables = tomllib.loads(RULES.read_text(encoding="utf-8"))
    with pytest.raises(ValueError, match=why):
        Rules.of({**tables, **changes, "same": changes.get("same", tables["same"])})
