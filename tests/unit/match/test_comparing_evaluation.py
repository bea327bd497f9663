"""The evaluation of pairs of names, and the recipe of the pairs that it is run on."""

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest

from models.__main__ import main
from tests.benchmarks.comparing import albums, artists, tails, titles
from tests.benchmarks.comparing.corpus import Corpus
from tests.benchmarks.comparing.letters import abbreviated, may_abbreviate
from tests.benchmarks.comparing.numbers import counted, renumbered
from tests.benchmarks.comparing.pairs import HALVES, Pair, half, write

CASES = [
    ("artist", "acronym", "TMOA", "The Moths of August", True),
    ("artist", "acronym", "TMOA", "The Tin Cartographers", False),
    ("album", "edition", "Low Tide (Deluxe Edition)", "Low Tide", True),
    ("album", "edition", "Low Tide (Live)", "Low Tide", False),
    ("album", "edition", "High Water", "Low Tide", True),
]


_COLOURS = "Paper Tin Velvet Quiet Salt Iron Amber Hollow Northern Silver"
COLOURS = _COLOURS.split()
_THINGS = "Lighthouse Cartographers Quarry Moths Ferry Gulls Harbour Lantern"
THINGS = _THINGS.split()


def lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    names = ("kind", "what", "name", "other", "same")
    path = tmp_path / "pairs.jsonl"
    path.write_text(lines([dict(zip(names, case, strict=True)) for case in CASES]))
    return path


def test_precision_recall_and_errors_are_told(
    cases: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "compare", str(cases), "--errors", "5"]) == 0
    told = capsys.readouterr().out
    assert "50.0 % (1/2" in told, "recall of editions"
    assert "66.7 % (2/3" in told, "recall of everything"
    errors = told[told.index("Errors") :]
    assert "High Water" in errors
    assert "Low Tide (Live)" not in errors


def test_one_family_is_evaluated_and_answers_are_written(
    cases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "answers.jsonl"
    arguments = ["evaluate", "compare", str(cases), "--only", "acronym", "--predictions", str(out)]
    assert main(arguments) == 0
    answers = [json.loads(line) for line in out.read_text().splitlines()]
    assert [answer["same"] for answer in answers] == [True, False]
    assert main(["evaluate", "compare", str(cases), "--only", "nothing"]) == 1
    assert "holds no such cases" in capsys.readouterr().err


def test_a_line_that_is_no_pair_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"kind": "label", "name": "a", "other": "b", "same": true}\n')
    assert main(["evaluate", "compare", str(path)]) == 1
    assert f"{path}:1" in capsys.readouterr().err


def data(folder: Path) -> Path:
    """A folder of invented names in the form of the real ones."""
    names = [f"The {colour} {other} of August" for colour in COLOURS for other in THINGS]
    albums_of = [
        {"artist": name, "title": title, "year": 1990 + number}
        for number, name in enumerate(names)
        for title in (f"{THINGS[number % 8]} Songs", f"{THINGS[number % 8]} Songs (Live)")
    ]
    works = [
        {"title": name, "year": 1950 + number % 70, "kind": "movie", "aliases": [f"{name}!"]}
        for number, name in enumerate(names)
    ]
    known = [
        {
            "mbid": str(number),
            "name": name,
            "aliases": [name.upper()],
            "sort_name": f"{name[4:]}, The",
        }
        for number, name in enumerate(names)
    ]
    files = {
        "catalogue/artists": [*known, {"mbid": "x", "name": "TMOA"}],
        "catalogue/artist_names": [{"name": "Three Moths of August (TMOA)"}],
        "catalogue/release_groups": [{**row, "mbid": "y"} for row in albums_of[::4]],
        "catalogue/albums": albums_of,
        "catalogue/cddb_albums": [],
        "catalogue/titles": works,
        "fields/scene_audio": [],
        "linking/artist_aliases": [{"a": "Salt Ferry", "b": "The Salt Ferry of August"}],
        "linking/queries_dev": [],
        "linking/cddb_pairs": [],
        "names/p2p_by_category": [{"name": "Tin Gulls Of Autumn (TGOA) 2001"}],
        "names/p2p_labelled": [],
    }
    for name, rows in files.items():
        path = folder / f"{name}.jsonl.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(lines(rows).encode()))
    return folder


def pairs(folder: Path) -> list[Pair]:
    corpus = Corpus.read(folder)
    return [
        *artists.pairs(folder, corpus, random.Random(1)),
        *albums.pairs(folder, corpus, random.Random(2)),
        *titles.pairs(folder, random.Random(3)),
    ]


def test_the_same_pairs_are_made_again_and_no_name_is_in_both_halves(tmp_path: Path) -> None:
    folder = data(tmp_path / "data")
    runs = [pairs(folder), pairs(folder)]
    assert runs[0] == runs[1]
    counts = [write(part, tmp_path / str(number)) for number, part in enumerate(runs)]
    assert counts[0] == counts[1]
    assert all(counts[0].values())
    names = []
    for name in HALVES:
        rows = [
            json.loads(line) for line in (tmp_path / f"0/{name}.jsonl").read_text().splitlines()
        ]
        assert {row["same"] for row in rows} == {True, False}
        assert {row["kind"] for row in rows} == {"artist", "album", "title"}
        names.append({row["other"] for row in rows})
    assert not names[0] & names[1]


def test_what_the_recipe_derives_is_derived_rightly() -> None:
    rng = random.Random(5)
    assert may_abbreviate("TMOA", "The Moths of August")
    assert not may_abbreviate("Moths", "The Moths of August")
    for _ in range(40):
        short = abbreviated("The Last Moths of August", rng)
        assert short is None or may_abbreviate(short, "The Last Moths of August")
        assert renumbered("Ferry Songs Vol. 2", rng) != "Ferry Songs Vol. 2"
        tail = tails.drawn(tails.EDITIONS, "Low Tide", rng)
        assert tails.is_edition(tail) is not False
    assert counted("Ten Small Ships") == "10 Small Ships"
    assert {half(name) for name in "abcdefgh"} == set(HALVES)
