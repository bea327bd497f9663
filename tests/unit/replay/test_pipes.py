"""Pipes: nothing is read twice, nothing is waited for that is not needed, and Ctrl-C is heard."""

import asyncio
import gzip
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from streams.replay.dump import DumpUnreadable
from tests.support import ROOT
from tests.unit.replay.dumps import HEADER, csv, in_parts, infohash, replayed, row
from tests.unit.replay.samples import json_array, torrent_tar

COUNT = 20_000


@contextmanager
def writing(path: Path, write: Callable[[Any], None]) -> Iterator[None]:
    """A thread that opens a named pipe and writes to it; it has ended when the block has."""

    def run() -> None:
        with path.open("wb", buffering=0) as pipe:
            write(pipe)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    """A named pipe."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


async def test_a_named_pipe_is_read_from_its_first_byte(fifo: Path, tmp_path: Path) -> None:
    data = csv(COUNT).encode()
    with writing(fifo, lambda pipe: pipe.write(data)):
        replay = await replayed(fifo, tmp_path)
    assert replay.names == [f"Name {number}" for number in range(COUNT)]
    assert replay.summary.fault is None
    assert replay.torrents[0].provenance.dataset == "pipe"


async def test_a_compressed_pipe_in_small_parts_is_whole(fifo: Path, tmp_path: Path) -> None:
    parts = list(in_parts(gzip.compress(csv(2_000).encode()), 1))

    def write(pipe: Any) -> None:
        for number, part in enumerate(parts):
            pipe.write(part)
            if number < 3:  # the magic bytes come one by one
                time.sleep(0.3)

    with writing(fifo, write):
        replay = await replayed(fifo, tmp_path)
    assert len(replay.names) == 2_000


async def test_a_pipe_has_no_checkpoint(fifo: Path, tmp_path: Path) -> None:
    with writing(fifo, lambda pipe: pipe.write(csv(5).encode())):
        await replayed(fifo, tmp_path)
    assert not (tmp_path / "replay").exists()


async def test_a_pipe_cannot_be_resumed(fifo: Path, tmp_path: Path) -> None:
    with (
        writing(fifo, lambda pipe: pipe.write(csv(5).encode())),
        pytest.raises(DumpUnreadable, match="leave out --resume"),
    ):
        await replayed(fifo, tmp_path, resume=True)


async def test_a_limit_does_not_wait_for_one_more_row(fifo: Path, tmp_path: Path) -> None:
    done = threading.Event()

    def write(pipe: Any) -> None:
        pipe.write(csv(3).encode())
        done.wait(20)

    with writing(fifo, write):
        try:
            replay = await asyncio.wait_for(replayed(fifo, tmp_path, limit=3), 10)
        finally:
            done.set()
    assert replay.names == ["Name 0", "Name 1", "Name 2"]


async def test_what_came_is_published_while_the_pipe_waits(fifo: Path, tmp_path: Path) -> None:
    replaying = asyncio.create_task(replayed(fifo, tmp_path, limit=3))
    go_on = threading.Event()

    def write(pipe: Any) -> None:
        pipe.write((HEADER + row("first", infohash(1)) + row("second", infohash(2))).encode())
        go_on.wait(20)
        pipe.write(row("third", infohash(3)).encode())

    with writing(fifo, write):
        await asyncio.sleep(1)
        assert not replaying.done()
        go_on.set()
        replay = await asyncio.wait_for(replaying, 10)
    assert replay.names == ["first", "second", "third"]


def command(dump: str, *more: str) -> list[str]:
    """A dry run of the command."""
    return [sys.executable, "-m", "streams.replay", dump, "--dry-run", *more]


def environment(home: Path) -> dict[str, str]:
    """The environment of a command with a home of its own."""
    return {**os.environ, "STREAMS_HOME": str(home), "COLUMNS": "200", "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize("shell", ["cat {} | {} -", "{1} - < {0}", "{1} <(cat {0})"])
def test_standard_input_and_process_substitution_are_whole(tmp_path: Path, shell: str) -> None:
    dump = tmp_path / "torrents.csv"
    dump.write_text(csv(5_000))
    program = f"{sys.executable} -m streams.replay --dry-run"
    done = subprocess.run(
        ["bash", "-c", shell.format(dump, program)],
        capture_output=True,
        text=True,
        env=environment(tmp_path),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "5,000 records" in done.stderr


def test_standard_input_that_is_empty_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        command("-"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment(tmp_path),
        check=False,
    )
    assert (done.returncode, done.stderr.strip()) == (1, "standard input is empty")


@pytest.mark.parametrize("sent", [None, b"", csv(50).encode()], ids=["no writer", "silent", "rows"])
def test_a_replay_that_waits_for_a_pipe_hears_ctrl_c(
    fifo: Path, tmp_path: Path, sent: bytes | None
) -> None:
    process = subprocess.Popen(
        command(str(fifo)), stderr=subprocess.PIPE, text=True, env=environment(tmp_path)
    )
    writer = None
    try:
        if sent is not None:
            writer = fifo.open("wb", buffering=0)
            writer.write(sent)
        deadline = time.monotonic() + 60
        while not has_open(process.pid, fifo) and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=15)
    finally:
        process.kill()
        process.wait()
        if writer is not None:
            writer.close()
    assert process.returncode == 130, told
    assert "stopped" in told
    assert "Traceback" not in told
    assert ("would be published │ 50" in told) is (sent == csv(50).encode())


def test_a_ctrl_c_while_the_program_is_loaded_is_no_traceback(tmp_path: Path) -> None:
    process = subprocess.Popen(
        command(str(tmp_path)), stderr=subprocess.PIPE, text=True, env=environment(tmp_path)
    )
    deadline = time.monotonic() + 60
    loaded = Path(f"/proc/{process.pid}/maps")
    while "pydantic_core" not in loaded.read_text() and time.monotonic() < deadline:
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert (process.returncode, told) == (130, "")


async def test_json_arrays_and_tars_come_through_a_pipe(fifo: Path, tmp_path: Path) -> None:
    for sample in (json_array, torrent_tar):
        dump, expected = sample(tmp_path, 200)
        parts = list(in_parts(dump.read_bytes(), 777))

        def write(pipe: Any, parts: list[bytes] = parts) -> None:
            for part in parts:
                pipe.write(part)

        with writing(fifo, write):
            replay = await replayed(fifo, tmp_path)
        assert {torrent.infohash for torrent in replay.torrents} == expected
        assert replay.summary.fault is None


def has_open(process: int, path: Path) -> bool:
    """Whether a process has opened a file; ours listens for signals by then."""
    return any(link.resolve() == path for link in Path(f"/proc/{process}/fd").iterdir())
