"""`evaluate all`: what it writes, what it never shows, and what it does without data."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.brains_cli import run as run_brains
from models.evaluation import plot
from models.evaluation.all_cli import run
from models.evaluation.whole.answers import Answer, Kin, Mistake, Section, plain
from models.evaluation.whole.figures import figures
from models.evaluation.whole.page import page
from models.evaluation.whole.report import LeftOutPart, WholeReport, as_json
from models.training.classifier.data import HELD_OUT, place
from models.training.held_out import is_held_out

TAGS = {
    *("html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "h4", "p", "ul", "li"),
    *("b", "small", "code", "div", "table", "tr", "th", "td", "img", "details", "summary"),
}
"""Everything that the page is made of."""


class Reader(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]


def report_of(name: str, confidence: float | None = None) -> WholeReport:
    wrong = [Mistake(f"kind of {name}", name, name)]
    case = Answer(
        name,
        Kin(name, False),
        {"it": plain(False)},
        slices=[("style", name)],
        mistakes=wrong,
        confidence=confidence,
    )
    section = figures(Section(name, name, "it", [case]), with_names=True)
    return WholeReport(name, [name], [section], [LeftOutPart(name, name)], True)


@given(st.text(max_size=60))
def test_a_hostile_name_is_text_on_the_page_and_nothing_else(name: str) -> None:
    reader = Reader()
    reader.feed(page(report_of(f"<script>{name}</td><img src=x onerror='{name}'>")))
    assert reader.tags <= TAGS - {"img"}
    json.loads(as_json(report_of(name)))


def test_nothing_turns_a_line_and_pictures_are_in_the_page() -> None:
    text = page(report_of("Low\u202eTide\x1b[2J", confidence=0.8))
    assert "\u202e" not in text
    assert "\x1b" not in text
    reader = Reader()
    reader.feed(text)
    assert len(reader.sources) == 1
    assert reader.sources[0].startswith("data:image/svg+xml;base64,")


@pytest.mark.parametrize("count", [1, 4, 10, 14, 69])
@pytest.mark.parametrize("is_right", [True, False])
def test_answers_that_are_all_right_or_all_wrong_are_drawn(count: int, is_right: bool) -> None:
    drawn = plot.reliability_svg([(0.95, is_right)] * count, "medium")
    assert b"<svg" in drawn
    assert drawn == plot.reliability_svg([(0.95, is_right)] * count, "medium")


def kept(form: str, *, held_out: bool = False) -> str:
    """The first name of a form that is kept from training, and in a half."""
    words = ("amber", "basalt", "cedar", "dune", "ember", "fjord", "grove", "heron", "inlet")
    names = (
        form.format(f"{one_word} {word} {last}".title())
        for one_word in words
        for word in words
        for last in words
    )
    return next(name for name in names if place(name) < HELD_OUT and is_held_out(name) is held_out)


MISREAD = kept("{} 1999 1080p BluRay x264")
UNSEEN = kept("{} 2003 1080p BluRay x264", held_out=True)
ADULT = kept("{} 2011 720p WEB x264")
ROWS = [
    # A film that the label calls a book is answered wrongly for sure.
    {"name": MISREAD, "medium": "book", "sub": "ebook", "source": "ours"},
    {"name": UNSEEN, "medium": "book", "sub": "ebook", "source": "ours"},
    {"name": ADULT, "medium": "book", "sub": "ebook", "nsfw": 1, "source": "ours"},
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "names").mkdir(parents=True)
    lines = "".join(json.dumps(row) + "\n" for row in ROWS)
    (folder / "names" / "p2p_labelled.jsonl").write_text(lines)
    return folder


def written(out: Path) -> str:
    return (out / "report.html").read_text() + (out / "report.json").read_text()


def test_examples_are_shown_of_the_open_half_and_never_of_adult_names(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run_brains(["evaluate", "all", str(data), "--out", str(out), "--file-sets", "92"]) == 0
    text = written(out)
    assert MISREAD in text
    assert UNSEEN not in text
    assert ADULT not in text
    assert str(data) not in text, "where the data lies is not told"
    told = json.loads((out / "report.json").read_text())
    assert [section["title"] for section in told["sections"]] == [
        "Labelled names kept from training: class",
        "File sets",
    ]
    assert told["sections"][0]["cases"] == len(ROWS)
    assert {part["title"] for part in told["left_out"]} == {
        *("gold", "gold-fields", "names-learnt", "fields", "bench", "linking"),
    }
    complaints = capsys.readouterr().err
    assert "left out, gold: " in complaints
    assert "dev.jsonl is not there" in complaints


def test_names_whose_half_follows_from_being_kept_from_training_are_in_neither_half(
    data: Path, tmp_path: Path
) -> None:
    letters = kept("{}", held_out=True)
    rows = [{**ROWS[0], "name": letters}, {**ROWS[1], "sub": "ebook"}]
    path = data / "names" / "p2p_labelled.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in [*rows, ROWS[0]]))
    out = tmp_path / "out"
    assert run([str(data), "--out", str(out), "--only", "names"]) == 0
    (section,) = json.loads((out / "report.json").read_text())["sections"]
    medium = section["measures"][0]
    assert medium["below"] == 3
    assert [medium["halves"][half]["below"] for half in ("open", "held_out")] == [1, 1]


def test_without_names_no_name_is_written_and_mistakes_are_counted(
    data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert run([str(data), "--out", str(out), "--without-names", "--only", "names"]) == 0
    text = written(out)
    assert not [row["name"] for row in ROWS if str(row["name"]) in text]
    (section,) = json.loads((out / "report.json").read_text())["sections"]
    kinds = {kind["kind"]: kind["open"] + kind["held_out"] for kind in section["mistakes"]}
    assert kinds["book called video"] == len(ROWS)


def test_the_same_data_give_the_same_report(data: Path, tmp_path: Path) -> None:
    arguments = [str(data), "--only", "names", "--out"]
    first, second = (tmp_path / "first", tmp_path / "second")
    assert run([*arguments, str(first)]) == run([*arguments, str(second)]) == 0
    pages = [(out / "report.html").read_text().replace(out.name, "") for out in (first, second)]
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("folder", "complaint"),
    [("nowhere", "is no folder"), (".", "nothing could be measured")],
)
def test_nothing_to_measure_is_told_and_fails(
    folder: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(tmp_path / folder), "--only", "gold", "--out", str(tmp_path / "out")]
    assert run(arguments) == 1
    assert complaint in capsys.readouterr().err


def test_wrong_usage_is_two_and_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as wrong:
        run(["DATA", "--most", "none"])
    assert wrong.value.code == 2
    with pytest.raises(SystemExit) as helped:
        run(["--help"])
    assert helped.value.code == 0
    assert "evaluate all DATA --out build/report --without-names" in capsys.readouterr().out


GOLD = {
    "name": "Harbour Street S01E02 720p WEB x264-GRP",
    "medium": "video",
    "sub": ["episode", "season"],
    "nsfw": 0,
    "sure": 1,
    "title": "Harbour",
    "year": None,
    "season": 1,
    "episode": 2,
    "lang": "en",
}
BENCH = {"name": GOLD["name"], "sources": ["ours"], "expect": {"title": "Harbour", "season": 1}}
SCORER = """
PARSERS = {"guessit"}
def score(cases, given, on_error):
    for case in cases:
        on_error(case, "title", case["expect"]["title"], given[case["name"]]["title"])
    return {"merged": {"title": [1, 0, 0, 0, 0], "season": [1, 1, 0, 1, 1]}}, 0
