"""The demo shows its tables whatever becomes of llama.cpp, and leaves nothing behind."""

import gzip
import os
import re
import signal
import time
from pathlib import Path

import psutil
import pytest

from infra.settings import STACK_ENV
from models.extract.llm import llama
from streams.lab.demo import SAMPLE
from tests.support import ROOT, Process, running

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.timeout(600)]

ROWS = 60
"""Of the sample: enough for every table, and quick."""


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    """The first rows of the sample."""
    with gzip.open(SAMPLE / "torrents" / "demo.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [line for _, line in zip(range(ROWS), lines, strict=False)]
    short = tmp_path / "short.jsonl"
    short.write_text("".join(rows), encoding="utf-8")
    return short


def survivors(process: Process) -> list[psutil.Process]:
    """What still runs of all that a demo started, each in a session of its own."""
    home = str(process.log.parent)
    members = []
    for member in psutil.process_iter(["cmdline", "environ"]):
        environment = member.info["environ"] or {}
        if environment.get("STREAMS_HOME", "").startswith(home):
            members.append(member)
    return members


def test_a_llama_that_cannot_be_built_is_a_line_after_the_tables(
    tmp_path: Path, dump: Path
) -> None:
    setup = "echo 'llama.cpp needs a C++ compiler: install one' >&2; exit 1"
    arguments = ["streams.demo", str(dump), "--llm-setup", setup]
    environment = {"STREAMS_HOME": str(tmp_path / "home"), "STREAMS_LLM_MODE": "always"}
    with running(arguments, environment, tmp_path / "demo.log") as demo:
        assert demo.wait(240) == 0, demo.output[-3000:]
        shown, _, after = demo.output.partition("GGUF worker")
        assert "What they are" in shown
        assert "Links by status" in shown
        assert "left out: llama.cpp needs a C++ compiler: install one" in after
        assert re.search(r"^[1-9]\d* requests stay queued", after, re.MULTILINE)
        assert not survivors(demo)
    assert not (tmp_path / "home" / STACK_ENV).exists()


BROKEN = {
    "raises": ("def __getattr__(name):\n    raise RuntimeError('the adapter cannot be applied')\n"),
    "dies": "import os, signal\nos.kill(os.getpid(), signal.SIGILL)\n",
}
"""Modules that stand in the place of llama.cpp."""


@pytest.mark.parametrize("way", BROKEN)
def test_a_gguf_worker_that_breaks_is_a_line_after_the_tables(
    tmp_path: Path, dump: Path, weights: Path, way: str
) -> None:
    package = tmp_path / "broken" / "llama_cpp"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(BROKEN[way])
    home = tmp_path / "home"
    (home / "weights").mkdir(parents=True)
    for file in weights.parent.glob("*.gguf*"):
        (home / "weights" / file.name).symlink_to(file)
    # As if it had passed its trial, so that the worker itself comes to harm.
    (home / "weights" / llama.NOTE).write_text(llama.fingerprint(package) + "\n")
    arguments = ["streams.demo", str(dump), "--llm-setup", "true"]
    environment = {
        "STREAMS_HOME": str(home),
        "STREAMS_LLM_MODE": "always",
        "PYTHONPATH": os.pathsep.join((str(package.parent), str(ROOT))),
    }
    with running(arguments, environment, tmp_path / "demo.log") as demo:
        assert demo.wait(240) == 0, demo.output[-3000:]
        shown, _, after = demo.output.rpartition("GGUF worker")
        assert "What they are" in shown
        assert "Links by status" in shown
        assert "left out: its process ended with exit code" in after
        assert not survivors(demo)


def test_a_dump_that_cannot_be_read_is_no_success(tmp_path: Path) -> None:
    empty = tmp_path / "a b.csv"
    empty.touch()
    environment = {"STREAMS_HOME": str(tmp_path / "home")}
    with running(["streams.demo", str(empty)], environment, tmp_path / "demo.log") as demo:
        assert demo.wait(240) == 1, demo.output[-3000:]
        assert "a b.csv is empty" in demo.output
        assert "the demo failed: the dump was not replayed" in demo.output
        assert "What they are" not in demo.output, "tables of an older dump look like its own"
        assert not survivors(demo)


@pytest.mark.parametrize(
    "signals", [[signal.SIGINT], [signal.SIGTERM], [signal.SIGTERM, signal.SIGTERM]]
)
def test_a_demo_that_is_stopped_ends_the_build_in_the_background(
    tmp_path: Path, dump: Path, signals: list[signal.Signals]
) -> None:
    arguments = ["streams.demo", str(dump), "--llm-setup", "sleep 3600 & sleep 3600; wait"]
    environment = {"STREAMS_HOME": str(tmp_path / "home")}
    with running(arguments, environment, tmp_path / "demo.log") as demo:
        deadline = time.monotonic() + 60
        while "llm-setup: process" not in demo.output:
            assert time.monotonic() < deadline, demo.output
            time.sleep(0.1)
        for number in signals:
            demo.popen.send_signal(number)
            time.sleep(0.2)
        assert demo.wait(120) == 130, demo.output
        assert "Traceback" not in demo.output
        assert not survivors(demo)
