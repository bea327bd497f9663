"""Where Prometheus finds a process: written when it starts, gone when it stopped or was killed."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from infra.settings import Settings
from streams.operate.targets import Target
from tests.support import ROOT

HOLDS = """
import sys, time
from infra.settings import Settings
from streams.operate.targets import Target
target = Target(Settings(home=sys.argv[1]), "worker")
target.announce("http://127.0.0.1:4001")
print("there", flush=True)
time.sleep(60)
"""


def told(home: Path) -> list[tuple[str, str]]:
    """The targets as Prometheus reads them: their process and address."""
    groups = [json.loads(path.read_text())[0] for path in (home / "targets").glob("*.json")]
    return sorted((group["labels"]["process"], *group["targets"]) for group in groups)


def test_a_process_is_found_until_it_stops(tmp_path: Path) -> None:
    first, second = (Target(Settings(home=tmp_path), name) for name in ("store", "worker"))
    first.announce("http://127.0.0.1:4001")
    second.announce("http://127.0.0.1:4002")
    assert told(tmp_path) == [("store", "127.0.0.1:4001"), ("worker", "127.0.0.1:4002")]
    first.withdraw()
    first.withdraw()
    assert told(tmp_path) == [("worker", "127.0.0.1:4002")]
    second.withdraw()
    assert list((tmp_path / "targets").iterdir()) == []


@pytest.mark.parametrize(
    ("address", "reached"),
    [
        ("http://0.0.0.0:4001", "127.0.0.1:4001"),
        ("http://[::]:4001", "[::1]:4001"),
        ("http://localhost:4001/", "localhost:4001"),
    ],
)
def test_the_address_is_one_that_can_be_reached(tmp_path: Path, address: str, reached: str) -> None:
    target = Target(Settings(home=tmp_path), "web")
    target.announce(address)
    assert told(tmp_path) == [("web", reached)]
    target.withdraw()


def test_the_next_process_drops_what_a_killed_one_left_and_nothing_else(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "there\n"
        (tmp_path / "targets" / "mine.yml").write_text("- targets: [a:1]\n")
        first = Target(Settings(home=tmp_path), "store")
        first.announce("http://127.0.0.1:4002")
        assert told(tmp_path) == [("store", "127.0.0.1:4002"), ("worker", "127.0.0.1:4001")]
        os.kill(holder.pid, signal.SIGKILL)
    finally:
        holder.kill()
        holder.communicate(timeout=30)
    second = Target(Settings(home=tmp_path), "llm")
    second.announce("http://127.0.0.1:4003")
    assert told(tmp_path) == [("llm", "127.0.0.1:4003"), ("store", "127.0.0.1:4002")]
    first.withdraw()
    second.withdraw()
    assert [path.name for path in (tmp_path / "targets").iterdir()] == ["mine.yml"]


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "targets").write_text("a file is in the way")
    target = Target(Settings(home=tmp_path), "store")
    target.announce("http://127.0.0.1:4001")
    target.withdraw()
