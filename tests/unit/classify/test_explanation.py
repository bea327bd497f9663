"""What every stage says of a torrent, beside the verdict. The names are invented."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models import registry
from models.classify.cascade import CascadeStage, Classifier
from models.classify.ensemble import MODEL, Ensemble, Input, Member, load_bert, load_ngrams
from models.content.subject import NamedSubject
from schemas import MEDIUM_OF, DecidedBy, Medium, Subcategory, TorrentFile

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

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
    assert told.opinion(told.verdict.source) is patterns
    assert tuple(patterns.rules) == ("video.episode.sxxeyy", "video.resolution")
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
    assert told.opinions[0].rules == {"audio": 1.0}
    assert told.verdict.rule == "extensions.audio"


def test_without_models_nothing_has_a_probability() -> None:
    classifier = Classifier(None, registry.load("classify"), [CascadeStage.PATTERNS])
    told = classifier.explain(NamedSubject("qwzx"))
    assert [opinion.stage for opinion in told.opinions] == ["patterns"]
    assert (told.opinion("bert"), told.runner_up, told.margin) == (None, None, None)
    assert told.probabilities == {}


def test_a_rule_that_another_overrules_is_not_told(classifier: Classifier) -> None:
    told = classifier.explain(NamedSubject("Ann Reed - Low Tide, Season 2 (Unabridged Audiobook)"))
    rules = told.opinions[1].rules
    assert "audio.audiobook" in rules
    assert "video.season.word" not in rules


class CountingMember:
    """A member of the ensemble that counts its runs."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.runs = 0

    def logits(self, inputs: Sequence[Input]) -> "NDArray[float32]":
        self.runs += 1
        return self.member.logits(inputs)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_explained_runs_each_model_once(name: str) -> None:
    manifest = registry.load(MODEL)

    def path(role: str) -> Path:
        return registry.sized_path(manifest, role)

    bert, ngrams = CountingMember(load_bert(path)), CountingMember(load_ngrams(path))
    Classifier(Ensemble(bert, ngrams, manifest), manifest).explain(NamedSubject(name))
    assert (bert.runs, ngrams.runs) == (1, 1)


def test_the_second_subcategory_is_another_of_the_medium(classifier: Classifier) -> None:
    told = classifier.explain(NamedSubject("Lantern.Street.S02E05.1080p"))
    second = told.second_subcategory(Subcategory.EPISODE)
    assert second is not None
    assert second[0] is not Subcategory.EPISODE
    assert MEDIUM_OF[second[0]] is Medium.VIDEO
    assert 0 <= second[1] <= 1
