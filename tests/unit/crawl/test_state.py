"""Files of a crawl: whole after a kill at any moment, set aside when they are damaged."""

import asyncio
import hashlib
import io
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import CapturingLogger

from streams.crawl import files
from streams.crawl.database import StateUnusable
from streams.crawl.frontier import Frontier
from streams.crawl.memory import Memory
from streams.crawl.profile import PROFILES, ProfileName
from streams.crawl.seen import Seen
from streams.crawl.state import State
from tests.unit.crawl.clock import Clock

PROFILE = replace(PROFILES[ProfileName.PRODUCTION], bloom_items=1_000)
A, B, C = (letter * 20 for letter in (b"a", b"b", b"c"))


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> CapturingLogger:
    """What is logged of files, however logging is set up."""
    logger = CapturingLogger()
    monkeypatch.setattr(files, "log", logger)
    return logger


@pytest.mark.parametrize("moment", ["write", "flush", "fsync", "replace"])
def test_a_kill_in_mid_write_leaves_the_old_file(
    tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Seen(tmp_path, PROFILE)
    seen.add(A)
    seen.save()
    seen.add(B)
    kill_at(moment, monkeypatch)
    with pytest.raises(Killed):
        seen.save()
    monkeypatch.undo()
    after = Seen(tmp_path, PROFILE)
    assert A in after
    assert B not in after, "found again, at worst"
    assert after.count == 1


def kill_at(moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object, **__: object) -> None:
        raise Killed

    class Cut(io.FileIO):
        """A file whose process ends while it is written."""

        def write(self, content: Any) -> int:
            written = super().write(content[:1] if moment == "write" else content)
            if moment == "write":
                raise Killed
            return written

        def flush(self) -> None:
            if moment == "flush":
                raise Killed

    if moment in ("write", "flush"):
        monkeypatch.setattr(os, "fdopen", Cut)
    elif moment == "fsync":
        monkeypatch.setattr(os, "fsync", killed)
    else:
        monkeypatch.setattr(Path, "replace", killed)


def test_an_empty_or_damaged_filter_is_set_aside_and_the_crawl_goes_on(
    tmp_path: Path, told: CapturingLogger
) -> None:
    for content in (b"", b"damaged", b'{"number": 1}\n', b"[]\n"):
        (tmp_path / "seen-younger.filter").write_bytes(content)
        assert A not in Seen(tmp_path, PROFILE)
    aside = sorted(path.name for path in tmp_path.iterdir())
    assert len(aside) == 4
    assert all("damaged" in name for name in aside)
    assert len(told.calls) == 4


def test_filters_turn_and_survive(tmp_path: Path) -> None:
    clock = Clock()
    seen = Seen(tmp_path, PROFILE, clock=clock)
    seen.add(A)
    seen.save()
    assert A in Seen(tmp_path, PROFILE, clock=clock)
    clock.now += 2 * 86_400
    seen.add(B)
    seen.save()
    seen = Seen(tmp_path, PROFILE, clock=clock)
    assert A in seen, "in the older one"
    clock.now += 2 * 86_400
    seen.add(C)
    assert A not in seen
    assert B in seen


def test_a_filter_that_is_full_turns_also_after_a_restart(tmp_path: Path) -> None:
    for start in range(0, 1_000, 100):
        seen = Seen(tmp_path, PROFILE)
        assert seen.count == start
        for number in range(start, start + 100):
            seen.add(hashlib.sha1(str(number).encode()).digest())
        seen.save()
    seen = Seen(tmp_path, PROFILE)
    seen.add(A)
    assert seen.count == 1, "a new one is begun: more would make false answers"


def test_a_kill_between_the_two_filters_lets_nothing_live_longer(tmp_path: Path) -> None:
    clock = Clock()
    seen = Seen(tmp_path, PROFILE, clock=clock)
    seen.add(A)
    seen.save()
    younger = (tmp_path / "seen-younger.filter").read_bytes()
    clock.now += 2 * 86_400
    seen.add(B)
    seen.save()
    (tmp_path / "seen-younger.filter").write_bytes(younger)  # as it was before
    seen = Seen(tmp_path, PROFILE, clock=clock)
    assert A in seen
    assert seen.count == 0
    clock.now += 2 * 86_400
    seen.add(C)
    assert A not in seen


def broken_head(path: Path) -> None:
    path.write_bytes(b"no database at all" * 100)


def broken_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4_096 : 4_096 * 3] = os.urandom(4_096 * 2)
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [broken_head, broken_page])
async def test_a_damaged_state_is_set_aside_and_the_crawl_goes_on(
    tmp_path: Path, damage: Callable[[Path], None], told: CapturingLogger
) -> None:
    state = State.open(tmp_path)
    frontier = await Frontier.open(state.database, PROFILE)
    await frontier.add((f"127.1.1.{at}", 5_000) for at in range(200))
    state.close()
    damage(tmp_path / "crawl.sqlite")
    state = State.open(tmp_path)
    assert len(await Frontier.open(state.database, PROFILE)) == 0
    state.close()
    assert [call.method_name for call in told.calls] == ["warning"]
    assert any("damaged" in name for name in await asyncio.to_thread(os.listdir, tmp_path))


