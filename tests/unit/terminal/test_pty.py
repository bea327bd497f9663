"""`mimmo tui` in a real pseudo-terminal: what it writes, and how it ends."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.unit.terminal.pseudo_terminal import PseudoTerminal
from tests.unit.terminal.shelves import HOSTILE, TURNED, item_of, shelf_at

pytestmark = pytest.mark.slow

FOUND = rb"\d found"
OSC_52 = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07")
COLOUR = re.compile(rb"\x1b\[[0-9;]*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;|m)")
LEAVE = b"\x1b[?1049l"
"""Gives the screen back as it was."""


@contextmanager
def tui(*arguments: str, **environment: str) -> Iterator[PseudoTerminal]:
    terminal = PseudoTerminal(["tui", *arguments], {"TERM": "xterm-256color", **environment})
    try:
        yield terminal
    finally:
        terminal.close()


def test_names_write_nothing_but_text(tmp_path: Path) -> None:
    path = shelf_at(tmp_path, item_of(HOSTILE), item_of(TURNED))
    with tui("--file", path) as terminal:
        terminal.until(FOUND)
        terminal.press(b"\rjjjjj")
        terminal.drain()
        terminal.press(b"\x03")
        assert terminal.wait() == 0
        terminal.drain()
    whole = terminal.written
    assert b"[bold]Tide[/bold]" in whole
    assert not [
        bad for bad in (b"owned\x07", b"\x1b]0;", "\u202e".encode(), b"\xc2\x9b") if bad in whole
    ]
    assert LEAVE in whole


def test_the_magnet_link_goes_to_the_clipboard_by_the_terminal(tmp_path: Path) -> None:
    with tui("--file", shelf_at(tmp_path), "low tide") as terminal:
        terminal.until(FOUND)
        terminal.press(b"\rm")
        terminal.until(rb"copied")
        match = OSC_52.search(terminal.written)
    assert match is not None
    link = base64.b64decode(match[1]).decode()
    assert link.startswith("magnet:?xt=urn:btih:")
    assert "Paper%20Lighthouse" in link


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}], ids=["colour", "none"])
def test_no_color_is_respected(tmp_path: Path, environment: dict[str, str]) -> None:
    with tui("--file", shelf_at(tmp_path), **environment) as terminal:
        terminal.until(FOUND)
        terminal.drain()
        assert bool(COLOUR.search(terminal.written)) is ("NO_COLOR" not in environment)


@pytest.mark.parametrize("key", [b"\x03", b"\rq"], ids=["ctrl-c", "q"])
def test_it_ends_cleanly(tmp_path: Path, key: bytes) -> None:
    with tui("--file", shelf_at(tmp_path)) as terminal:
        terminal.until(FOUND)
        terminal.press(key)
        assert terminal.wait() == 0
        terminal.drain()
        assert LEAVE in terminal.written
        assert b"Traceback" not in terminal.written


def test_postgres_that_is_away_is_a_message_and_no_trace() -> None:
    with tui("--dsn", "postgresql://me:secret@127.0.0.1:9/nowhere") as terminal:
        assert terminal.wait() == 2
        terminal.drain()
    after = terminal.written.rpartition(LEAVE)[2]
    assert b"Postgres does not answer" in after
    assert b"--file" in after
    assert b"secret" not in terminal.written
    assert b"Traceback" not in terminal.written


def test_a_terminal_that_is_lost_leaves_no_process(tmp_path: Path) -> None:
    with tui("--file", shelf_at(tmp_path)) as terminal:
        terminal.until(FOUND)
        terminal.lose()
        assert terminal.wait(20) is not None
