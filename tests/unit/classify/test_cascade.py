"""The cascade end to end, on the shipped weights."""

import json
import random
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from models import registry
from models.classify.cascade import CascadeStage, Classifier
from models.classify.cli import run
from models.classify.ensemble import Ensemble, Questions
from models.content.subject import NamedSubject
from schemas import DecidedBy, Medium, Subcategory, TorrentFile, Verdict
from schemas.media import MEDIUM_OF

NAMES = [
    "Lantern.Street.S02E05.The.Fog.1080p.WEB-DL.x264",
    "Paper Lighthouse - Low Tide (2009) [FLAC]",
    "Jane Author - The Paper Harbour",
    "ubuntu-24.04-desktop-amd64.iso",
    "Harbour Tycoon [FitGirl Repack]",
    "Sintel",
    "Война и мир. Толстой Л.Н. (аудиокнига)",
    "西遊記 全集",
    "Leaves of Grass by Walt Whitman",
    "x",
    "Alice's Adventures in Wonderland - Lewis Carroll - " + "a very long title that goes on " * 8,
    "Big Buck Bunny 2008",
]


def one(
    classifier: Classifier, name: str, *listed: tuple[str, int | None], size: int | None = None
) -> Verdict:
    files = tuple(TorrentFile(path=path, size=bytes_) for path, bytes_ in listed) or None
    return classifier.classify([NamedSubject(name, size, files)])[0]


def test_each_stage_decides_and_is_named(classifier: Classifier) -> None:
    by_files = one(classifier, "unreadable", ("01 a.flac", 9), ("02 b.flac", 9))
    assert (by_files.medium, by_files.subcategory, by_files.source) == (
        Medium.AUDIO,
        Subcategory.ALBUM,
        DecidedBy.EXTENSIONS,
    )
    by_rule = one(classifier, "Lantern.Street.S02E05.1080p")
    assert (by_rule.subcategory, by_rule.source, by_rule.rule) == (
        Subcategory.EPISODE,
        DecidedBy.PATTERNS,
        "video.episode.sxxeyy",
    )
    by_bert = one(classifier, "Leaves of Grass by Walt Whitman collected poems")
    assert (by_bert.medium, by_bert.source) == (Medium.BOOK, DecidedBy.BERT)


def test_files_are_believed_before_the_name(classifier: Classifier) -> None:
    verdict = one(
        classifier, "The.Paper.Harbour.2014.1080p.BluRay.x264", ("a.pdf", 10), ("b.pdf", 20)
    )
    assert (verdict.medium, verdict.source) == (Medium.BOOK, DecidedBy.EXTENSIONS)


def test_archives_only_are_decided_by_the_name(classifier: Classifier) -> None:
    verdict = one(
        classifier, "Lantern.Street.S02E05.1080p.WEB.x264", ("lantern.rar", 10), ("lantern.r00", 10)
    )
    assert (verdict.medium, verdict.subcategory, verdict.source) == (
        Medium.VIDEO,
        Subcategory.EPISODE,
        DecidedBy.PATTERNS,
    )


def test_audiobooks_are_audio_by_their_extension(classifier: Classifier) -> None:
    verdict = one(classifier, "Jane Author - Harbour", ("Jane Author - Harbour.m4b", 10))
    assert (verdict.medium, verdict.subcategory) == (Medium.AUDIO, Subcategory.AUDIOBOOK)


def test_nothing_confident_is_other_and_says_so() -> None:
    classifier = Classifier(
        None, registry.load("classify"), [CascadeStage.EXTENSIONS, CascadeStage.PATTERNS]
    )
    verdict = one(classifier, "qwzx")
    assert (verdict.medium, verdict.subcategory, verdict.source) == (
        Medium.OTHER,
        Subcategory.OTHER,
        DecidedBy.NONE,
    )


def test_empty_file_list_reads_as_a_bare_name(classifier: Classifier) -> None:
    bare, empty = classifier.classify(
        [NamedSubject("The Paper Harbour.mkv"), NamedSubject("The Paper Harbour.mkv", 0, ())]
    )
    assert bare == empty


def test_ordinary_works_are_not_adult(classifier: Classifier) -> None:
    works = [name for name in NAMES if len(name) > 1]
    flagged = [
        name
        for name, v in zip(
            works, classifier.classify([NamedSubject(n) for n in works]), strict=True
        )
        if v.nsfw
    ]
    assert flagged == []


@pytest.mark.parametrize("size", [2, 7, 64, 200])
def test_an_answer_does_not_depend_on_its_batch(classifier: Classifier, size: int) -> None:
    rng = random.Random(size)
    subjects = [NamedSubject(NAMES[i % len(NAMES)] + " volume" * (i % 9)) for i in range(200)]
    alone = [classifier.classify([subject])[0] for subject in subjects]
    rng.shuffle(order := list(range(len(subjects))))
    for start in range(0, len(order), size):
        picked = order[start : start + size]
        assert classifier.classify([subjects[i] for i in picked]) == [alone[i] for i in picked]


