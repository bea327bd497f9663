"""Many names: pipes, files and JSON arrays; and how a command ends that is not let finish."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.oneshot.inputs import Taken, from_json_or_line
from models.oneshot.many import answered
from models.oneshot.mimmo import Mimmo
from models.oneshot.output import Format, Writer
from models.oneshot.ready_lines import LONGEST, ready_lines
from models.oneshot.shapes import BRIEF, full
from tests.unit.oneshot import works
from tests.unit.oneshot.conftest import Calls

MIMMO = [sys.executable, "-m", "mimmo"]
HOSTILE = [
    "{" * 2000,
    '{"name": "a", "files": [{"path": "../../etc/passwd", "size": -1}]}',
    '{"name": {"name": 1}}',
    "magnet:?xt=urn:btih:",
    "/dev/zero",
    "S01E01" * 100,
    "\x1b]0;title\x07\u202e\ud800 (2006)",
    "%s%n{0.__class__}$(reboot)`id`'; DROP TABLE",
]
NAMES = ["Game of Thrones S01 Complete 1080p", "The.Matrix.1999.1080p.BluRay.x264-GROUP", "x y"]


def objects(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_pipe_is_answered_a_line_a_name_in_order(mimmo: Calls) -> None:
    ended = mimmo("--format", "full", stdin="\n".join(NAMES) + "\n\n \n")
    assert (ended.code, ended.err) == (0, "")
    assert [answer["name"] for answer in objects(ended.out)] == NAMES


def test_a_pipe_gives_what_the_batch_gives(mimmo: Calls) -> None:
    many = [f"{name} {number}" for number in range(200) for name in NAMES]
    piped = mimmo("--format", "full", "--fields", "name,medium,metadata", stdin="\n".join(many))
    answers = Mimmo().answer_all(many)
    assert [answer["name"] for answer in objects(piped.out)] == many
    assert [answer["medium"] for answer in objects(piped.out)] == [a.medium for a in answers]


def test_a_line_may_be_json_with_files(mimmo: Calls) -> None:
    line = json.dumps({"name": "Low Tide", "files": [{"path": "01 - Harbour.flac", "size": 9}]})
    answer = objects(mimmo(stdin=line).out)[0]
    assert (answer["medium"], answer["source"]) == ("audio", "extensions")


def test_a_name_that_only_begins_like_json_is_a_name(mimmo: Calls) -> None:
    ended = mimmo("--format", "full", stdin="{C64} Low Tide (1987)")
    assert objects(ended.out)[0]["name"] == "{C64} Low Tide (1987)"


@pytest.mark.parametrize("line", ["{}", '{"title": "x"}', '{"name": null}', '{"name": 5}'])
def test_an_object_without_a_name_is_an_error_in_its_place(line: str, mimmo: Calls) -> None:
    ended = mimmo(stdin=f"Low Tide [FLAC]\n{line}\nLow Tide.epub\n")
    assert [set(answer) == {"error"} for answer in objects(ended.out)] == [False, True, False]
    assert "no name" in str(objects(ended.out)[1]["error"])
    assert ended.code == 1


def test_a_dash_is_standard_input(mimmo: Calls) -> None:
    stdin = "\n".join(NAMES)
    assert mimmo("-", stdin=stdin).out == mimmo(stdin=stdin).out
    assert len(mimmo("-", stdin=stdin).out.splitlines()) == len(NAMES)


def test_what_cannot_be_read_is_an_error_in_its_place(mimmo: Calls, tmp_path: Path) -> None:
    torn = tmp_path / "torn.torrent"
    torn.write_bytes(b"d4:info")
    ended = mimmo("--paths", stdin=f"Low Tide [FLAC]\n{torn}\nLow Tide.epub\n")
    first, second, third = objects(ended.out)
    assert (first["medium"], third["medium"]) == ("audio", "book")
    assert set(second) == {"error"}
    assert ended.code == 1


def test_a_line_of_a_pipe_leads_to_no_file_unless_paths_are_wanted(
    mimmo: Calls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names of torrents are hostile, and come in bulk."""
    works.album(tmp_path)
    monkeypatch.chdir(tmp_path)
    lines = f"{works.ALBUM}\n{tmp_path}\n/etc\n.\nmissing.torrent\n"
    fields = ("--format", "full", "--fields", "read_from")
    named = objects(mimmo(*fields, stdin=lines).out)
    assert [answer["read_from"] for answer in named] == ["text"] * 5
    read = objects(mimmo(*fields, "--paths", stdin=lines).out)
    assert [answer.get("read_from") for answer in read] == ["folder"] * 4 + [None]
    assert "no such file" in str(read[4]["error"])


