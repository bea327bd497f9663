"""What is neither asked nor written: banned names; adult ones are not written to be read."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.settings import settings
from streams.training.labels.command import run
from tests.training.labels.samples import voter_options, write_sample
from tests.training.labels.standin import StandIn, by_name, serving
from tests.training.labels.test_export import answered, rows

NAMES = ("Aurora Vale - Low Tide (2011)", "Forbidden Harbour 1954", "Paper Studio 4", "Lantern")


@pytest.fixture
def bans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A ban list of our own, which may be changed while the test runs."""
    path = tmp_path / "bans.toml"
    path.write_text('[[rules]]\nid = "own"\nterms = ["forbidden harbour"]\n')
    monkeypatch.setenv("STREAMS_BAN_KEYWORDS", str(path))
    settings.cache_clear()
    yield path
    settings.cache_clear()


def exported(path: Path) -> set[str]:
    return {row["name"] for row in rows(path)}


def test_what_the_ban_list_holds_is_not_asked_and_not_written_and_counted_without_its_name(
    bans: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its name, or by the path of a file."""
    folder = write_sample(tmp_path / "sample", NAMES)
    drawn = [json.loads(line) for line in (folder / "sample.jsonl").read_text().splitlines()]
    drawn[3]["files"] = [["disc/forbidden harbour.mkv", 5]]
    (folder / "sample.jsonl").write_text("".join(json.dumps(row) + "\n" for row in drawn))
    first: StandIn
    with serving(by_name(lambda name: "album")) as first, serving(by_name(differs)) as second:
        out = tmp_path / "out"
        asked = [str(folder), *voter_options(first=first.url, second=second.url)]
        assert run([*asked, "--stats", "--export", str(out)]) == 0
    assert set(first.asked) == set(second.asked) == {NAMES[0], NAMES[2]}
    written = exported(out / "names" / "p2p_labelled.jsonl.gz")
    written |= exported(out / "disagreements.jsonl")
    assert written == {NAMES[0], NAMES[2]}
    told = capsys.readouterr()
    assert "left out: 2 names that the ban list holds" in told.err
    assert "2 names, content" in told.out
    assert "orbidden" not in told.out + told.err


def differs(name: str) -> str:
    return "movie" if "Studio" in name else "album"


def test_answers_about_a_name_that_is_banned_since_go_no_further(
    tmp_path: Path, bans: Path
) -> None:
    """Nor do rows that an export of another task wrote before."""
    folder = write_sample(tmp_path / "sample", NAMES)
    music = ['{"album": "Low Tide"}', None, None, None]
    video = [None, '{"title": "Forbidden Harbour", "year": 1954}', None, '{"title": "Lantern"}']
    answered(folder, {"a": music, "b": music}, "music")
    answered(folder, {"a": video, "b": video}, "video")
    listed = bans.read_text()
    bans.write_text(listed.replace("harbour", "lighthouse"))
    out = tmp_path / "out"
    fields = out / "fields" / "p2p_labelled.jsonl.gz"
    reload_bans()
    assert run([str(folder), "--task", "video", "--export", str(out)]) == 0
    assert exported(fields) == {NAMES[1], NAMES[3]}
    bans.write_text(listed)
    reload_bans()
    assert run([str(folder), "--task", "music", "--export", str(out)]) == 0
    assert exported(fields) == {NAMES[0], NAMES[3]}


def reload_bans() -> None:
    from streams.pipeline import bans as loaded

    loaded._loaded.cache_clear()


def test_a_sample_of_banned_names_alone_is_told(
    bans: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path / "sample", NAMES[1:2])
    assert run([str(folder), "--model", "a=http://127.0.0.1:9/v1"]) == 1
    told = capsys.readouterr().err
    assert "the ban list holds all names" in told
    assert "Forbidden" not in told


def test_a_ban_list_that_cannot_be_read_ends_the_command(
    bans: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bans.unlink()
    reload_bans()
    folder = write_sample(tmp_path / "sample", NAMES)
    assert run([str(folder), "--model", "a=http://127.0.0.1:9/v1"]) == 1
    assert "bans.toml" in capsys.readouterr().err


VOTES = {
    "a": ["album", "movie", "game adult", "movie adult"],
    "b": ["album", "episode", "movie adult", "album"],
}


def drawn_with_adult(folder: Path) -> None:
    about = {"rows": len(NAMES), "request": {"adult": True}}
    (folder / "sample.json").write_text(json.dumps(about))


def test_names_that_are_flagged_as_adult_are_not_written_to_be_read_unless_they_were_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path / "sample", NAMES)
    answered(folder, VOTES)
    out = tmp_path / "out"
    export = [str(folder), "--export", str(out)]
    assert run(export) == 0
    assert exported(out / "disagreements.jsonl") == {NAMES[1]}
    told = capsys.readouterr().out
    assert "disagreements.jsonl: 1 names on which voters differ" in told
    assert "left out of it: 2 more that are flagged as adult" in told
    for options in (["--adult"], []):
        assert run([*export, *options]) == 0
        assert exported(out / "disagreements.jsonl") == set(NAMES[1:])
        assert "flagged as adult" not in capsys.readouterr().out
        drawn_with_adult(folder)


def test_what_the_sample_flags_itself_is_not_written_to_be_read(tmp_path: Path) -> None:
    folder = write_sample(tmp_path / "sample", NAMES, nsfw=True)
    answered(folder, {"a": ["album"] * 4, "b": ["movie"] * 4})
    out = tmp_path / "out"
    assert run([str(folder), "--export", str(out)]) == 0
    assert exported(out / "disagreements.jsonl") == set()


def test_votes_on_the_content_flag_disagreements_on_fields_too(tmp_path: Path) -> None:
    folder = write_sample(tmp_path / "sample", NAMES)
    answered(folder, VOTES)
    titles = ['{"title": null}'] * 4
    answered(folder, {"a": titles, "b": ["?"] * 4}, "video")
    out = tmp_path / "out"
    assert run([str(folder), "--task", "video", "--export", str(out)]) == 0
    assert exported(out / "disagreements-video.jsonl") == set(NAMES[:2])