def whole(cases, given):
    return (0, 1), (0, 0)
"""


def test_fields_are_measured_on_gold_and_on_the_bench(tmp_path: Path) -> None:
    rows = {"gold/dev.jsonl": GOLD, "fields/p2p_labelled.jsonl": GOLD}
    rows["bench/merged/all.jsonl"] = BENCH
    for name, row in rows.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(row) + "\n")
    (tmp_path / "bench" / "score.py").write_text(SCORER)
    out = tmp_path / "out"
    parts = ["gold", "gold-fields", "fields", "bench"]
    assert run([str(tmp_path), "--out", str(out), "--only", *parts]) == 0
    told = json.loads((out / "report.json").read_text())
    assert not told["left_out"]
    classes, fields, labelled, bench = told["sections"]
    assert share(classes, "medium") == 1
    assert share(fields, "video: season") == share(labelled, "season") == 1
    assert share(fields, "video: title") == share(labelled, "title") == 0
    assert {"kind": "language", "value": "en"}.items() <= next(
        part for part in fields["slices"] if part["kind"] == "language"
    ).items()
    assert share(bench, "video, whole record") == 0
    assert share(bench, "season, absent") == 1
    assert fields["mistakes"][0]["kind"] == "title: run on"
    assert not fields["mistakes"][0]["examples"], "of gold no name is shown"


def share(section: dict[str, object], measure: str) -> float:
    measures = section["measures"]
    assert isinstance(measures, list)
    return next(row["share"] for row in measures if row["name"] == measure)  # type: ignore[no-any-return]
