"""The figures of the evaluation, on cases small enough to count by hand."""

import json
import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from models.classify.subject import Subject
from models.evaluation import metrics
from models.evaluation.classify import BadCases, Report, case_from, evaluate, headline, read
from models.evaluation.metrics import Share
from schemas import DecidedBy, Medium, Subcategory, Verdict


class Always:
    """Says audio of everything."""

    def classify(self, subjects: Sequence[Subject]) -> list[Verdict]:
        one = Verdict(medium=Medium.AUDIO, subcategory=Subcategory.ALBUM, confidence=0.75, source=DecidedBy.BERT)
        return [one] * len(subjects)


def measured(*rows: dict[str, object]) -> Report:
    return evaluate([case_from(row) for row in rows], Always())


def case(medium: object, sub: object, **more: object) -> dict[str, object]:
    return {"name": "n", "medium": medium, "sub": sub, "nsfw": 0, "sure": 1, **more}


def test_wilson_interval_of_a_known_count() -> None:
    low, high = Share(9, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.596, 0.982)
    assert Share(0, 0).interval == (0.0, 1.0)


def test_macro_f1_counts_classes_alike() -> None:
    figures = metrics.by_class([("a", "a"), ("a", "a"), ("a", "a"), ("b", "a")])
    assert figures["a"].f1 == pytest.approx(6 / 7)
    assert figures["b"].f1 == 0
    assert metrics.macro_f1(figures) == pytest.approx(3 / 7)


def test_calibration_error_is_the_gap_of_confidence_and_accuracy() -> None:
    assert metrics.calibration_error([(0.75, True), (0.75, True), (0.75, True), (0.75, False)]) == pytest.approx(0)
    assert metrics.calibration_error([(0.95, False)]) == pytest.approx(0.95)
    assert math.isnan(metrics.calibration_error([]))


def test_either_answer_of_two_readings_is_right() -> None:
    report = measured(case(["video", "audio"], ["movie", "album"]), case("video", "movie"))
    assert report.slices["sure"].medium == Share(1, 2)
    assert report.slices["sure"].subcategory == Share(1, 1)


def test_sure_and_unsure_are_told_apart() -> None:
    report = measured(case("audio", "album"), case("video", "movie", sure=0))
    assert report.slices["sure"].medium == Share(1, 1)
    assert report.slices["unsure"].medium == Share(0, 1)
    assert report.slices["all"].calibration_error == pytest.approx(0.25)
    assert headline(report)["all"]["accuracy"] == 50.0


def test_confusion_and_stage_are_counted() -> None:
    report = measured(case("audio", "album"), case("video", "movie"))
    assert report.slices["all"].confusion == {(Medium.AUDIO, Medium.AUDIO): 1, (Medium.VIDEO, Medium.AUDIO): 1}
    assert report.stages == {DecidedBy.BERT: Share(1, 2)}


def test_a_bad_case_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(case("audio", "album")) + "\n\n" + json.dumps({"name": "n"}) + "\n")
    with pytest.raises(BadCases, match=r"cases\.jsonl:3"):
        list(read(path))
