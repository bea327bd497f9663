"""Files are there whole or not at all."""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from schemas.whole_file import ENDING, replace, whole
from tests.support import ROOT

KILLED = """
import os, signal, sys
from pathlib import Path
from schemas.whole_file import whole
with whole(Path(sys.argv[1])) as stream:
    stream.write(b"half")
    stream.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_leaves_what_was_there_and_the_next_writer_clears_up(tmp_path: Path) -> None:
    path = tmp_path / "place.json"
    replace(path, "before")
    subprocess.run([sys.executable, "-c", KILLED, path], cwd=ROOT, check=False)
    assert path.read_text() == "before"
    assert (tmp_path / f"place.json{ENDING}").read_bytes() == b"half"
    replace(path, b"now")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("place.json", "now")]


def test_a_block_that_fails_leaves_what_was_there_and_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "place.json"
    replace(path, "before")
    with pytest.raises(KeyboardInterrupt), whole(path) as stream:
        stream.write(b"half")
        raise KeyboardInterrupt
    with pytest.raises(UnicodeEncodeError):
        replace(path, "\ud800")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [
        ("place.json", "before")
    ]


def test_a_file_keeps_its_mode_and_a_link_stays_one(tmp_path: Path) -> None:
    path, link = tmp_path / "real", tmp_path / "link"
    path.write_text("before")
    path.chmod(0o640)
    link.symlink_to(path)
    replace(link, "now")
    assert link.is_symlink()
    assert path.read_text() == "now"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_or_pipe_in_the_way_is_taken_away_and_not_followed(tmp_path: Path) -> None:
    path, elsewhere = tmp_path / "place.json", tmp_path / "elsewhere"
    elsewhere.write_text("another's")
    beside = tmp_path / f"place.json{ENDING}"
    beside.symlink_to(elsewhere)
    replace(path, "now")
    assert (path.read_text(), elsewhere.read_text()) == ("now", "another's")
    assert not path.is_symlink()
    os.mkfifo(beside)
    replace(path, "later")
    assert path.read_text() == "later"


def test_a_secret_is_never_readable_by_others(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text("before")
    path.chmod(0o644)
    with whole(path, mode=0o600) as stream:
        beside = path.with_name(path.name + ENDING)
        assert stat.S_IMODE(beside.stat().st_mode) == 0o600
        stream.write(b"now")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    other = tmp_path / "public"
    replace(other, "")
    umask = os.umask(0o022)
    os.umask(umask)
    assert stat.S_IMODE(other.stat().st_mode) == 0o666 & ~umask


def test_of_many_writers_at_once_each_writes_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "place.json"
    texts = [str(number) * 50_000 for number in range(8)]
    faults: list[BaseException] = []

    def write(text: str) -> None:
        try:
            for _ in range(5):
                replace(path, text)
                assert path.read_text() in texts
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=write, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not faults
    assert path.read_text() in texts
    assert [file.name for file in tmp_path.iterdir()] == ["place.json"]
