"""The evaluation of extraction: what is right, both formats of cases, mistakes that are told."""

import json
from pathlib import Path

import pytest

from models.evaluation import bench, extract_cli, fields, slices
from models.evaluation.cases import BadCases
from models.evaluation.flat import flat
from models.extract.extractor import Extractor, ExtractSubject
from schemas import Subcategory

GOLD = [
    {
        "name": "Harbour.Street.S01E02.720p.WEB.x264-GRP",
        "medium": "video",
        "sub": "episode",
        "nsfw": 0,
        "artist": None,
        "title": ["Harbour Street", "Harbour St"],
        "year": None,
        "season": 1,
        "episode": 2,
    },
    {
        "name": "Aurora Vale - Paper Lanterns (2011) [FLAC]",
        "medium": "audio",
        "sub": "album",
        "nsfw": 0,
        "artist": "Aurora Vale",
        "title": "Wrong Title",
        "year": 2011,
        "season": None,
        "episode": None,
    },
]
BENCH = {
    "id": "x#1",
    "name": "Harbour.Street.S01E02.720p.WEB.x264-GRP",
    "sources": ["ours"],
    "expect": {"title": "Harbour Street", "season": 1, "episode": 2, "group": "GRP"},
}
SCORER = """
PARSERS = {"guessit"}
ORDER = ["title", "season"]
def score(cases, given, derived=True, weak=False, fields=None, on_error=None):
    def is_right(case, field):
        return given[case["name"]].get(field) in (case["expect"][field], [case["expect"][field]])
    right = {f: sum(is_right(c, f) for c in cases) for f in ORDER}
    for case in cases:
        for field in ORDER:
            if on_error and not is_right(case, field):
                on_error(case, field, case["expect"][field], given[case["name"]].get(field))
    return {"merged": {f: [len(cases), right[f], 0, 0, 0] for f in ORDER}}, 0
def whole(cases, given):
    return (1, 1), (0, 0)
"""


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in GOLD), encoding="utf-8")
    return path


@pytest.fixture
def merged(tmp_path: Path) -> Path:
    folder = tmp_path / "bench" / "merged"
    folder.mkdir(parents=True)
    (folder.parent / "score.py").write_text(SCORER, encoding="utf-8")
    path = folder / "all.jsonl"
    path.write_text(
        json.dumps(BENCH) + "\n" + json.dumps({**BENCH, "sources": ["guessit"]}) + "\n",
        encoding="utf-8",
    )
    return path


def test_a_value_is_right_if_either_reader_has_it_and_absence_counts() -> None:
    case = fields.case_from(GOLD[0])
    ok = fields.right(case, {"title": "harbour-street", "season": [1], "episode": [2]})
    assert ok["title"]
    assert ok["all fields"]
    assert not fields.right(
        case, {"title": "harbour street", "season": [1], "episode": [2], "year": 2008}
    )["year"]


@pytest.mark.parametrize(
    ("name", "style"),
    [
        ("Harbour.Street.S01", "scene"),
        ("[x] Harbour Street", "bracketed"),
        ("Harbour Street", "spaced"),
        ("Тихая гавань", "cyrillic"),
        ("静かな港 x", "cjk"),
    ],
)
def test_names_are_told_apart_by_style(name: str, style: str) -> None:
    assert slices.style(name) == style


@pytest.mark.parametrize(
    ("field", "label", "answer", "right"),
    [
        ("episode", "1-8", list(range(1, 9)), True),
        ("episode", "1-8", list(range(1, 8)), False),
        ("season", None, [1, 2, 3], False),
        ("season", 2, [1, 2, 3], False),
        ("episode", None, [1, 2], False),
    ],
)
def test_a_range_is_right_as_labels_write_it(
    field: str, label: str | int | None, answer: list[int], right: bool
) -> None:
    case = fields.case_from({"name": "Harbour Street", "sub": "season", field: label})
    assert fields.right(case, {field: answer})[field] is right


def test_fields_are_flat_as_the_bench_has_them() -> None:
    extracted = Extractor.load(tagger=False).extract(
        [ExtractSubject("Harbour.Street.S01E02-E04.720p.WEB.x264-GRP", None, Subcategory.EPISODE)]
    )[0]
    given = flat(extracted)
    assert (given["title"], given["series_title"]) == ("Harbour Street", "Harbour Street")
    assert (given["season"], given["episode"]) == ([1], [2, 3, 4])
    assert (given["resolution"], given["group"]) == ("720p", "GRP")


def test_errors_of_an_unknown_field_name_the_known_ones(
    gold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert extract_cli.run([str(gold), "--no-parsers", "--errors", "200"]) == 1
    assert "has artist, title, year, season, episode" in capsys.readouterr().err


def test_gold_cases_are_measured_and_errors_listed(
    gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.jsonl"
    assert (
        extract_cli.run([str(gold), "--no-parsers", "--errors", "title", "--predictions", str(out)])
        == 0
    )
    told = capsys.readouterr().out
    assert "Wrong Title" in told
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["name"] for line in lines] == [row["name"] for row in GOLD]
    assert lines[1]["album"] == "Paper Lanterns"


def test_bench_cases_are_scored_by_the_scorer_beside_them(
    merged: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.is_bench(merged)
    assert extract_cli.run([str(merged), "--neutral", "--no-parsers"]) == 0
    assert "100.0" in capsys.readouterr().out
    assert (
        len(bench.read(merged, bench.scorer(merged.parent.parent / "score.py"), neutral=False)) == 2
    )


def test_what_cannot_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"name": "x"}\n', encoding="utf-8")
    assert extract_cli.run([str(bad), "--no-parsers"]) == 1
    assert "bad.jsonl:1" in capsys.readouterr().err
    with pytest.raises(BadCases, match=r"score\.py"):
        bench.scorer(tmp_path / "score.py")
    assert extract_cli.run([str(tmp_path / "missing.jsonl")]) == 1


@pytest.mark.parametrize("written", ["VA", "Various Artists", "V.A.", "Various"])
def test_artists_that_are_not_named_are_right_however_they_are_written(written: str) -> None:
    name = "VA - Paper Lanterns (2011)"
    extracted = Extractor.load(tagger=False).extract(
        [ExtractSubject(name, None, Subcategory.ALBUM)]
    )[0]
    case = fields.case_from({"name": name, "sub": "album", "nsfw": 0, "artist": written})
    assert fields.right(case, flat(extracted))["artist"]
    other = fields.case_from({"name": name, "sub": "album", "nsfw": 0, "artist": "Aurora Vale"})
    assert not fields.right(other, flat(extracted))["artist"]