def test_an_array_may_hold_paths_that_are_written_as_such(
    mimmo: Calls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    works.album(tmp_path)
    monkeypatch.chdir(tmp_path)
    elements = json.dumps([works.ALBUM, f"./{works.ALBUM}", "./missing"])
    fields = ("--format", "full", "--fields", "read_from")
    told = json.loads(mimmo("-i", *fields, stdin=elements).out)
    assert [answer.get("read_from") for answer in told] == ["text", "folder", None]
    told = json.loads(mimmo("-i", "--text", *fields, stdin=elements).out)
    assert [answer["read_from"] for answer in told] == ["text"] * 3


def test_bytes_that_are_no_utf8_are_answered(mimmo: Calls) -> None:
    ended = mimmo("--format", "full", stdin=b"Low \xff Tide [FLAC]\n")
    assert (ended.code, objects(ended.out)[0]["name"]) == (0, "Low \ufffd Tide [FLAC]")


def test_each_line_is_answered_before_the_next_is_written() -> None:
    """A pipe never waits for more names than there are; nor does the loop of JSON arrays."""
    for arguments, line in (([], b"Low Tide [FLAC]\n"), (["-i"], b'["Low Tide [FLAC]"]\n')):
        with subprocess.Popen(
            [*MIMMO, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            for _ in range(2):
                process.stdin.write(line)
                process.stdin.flush()
                assert b"audio" in process.stdout.readline()
            process.stdin.close()
        assert process.returncode == 0


def test_arrays_are_answered_by_arrays_a_line_each(mimmo: Calls) -> None:
    lines = f"{json.dumps(NAMES)}\n\n[]\n{json.dumps(NAMES[:1])}\n"
    ended = mimmo("-i", stdin=lines)
    arrays = [json.loads(line) for line in ended.out.splitlines()]
    assert [len(array) for array in arrays] == [3, 0, 1]
    assert all(tuple(answer) == BRIEF for answer in arrays[0])
    assert (ended.code, ended.err) == (0, "")


def test_a_line_that_is_no_array_is_told_and_the_loop_goes_on(mimmo: Calls) -> None:
    ended = mimmo("-i", stdin='["a"]\nnothing\n{"name": "a"}\n' + "[" * 100_000 + '\n["b"]\n')
    assert len(ended.out.splitlines()) == 2
    assert [line.split(" is no")[0] for line in ended.err.splitlines()] == [
        "mimmo: line 2",
        "mimmo: line 3",
        "mimmo: line 4",
    ]
    assert ended.code == 1


def test_an_element_that_cannot_be_read_is_an_error_in_its_place(
    mimmo: Calls, tmp_path: Path
) -> None:
    torn = tmp_path / "torn.zip"
    torn.write_bytes(b"PK\x03\x04")
    elements = ["Low Tide [FLAC]", 7, None, True, [], {}, "", str(torn), {"name": "Low Tide.epub"}]
    array = json.loads(mimmo("-i", stdin=json.dumps(elements)).out)
    assert [set(answer) == {"error"} for answer in array] == [False, *[True] * 7, False]


def test_a_batch_is_answered_with_progress_beside_it(mimmo: Calls, tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("\n".join(NAMES) + "\n")
    ended = mimmo("--format", "full", "--batch", str(names))
    assert [answer["name"] for answer in objects(ended.out)] == NAMES
    assert "3/3" in ended.err
    assert ended.code == 0


def test_a_batch_file_that_cannot_be_read_is_named(mimmo: Calls, tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path):
        ended = mimmo("--batch", str(path))
        assert (ended.code, ended.out) == (1, "")
        assert len(ended.err.splitlines()) == 1
        assert ended.err.startswith(f"{path}: ")


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("Paper Harbour S01E01 1080p\n" * 20_000)
    with (
        names.open() as stream,
        subprocess.Popen(
            MIMMO, stdin=stream, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process,
    ):
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_ctrl_c_ends_it_without_a_traceback() -> None:
    with subprocess.Popen(
        MIMMO, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(b"Low Tide [FLAC]\n")
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == b"interrupted\n"
    assert process.returncode == 130


def test_output_that_is_no_unicode_is_json_all_the_same() -> None:
    strict = {**os.environ, "PYTHONIOENCODING": "ascii:strict"}
    ended = subprocess.run(
        [*MIMMO, "--format", "full", "Тихая гавань (2001) [FLAC]"],
        capture_output=True,
        check=True,
        env=strict,
    )
    assert json.loads(ended.stdout)["name"] == "Тихая гавань (2001) [FLAC]"


@pytest.mark.parametrize("arguments", [["--table"], ["explain"], ["extract", "--lines"]])
def test_what_an_encoding_does_not_have_is_no_error(arguments: list[str]) -> None:
    ended = subprocess.run(
        [*MIMMO, *arguments, *(["Low Tíde"] if "--lines" not in arguments else [])],
        input="Low Tíde\n".encode(),
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.isascii()
    assert b"Low T" in ended.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is full")
@pytest.mark.parametrize("arguments", ["'Low Tide [FLAC]'", "tag . --dry-run", "extract --lines"])
def test_a_full_disk_is_one_line(arguments: str, tmp_path: Path) -> None:
    works.album(tmp_path)
    ended = subprocess.run(
        ["sh", "-c", f"echo 'Low Tide' | {sys.executable} -m mimmo {arguments} >/dev/full"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert ended.returncode == 1
    assert ended.stderr == "mimmo: the output cannot be written: No space left on device\n"


@pytest.fixture(scope="module")
def asked() -> Mimmo:
    return Mimmo(explained=True)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.text(max_size=80) | st.sampled_from(HOSTILE), max_size=6))
def test_whatever_the_lines_each_has_an_answer_or_an_error(
    lines: list[str], asked: Mimmo, capsys: pytest.CaptureFixture[str]
) -> None:
    given_lines = [line for text in lines for line in text.split("\n") if line.strip()]
    writer = Writer(Format(full))
    writer.write(answered(given_lines, asked, lambda line: from_json_or_line(line, Taken.NAME)))
    told = capsys.readouterr().out.split("\n")
    assert told.pop() == ""
    assert len(told) == len(given_lines)
    assert all(isinstance(json.loads(line), dict) for line in told)


def test_lines_are_those_that_are_ready() -> None:
    reader, writer = os.pipe()
    groups = ready_lines(reader, 2)
    os.write(writer, b"a\nb\nc\nd")
    assert next(groups) == ["a", "b"]
    assert next(groups) == ["c"]
    os.write(writer, b"e\r\nf")
    assert next(groups) == ["de"]
    os.close(writer)
    assert list(groups) == [["f"]]
    os.close(reader)


def test_a_line_without_end_is_cut() -> None:
    reader, writer = os.pipe()

    def write() -> None:
        with os.fdopen(writer, "wb") as stream:
            stream.write(b"x" * (2 * LONGEST) + b"\nshort\n")

    thread = threading.Thread(target=write)
    thread.start()
    lines = [line for group in ready_lines(reader, 4) for line in group]
    thread.join()
    os.close(reader)
    assert [len(line) for line in lines] == [LONGEST, len("short")]


def test_the_same_album_is_the_same_in_every_shape(mimmo: Calls, tmp_path: Path) -> None:
    """The name alone, a folder, an archive and a torrent agree on medium and title."""
    shapes = [works.ALBUM, str(works.album(tmp_path / "a"))]
    (tmp_path / "b").mkdir()
    shapes += [str(works.zipped(tmp_path / "b")), str(works.torrent(tmp_path / "b")[0])]
    answers = objects(mimmo("--paths", stdin="\n".join(shapes)).out)
    assert {answer["subcategory"] for answer in answers} == {"album"}
    assert {answer["metadata"]["title"] for answer in answers} == {"Low Tide"}  # type: ignore[index]
