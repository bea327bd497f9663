"""Pairs of a MusicBrainz dump: balanced, no entity in two splits, no name that is both."""

import gzip
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.match.normalise import compact
from models.training.pairs import command
from models.training.pairs.entity import Named, Shares
from models.training.pairs.making import Wanted, make_pairs
from models.training.pairs.measure import auc, measure
from models.training.pairs.variants import album_variants, artist_variants
from tests.training.pairs.catalogues import artist, artists, dump, group

Row = dict[str, Any]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dump(tmp_path_factory.mktemp("dump") / "artist", artists(600))


@pytest.fixture(scope="module")
def rows(catalogue: Path) -> list[Row]:
    return make_pairs(catalogue, Wanted("artist", count=300))


def test_there_are_as_many_pairs_that_match_as_do_not_in_every_split(rows: list[Row]) -> None:
    counts = Counter((row["split"], row["match"]) for row in rows)
    for split in ("train", "dev", "test"):
        assert counts[split, True] == counts[split, False] > 0
    assert sum(row["match"] for row in rows) == 300


def test_no_mbid_is_in_two_splits(rows: list[Row]) -> None:
    splits: dict[str, set[str]] = {}
    for row in rows:
        for mbid in (row["mbid"], row["other_mbid"]):
            splits.setdefault(mbid, set()).add(row["split"])
    assert all(len(known) == 1 for known in splits.values())


@given(
    st.lists(st.text("abcdefé &'-", min_size=1, max_size=9), min_size=1, max_size=40),
    st.integers(0, 2**32),
    st.floats(0, 0.5),
    st.floats(0, 0.5),
)
def test_no_mbid_is_in_two_splits_of_any_dump(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], seed: int, dev: float, test: float
) -> None:
    listed = [artist(at, f"x{name}", [f"y{name}"] * (at % 2)) for at, name in enumerate(names)]
    path = dump(tmp_path_factory.getbasetemp() / "any" / "artist", listed)
    wanted = Wanted("artist", count=len(names), seed=seed, shares=Shares(dev, test), least=30)
    splits: dict[str, set[str]] = {}
    for row in make_pairs(path, wanted):
        assert row["match"] == (row["mbid"] == row["other_mbid"])
        for mbid in (row["mbid"], row["other_mbid"]):
            splits.setdefault(mbid, set()).add(row["split"])
    assert all(len(known) == 1 for known in splits.values())


def test_names_that_do_not_match_are_near_and_of_another_entity(rows: list[Row]) -> None:
    negatives = [row for row in rows if not row["match"]]
    assert all(row["mbid"] != row["other_mbid"] for row in negatives)
    assert all(compact(row["a"]) != compact(row["b"]) for row in negatives)
    near = sum(row["how"] == "near" for row in negatives)
    assert near > len(negatives) / 2, "there are so many in this catalogue"


def test_half_of_the_pairs_that_match_are_aliases_where_there_are_enough(rows: list[Row]) -> None:
    ways = Counter(row["how"] for row in rows if row["match"])
    assert ways["alias"] == 150
    assert {"case", "article", "separators"} <= ways.keys()


def test_a_name_that_two_entities_share_is_never_a_pair(tmp_path: Path) -> None:
    same = [artist(at, name) for at, name in enumerate(["Low Tide", "LOW TIDE", "The Low-Tide"])]
    path = dump(tmp_path / "artist", [*same, artist(7, "Harbour", ["Low Tide"])])
    wanted = Wanted("artist", count=9, least=0, shares=Shares(0, 0))
    negatives = [row for row in make_pairs(path, wanted) if not row["match"]]
    assert all({compact(row["a"]), compact(row["b"])} != {"lowtide"} for row in negatives)
    assert not any(row["mbid"] == artist(7, "")["id"] for row in negatives)


def test_an_edition_is_the_album_and_no_other(tmp_path: Path) -> None:
    titles = ["Low Tide", "Low Tide (Deluxe Edition)", "Low Tides", "Low Tie"]
    path = dump(tmp_path / "release-group", [group(at, title) for at, title in enumerate(titles)])
    wanted = Wanted("album", count=4, shares=Shares(0, 0))
    pairs = [{row["a"], row["b"]} for row in make_pairs(path, wanted) if not row["match"]]
    assert {"Low Tide", "Low Tie"} in pairs
    assert {"Low Tide", "Low Tide (Deluxe Edition)"} not in pairs


