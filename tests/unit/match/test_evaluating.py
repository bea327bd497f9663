"""The evaluation counts what it says it counts; the fit finds weights that it should."""

import json
from pathlib import Path

import numpy as np
import pytest

from models.evaluation import linking
from models.evaluation.cases import BadCases
from models.evaluation.linking_tables import artist_figures, group_figures
from models.evaluation.match_cli import run
from models.match.features import NAMES, SUPPORTING
from models.match.matcher import Matcher
from models.training.match.fit import Choice, fit
from streams.lab.sample.musicbrainz import make

BY_KEY = {artist["key"]: artist for artist in make.catalogue()}
LIGHTHOUSE = BY_KEY["paper-lighthouse"]
LOW_TIDE = make.group_mbid(LIGHTHOUSE, LIGHTHOUSE["albums"][0])
ISLANDS = make.group_mbid(LIGHTHOUSE, LIGHTHOUSE["albums"][1])


def case(
    artist: str, title: str, group: str | None, mbid: str | None = make.artist_mbid(LIGHTHOUSE)
) -> dict[str, object]:
    return {"artist": artist, "title": title, "artist_mbid": mbid, "release_group_mbid": group}


CASES = [
    case("Paper Lighthouse", "Low Tide", LOW_TIDE),
    case("Paper Lighthause", "Low Tide", LOW_TIDE),
    case("Paper Lighthouse", "Low Tide", ISLANDS),
    case("Nobody of That Name", "Zzz", LOW_TIDE),
    case("Nobody of That Name", "Zzz", None, None),
]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "cases.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in CASES))
    return path


def test_precision_is_of_what_is_asserted_and_recall_of_what_is_there(
    sample_index: Path, written: Path
) -> None:
    answers = list(linking.evaluate(linking.read(written), Matcher.open(sample_index)))
    precision, recall = group_figures(answers)
    assert (precision.right, precision.total, recall.total) == (2, 3, 4)
    precision, recall = artist_figures(answers)
    assert (precision.right, precision.total, recall.total) == (3, 3, 4)
    assert group_figures(answers, above=1.1)[0].total == 0
    assert [answer.spelling for answer in answers] == [
        "exact",
        "variant",
        "variant",
        "variant",
        "absent",
    ]
    assert [answer.recalled for answer in answers] == [True, True, False, False, False]


def test_every_shape_of_case_is_read() -> None:
    spelled = linking.case_from({"query_artist": "A", "query_album": "B", "mbid": "x"}, "q")
    assert (spelled.group_mbid, spelled.is_artist_labelled) == ("x", False)
    album = linking.case_from({"artist": "A", "title": "B", "year": 1, "artist_mbid": "y"}, "q")
    assert (album.artist_mbid, album.is_group_labelled) == ("y", False)
    assert linking.case_from(
        {"folded": "a", "artists": [{"name": "A"}, {"name": "a"}]}, "q"
    ).is_homonym


def test_the_command_prints_plots_and_writes(
    sample_index: Path, written: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib")
    out, picture = tmp_path / "out.jsonl", tmp_path / "curves.png"
    options = [
        "--index",
        str(sample_index),
        "--predictions",
        str(out),
        "--plot",
        str(picture),
        "--errors",
        "9",
    ]
    assert run([str(written), *options]) == 0
    told = capsys.readouterr().out
    assert "66.7 ≥20.8 (2/3)" in told
    assert json.loads(out.read_text().splitlines()[0])["status"] == "exact"
    assert picture.read_bytes().startswith(b"\x89PNG")
    written.write_text('{"artist": 1}\n')
    assert run([str(written), *options]) == 1
    with pytest.raises(BadCases):
        linking.read(written)


def test_the_fit_separates_and_keeps_signs() -> None:
    rng = np.random.default_rng(1)
    right, wrong = np.zeros(len(NAMES)), np.zeros(len(NAMES))
    right[NAMES.index("year_equal")] = 1.0
    wrong[NAMES.index("title_unlike")] = 0.3
    choices = [Choice(np.stack([right, wrong]), 0) for _ in range(60)]
    choices += [Choice(np.stack([wrong]), None) for _ in range(40)]
    choices += [Choice(np.stack([wrong * rng.random()]), 0) for _ in range(20)]
    fitted = fit(choices)
    weights = fitted.weights
    assert weights["year_equal"] > 0 > weights["title_unlike"]
    assert fitted.loss < 0.4
    assert fitted.loss_of(choices) == pytest.approx(fitted.loss, abs=1e-3)
    assert all(weight <= 0 for name, weight in weights.items() if name not in SUPPORTING)
