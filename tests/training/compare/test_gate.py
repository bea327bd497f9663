"""Real weights side by side on invented names, and what the gate says of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from models import registry
from models.active import Stage
from models.classify.cascade import Classifier
from models.content.subject import NamedSubject
from models.evaluation.cases import BadCases
from models.match.dump import Dump
from models.match.entities import Kind
from models.training.classifier.data import HELD_OUT, place
from models.training.compare import command
from models.training.compare.cases import Evaluation
from models.training.compare.comparing import compare
from models.training.compare.gate import gate, judge
from models.training.compare.weights import of_folder, weights_of
from models.training.held_out import chooses
from models.training.row_files import NAMES
from streams.lab.sample.musicbrainz import make
from streams.musicbrainz.catalogue import Sources, import_index
from tests.own_weights import experiment

WORDS = [
    *("Lantern", "Tide", "Harbour", "Meadow", "Granite", "Willow", "Ember", "Cinder", "Juniper"),
    *("Saltmarsh", "Copper", "Thistle", "Marble", "Orchard", "Raven", "Linden", "Amber", "Beacon"),
]

ROWS = [
    {"name": pattern.format(word), "sub": sub, "medium": medium, "nsfw": False}
    for word in WORDS
    for pattern, medium, sub in (
        ("Paper Lighthouse - {} Songs (2006) [FLAC]", "audio", "album"),
        ("{}.of.the.Sea.2019.1080p.BluRay.x264-INV", "video", "movie"),
        ("The.{}.Files.S02E01.720p.WEB.h264-INV", "video", "episode"),
        ("Ada Quill - The {} Door (1999) [epub]", "book", "ebook"),
    )
]

SWAPPED = ["video", "audio", "software", "book", "other"]
"""Labels of a network that was taught the wrong way round."""


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def evaluation(tmp_path: Path) -> Evaluation:
    rows = written(tmp_path / "rows.jsonl", ROWS)
    return Evaluation(files=(rows,), weights_dir=tmp_path / "weights")


def test_the_same_weights_are_not_worse_than_what_ships(
    evaluation: Evaluation, tmp_path: Path
) -> None:
    candidate = of_folder(Stage.CLASSIFY, experiment("classify", tmp_path / "mine"))
    verdict = gate(candidate, evaluation)
    assert verdict.is_accepted, verdict.why
    assert verdict.comparison is not None
    overall = verdict.comparison.overall
    assert (overall.won, overall.lost) == (0, 0)
    assert overall.families > 60
    assert verdict.as_json()["is_accepted"] is True
    assert "### classifier" in verdict.markdown()


def test_weights_that_confuse_classes_are_refused_with_the_reason(tmp_path: Path) -> None:
    """The labels are what the network that ships says of names that no pattern decides."""
    names = [f"{word} {other}" for word in WORDS for other in WORDS[:3]]
    verdicts = Classifier.load().classify([NamedSubject(name) for name in names])
    rows = [
        {"name": name, "medium": verdict.medium, "sub": verdict.subcategory, "nsfw": verdict.nsfw}
        for name, verdict in zip(names, verdicts, strict=True)
    ]
    file = written(tmp_path / "plain.jsonl", rows)
    folder = experiment("classify", tmp_path / "mine", changes={"labels": {"medium": SWAPPED}})
    verdict = judge(of_folder(Stage.CLASSIFY, folder).manifest, folder, tmp_path, file)
    assert not verdict.is_accepted
    assert "points lower" in verdict.why


def test_without_cases_the_gate_refuses_and_says_what_to_give(tmp_path: Path) -> None:
    folder = experiment("classify", tmp_path / "mine")
    verdict = judge(of_folder(Stage.CLASSIFY, folder).manifest, folder, tmp_path / "empty")
    assert not verdict.is_accepted
    assert "--evaluation FILE" in verdict.why
    assert NAMES in verdict.why
    assert verdict.as_json() == {"is_accepted": False, "why": verdict.why}


def test_of_a_data_folder_only_rows_that_training_keeps_out_are_asked(tmp_path: Path) -> None:
    path = tmp_path / "data" / NAMES.removesuffix(".gz")
    path.parent.mkdir(parents=True)
    rows = [{**ROWS[0], "name": f"Song of {word} and {other}"} for word in WORDS for other in WORDS]
    written(path, rows)
    held = [row["name"] for row in rows if place(row["name"]) < HELD_OUT]
    kept = {name for name in held if not chooses(name)}
    assert len(kept) < len(held)
    shipped = weights_of("classifier", "shipped", tmp_path)
    data = Evaluation(data=tmp_path / "data", weights_dir=tmp_path)
    comparison = compare("classifier", shipped, shipped, data)
    assert 0 < comparison.overall.families == len(kept) < len(rows)


def test_rows_that_all_chose_the_candidate_do_not_judge_it(tmp_path: Path) -> None:
    path = tmp_path / "data" / NAMES.removesuffix(".gz")
    path.parent.mkdir(parents=True)
    rows = [{**ROWS[0], "name": f"Song of {word} and {other}"} for word in WORDS for other in WORDS]
    written(path, rows)
    folder = experiment("classify", tmp_path / "mine")
    manifest = of_folder(Stage.CLASSIFY, folder).manifest
    (folder / "recipe.toml").write_text('chosen_on = "half"\n', encoding="utf-8")
    assert judge(manifest, folder, tmp_path / "data").is_accepted
    (folder / "recipe.toml").write_text('chosen_on = "all"\n', encoding="utf-8")
    refused = judge(manifest, folder, tmp_path / "data")
    assert not refused.is_accepted
    assert "have chosen these weights, and judge none" in refused.why
    read = written(tmp_path / "read.jsonl", rows[:30])
    assert judge(manifest, folder, tmp_path / "data", read).is_accepted


def test_names_of_which_nobody_said_whether_they_are_adult_judge_no_adult_flag(
    tmp_path: Path,
) -> None:
    rows = [{key: row[key] for key in ("name", "medium", "sub")} for row in ROWS[:6]]
    file = written(tmp_path / "read.jsonl", [*rows, {**ROWS[6], "nsfw": False}])
    shipped = weights_of("classifier", "shipped", tmp_path)
    comparison = compare("classifier", shipped, shipped, Evaluation(files=(file,)))
    told = {
        (counts.kind, counts.value, counts.measure): counts.families for counts in comparison.counts
    }
    assert told["all", "all", "medium"] == 7
    assert told["all", "all", "adult"] == told["adult", "no", "adult"] == 1


def test_a_line_that_is_no_case_is_named(tmp_path: Path) -> None:
    file = written(tmp_path / "bad.jsonl", [ROWS[0], {"name": "no label"}])
    shipped = weights_of("classifier", "shipped", tmp_path)
    with pytest.raises(BadCases, match=r"bad\.jsonl:2"):
        compare("classifier", shipped, shipped, Evaluation(files=(file,)))


def test_taggers_are_compared_field_by_field_and_medium(tmp_path: Path) -> None:
    rows = [
        {**row, "artist": artist, "title": title, "year": year}
        for row, artist, title, year in (
            (
                {"name": "Ada Quill Songs for the Harbour 2001", "sub": "album"},
                "Ada Quill",
                "Songs for the Harbour",
                2001,
            ),
            (
                {"name": "Paper Lighthouse - Low Tide (2006) [FLAC]", "sub": "album"},
                "Paper Lighthouse",
                "Low Tide",
                2006,
            ),
            (
                {"name": "Big.Buck.Bunny.2008.1080p.BluRay.x264-INV", "sub": "movie"},
                None,
                "Big Buck Bunny",
                2008,
            ),
        )
    ]
    file = written(tmp_path / "fields.jsonl", rows)
    deaf = {"calibration": {f"{role}_offset": -50.0 for role in ("creator", "title", "album")}}
    after = of_folder(Stage.TAGGER, experiment("tagger", tmp_path / "deaf", changes=deaf))
    before = weights_of("tagger", "shipped", tmp_path)
    on = Evaluation(files=(file,), weights_dir=tmp_path)
    comparison = compare("tagger", before, after, on)
    told = {(counts.kind, counts.value, counts.measure) for counts in comparison.counts}
    assert {("medium", "audio", "artist"), ("medium", "video", "year")} <= told
    assert comparison.overall.families == 3
    assert compare("tagger", before, before, on).overall.lost == 0


def test_matchers_are_compared_by_the_file_of_the_case(tmp_path: Path) -> None:
    sample = Path(make.__file__).parent
    dumps = [Dump(sample / f"{kind}.tar.xz", kind) for kind in (Kind.ARTIST, Kind.RELEASE_GROUP)]
    import_index(tmp_path / "index", Sources(*dumps))
    artist = make.catalogue()[0]
    album = artist["albums"][0]
    case = {
        "artist": artist["name"],
        "title": album["title"],
        "artist_mbid": make.artist_mbid(artist),
        "release_group_mbid": make.group_mbid(artist, album),
    }
    file = written(tmp_path / "links.jsonl", [case])
    never = experiment("match", tmp_path / "never", changes={"settings": {"bias": -99.0}})
    on = Evaluation(files=(file,), index=tmp_path / "index", weights_dir=tmp_path)
    before = weights_of("match", "shipped", tmp_path)
    comparison = compare("match", before, of_folder(Stage.MATCH, never), on)
    assert (comparison.overall.right_before, comparison.overall.right_after) == (1, 0)
    assert ("file", "links.jsonl", "artist") in {
        (counts.kind, counts.value, counts.measure) for counts in comparison.counts
    }


def test_weights_of_another_task_are_refused_by_name(tmp_path: Path) -> None:
    folder = experiment("tagger", tmp_path / "mine")
    with pytest.raises(registry.WeightsError, match="no model of classify"):
        weights_of("classifier", str(folder), tmp_path)
    with pytest.raises(registry.WeightsError, match="`shipped`, `active`"):
        weights_of("classifier", "nothing", tmp_path)


def test_the_command_tells_people_and_programs_and_its_exit_code_is_the_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(written(tmp_path / "rows.jsonl", ROWS))
    given = ["classifier", "shipped", "active", "--evaluation", file, "--weights", str(tmp_path)]
    card = tmp_path / "part.md"
    assert command.run([*given, "--card", str(card)]) == 0
    out = capsys.readouterr().out
    assert "AFTER is not worse" in out
    assert "McNemar" not in out
    assert "| all | medium |" in card.read_text()
    assert command.run([*given, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["slices"][0]["measure"] == "medium"
    assert command.run(["classifier", "shipped", "shipped"]) == 1
    assert "nothing to compare on: give" in capsys.readouterr().err
    with pytest.raises(SystemExit) as exited:
        command.run(["nothing", "shipped", "shipped"])
    assert exited.value.code == 2


def test_hostile_names_of_files_stay_out_of_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "a[red]b\x1b[31m.jsonl", ROWS[:4])
    code = command.run(["classifier", "shipped", "shipped", "--evaluation", str(file)])
    assert code == 0
    assert "\x1b[31m" not in capsys.readouterr().out
