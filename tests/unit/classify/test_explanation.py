"""What every stage says of a torrent, beside the verdict. The names are invented."""

import math

import pytest

from models import registry
from models.classify.cascade import CascadeStage, Classifier
from models.content.subject import NamedSubject
from schemas import DecidedBy, Medium, Subcategory, TorrentFile

NAMES = [
    "Lantern.Street.S02E05.1080p",
    "Harbour Almanac 1912",
    "Paper Lighthouse - Low Tide.flac",
    "PaperCAD v7.2.1 x64 video tutorial 1080p",
    "qwzx",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_verdict_explained_is_the_verdict_given(classifier: Classifier, name: str) -> None:
    subject = NamedSubject(name)
    assert classifier.explain(subject).verdict == classifier.classify([subject])[0]


def test_every_stage_says_something_of_a_name_that_a_rule_decided(classifier: Classifier) -> None:
    told = classifier.explain(NamedSubject("Lantern.Street.S02E05.1080p"))
    extensions, patterns, ngrams, bert = told.opinions
    assert (extensions.stage, extensions.medium, extensions.media) == ("extensions", None, {})
    assert told.decided_by is patterns
    assert patterns.rules == ("video.episode.sxxeyy", "video.resolution")
    assert (patterns.medium, patterns.subcategory) == (Medium.VIDEO, Subcategory.EPISODE)
    assert ngrams.medium is bert.medium is Medium.VIDEO
    assert not bert.asked


def test_probabilities_are_of_five_media_and_the_highest_is_first(classifier: Classifier) -> None:
    told = classifier.explain(NamedSubject("Harbour Almanac 1912"))
    shares = list(told.probabilities.values())
    assert set(told.probabilities) == set(Medium)
    assert math.isclose(sum(shares), 1)
    assert shares == sorted(shares, reverse=True)


def test_the_runner_up_is_another_medium_and_the_margin_the_way_to_it(
    classifier: Classifier,
) -> None:
    told = classifier.explain(NamedSubject("Harbour Almanac 1912"))
    assert told.runner_up is not None
    medium, probability = told.runner_up
    assert medium is not told.verdict.medium
    assert told.margin == told.probabilities[told.verdict.medium] - probability


def test_rules_that_disagree_are_all_told(classifier: Classifier) -> None:
    told = classifier.explain(NamedSubject("PaperCAD v7.2.1 x64 video tutorial 1080p"))
    patterns = told.opinions[1]
    assert set(patterns.media) == {Medium.VIDEO, Medium.SOFTWARE}
    assert patterns.subcategory is None
    assert told.verdict.source is not DecidedBy.PATTERNS


def test_files_that_decide_are_told_by_their_kind(classifier: Classifier) -> None:
    files = (TorrentFile(path="01 a.flac", size=9), TorrentFile(path="02 b.flac", size=9))
    told = classifier.explain(NamedSubject("unreadable", None, files))
    assert told.decided_by is told.opinions[0]
    assert told.opinions[0].rules == ("audio",)


def test_without_models_nothing_has_a_probability() -> None:
    classifier = Classifier(None, registry.load("classify"), [CascadeStage.PATTERNS])
    told = classifier.explain(NamedSubject("qwzx"))
    assert [opinion.stage for opinion in told.opinions] == ["patterns"]
    assert (told.decided_by, told.runner_up, told.margin) == (None, None, None)
    assert told.probabilities == {}
