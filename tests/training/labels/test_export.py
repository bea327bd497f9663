"""What is exported: rows that training reads, disagreements for people, the same bytes always."""

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from models.training.classifier.data import labelled
from models.training.tagger.data import read_rows
from streams.training.labels.answers import FILE, Answer, Answers, Outcome
from streams.training.labels.command import run
from tests.training.labels.samples import voter, write_sample

NAMES = ("Aurora Vale - Low Tide (2011)", "Harbour Lights 1954", "Paper Studio 4", "Lantern")


def answered(
    folder: Path, votes: Mapping[str, Sequence[str | None]], task: str = "content"
) -> None:
    """Keeps what voters say of the names of a sample; None is no answer."""
    answers = Answers(folder / FILE)
    for name, texts in votes.items():
        kept = [
            Answer(f"{number:05}", Outcome.PARSED, text, 0.1, float(number))
            for number, text in enumerate(texts)
            if text is not None
        ]
        answers.put(voter(name, task), kept)
    answers.close()


def rows(path: Path) -> list[dict[str, Any]]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in content.splitlines()]


VOTES = {
    "a": ["album", "movie", "application", "movie"],
    "b": ["album", "movie adult", "application", "album"],
    "c": ["album", "episode", "what?", "game"],
}


def test_rows_say_share_votes_level_and_origin(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path / "sample", NAMES)
    answered(folder, VOTES)
    assert run([str(folder), "--export", str(tmp_path / "out")]) == 0
    high, medium, unparsed = rows(tmp_path / "out" / "names" / "p2p_labelled.jsonl.gz")
    assert (high["medium"], high["sub"], high["level"], high["nsfw"]) == (
        *("audio", "album", "high"),
        False,
    )
    assert high["share"] == {"album": 1.0}
    assert high["votes"] == {"a": "album", "b": "album", "c": "album"}
    assert high["origin"]["endpoints"] == ["a", "b", "c"]
    assert high["origin"]["prompts"] == ["content-1"] * 3
    assert len(high["origin"]["sample"]) == 64
    assert (medium["sub"], medium["level"]) == ("movie", "medium")
    assert medium["share"] == {"movie": 0.6667, "episode": 0.3333}
    assert medium["votes"]["b"] == "movie adult"
    assert not medium["nsfw"]
    assert unparsed["level"] == "medium"
    assert unparsed["votes"]["c"] is None
    differing = rows(tmp_path / "out" / "disagreements.jsonl")
    assert [row["level"] for row in differing] == ["medium", "medium", "dropped"]
    assert [row["nsfw"] for row in differing] == [False] * 3, "for its reader to correct"
    told = capsys.readouterr().out
    assert "3 of 4 names, 1 high, 2 medium" in told
    assert "dropped: 1 (25.0%)" in told
    assert "easy names" in told


def test_training_reads_the_rows(tmp_path: Path) -> None:
    folder = write_sample(tmp_path / "sample", NAMES)
    answered(folder, VOTES)
    assert run([str(folder), "--export", str(tmp_path)]) == 0
    assert [row.subcategory for row in labelled(tmp_path)] == ["album", "movie", "application"]


def test_the_same_answers_are_the_same_bytes(tmp_path: Path) -> None:
    folder = write_sample(tmp_path / "sample", NAMES)
    answered(folder, VOTES)
    other = write_sample(tmp_path / "other", NAMES)
    for name in reversed(VOTES):
        answered(other, {name: VOTES[name]})
    for sample in (folder, other):
        assert run([str(sample), "--export", str(sample)]) == 0
    for path in ("names/p2p_labelled.jsonl.gz", "disagreements.jsonl"):
        assert (folder / path).read_bytes() == (other / path).read_bytes()


def test_who_votes_can_be_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_sample(tmp_path / "sample", NAMES)
    answered(folder, VOTES)
    assert run([str(folder), "--export", str(tmp_path / "out"), "--voters", "a,b"]) == 0
    levels = [row["level"] for row in rows(tmp_path / "out" / "names" / "p2p_labelled.jsonl.gz")]
    assert levels == ["high", "high", "high"]
    assert run([str(folder), "--export", str(tmp_path / "out"), "--voters", "a,nobody"]) == 1
    assert "nobody answered nothing of content; who did: a, b, c" in capsys.readouterr().err


def test_thresholds_and_the_rule_can_be_chosen(tmp_path: Path) -> None:
    folder = write_sample(tmp_path / "sample", NAMES)
    answered(folder, VOTES)
    out = tmp_path / "out"
    assert run([str(folder), "--export", str(out), "--medium", "0.7"]) == 0
    assert len(rows(out / "names" / "p2p_labelled.jsonl.gz")) == 2
    assert run([str(folder), "--export", str(out), "--rule", "dawid-skene"]) == 0
    kept = rows(out / "names" / "p2p_labelled.jsonl.gz")
    assert kept[0]["sub"] == "album"
    assert kept[0]["origin"]["rule"] == "dawid-skene"


