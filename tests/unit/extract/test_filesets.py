"""The invented torrents with files, and the figures on them."""

from pathlib import PurePosixPath

import pytest

from models.commands import run as main
from models.evaluation.filesets.fileset import FileSet
from models.evaluation.filesets.measure import FIELDS, Judged
from models.evaluation.filesets.shapes import SHAPES, is_held_out, torrents
from schemas import Subcategory, TorrentFile


def test_the_same_count_gives_the_same_torrents() -> None:
    assert list(torrents(200)) == list(torrents(200))
    assert list(torrents(300))[:200] == list(torrents(200))


def test_every_shape_has_its_share() -> None:
    shapes = [shape for shape, _ in torrents(2 * len(SHAPES))]
    assert sorted(shapes) == sorted([*SHAPES, *SHAPES])


def test_there_are_forty_shapes_and_about_half_is_held_out() -> None:
    held_out = sum(map(is_held_out, SHAPES))
    assert len(SHAPES) >= 40
    assert 0.4 * len(SHAPES) < held_out < 0.6 * len(SHAPES)


def test_the_line_between_the_halves_does_not_move() -> None:
    assert is_held_out("x-numbers")
    assert not is_held_out("season-folders")


def test_torrents_have_files_whose_values_are_judged() -> None:
    for _, torrent in torrents(3 * len(SHAPES)):
        assert torrent.files
        assert not any(PurePosixPath(file.path).is_absolute() for file in torrent.files)
        assert set(torrent.expected) <= set(FIELDS)


def judged(given: object, expected: object) -> bool:
    torrent = FileSet(
        "Low Tide", (TorrentFile(path="a.mkv"),), (Subcategory.SEASON,), {"season": expected}
    )
    return Judged("x", torrent, {"season": given}).is_right("season")


@pytest.mark.parametrize(
    ("given", "expected", "right"),
    [
        (1, 1, True),
        (None, None, True),
        (2, None, False),
        (1, [1, None], True),
        ((1, 3), (1, 3), True),
        ("Hollander and Sons", "hollander & sons", True),
        ("Hollander", "Hollander & Sons", False),
    ],
)
def test_answers_are_compared_as_readers_would(
    given: object, expected: object, right: bool
) -> None:
    assert judged(given, expected) is right


def test_the_command_prints_both_halves_and_the_errors_of_the_open_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["evaluate", "files", "--count", str(len(SHAPES)), "--errors", "title"]
    assert main([*arguments, "--rules-only"]) == 0
    printed = capsys.readouterr().out
    assert "held out" in printed
    assert "season-folders" in printed
    assert "x-numbers" not in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--errors", "taste"], "there are medium"), (["--count", "0"], "at least one")],
)
def test_wrong_usage_says_what_there_is(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "files", *arguments]) == 1
    assert said in capsys.readouterr().err
