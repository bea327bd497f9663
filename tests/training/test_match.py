"""The matcher's weights are learnt from cases and from pairs, and are better than none."""

import gzip
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from models.match.dump import Dump
from models.match.entities import Kind
from models.match.matcher import Matcher
from models.training.experiment.recipe import load_recipe
from models.training.match import command, gathering
from models.training.match.gathering import Use
from models.training.match.settings import MatchRecipe
from streams.lab.sample.musicbrainz import make
from streams.musicbrainz.catalogue import Sources, import_index
from tests.training.conftest import require_training

SAMPLE = Path(make.__file__).parent


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    artists, groups, releases = (Dump(SAMPLE / f"{kind}.tar.xz", kind) for kind in Kind)
    import_index(folder, Sources(artists, groups, releases, SAMPLE / "mbdump.tar.bz2"))
    return folder


def slipped(name: str) -> str:
    """A name with two letters in each other's place."""
    return f"{name[:2]}{name[3]}{name[2]}{name[4:]}" if len(name) > 4 else name


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All albums of the sample as they are spelled, with slips, and albums that nobody made."""
    rows = []
    for artist in make.catalogue():
        for album in artist.get("albums", ()):
            known = {"artist_mbid": make.artist_mbid(artist), "year": album.get("year")}
            group = make.group_mbid(artist, album)
            rows += [
                {"artist": name, "title": album["title"], "release_group_mbid": group} | known
                for name in (artist["name"], slipped(artist["name"]))
            ]
        rows.append(
            {
                "artist": artist["name"],
                "title": "Nobody Made This",
                "artist_mbid": make.artist_mbid(artist),
                "release_group_mbid": None,
            }
        )
    folder = tmp_path_factory.mktemp("data")
    written(folder / "linking" / "cases.jsonl", rows)
    return folder


def trained(data: Path, index: Path, out: Path, *more: str) -> int:
    options = ["--data", str(data), "--out", str(out), "--recipe", "match-tiny", "--force"]
    return command.run([*options, "--set", f"index={index}", *more])


def test_a_tiny_training_beats_features_that_count_alike(
    data: Path, index: Path, tmp_path: Path
) -> None:
    require_training()
    assert trained(data, index, tmp_path / "out") == 0
    measured = json.loads((tmp_path / "out" / "evaluation.json").read_text())["held_out"]
    assert measured["learnt"]["nats_a_case"] < 0.8 * measured["unweighted"]["nats_a_case"]
    assert measured["learnt"]["right"] >= measured["unweighted"]["right"]
    manifest = tomllib.loads((tmp_path / "out" / "manifest.toml").read_text())
    assert manifest["settings"]["weight_title_missing"] < 0
    assert manifest["settings"]["high"] == 0.95
    assert (tmp_path / "out" / "weights").is_dir()


def test_what_is_made_is_not_made_again_and_other_data_is_refused(
    data: Path, index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    require_training()
    out = tmp_path / "out"
    assert trained(data, index, out) == 0
    before = (out / "manifest.toml").read_bytes()
    assert trained(data, index, out) == 0
    assert (out / "manifest.toml").read_bytes() == before
    assert trained(data, index, out, "--set", "fitting.steps=7") == 1
    assert "fitting.steps: 300 is now 7" in capsys.readouterr().err


def test_the_gate_asks_cases_that_taught_and_chose_nothing(
    data: Path, index: Path, tmp_path: Path
) -> None:
    require_training()
    out = tmp_path / "out"
    assert trained(data, index, out) == 0
    judged = [json.loads(line) for line in (out / "judging.jsonl").read_text().splitlines()]
    recipe = load_recipe(MatchRecipe, "match-tiny", [f"index={index}"])
    matcher = Matcher.open(index)
    gathered = gathering.gather([data / "linking" / "cases.jsonl"], matcher, recipe)
    assert gathered.judging == judged
    assert gathered.choices[Use.CHOOSING]
    learnt = sum(len(gathered.choices[use]) for use in (Use.LEARNT, Use.CHOOSING))
    rows = len((data / "linking" / "cases.jsonl").read_text().splitlines())
    assert 0 < len(judged) <= rows - learnt
    asked = json.loads((out / "comparison.json").read_text())["slices"]
    assert {part["value"] for part in asked if part["kind"] == "file"} == {"judging.jsonl"}


def test_where_nothing_is_held_out_the_gate_refuses_and_says_what_to_give(
    data: Path, index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    require_training()
    rows = (data / "linking" / "cases.jsonl").read_text()
    own = tmp_path / "data"
    written(own / "linking" / "cases.jsonl", [])
    (own / "linking" / "albums_dev.jsonl.gz").write_bytes(gzip.compress(rows.encode()))
    options = ["--data", str(own), "--recipe", "match-tiny", "--set", f"index={index}"]
    options += ["--set", "cases.held_out=0", "--out", str(tmp_path / "out")]
    assert command.run(options) == 3
    told = capsys.readouterr().err
    assert "did not teach these weights" in told
    assert "--evaluation FILE" in told
    assert "--cross-validate" in told


def test_cases_that_are_judged_on_are_not_learnt_from(data: Path, index: Path) -> None:
    recipe = load_recipe(MatchRecipe, "match-tiny", [f"index={index}", "cases.held_out=0"])
    matcher = Matcher.open(index)
    paths = [data / "linking" / "cases.jsonl"]
    case = gathering.read(paths[0], matcher.index)[0].case
    whole = gathering.gather(paths, matcher, recipe).choices[Use.LEARNT]
    kept = gathering.gather(paths, matcher, recipe, [case]).choices[Use.LEARNT]
    own = [row for row in gathering.read(paths[0], matcher.index) if row.case == case]
    assert own
    assert len(kept) < len(whole)


def test_pairs_of_a_dump_are_cases_and_their_split_is_kept(index: Path, tmp_path: Path) -> None:
    artist = next(artist for artist in make.catalogue() if artist["key"] == "paper-lighthouse")
    album = artist["albums"][0]
    own, group = make.artist_mbid(artist), make.group_mbid(artist, album)
    pair = {"a": "A", "how": "alias", "match": True, "mbid": own, "other_mbid": own}
    path = written(
        tmp_path / "pairs.jsonl",
        [
            pair | {"kind": "artist", "b": "Spelled So", "split": "train"},
            pair | {"kind": "album", "b": "Low Tyde", "mbid": group, "split": "test"},
            pair | {"kind": "artist", "b": "Unknown", "mbid": "0" * 36, "split": "train"},
        ],
    )
    first, second = gathering.read(path, Matcher.open(index).index)
    assert (first.case.query.artist, first.case.artist_mbid) == ("Spelled So", own)
    assert (first.case.group_mbid, first.use) == (None, Use.LEARNT)
    assert (second.case.query.artist, second.case.query.title) == (artist["name"], "Low Tyde")
    assert (second.case.group_mbid, second.use) == (group, Use.JUDGING)


def test_what_is_missing_is_said_with_what_to_do(
    data: Path, index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trained(data, tmp_path / "none", tmp_path / "out") == 1
    assert "is no match index" in capsys.readouterr().err
    assert trained(tmp_path, index, tmp_path / "out") == 1
    assert "has no cases" in capsys.readouterr().err
    assert (
        command.run(
            ["--data", str(data), "--out", str(tmp_path / "out"), "--set", f"index={index}"]
        )
        == 1
    )
    assert "albums_dev.jsonl.gz is not there" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["match", "match-own", "match-tiny"])
def test_recipes_that_ship_are_whole(name: str) -> None:
    assert load_recipe(MatchRecipe, name).task == "match"
