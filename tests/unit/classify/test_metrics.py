"""The figures of the evaluation, on cases small enough to count by hand."""

import json
import math
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.content.subject import Subject
from models.evaluation import metrics
from models.evaluation.cases import BadCases, case_from, read
from models.evaluation.classify import Report, changed_by_years, evaluate, headline
from models.evaluation.classify_cli import run
from models.evaluation.metrics import Share
from schemas import DecidedBy, Medium, Subcategory, Verdict


class Always:
    """Says audio of everything."""

    def classify(self, subjects: Sequence[Subject]) -> list[Verdict]:
        verdict = Verdict(
            medium=Medium.AUDIO,
            subcategory=Subcategory.ALBUM,
            confidence=0.75,
            source=DecidedBy.BERT,
        )
        return [verdict] * len(subjects)


def measured(*rows: dict[str, object]) -> Report:
    return evaluate([case_from(row) for row in rows], Always())


def case(medium: object, sub: object, **more: object) -> dict[str, object]:
    return {"name": "n", "medium": medium, "sub": sub, "nsfw": 0, "sure": 1, **more}


def test_wilson_interval_of_a_known_count() -> None:
    low, high = Share(9, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.596, 0.982)
    assert Share(0, 0).interval == (0.0, 1.0)


@given(st.integers(1, 100_000), st.floats(0, 1))
def test_an_interval_holds_its_share_and_narrows_with_the_count(total: int, part: float) -> None:
    share = Share(round(part * total), total)
    lower, upper = share.interval
    assert 0.0 <= lower <= share.value + 1e-12
    assert share.value - 1e-12 <= upper <= 1.0
    assert share.lower == lower
    ten_times = Share(10 * share.right, 10 * total)
    assert ten_times.interval[1] - ten_times.interval[0] < upper - lower
    assert lower < 1.0, "no count proves that nothing is ever wrong"


def shares(report: Report, part: str) -> dict[str, Share]:
    return {value: figures.medium for value, figures in report.by[part].items()}


def test_a_figure_says_what_it_is_at_least() -> None:
    assert Share(27, 27).bounded == "100.0 ≥87.5"
    assert str(Share(27, 27)) == "100.0 % (27/27; 87.5-100.0)"
    assert Share(0, 0).bounded == str(Share(0, 0)) == "-"


def test_macro_f1_counts_classes_alike() -> None:
    figures = metrics.by_class([("a", "a"), ("a", "a"), ("a", "a"), ("b", "a")])
    assert figures["a"].f1 == pytest.approx(6 / 7)
    assert figures["b"].f1 == 0
    assert metrics.macro_f1(figures) == pytest.approx(3 / 7)


def test_calibration_error_is_the_gap_of_confidence_and_accuracy() -> None:
    assert metrics.calibration_error(
        [(0.75, True), (0.75, True), (0.75, True), (0.75, False)]
    ) == pytest.approx(0)
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
    assert report.slices["all"].confusion == {
        (Medium.AUDIO, Medium.AUDIO): 1,
        (Medium.VIDEO, Medium.AUDIO): 1,
    }
    assert shares(report, "stage") == {"bert": Share(1, 2)}


def test_cases_are_told_apart_by_script_source_and_files() -> None:
    files = [{"path": "a.mp3", "size": 1}]
    report = measured(
        case("audio", "album", source="dht", files=files),
        case("video", "movie", source="p2p") | {"name": "Ночь 1080p"},
    )
    assert shares(report, "source") == {"dht": Share(1, 1), "p2p": Share(0, 1)}
    assert shares(report, "script") == {"cyrillic": Share(0, 1), "latin": Share(1, 1)}
    assert shares(report, "files") == {"no": Share(0, 1), "yes": Share(1, 1)}


