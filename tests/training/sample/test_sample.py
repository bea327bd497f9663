"""A sample of any dump: complete, without near copies, the same for the same rows and seed."""

import gzip
import random
from collections import Counter
from pathlib import Path

import pytest
import zstandard

from models.training.classifier.data import HELD_OUT, place
from models.training.held_out import family
from streams.training.sample import command
from tests.training.sample.dumps import about, drawn, dump, entries, entry, sampled
from tests.unit.replay.samples import SAMPLES, Sample

BANNED = "Mimmo_Banned.Placeholder 2024"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.__name__)
def test_every_dump_format_is_read(tmp_path: Path, sample: Sample) -> None:
    path, expected = sample(tmp_path, 60)
    rows = sampled(tmp_path / "out", path)
    assert {row["id"] for row in rows} <= expected
    assert about(tmp_path / "out")["read"][0]["torrents"] >= len(expected)
    assert len({family(row["name"]) for row in rows}) == len(rows) > 0


def test_rows_have_what_the_labeller_asks_with(tmp_path: Path) -> None:
    files = [(f"Low Tide/{at:02}.flac", at) for at in range(1, 15)]
    path = dump(tmp_path / "a.jsonl", [entry("Paper Lighthouse - Low Tide (2006)", files, size=9)])
    (row,) = sampled(tmp_path / "out", path, "--files", 3)
    assert row == {
        "id": entry("Paper Lighthouse - Low Tide (2006)")["infohash"],
        "name": "Paper Lighthouse - Low Tide (2006)",
        "files": [["Low Tide/14.flac", 14], ["Low Tide/13.flac", 13], ["Low Tide/12.flac", 12]],
        "size": 9,
        "stratum": "latin/files/audio",
    }


def test_order_compression_and_division_of_the_rows_change_no_byte(tmp_path: Path) -> None:
    rows = entries(900)
    whole = dump(tmp_path / "whole.jsonl", rows)
    sampled(tmp_path / "a", whole, "--n", 100)
    random.Random(4).shuffle(rows)
    first = dump(tmp_path / "first.jsonl", rows[:300])
    second = dump(tmp_path / "second.jsonl", rows[300:])
    packed = tmp_path / "first.jsonl.zst"
    packed.write_bytes(zstandard.compress(first.read_bytes()))
    gzipped = tmp_path / "second.gz"
    gzipped.write_bytes(gzip.compress(second.read_bytes()))
    sampled(tmp_path / "b", packed, gzipped, "--n", 100)
    assert (tmp_path / "a/sample.jsonl").read_bytes() == (tmp_path / "b/sample.jsonl").read_bytes()
    assert about(tmp_path / "a")["strata"] == about(tmp_path / "b")["strata"]


def test_a_torrent_that_two_dumps_name_otherwise_is_drawn_once(tmp_path: Path) -> None:
    row = entry("Harbour Lights")
    first = dump(tmp_path / "a.jsonl", [row, entry("Winter Garden")])
    second = dump(tmp_path / "b.jsonl", [{**row, "name": "Silver River"}])
    rows = sampled(tmp_path / "out", first, second)
    assert len({row["id"] for row in rows}) == len(rows) == 2


def test_another_seed_draws_others(tmp_path: Path) -> None:
    path = dump(tmp_path / "a.jsonl", entries(600))
    first = {row["id"] for row in sampled(tmp_path / "a", path, "--n", 100)}
    second = {row["id"] for row in sampled(tmp_path / "b", path, "--n", 100, "--seed", 1)}
    assert len(first) == len(second) == 100
    assert first != second


def test_near_copies_are_drawn_once_even_across_strata(tmp_path: Path) -> None:
    copies = [entry(f"Lantern Street S01E{at:02} 1080p WEB") for at in range(20)]
    copies += [entry("Lantern Street S02E01 720p.mkv"), entry("Lantern.Street.S02", [("a.mkv", 5)])]
    path = dump(tmp_path / "a.jsonl", [*copies, entry("Harbour Lights")])
    rows = sampled(tmp_path / "out", path)
    assert sorted(family(row["name"]) for row in rows) == ["harbourlights", "lanternstreet"]


def test_rare_strata_are_drawn_whole_and_leave_their_rest_to_others(tmp_path: Path) -> None:
    path = dump(tmp_path / "a.jsonl", entries(900))
    strata = Counter(row["stratum"] for row in sampled(tmp_path / "out", path, "--n", 200))
    seen = about(tmp_path / "out")["strata"]
    assert sum(strata.values()) == 200
    assert strata["latin/bare/unknown"] < seen["latin/bare/unknown"]["seen"]
    sampled(tmp_path / "all", path)
    assert len(drawn(tmp_path / "all")) == 900


def test_a_weight_of_nothing_leaves_a_stratum_out(tmp_path: Path) -> None:
    path = dump(tmp_path / "a.jsonl", entries(90))
    rows = sampled(tmp_path / "out", path, "--weight", "bare=0", "--weight", "latin=1/2")
    assert {row["stratum"].split("/")[1] for row in rows} == {"files"}


def test_what_the_ban_list_names_is_never_drawn(tmp_path: Path) -> None:
    listed = [
        entry(BANNED),
        entry("Low Tide", [(f"a/{BANNED}.mkv", 5)]),
        entry("Harbour Lights"),
    ]
    path = dump(tmp_path / "a.jsonl", listed)
    rows = sampled(tmp_path / "out", path, "--adult")
    assert [row["name"] for row in rows] == ["Harbour Lights"]
    assert about(tmp_path / "out")["left_out"] == {"banned: placeholder": 2}