def test_the_order_of_the_dump_changes_nothing(tmp_path: Path, rows: list[Row]) -> None:
    listed = artists(600)
    random.Random(3).shuffle(listed)
    assert make_pairs(dump(tmp_path / "artist", listed), Wanted("artist", count=300)) == rows


@given(st.text(min_size=1, max_size=60))
def test_a_variant_is_another_spelling(name: str) -> None:
    for variants in (artist_variants(name), album_variants(name, 1999)):
        spellings = [spelling for _, spelling in variants]
        assert name not in spellings
        assert len(set(spellings)) == len(spellings)


def test_variants_are_those_that_people_write() -> None:
    spellings = {b: a for a, b in artist_variants("The Moths & Lamps")}
    assert spellings["the moths & lamps"] == "case"
    assert spellings["Moths & Lamps"] == spellings["Moths & Lamps, The"] == "article"
    assert spellings["The Moths and Lamps"] == "and"
    assert spellings["The.Moths.&.Lamps"] == "separators"
    titles = {b: a for a, b in album_variants("Été (Deluxe Edition)", 1999)}
    assert titles["Été"] == "edition"
    assert titles["Ete (Deluxe Edition)"] == "accents"
    assert titles["Été (Deluxe Edition) (1999)"] == "year"


def test_forms_of_an_entity_are_all_its_names() -> None:
    named = Named("m", "The Low Tide", ("Ebbe",), "Low Tide, The")
    assert named.forms == {"lowtide", "ebbe"}


@given(
    st.lists(st.sampled_from([0.1, 0.5, 0.9]), max_size=12),
    st.lists(st.sampled_from([0.1, 0.5, 0.9]), max_size=12),
)
def test_the_auc_is_the_share_of_pairs_of_answers_in_the_right_order(
    positives: list[float], negatives: list[float]
) -> None:
    if not positives or not negatives:
        assert auc(positives, negatives) is None
        return
    wins = sum((p > n) + (p == n) / 2 for p in positives for n in negatives)
    assert auc(positives, negatives) == pytest.approx(wins / len(positives) / len(negatives))


def test_what_compares_names_is_measured_on_the_pairs(rows: list[Row]) -> None:
    measured = measure(rows)
    assert measured["all"].pairs == len(rows) == sum(measured[s].pairs for s in SPLITS)
    assert measured["all"].auc is not None
    assert measured["all"].auc > 0.8
    assert measured["how: case"].right == measured["how: case"].pairs


SPLITS = ("train", "dev", "test")


def test_the_command_writes_the_same_bytes_again(
    tmp_path: Path, catalogue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "a.jsonl.gz", tmp_path / "new" / "b.jsonl.gz"
    arguments = ["artist", str(catalogue), "--n", "60", "--measure", "--out"]
    assert command.run([*arguments, str(first)]) == 0
    said = capsys.readouterr().err
    assert "AUC" in said
    assert command.run([*arguments, str(second)]) == 0
    assert first.read_bytes() == second.read_bytes()
    with gzip.open(first, "rt") as lines:
        row = json.loads(next(lines))
    assert row.keys() == {"kind", "a", "b", "match", "how", "mbid", "other_mbid", "split"}


def test_a_dump_of_something_else_is_refused_and_nothing_is_written(
    tmp_path: Path, catalogue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.jsonl"
    assert command.run(["album", str(catalogue), "--out", str(out)]) == 1
    assert "dump of release-groups" in capsys.readouterr().err
    assert command.run(["artist", str(tmp_path / "none"), "--out", str(out)]) == 1
    assert "no such file" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("option", [["--n", "0"], ["--dev", "0.6"], ["--near", "101"]])
def test_wrong_options_are_refused(tmp_path: Path, catalogue: Path, option: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.run(["artist", str(catalogue), "--out", str(tmp_path / "out"), *option])
    assert ended.value.code == 2