@pytest.mark.parametrize(
    ("name", "style"),
    [
        ("Lantern Street", {"no technical word", "one or two", "none"}),
        ("Lantern Street (2019)", {"no technical word", "more", "to 2020"}),
        ("Lantern.Street.2024.1080p.WEB-DL", {"a technical word", "more", "after 2020"}),
        ("1942 A Winter of Paper 2031", {"no technical word", "more", "after 2020"}),
    ],
)
def test_cases_are_told_apart_by_how_the_name_is_written(name: str, style: set[str]) -> None:
    report = measured(case("audio", "album") | {"name": name})
    told = {value for part in ("rules", "words", "year") for value in report.by[part]}
    assert told == style


def test_each_part_of_the_cases_has_a_calibration_error() -> None:
    report = measured(case("audio", "album", lang="de"), case("video", "movie", lang="fr"))
    errors = {value: part.calibration_error for value, part in report.by["language"].items()}
    assert errors == {"de": pytest.approx(0.25), "fr": pytest.approx(0.75)}


class ByYear:
    """Says video of what names a year before 2000, else audio."""

    def classify(self, subjects: Sequence[Subject]) -> list[Verdict]:
        return [
            Verdict(
                medium=Medium.VIDEO if "19" in subject.name else Medium.AUDIO,
                subcategory=Subcategory.MOVIE if "19" in subject.name else Subcategory.ALBUM,
                confidence=0.75,
                source=DecidedBy.BERT,
            )
            for subject in subjects
        ]


def test_names_that_change_with_their_year_are_counted() -> None:
    names = ["Lantern Street (1985)", "Lantern Street (1995)", "Low Tide (2011)", "Low Tide"]
    cases = [case_from(case("video", "movie") | {"name": name}) for name in names]
    assert changed_by_years(cases, ByYear(), 10) == Share(1, 3)
    assert changed_by_years(cases[3:], ByYear(), 10) == Share(0, 0)


def test_an_interval_of_resampled_cases_holds_the_figure_and_repeats() -> None:
    cases = [True] * 90 + [False] * 10
    low, high = metrics.bootstrap(cases, lambda drawn: sum(drawn) / len(drawn))
    assert 0.8 < low < 0.9 < high < 0.98
    assert metrics.bootstrap(cases, lambda drawn: sum(drawn) / len(drawn)) == (low, high)


def test_risk_falls_with_coverage_and_honest_confidence_is_on_the_diagonal() -> None:
    answers = [(0.95, True)] * 19 + [(0.95, False)] + [(0.55, True)] * 11 + [(0.55, False)] * 9
    (_, kept), (_, everything) = metrics.risk_by_coverage(answers, (0.5, 1.0))
    assert (kept.right, everything.right) == (1, 10)
    assert [(round(c, 2), share.value) for c, share in metrics.reliability(answers)] == [
        (0.55, 0.55),
        (0.95, 0.95),
    ]


def test_the_card_and_the_plot_are_written(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(
        json.dumps(case("audio", "album") | {"name": "Paper Lighthouse - Low Tide [FLAC]"}) + "\n"
    )
    assert (
        run([str(path), "--card", str(tmp_path / "card.md"), "--plot", str(tmp_path / "plot.png")])
        == 0
    )
    assert "### confusion" in (tmp_path / "card.md").read_text()
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")


def test_names_that_nobody_called_adult_or_not_are_not_counted_as_either() -> None:
    flags = measured(case("audio", "album"), case("audio", "album", nsfw=None)).slices["all"]
    assert (flags.cases, flags.nsfw_recall.total, flags.nsfw_precision.total) == (2, 0, 0)
    open_ones = measured(case("audio", "album", nsfw=None), case("audio", "album", nsfw=1))
    assert open_ones.slices["all"].nsfw_recall.total == 1


def test_a_bad_case_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(case("audio", "album")) + "\n\n" + json.dumps({"name": "n"}) + "\n")
    with pytest.raises(BadCases, match=r"cases\.jsonl:3"):
        list(read(path))