def test_raw_outputs_are_the_same_bit_for_bit_in_any_batch(learnt: Ensemble) -> None:
    inputs: list[tuple[str, tuple[str, ...]]] = [(name, ()) for name in NAMES] + [
        (NAMES[0], ("a.mkv", "b.srt"))
    ]
    together = learnt.logits(inputs)
    for index, item in enumerate(inputs):
        assert (learnt.logits([item])[0] == together[index]).all()


def test_another_process_in_another_order_answers_the_same(classifier: Classifier) -> None:
    lines = [json.dumps({"name": name}) for name in NAMES]
    shown = subprocess.run(
        [sys.executable, "-m", "models", "classify"],
        input="\n".join(reversed(lines)),
        capture_output=True,
        text=True,
        check=True,
    )
    there = [json.loads(line) for line in reversed(shown.stdout.splitlines())]
    assert there == list(run(lines, classifier))


def test_the_linear_member_answers_alone_only_where_it_is_sure(learnt: Ensemble) -> None:
    inputs = [("Paper Lighthouse - Low Tide (2009) [FLAC]", ()), ("Sintel", ())]
    plain, hard = learnt.quick(learnt.linear(inputs))
    assert plain.by == "ngrams"
    assert learnt.is_sure(plain, Questions(medium=None, subcategory=False, nsfw=True))
    assert not learnt.is_sure(hard, Questions(medium=None, subcategory=True, nsfw=True))


def test_sparing_the_bert_changes_no_medium_of_plain_names(learnt: Ensemble) -> None:
    manifest = registry.load("classify")
    subjects = [NamedSubject(name) for name in NAMES]
    spared, asked = (
        Classifier(learnt, manifest, spare=spare).classify(subjects) for spare in (True, False)
    )
    assert [verdict.medium for verdict in spared] == [verdict.medium for verdict in asked]


def test_threads_change_nothing(classifier: Classifier) -> None:
    subjects = [NamedSubject(name) for name in NAMES]
    assert Classifier.load(threads=2).classify(subjects) == classifier.classify(subjects)


anything = st.text(st.characters(codec=None), max_size=200)
listing = st.lists(
    st.builds(
        TorrentFile,
        path=st.text(
            st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60
        ).filter(lambda t: bool(t.strip())),
        size=st.none() | st.integers(0, 2**63 - 1),
    ),
    max_size=6,
)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example("\ud800", None)
@example("The.Quiet.Tide \udfff 1080p", [TorrentFile(path="a.mkv", size=1)])
@given(anything, st.none() | listing)
def test_any_name_and_files_get_a_verdict(
    classifier: Classifier, name: str, files: list[TorrentFile] | None
) -> None:
    verdict = classifier.classify([NamedSubject(name, None, files)])[0]
    assert 0 <= verdict.confidence < 1
    assert MEDIUM_OF[verdict.subcategory] is verdict.medium
    if verdict.source is DecidedBy.NONE:
        assert verdict.medium is Medium.OTHER
    if verdict.source in (DecidedBy.EXTENSIONS, DecidedBy.PATTERNS):
        assert verdict.rule


def test_lines_are_answered_in_order_and_bad_ones_in_their_place(classifier: Classifier) -> None:
    lines = [
        "Lantern.Street.S02E05.1080p\n",
        '{"name": "unreadable", "files": [{"path": "01.flac", "size": 3}, {"path": "02.flac"}]}',
        '{"name": 5}',
        "",
        '{"name": "a", "size": -1}',
        '{"name": "a", "files": [{"size": 1}]}',
        '{"bad": ',
        "{Harbour Sessions} Paper Lighthouse - Low Tide [FLAC]",
        '{"a":' * 100_000,
        '{"name": "{Harbour Sessions} Paper Lighthouse - Low Tide [FLAC]"}',
        "[Harbour Sessions] Paper Lighthouse - Low Tide [FLAC]",
    ]
    answers = list(run(lines, classifier))
    assert len(answers) == len(lines)
    bad = [place for place, answer in enumerate(answers) if "error" in answer]
    assert bad == [2, 3, 4, 5, 6, 7, 8]
    assert all("not valid JSON" in answers[place]["error"] for place in (6, 7, 8))
    assert answers[0]["subcategory"] == "episode"
    assert answers[1]["source"] == "extensions"
    assert answers[0]["model"] == classifier.model


def test_each_file_fits_in_ten_megabytes() -> None:
    manifest = registry.load("classify")
    assert (
        max(registry.file_path(manifest, role).stat().st_size for role in manifest.files)
        <= 10_000_000
    )
