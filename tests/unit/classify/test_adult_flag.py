"""When a work is flagged as adult, given what the learnt stage believes. The names are invented."""

import pytest

from models.classify.cascade import Classifier
from models.classify.draft import Draft, FlagThresholds
from models.classify.ensemble import Answer
from models.content.subject import NamedSubject
from schemas import Medium, Subcategory, TorrentFile

THRESHOLDS = FlagThresholds(usual=0.2, unlikely=0.9)


def answer(nsfw: float, medium: Medium = Medium.VIDEO, confidence: float = 0.9) -> Answer:
    rest = (1 - confidence) / (len(Medium) - 1)
    media = {other: confidence if other is medium else rest for other in Medium}
    return Answer(media, dict.fromkeys(Subcategory, 0.05), nsfw, "bert")


def named(name: str = "Lantern Street Evenings", **known: object) -> Draft:
    draft = Draft(name, [])
    for attribute, value in known.items():
        setattr(draft, attribute, value)
    return draft


def test_a_flag_needs_the_usual_probability() -> None:
    assert named().is_adult(answer(0.2), THRESHOLDS)
    assert not named().is_adult(answer(0.19), THRESHOLDS)


def test_where_the_medium_is_doubtful_a_flag_needs_more() -> None:
    assert not named().is_adult(answer(0.4, confidence=0.55), THRESHOLDS)
    assert named().is_adult(answer(0.5, confidence=0.55), THRESHOLDS)
    assert named(medium=Medium.VIDEO).is_adult(answer(0.4, confidence=0.55), THRESHOLDS)


def test_the_shape_of_a_name_needs_more_and_vetoes_nothing() -> None:
    clean = named(medium=Medium.VIDEO, clean=True)
    assert clean.open
    assert not clean.is_adult(answer(0.89), THRESHOLDS)
    assert clean.is_adult(answer(0.9), THRESHOLDS)


def test_audio_is_never_flagged_whoever_said_that_it_is_audio() -> None:
    assert not named().is_adult(answer(0.99, Medium.AUDIO, 0.5), THRESHOLDS)
    assert not named(medium=Medium.AUDIO).is_adult(answer(0.99), THRESHOLDS)


@pytest.mark.parametrize("name", ["x", "[]", "XX", "", "...", "69", "ab3", "【】"])
def test_a_name_that_says_nothing_is_not_flagged(classifier: Classifier, name: str) -> None:
    assert not classifier.classify([NamedSubject(name)])[0].nsfw
    assert not Draft(name, []).is_adult(answer(0.99), THRESHOLDS)


def test_beside_files_a_short_name_is_asked_about(classifier: Classifier) -> None:
    files = (TorrentFile(path="x/lantern.mp4", size=1),)
    draft = classifier._draft(NamedSubject("x", 1, files))
    assert draft.maybe_adult
