"""`mimmo match` and `mimmo link`: names of one thing, and MusicBrainz ids."""

import json
from pathlib import Path

import pytest

from tests.unit.oneshot import works
from tests.unit.oneshot.conftest import Calls


@pytest.mark.parametrize(
    ("kind", "name", "other", "same"),
    [
        ("artist", "GNR", "Guns N' Roses", True),
        ("album", "DSOTM", "The Dark Side of the Moon", True),
        ("artist", "Holt, Mira", "Mira Holt", True),
        ("artist", "Paper Lighthouse", "Tin Cartographers", False),
        ("title", "The Quiet Harbour Pt. 1", "The Quiet Harbour Part One", True),
        ("album", "Low Tide Vol. 1", "Low Tide Vol. 2", False),
    ],
)
def test_two_names_are_compared(kind: str, name: str, other: str, same: bool, mimmo: Calls) -> None:
    ended = mimmo("match", kind, name, other)
    answer = json.loads(ended.out)
    assert (ended.code, tuple(answer)) == (0, ("match", "confidence", "why"))
    assert answer["match"] is same
    assert (answer["confidence"] >= 0.5) is same
    assert answer["why"]


def test_aliases_of_an_index_count(sample_index: Path, mimmo: Calls) -> None:
    names = ("Северный Маяк", "Northern Lighthouse")
    assert not json.loads(mimmo("match", "artist", *names).out)["match"]
    told = mimmo("match", "artist", *names, "--index", str(sample_index)).out
    assert json.loads(told)["match"]


def test_options_may_stand_before_the_kind(sample_index: Path, mimmo: Calls) -> None:
    names = ("Северный Маяк", "Northern Lighthouse")
    for words in (
        ("--index", str(sample_index), "artist", *names),
        ("artist", "--index", str(sample_index), *names),
    ):
        assert json.loads(mimmo("match", *words).out)["match"]


def test_no_line_to_link_is_wrong_usage(sample_index: Path, mimmo: Calls) -> None:
    for command in ("match", "link"):
        ended = mimmo(command, "--index", str(sample_index))
        assert (ended.code, ended.out) == (2, "")
        assert "nothing to look at" in ended.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("arist", "a", "b"), "no such kind: 'arist'; there are: artist, album, title"),
        (("artist",), "two names are missing"),
        (("artist", "a"), "here are 1"),
        (("artist", "a", "b", "c"), "here are 3: quote them"),
    ],
)
def test_wrong_words_are_told(words: tuple[str, ...], told: str, mimmo: Calls) -> None:
    ended = mimmo("match", *words)
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err


def test_an_empty_name_is_not_compared(mimmo: Calls) -> None:
    ended = mimmo("match", "artist", "", " ")
    assert (ended.code, ended.out, ended.err) == (1, "", "a name is empty\n")


def test_the_help_shows_both_ways(mimmo: Calls) -> None:
    told = mimmo("match", "--help").out
    assert "{artist,album,title} NAME NAME" in told
    assert "[FILE]" in told


def test_lines_are_linked_as_before(sample_index: Path, mimmo: Calls) -> None:
    query = json.dumps({"artist": "Paper Lighthouse", "title": "Low Tide"})
    ended = mimmo("match", "--index", str(sample_index), stdin=query)
    assert (ended.code, json.loads(ended.out)["status"]) == (0, "exact")


@pytest.mark.parametrize("command", ["match", "link"])
def test_without_an_index_it_is_said_how_to_make_one(
    command: str, mimmo: Calls, tmp_path: Path
) -> None:
    ended = mimmo(command, "--index", str(tmp_path / "none"), stdin="Paper Lighthouse - Low Tide\n")
    assert (ended.code, ended.out) == (1, "")
    assert len(ended.err.splitlines()) == 1
    assert "python -m streams.musicbrainz import" in ended.err


def test_a_name_is_linked_by_what_is_extracted_from_it(sample_index: Path, mimmo: Calls) -> None:
    ended = mimmo("link", works.ALBUM, "Low.Tide.epub", "--index", str(sample_index))
    album, book = (json.loads(line) for line in ended.out.splitlines())
    assert (album["name"], album["status"], album["subcategory"]) == (
        works.ALBUM,
        "exact",
        "album",
    )
    assert len(album["artist_mbid"]) == len(album["release_group_mbid"]) == 36
    assert (book["status"], book["why"]) == ("none", ["it is no music"])
    assert set(book) == set(album)


def test_folders_and_lines_are_linked(sample_index: Path, mimmo: Calls, tmp_path: Path) -> None:
    index = ("--index", str(sample_index))
    folder = json.loads(mimmo("link", *index, str(works.album(tmp_path))).out)
    line = json.loads(mimmo("link", *index, stdin=f"{works.ALBUM}\n").out)
    assert folder["status"] == "exact"
    assert folder["release_group_mbid"] == line["release_group_mbid"]
