"""The command as a process: standard input, and Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.support import ROOT
from tests.training.sample.dumps import drawn, dump, entries

COMMAND = [sys.executable, "-m", "streams.training.sample.command"]


def test_standard_input_is_read(tmp_path: Path) -> None:
    path = dump(tmp_path / "a.jsonl", entries(40))
    with path.open("rb") as lines:
        done = subprocess.run(
            [*COMMAND, "-", "--out", str(tmp_path / "out")],
            stdin=lines,
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
    assert len(drawn(tmp_path / "out")) == 40
    assert b"\x1b" not in done.stderr, "no colours without a terminal"


def test_ctrl_c_ends_it_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [*COMMAND, "-", "--out", str(tmp_path / "out")],
        stdin=reading,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    os.close(reading)
    rows = dump(tmp_path / "a.jsonl", entries(40)).read_bytes()
    os.write(writing, rows)
    deadline = time.monotonic() + 30
    while not _is_reading(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    try:
        _, said = process.communicate(timeout=20)
    finally:
        os.close(writing)
        process.kill()
    assert process.returncode == 130
    assert "stopped; nothing was written" in said
    assert not (tmp_path / "out").exists()


def _is_reading(pid: int) -> bool:
    """Whether a process waits in poll, as who reads a pipe does."""
    return Path(f"/proc/{pid}/wchan").read_text().startswith(("poll", "do_poll", "do_sys_poll"))
