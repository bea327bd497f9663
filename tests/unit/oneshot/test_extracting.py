"""`mimmo extract`: listings give one record with tracks, lines give a record each."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from models.content.listing import MOST_CHARACTERS
from models.extract.cli import KEYS
from models.oneshot.extracting import listing_text
from models.oneshot.listings import is_listing
from tests.unit.oneshot.conftest import Calls

TREE = """Pink Floyd - The Dark Side of the Moon (1973) [FLAC]
├── 01 - Speak to Me.flac
├── 02 - Breathe.flac
└── cover.jpg

0 directories, 3 files
"""
FIND = """./01 - Speak to Me.flac
./02 - Breathe.flac
./cover.jpg
"""
FIND_NAMED = """Pink Floyd - The Dark Side of the Moon (1973) [FLAC]
Pink Floyd - The Dark Side of the Moon (1973) [FLAC]/01 - Speak to Me.flac
Pink Floyd - The Dark Side of the Moon (1973) [FLAC]/02 - Breathe.flac
"""
LS = """Pink Floyd - The Dark Side of the Moon (1973) [FLAC]:
01 - Speak to Me.flac
02 - Breathe.flac
"""
DU = """20000\t./01 - Speak to Me.flac
21000\t./02 - Breathe.flac
41004\t.
"""
PLAIN = """01 - Speak to Me.flac
02 - Breathe.flac
"""
TRACKS = [{"num": 1, "name": "Speak to Me"}, {"num": 2, "name": "Breathe"}]


@pytest.mark.parametrize("listing", [TREE, FIND, FIND_NAMED, LS, DU, PLAIN])
def test_a_listing_gives_one_record_with_its_tracks(listing: str, mimmo: Calls) -> None:
    ended = mimmo("extract", stdin=listing)
    assert (ended.code, len(ended.out.splitlines())) == (0, 1)
    answer = json.loads(ended.out)
    assert answer["subcategory"] == "album"
    assert answer["metadata"]["tracks"] == TRACKS


@pytest.mark.parametrize("listing", [TREE, FIND_NAMED, LS])
def test_a_listing_that_names_its_folder_gives_artist_and_album(listing: str, mimmo: Calls) -> None:
    metadata = json.loads(mimmo("extract", stdin=listing).out)["metadata"]
    assert (metadata["artist"], metadata["year"]) == ("Pink Floyd", 1973)
    assert metadata["album_name"] == "The Dark Side of the Moon"


def test_a_listing_without_a_name_has_no_title_but_may_be_given_one(mimmo: Calls) -> None:
    unnamed = json.loads(mimmo("extract", stdin=FIND).out)
    assert unnamed["name"] is None
    assert "album_name" not in unnamed["metadata"]
    named = json.loads(mimmo("extract", "--name", "Pink Floyd - Animals", stdin=FIND).out)
    assert named["name"] == "Pink Floyd - Animals"
    assert named["metadata"]["album_name"] == "Animals"


class Endless(io.RawIOBase):
    """A listing without an end, which counts what is taken of it."""

    def __init__(self) -> None:
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        view[:] = (b"01 - Harbour.flac\n" * (len(view) // 18 + 1))[: len(view)]
        self.taken += len(view)
        return len(view)


def test_a_listing_is_read_no_further_than_it_is_used() -> None:
    endless = Endless()
    stream = io.TextIOWrapper(io.BufferedReader(endless))
    text = listing_text(["a folder\n"], stream)
    assert len(text) == MOST_CHARACTERS + 1
    assert endless.taken < MOST_CHARACTERS + 2**20


def test_lines_are_answered_by_all_keys_with_the_class_and_the_evidence(mimmo: Calls) -> None:
    name = "The.Matrix.1999.1080p.BluRay.x264-GROUP"
    answer = json.loads(mimmo("extract", stdin=json.dumps({"name": name})).out)
    assert tuple(answer) == KEYS
    assert answer["source"] == "patterns"
    assert answer["confidence"] > 0.9
    start, end = answer["evidence"]["title"]["span"]
    assert name[start:end] == "The.Matrix"


def test_a_class_that_the_line_says_is_given(mimmo: Calls) -> None:
    line = json.dumps({"name": "Low Tide", "subcategory": "album"})
    answer = json.loads(mimmo("extract", stdin=line).out)
    assert (answer["source"], answer["confidence"]) == ("given", 1.0)
    assert answer["metadata"] == {"album_name": "Low Tide"}


def test_json_lines_and_a_single_line_are_lines(mimmo: Calls) -> None:
    lines = '{"name": "Low Tide [FLAC]"}\n{"name": "Low Tide.epub"}\n'
    assert len(mimmo("extract", stdin=lines).out.splitlines()) == 2
    assert json.loads(mimmo("extract", stdin="Low Tide [FLAC]\n").out)["name"] == "Low Tide [FLAC]"


def test_lines_and_listing_can_be_said(mimmo: Calls) -> None:
    assert len(mimmo("extract", "--lines", stdin=PLAIN).out.splitlines()) == 2
    assert len(mimmo("extract", "--listing", stdin=PLAIN).out.splitlines()) == 1


def test_fields_are_picked(mimmo: Calls) -> None:
    told = mimmo("extract", "--fields", "metadata.tracks.name,confidence", stdin=TREE).out
    answer = json.loads(told)
    assert set(answer) == {"metadata", "confidence"}
    assert answer["metadata"] == {"tracks": [{"name": "Speak to Me"}, {"name": "Breathe"}]}
    assert mimmo("extract", "--fields", "colour", stdin=TREE).code == 2


def test_a_line_that_is_no_name_shows_in_the_exit_code(mimmo: Calls) -> None:
    ended = mimmo("extract", "--fields", "medium", stdin='{"name": "a"}\n{"no": 1}\n')
    assert [set(json.loads(line)) for line in ended.out.splitlines()] == [{"medium"}, {"error"}]
    assert (ended.code, ended.err) == (1, "1 line could not be read\n")


def test_a_file_is_read(mimmo: Calls, tmp_path: Path) -> None:
    path = tmp_path / "tree.txt"
    path.write_text(TREE)
    assert json.loads(mimmo("extract", str(path)).out)["metadata"]["tracks"] == TRACKS
    assert mimmo("extract", str(tmp_path / "none")).code == 1


@pytest.mark.parametrize("listing", [TREE, FIND, FIND_NAMED, LS, DU])
def test_a_listing_has_marks_by_which_it_is_told(listing: str) -> None:
    assert is_listing(listing.splitlines(keepends=True))


@pytest.mark.parametrize(
    "names",
    [
        "Aurora Vale - Paper Lanterns (2011) [FLAC]\nLantern.Street.S02E05.1080p\n",
        "AC/DC - Live\nAC/DC - Back in Black (1980) [FLAC]\n",
        "Low.Tide.2006.mkv\nThe.Quiet.Harbour.1999.mkv\n",
        "12 Angry Bees\n300 Harbours (2006)\n",
        "Low Tide: The Return\nLow Tide: The End\n",
        "[Group] Paper Harbour - 01 [1080p].mkv\n[Group] Paper Harbour - 02 [1080p].mkv\n",
        "Low Tide\n",
        '{"name": "a/b.flac"}\n{"name": "a/c.flac"}\n',
    ],
)
def test_names_are_no_listing(names: str) -> None:
    assert not is_listing(names.splitlines(keepends=True))


def test_nothing_to_extract_from_is_wrong_usage(mimmo: Calls) -> None:
    ended = mimmo("extract", stdin="")
    assert (ended.code, ended.out) == (2, "")
    assert "nothing to look at" in ended.err


@pytest.mark.parametrize("key", ["medium", "subcategory"])
def test_a_class_that_there_is_not_is_named(key: str, mimmo: Calls) -> None:
    line = json.dumps({"name": "Low Tide", key: "bogus"})
    ended = mimmo("extract", stdin=line)
    assert ended.code == 1
    assert json.loads(ended.out)["error"].startswith(f"there is no {key} 'bogus'; there are: ")
