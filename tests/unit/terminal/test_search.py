"""`mimmo search` on files: what it prints, how it ends, and what hostile names cannot do."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from infra.postgres.search import Query
from infra.settings import settings
from streams.terminal.search_options import size, years
from streams.terminal.sources.files import Files
from streams.terminal.sources.lines import BadLine, read
from streams.terminal.text import cropped, isolated, shown
from tests.integration.shelf import Item
from tests.support import ROOT
from tests.unit.terminal.conftest import Calls
from tests.unit.terminal.shelves import HOSTILE, events, item_of, shelf_at


@pytest.fixture
def shelf(tmp_path: Path) -> str:
    """A file with the events of the shelf."""
    return shelf_at(tmp_path)


def test_words_find_a_torrent_and_the_exit_code_says_so(mimmo: Calls, shelf: str) -> None:
    ended = mimmo("search", "low", "TIDE", "--file", shelf)
    assert (ended.code, ended.err) == (0, "")
    assert "Paper Lighthouse - Low Tide" in ended.out
    assert "High.Tide" not in ended.out


def test_a_banned_name_is_shown_by_no_form(
    mimmo: Calls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shelf_at(tmp_path, item_of("Tide of Fr0bnitz-Quxle (2001) [FLAC]"))
    assert "Quxle" in mimmo("search", "tide", "--file", path).out
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rules]]\nid = "invented"\nterms = ["frobnitz quxle"]\n', encoding="utf-8")
    monkeypatch.setenv("STREAMS_BAN_KEYWORDS", str(rules))
    settings.cache_clear()
    for form in ((), ("--json",), ("--magnet",)):
        shown = mimmo("search", "tide", "--file", path, *form)
        assert "Quxle" not in shown.out
        assert "Tide" in shown.out
    monkeypatch.setenv("STREAMS_BAN_KEYWORDS", f"{rules}.not")
    settings.cache_clear()
    ended = mimmo("search", "tide", "--file", path)
    assert (ended.code, ended.out) == (2, "")
    assert "the ban list cannot be read" in ended.err


def test_nothing_found_is_one_and_an_error_two(mimmo: Calls, shelf: str) -> None:
    assert mimmo("search", "zeppelin", "--file", shelf).code == 1
    assert mimmo("search", "tide", "--file", f"{shelf}.not").code == 2
    assert mimmo("search", "tide", "--file", shelf, "--medium", "opera").code == 2
    assert mimmo("search", "tide", "--file", shelf, "--after", "!!").code == 2


def test_without_postgres_it_says_what_to_do(mimmo: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = mimmo("search", "tide", "--dsn", "postgresql://me:secret@127.0.0.1:9/nowhere")
    assert (ended.code, ended.out) == (2, "")
    assert "Postgres does not answer (nothing listens there)" in ended.err
    assert "Error" not in ended.err
    assert "--file" in ended.err
    assert "secret" not in ended.err
    assert "Traceback" not in ended.err


def test_json_lines_are_read_again(mimmo: Calls, shelf: str) -> None:
    first = mimmo("search", "--json", "--adult", "--file", shelf, "--sort", "size")
    rows = [json.loads(line) for line in first.out.splitlines()]
    assert [row["size"] for row in rows] == sorted((row["size"] for row in rows), reverse=True)
    assert rows[0]["magnet"].startswith(f"magnet:?xt=urn:btih:{rows[0]['infohash']}")
    again = mimmo("search", "--json", "--adult", "--file", "-", "--sort", "size", stdin=first.out)
    told = [json.loads(line) for line in again.out.splitlines()]
    names = ("infohash", "name", "medium", "subcategory", "year", "title", "creator", "seeders")
    assert [[row[name] for name in names] for row in told] == [
        [row[name] for name in names] for row in rows
    ]


def test_a_pipe_of_answers_can_be_searched(mimmo: Calls) -> None:
    answers = mimmo("--format", "full", "--json", "Mara Quill - The Salt Road [epub]").out
    ended = mimmo("search", "salt", "--file", "-", "--json", stdin=f"[{answers.strip()}]\n")
    assert ended.code == 0
    told = json.loads(ended.out)
    assert (told["medium"], told["infohash"], told["magnet"]) == ("book", None, None)


def test_magnets_are_links_and_nothing_else(mimmo: Calls, shelf: str) -> None:
    ended = mimmo("search", "harbour", "--magnet", "--file", shelf)
    assert len(ended.out.splitlines()) == 3
    assert all(line.startswith("magnet:?xt=urn:btih:") for line in ended.out.splitlines())
    assert all(line.isascii() and " " not in line for line in ended.out.splitlines())


def test_pages_follow_each_other_by_number_and_by_cursor(mimmo: Calls, shelf: str) -> None:
    options = ("search", "--file", shelf, "--sort", "age", "--magnet")
    whole = mimmo(*options).out.splitlines()
    by_number = [
        line
        for page in range(1, 6)
        for line in mimmo(*options, "--limit", "2", "--page", str(page)).out.splitlines()
    ]
    assert by_number == whole
    first = mimmo(*options, "--limit", "4")
    cursor = first.err.split("--after ")[1].strip()
    second = mimmo(*options, "--after", cursor)
    assert first.out.splitlines() + second.out.splitlines() == whole


def test_what_follows_two_dashes_is_words(mimmo: Calls, shelf: str) -> None:
    assert mimmo("search", "--file", shelf, "tide", "--", "-high", "-daily").out.count("Tide") == 2


def test_adult_works_are_shown_to_who_asks(mimmo: Calls, shelf: str) -> None:
    assert "Grown Ups" not in mimmo("search", "harbour", "--file", shelf).out
    assert "Grown Ups" in mimmo("search", "harbour", "--adult", "--file", shelf).out


def test_a_hostile_name_is_text(mimmo: Calls, tmp_path: Path) -> None:
    path = tmp_path / "hostile.jsonl"
    line = {"name": HOSTILE, "medium": "audio", "subcategory": "album", "confidence": 0.5}
    path.write_text(json.dumps(line) + "\n")
    for how in ([], ["--json"]):
        ended = mimmo("search", "tide", "--file", str(path), *how)
        assert ended.code == 0
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(ended.out)
    assert "[bold]Tide[/bold]" in mimmo("search", "--file", str(path)).out


def test_lines_that_are_no_events_are_counted_and_passed_over(mimmo: Calls, shelf: str) -> None:
    with Path(shelf).open("a") as file:
        file.write('\n{"name": 3}\n[]\nnot json\n{"medium": "audio", "subcategory": "movie"}\n')
    ended = mimmo("search", "low tide", "--file", shelf)
    assert ended.code == 0
    assert "3 of " in ended.err


def test_of_two_results_of_one_torrent_the_newer_is_shown(mimmo: Calls, tmp_path: Path) -> None:
    path = tmp_path / "two.jsonl"
    old = Item("Tide Song", "album", {"album_name": "Old", "artist": "X"}, age=5)
    new = Item("Tide Song", "track", {"track_name": "New", "artist": "X"}, age=0)
    path.write_text(events(new) + events(old))
    (line,) = mimmo("search", "tide", "--json", "--file", str(path)).out.splitlines()
    told = json.loads(line)
    assert (told["subcategory"], told["title"]) == ("track", "New")


@pytest.mark.parametrize("head", [["--json"], ["--magnet"], []])
def test_a_reader_that_goes_away_ends_it_quietly(shelf: str, head: list[str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "mimmo", "search", "--file", shelf, *head],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        told = process.stderr.read()
    assert process.returncode == 0
    assert b"Traceback" not in told
    assert b"Exception" not in told


def test_ctrl_c_ends_the_reading_of_a_pipe() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "mimmo", "search", "tide", "--file", "-"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        time.sleep(2.5)
        process.send_signal(signal.SIGINT)
        process.wait(20)
        assert process.stderr is not None
        told = process.stderr.read()
    assert process.returncode == 130
    assert b"Traceback" not in told


def test_the_help_shows_examples_and_the_commands_are_listed(mimmo: Calls) -> None:
    assert "examples:" in mimmo("search", "--help").out
    whole = mimmo("--help").out
    assert "  search " in whole
    assert "  dht " in whole


async def test_a_phrase_crosses_no_other_word(shelf: str) -> None:
    files = Files.open([shelf])
    page = await files.search(Query(text='"tide paper"'))
    assert page.rows == ()
    await files.close()


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: json.dumps(text).encode()))
@example(b"[" * 5_000)
@example(b'{"verdict": {}, "torrent": 3}')
@example(b'{"medium": "audio", "subcategory": "album", "size": 1e400}')
def test_any_line_is_read_or_refused(line: bytes) -> None:
    try:
        list(read(line))
    except BadLine:
        return


@given(st.text(max_size=300), st.integers(2, 80))
def test_a_shown_text_keeps_to_its_cells_and_is_obeyed_by_nobody(text: str, cells: int) -> None:
    plain = shown(text, cells).plain
    assert shown(text, cells).cell_len <= cells
    assert not any(character < " " or "\x7f" <= character < "\xa0" for character in plain)
    assert not {"\u202e", "\u202d", "\u200f"} & set(plain)
    assert plain.count("\u2068") == plain.count("\u2069") <= 1


def test_right_to_left_names_are_isolated() -> None:
    assert isolated("שקט - Low Tide") == "\u2068שקט - Low Tide\u2069"
    assert isolated("Büro") == "Büro"
    assert cropped("電気城電気城", 5) == "電気…"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1G", 2**30), ("1.5 KiB", 1536), ("700mb", 700 * 2**20), ("12", 12), ("9999999P", 2**63 - 1)],
)
def test_sizes_are_read_as_people_write_them(text: str, expected: int) -> None:
    assert size(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1999", (1999, 1999)), ("1990-99", None), ("1990-", (1990, None)), ("-", None), ("", None)],
)
def test_years_are_a_range_or_refused(
    mimmo: Calls, text: str, expected: tuple[int | None, int | None] | None
) -> None:
    if expected is None:
        assert mimmo("search", f"--year={text}").code == 2
    else:
        assert years(text) == expected