def test_what_is_flagged_as_adult_is_drawn_only_if_asked_for(tmp_path: Path) -> None:
    listed = [
        entry("Low Tide", category="xxx"),
        entry("Quiet River", category="6010"),
        entry("Copper Bridge XXX"),
        entry("xXx Harbour", category="movies"),
        entry("Robots", category="600 books"),
    ]
    path = dump(tmp_path / "a.jsonl", listed)
    rows = sampled(tmp_path / "out", path)
    assert {row["name"] for row in rows} == {"xXx Harbour", "Robots"}
    assert about(tmp_path / "out")["left_out"] == {"adult": 3}
    assert len(sampled(tmp_path / "all", path, "--adult")) == 5


def test_names_of_earlier_samples_and_labelled_rows_are_not_drawn_again(tmp_path: Path) -> None:
    path = dump(tmp_path / "a.jsonl", entries(300))
    first = sampled(tmp_path / "first", path, "--n", 60)
    labelled = tmp_path / "labels/names/p2p_labelled.jsonl.gz"
    labelled.parent.mkdir(parents=True)
    with gzip.open(labelled, "wt", encoding="utf-8") as lines:
        lines.write('{"name": "PAPER_HARBOUR.1080p", "medium": "video"}\n')
    exclude = ("--exclude", tmp_path / "first", "--exclude", tmp_path / "labels")
    second = sampled(tmp_path / "second", path, *exclude)
    families = {family(row["name"]) for row in first} | {"paperharbour"}
    assert families.isdisjoint(family(row["name"]) for row in second)
    assert len(second) >= 300 - 61


def test_rows_that_evaluation_holds_out_are_marked(tmp_path: Path) -> None:
    path = dump(tmp_path / "a.jsonl", entries(600))
    rows = sampled(tmp_path / "out", path, "--mark-held-out")
    marked = [row["name"] for row in rows if row.get("held_out")]
    assert marked
    assert marked == [row["name"] for row in rows if place(row["name"]) < HELD_OUT]


def test_hostile_names_are_one_line_of_json_each(tmp_path: Path) -> None:
    names = ['Low "Tide"\u202e\u061c {"a":1}', "=cmd|' /C calc'!A0", "\\u0000 Tide", "{{ river }}"]
    path = dump(tmp_path / "a.jsonl", [entry(name) for name in names])
    rows = sampled(tmp_path / "out", path)
    assert {row["name"] for row in rows} == set(names)
    assert (tmp_path / "out/sample.jsonl").read_bytes().count(b"\n") == len(names)


def test_a_sample_that_is_there_is_not_drawn_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = dump(tmp_path / "a.jsonl", entries(30))
    out = tmp_path / "out"
    sampled(out, path)
    before = (out / "sample.jsonl").stat().st_mtime_ns
    sampled(out, path)
    assert "holds this sample already" in capsys.readouterr().err
    assert (out / "sample.jsonl").stat().st_mtime_ns == before
    (out / "sample.jsonl").write_text("cut")
    sampled(out, path)
    assert len(drawn(out)) == 30, "a damaged one is drawn again"


def test_another_sample_is_replaced_only_by_force(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = dump(tmp_path / "a.jsonl", entries(30))
    out = tmp_path / "out"
    sampled(out, path)
    dump(path, entries(31))
    assert command.run([str(path), "--n", "7", "--out", str(out)]) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "n, sources differ; take another --out, or --force" in said
    assert len(drawn(out)) == 30
    assert len(sampled(out, path, "--n", 7, "--force")) == 7


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.csv"], "No such file"),
        (["empty.csv"], "is empty"),
        (["soup.bin"], "expected:"),
        (["fine.jsonl", "--exclude", "soup.bin"], "soup.bin, line 1: not a JSON object"),
        (["fine.jsonl", "--exclude", "nothing"], "holds no .jsonl"),
        (["barren.jsonl"], "there is no torrent in it"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.csv").touch()
    (tmp_path / "nothing").mkdir()
    (tmp_path / "soup.bin").write_bytes(b"soup\n" * 9)
    dump(tmp_path / "fine.jsonl", entries(3))
    (tmp_path / "barren.jsonl").write_text('{"infohash": "none", "name": "Low Tide"}\n')
    assert command.run([*arguments, "--out", "out"]) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["-", "-"],
        ["a", "--n", "0"],
        ["a", "--n", "many"],
        ["a", "--files", "-1"],
        ["a", "--weight", "soup=1"],
        ["a", "--weight", "thai=-1"],
        ["a", "--weight", "thai=1/0"],
    ],
)
def test_wrong_options_are_refused(tmp_path: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.run([*arguments, "--out", str(tmp_path / "out")])
    assert ended.value.code == 2


def test_a_dump_that_is_cut_short_gives_what_was_readable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = entries(500)
    packed = gzip.compress(dump(tmp_path / "a.jsonl", rows).read_bytes())
    cut = tmp_path / "cut.gz"
    cut.write_bytes(packed[: len(packed) // 2])
    assert 0 < len(sampled(tmp_path / "out", cut)) < 500
    assert about(tmp_path / "out")["read"][0]["fault"]
    assert "ends early" in capsys.readouterr().err