def test_a_folder_that_cannot_be_used_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateUnusable, match="STREAMS_HOME"):
        State.open(tmp_path / "file")


async def test_what_was_written_is_there_after_a_kill(tmp_path: Path) -> None:
    code = f"""
import asyncio, os
from pathlib import Path
from streams.crawl.frontier import Frontier
from streams.crawl.memory import Memory
from streams.crawl.profile import Profile
from streams.crawl.state import State

async def main():
    folder = Path({str(tmp_path)!r})
    state = State.open(folder)
    await (await Memory.open(state, folder, Profile())).done([b"a" * 20])
    frontier = await Frontier.open(state.database, Profile())
    await frontier.add([("127.0.0.9", 5000)])
    await frontier.take()
    os.kill(os.getpid(), 9)

asyncio.run(main())
"""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    assert await process.wait() == -9
    state = State.open(tmp_path)
    memory = await Memory.open(state, tmp_path, PROFILE)
    frontier = await Frontier.open(state.database, PROFILE)
    assert not await memory.new(A)
    assert len(frontier) == 1
    assert await frontier.take() is None, "it was asked"
    state.close()


async def test_a_state_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "crawl.sqlite", isolation_level=None)
    old.executescript(
        "CREATE TABLE done (infohash BLOB PRIMARY KEY) WITHOUT ROWID;"
        "CREATE TABLE note (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
        "INSERT INTO note VALUES ('node_id', x'01')"
    )
    old.execute("INSERT INTO done VALUES (?)", (A,))
    old.close()
    state = State.open(tmp_path)
    assert state.note("node_id") == b"\x01"
    memory = await Memory.open(state, tmp_path, PROFILE)
    (begun,) = await memory.begin([A])
    assert begun.is_published, "whether its files and its swarm are there, Postgres says"
    state.close()


async def test_notes_are_kept(tmp_path: Path) -> None:
    state = State.open(tmp_path)
    assert state.note("name") is None
    state.save_note("name", b"value")
    assert state.note("name") == b"value"
    state.close()
    state = State.open(tmp_path)
    assert state.note("name") == b"value"
    state.close()


async def test_the_loop_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    state = State.open(tmp_path)
    slow = state.database.queue(lambda connection: time.sleep(0.5))
    began = time.monotonic()
    state.save_note("name", b"value")
    assert time.monotonic() - began < 0.2
    await state.database.run(lambda connection: None)
    assert slow.done(), "in the order in which they came"
    state.close()


async def test_work_that_fails_spoils_nobody_elses(tmp_path: Path) -> None:
    state = State.open(tmp_path)
    state.database.queue(lambda connection: time.sleep(0.2))  # the next three share a transaction
    good = state.database.queue(
        lambda connection: connection.execute("INSERT INTO done VALUES (?, 1)", (A,))
    )

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO done VALUES (?, 1)", (B,))
        connection.execute("INSERT INTO nowhere VALUES (1)")

    bad = state.database.queue(half)
    count = await state.database.run(
        lambda connection: connection.execute("SELECT count(*) FROM done").fetchone()[0]
    )
    assert good.exception() is None
    assert isinstance(bad.exception(), StateUnusable)
    assert count == 1
    state.close()
