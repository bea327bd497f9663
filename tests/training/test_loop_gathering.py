"""What a round begins with."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from models.ban.ban_list import BanList
from streams.corrections.export import Rows
from streams.training.loop import gathering as gathering_module
from streams.training.loop.gathering import Gathering, Question
from streams.training.loop.joining import RowsDamaged
from streams.training.loop.recipe import Gather


@pytest.fixture
def bans(tmp_path: Path) -> BanList:
    rules = tmp_path / "bans.toml"
    rules.write_text('[[rules]]\nid = "own"\nterms = ["forbidden harbour"]\n')
    return BanList.load(rules=rules)


def question(name: str, stratum: str = "unsure") -> Question:
    return {"id": "ab" * 20, "name": name, "files": [], "size": None, "stratum": stratum}


def written(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_family_is_asked_about_once_and_not_if_it_is_known(bans: BanList) -> None:
    gathering = Gathering(bans, ["Low Tide (2006) [FLAC]"])
    names = ["Low.Tide.MP3", "Lantern Street S01E01", "Lantern.Street.S01E02.720p"]
    assert [gathering.ask(question(name)) for name in names] == [False, True, False]
    assert gathering.counts == {"unsure": 1, "near-copies": 2}


def test_what_is_banned_goes_no_further(bans: BanList, tmp_path: Path) -> None:
    gathering = Gathering(bans, [])
    assert not gathering.ask(question("Forbidden Harbour 2001"))
    row = {"name": "forbidden.harbour", "medium": "video", "sub": "movie"}
    gathering.read(written(tmp_path / "read.jsonl", row))
    assert gathering.left_out["banned"] == 2
    assert not gathering.questions
    assert not gathering.people[0].names


def test_rows_that_people_have_read_are_labels_and_others_are_questions(
    bans: BanList, tmp_path: Path
) -> None:
    path = written(
        tmp_path / "read.jsonl",
        {"name": "Low Tide", "medium": "audio", "sub": "album", "title": "Low Tide"},
        {"name": "Quiet Harbour", "sub": "movie", "title": "Quiet Harbour", "year": 1999},
        {"name": "Lantern Street", "id": "cd" * 20, "files": [["a.mkv", 9]], "size": 9},
    )
    gathering = Gathering(bans, [])
    gathering.read(path)
    (people,) = gathering.people
    assert [row["name"] for row in people.names] == ["Low Tide"]
    assert [row["name"] for row in people.fields] == ["Low Tide", "Quiet Harbour"]
    (asked,) = gathering.questions
    assert (asked["id"], asked["files"]) == ("cd" * 20, [["a.mkv", 9]])
    assert asked["stratum"] == "disagreement"


@pytest.mark.parametrize(
    ("medium", "sub", "said"),
    [("audio", "movie", "movie is of video"), ("audio", "song", "'song'"), ("audio", None, "None")],
)
def test_a_label_that_is_none_is_told_with_its_line(
    bans: BanList, tmp_path: Path, medium: str, sub: str | None, said: str
) -> None:
    fine = {"name": "Low Tide", "medium": "audio", "sub": "album"}
    path = written(tmp_path / "read.jsonl", fine, {"name": "X", "medium": medium, "sub": sub})
    with pytest.raises(RowsDamaged, match=rf"read\.jsonl, line 2: .*{said}"):
        Gathering(bans, []).read(path)


def test_files_that_are_none_are_told_with_their_line(bans: BanList, tmp_path: Path) -> None:
    path = written(tmp_path / "read.jsonl", {"name": "Low Tide", "files": ["a"]})
    with pytest.raises(RowsDamaged, match=r"read\.jsonl, line 1: files is"):
        Gathering(bans, []).read(path)


def test_files_of_one_name_are_counted_both(bans: BanList, tmp_path: Path) -> None:
    gathering = Gathering(bans, [])
    for folder, name in (("a", "Low Tide"), ("b", "High Tide")):
        (tmp_path / folder).mkdir()
        row = {"name": name, "medium": "audio", "sub": "album", "votes": {"small": "album"}}
        gathering.read(written(tmp_path / folder / "read.jsonl", row))
    assert sum(gathering.counts.values()) == 2
    assert "votes" not in gathering.people[0].names[0], "a person has said it"


def test_what_people_call_adult_is_asked_of_nobody(bans: BanList, tmp_path: Path) -> None:
    gathering = Gathering(bans, [])
    assert gathering.ask(question("Lantern Street S01E01"))
    row = {"name": "Lantern.Street.S01E02", "medium": "video", "sub": "episode", "nsfw": True}
    gathering.read(written(tmp_path / "read.jsonl", row))
    assert not gathering.ask(question("Lantern Street S01E03"))
    assert gathering.questions == []
    assert gathering.left_out["near-copies"] == 2


async def test_a_correction_that_says_adult_is_among_what_people_said(
    bans: BanList, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none(*_: object) -> AsyncIterator[Any]:
        return
        yield

    async def corrected(*_: object) -> Rows:
        return Rows(flags=[{"name": "Low Tide", "nsfw": True}], guessed=2)

    monkeypatch.setattr(gathering_module, "unsure", none)
    monkeypatch.setattr(gathering_module, "gather", corrected)
    gathering = Gathering(bans, [])
    connection: Any = None
    await gathering.look(connection, Gather(postgres=True), seed=1)
    assert gathering.people[0].names == [{"name": "Low Tide", "nsfw": True}]
    assert gathering.counts == {"corrections": 1, "adult corrections": 2}
    assert not gathering.ask(question("low.tide")), "of such names nothing is asked"


def test_a_row_that_is_flagged_is_asked_about_with_its_flag(bans: BanList, tmp_path: Path) -> None:
    gathering = Gathering(bans, [])
    rows = [{"name": "Low Tide", "nsfw": True}, {"name": "Quiet Harbour", "nsfw": False}]
    gathering.read(written(tmp_path / "read.jsonl", *rows))
    assert [asked.get("nsfw") for asked in gathering.questions] == [True, None]


def test_a_file_that_is_not_there_is_told(bans: BanList, tmp_path: Path) -> None:
    with pytest.raises(RowsDamaged, match=r"none\.jsonl is not there"):
        Gathering(bans, []).read(tmp_path / "none.jsonl")
