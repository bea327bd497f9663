"""Tags of other programs: what they say is moved, what they do not say is never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.tag_legacy import Origin, read

EFFNET = Origin("essentia", "effnet", "20220825", "discogs519")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "nom:happy_essentia21b6dev1389_effnet20220825_happy20220825",
            "nom:essentia_effnet_20220825_happy_20220825_happy",
        ),
        (
            "nom:voice_instrumental_essentia21b6dev1389_effnet20220825_voice_instrumental20220825",
            "nom:essentia_effnet_20220825_voice-instrumental_20220825_voice_instrumental",
        ),
        (
            "nom:happy_essentia21b6dev1389_yamnet20210604_happy20220825_none_0",
            "nom:essentia_yamnet_20210604_happy_20220825_happy",
        ),
        (
            "nom:happy_essentia21b6dev1389_yamnet20210604_happy20220825_tier",
            "nom:essentia_yamnet_20210604_happy_20220825_happy_tier",
        ),
    ],
)
def test_names_with_the_label_first_are_moved_with_all_they_say(text: str, name: str) -> None:
    moved = read(text)
    assert str(moved.name) == name
    assert moved.framework_version == "21b6dev1389"
    assert "label first" in (moved.flag or "")


def test_a_calibration_is_told_though_a_name_has_no_place_for_it() -> None:
    moved = read("nom:happy_essentia21b6dev1389_yamnet20210604_happy20220825_platt_1")
    assert "calibration platt_1" in (moved.flag or "")


@pytest.mark.parametrize(
    "text", ["essentia:happy", "essentia:happy_tier", "essentia:yamnet_happy", "essentia:"]
)
def test_a_tag_that_does_not_say_what_made_it_is_kept_and_flagged(text: str) -> None:
    kept = read(text)
    assert (kept.text, kept.name) == (text, None)
    assert "what made it" in (kept.flag or "")


def test_a_tag_is_moved_by_the_origin_that_a_person_tells() -> None:
    moved = read("essentia:danceability_tier", {"danceability": EFFNET})
    assert (
        str(moved.name) == "nom:essentia_effnet_20220825_danceability_discogs519_danceability_tier"
    )
    assert read("essentia:happy", {"danceability": EFFNET}).name is None, "another label's origin"
    assert read("essentia:happy", {"": EFFNET}).name is not None, "the origin of all labels"


def test_a_tag_that_names_its_embedder_is_not_moved_to_another_one() -> None:
    assert read("essentia:yamnet_happy", {"": EFFNET}).name is None
    yamnet = Origin("essentia", "yamnet", "20210604", "20220825")
    moved = read("essentia:yamnet_happy_tier", {"": yamnet})
    assert str(moved.name) == "nom:essentia_yamnet_20210604_happy_20220825_happy_tier"


def test_a_tag_of_any_length_is_kept_and_read_in_no_time() -> None:
    kept = read("nom:" + "a_essentia1_a20220825_" * 100_000)
    assert kept.name is None
    assert "longer than any name" in (kept.flag or "")


@pytest.mark.parametrize("text", ["nom:mood-strict", "essentia:mood-loose"])
def test_a_list_of_moods_is_no_tag_of_one_model(text: str) -> None:
    assert read(text, {"": EFFNET}).name is None


def test_a_name_of_ours_is_read_without_a_flag() -> None:
    ours = read("nom:essentia_effnet_v1_mood_discogs519_aggressive_high")
    assert ours.name is not None
    assert ours.flag is None


@given(st.text(max_size=80) | st.text(max_size=40).map("essentia:".__add__))
def test_whatever_is_read_is_kept_and_either_named_or_flagged(text: str) -> None:
    kept = read(text, {"": EFFNET})
    assert kept.text == text
    assert kept.name is not None or kept.flag
