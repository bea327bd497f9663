"""`mimmo tags` where no database is needed: files, and wrong usage."""

import json
from pathlib import Path

import pytest

from tests.unit.terminal.conftest import Calls

OLD = {"essentia:happy": 0.7, "nom:sad_essentia21b6dev1389_effnet20220825_sad20220825": 0.2}
ORIGIN = "essentia_effnet_20220825_discogs519"
SAD = "nom:essentia_effnet_20220825_sad_20220825_sad"


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.json"
    path.write_text(json.dumps(OLD))
    return path


def test_a_look_at_older_tags_changes_no_file(mimmo: Calls, song: Path) -> None:
    ended = mimmo("tags", "--migrate", str(song))
    assert (ended.code, json.loads(song.read_text())) == (0, OLD)
    assert f" -> {SAD}\n" in ended.out
    assert "essentia:happy kept: it does not say what made it" in ended.out
    assert "1 of 2 tags would be moved" in ended.err


def test_in_place_the_names_are_moved_and_the_rest_is_as_it_was(mimmo: Calls, song: Path) -> None:
    mimmo("tags", "--migrate", str(song), "--origin", f"calm={ORIGIN}", "--in-place")
    assert json.loads(song.read_text()) == {"essentia:happy": 0.7, SAD: 0.2}
    ended = mimmo("tags", "--migrate", str(song), "--origin", ORIGIN, "--in-place", "--json")
    happy = "nom:essentia_effnet_20220825_happy_discogs519_happy"
    assert json.loads(song.read_text()) == {happy: 0.7, SAD: 0.2}
    assert json.loads(ended.out.splitlines()[0])["before"] == "essentia:happy"


def test_a_file_without_tags_is_an_error_and_the_others_go_on(
    mimmo: Calls, song: Path, tmp_path: Path
) -> None:
    ended = mimmo("tags", "--migrate", str(tmp_path / "none.json"), "--migrate", str(song))
    assert ended.code == 2
    assert "none.json cannot be read: No such file" in ended.err
    assert "1 of 2 tags" in ended.err


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([], "name an INFOHASH, or files with --migrate"),
        (["zz"], "an infohash is 40 or 64 hex digits"),
        (["ab" * 20, "--in-place"], "go with --migrate"),
        (["ab" * 20, "--migrate", "x"], "name an INFOHASH, or files"),
        (["--migrate", "x", "--sidecar", "d"], "--migrate goes with"),
        (["--migrate", "x", "--origin", "effnet"], "is not [LABEL=]FRAMEWORK_EMBEDDER"),
        (["--migrate", "x", "--origin", "a_b_c_ü"], "is no name and no version"),
    ],
)
def test_wrong_usage_says_what_is_right(mimmo: Calls, arguments: list[str], why: str) -> None:
    ended = mimmo("tags", *arguments)
    assert ended.code == 2
    assert why in " ".join(ended.err.split())


def test_without_postgres_one_line_says_so(mimmo: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMS_POSTGRES_DSN", "postgresql://nobody@127.0.0.1:1/none")
    ended = mimmo("tags", "ab" * 20)
    assert (ended.code, ended.out) == (2, "")
    assert "Postgres" in ended.err
    assert "Traceback" not in ended.err