def test_names_that_nobody_answered_are_not_dropped_but_not_asked_yet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path / "sample", NAMES)
    answered(folder, {"a": ["album", None, None, None]})
    assert run([str(folder), "--export", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().out
    assert "1 of 1 names" in told
    assert "not asked yet: 3 names" in told


def music(artist: str | None, album: str | None, year: int | None = None) -> str:
    return json.dumps({"artist": artist, "album": album, "track": None, "year": year})


def test_a_voter_who_is_behind_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_sample(tmp_path / "sample", NAMES)
    answered(folder, {"a": ["album"] * 4, "slow": ["album", None, None, None]})
    assert run([str(folder), "--export", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().out
    assert "slow answered only 1 of them" in told
    assert "1 high, 0 medium" in told


NOTHING = music(None, None)


def test_fields_are_rows_that_the_tagger_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path / "sample", NAMES)
    votes = {
        "a": [
            music("Aurora Vale", "Low Tide", 2011),
            music("Harbour", "Lights"),
            music(None, None),
        ],
        "b": [music("AURORA VALE", "Low Tide", 2011), music("Harbour", None), music(None, None)],
    }
    answered(folder, votes, "music")
    out = tmp_path / "out"
    assert run([str(folder), "--task", "music", "--export", str(out)]) == 0
    (row,) = rows(out / "fields" / "p2p_labelled.jsonl.gz")
    assert row["title"] == "Low Tide"
    assert row["year"] == 2011
    assert row["sub"] == "album"
    assert row["level"] == "high"
    examples, lost = read_rows(out)
    assert (len(examples), lost) == (1, 0)
    assert set(examples[0].spans) == {"creator", "title", "year"}
    told = capsys.readouterr().out
    assert "dropped: 1" in told
    assert "without any field, and so not written: 1 names" in told
    (differing,) = rows(out / "disagreements-music.jsonl")
    assert differing["undecided"] == ["album"]
    assert differing["votes"]["b"] == {"artist": "Harbour"}


def test_hostile_names_are_rows_of_json(tmp_path: Path) -> None:
    names = ('"},{"x":"', "\x1b[2J\u202e", "= cmd|' /C calc'!A0", "\ud800 half")
    folder = write_sample(tmp_path / "sample", names)
    answered(folder, {"a": ["album"] * 4, "b": ["album"] * 4})
    assert run([str(folder), "--export", str(tmp_path)]) == 0
    kept = [row["name"] for row in rows(tmp_path / "names" / "p2p_labelled.jsonl.gz")]
    assert kept == [*names[:3], "? half"]


def test_rows_that_are_not_of_this_sample_are_not_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path / "sample", NAMES)
    answered(folder, VOTES)
    path = tmp_path / "out" / "names" / "p2p_labelled.jsonl.gz"
    path.parent.mkdir(parents=True)
    by_hand = gzip.compress(b'{"name": "Low Tide", "medium": "audio", "sub": "album"}\n')
    path.write_bytes(by_hand)
    assert run([str(folder), "--export", str(tmp_path / "out")]) == 1
    assert path.read_bytes() == by_hand
    assert "--force" in capsys.readouterr().err
    assert run([str(folder), "--export", str(tmp_path / "out"), "--force"]) == 0
    assert len(rows(path)) == 3
    assert run([str(folder), "--export", str(tmp_path / "out")]) == 0
    assert len(rows(path)) == 3


def test_tasks_of_one_sample_share_the_file_of_fields(tmp_path: Path) -> None:
    folder = write_sample(tmp_path / "sample", NAMES)
    music = ['{"artist": "Aurora Vale", "album": "Low Tide", "year": 2011}', None, None, None]
    video = [None, '{"title": "Harbour Lights", "year": 1954}', None, None]
    answered(folder, {"a": music, "b": music}, "music")
    answered(folder, {"a": video, "b": video}, "video")
    out = tmp_path / "out"
    assert run([str(folder), "--task", "music", "--export", str(out)]) == 0
    assert run([str(folder), "--task", "video", "--export", str(out)]) == 0
    path = out / "fields" / "p2p_labelled.jsonl.gz"
    assert [row["origin"]["task"] for row in rows(path)] == ["music", "video"]
    assert (out / "disagreements-music.jsonl").is_file()
    assert (out / "disagreements-video.jsonl").is_file()
