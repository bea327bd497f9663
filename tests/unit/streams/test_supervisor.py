"""The supervisor with real processes: what ends is started again, and all stop together."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from streams.operate.cores import usable
from streams.operate.supervisor import LIFE, Child, GivenUp, Patience, Supervisor
from tests.support import ROOT, eventually

QUICK = Patience(first_pause=0.01, longest_pause=0.05, well_after=30, starts=3, stop_within=20)
SLEEPS = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPS


def child(name: str, code: str, *, optional: bool = False) -> Child:
    return Child(name, (sys.executable, "-c", code), optional=optional)


class Told:
    """Every line that the children wrote."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def __call__(self, name: str, line: str) -> None:
        self.lines.append((name, line))

    def has(self, name: str, count: int = 1) -> Callable[[], Awaitable[bool]]:
        async def check() -> bool:
            return self.lines.count((name, "up")) >= count

        return check


@asynccontextmanager
async def supervised(supervisor: Supervisor) -> AsyncIterator[None]:
    """Runs a supervisor for the length of a block, and waits for its end."""
    task = asyncio.create_task(supervisor.run())
    try:
        yield
    finally:
        supervisor.stop()
        await asyncio.wait_for(task, 60)


async def test_what_is_killed_is_started_again_and_all_stop_together() -> None:
    told = Told()
    supervisor = Supervisor([child("a", SLEEPS), child("b", SLEEPS)], patience=QUICK, tell=told)
    async with supervised(supervisor):
        await eventually(told.has("a"))
        await eventually(told.has("b"))
        first = supervisor.pids
        os.kill(first["a"], signal.SIGKILL)
        await eventually(told.has("a", 2))
        second = supervisor.pids
        assert second["a"] != first["a"]
        assert second["b"] == first["b"]
    assert not any(psutil.pid_exists(pid) for pid in second.values())


async def test_who_was_killed_or_failed_is_told_before_it_is_started_again() -> None:
    ended: list[str] = []
    told = Told()

    async def after(life: str) -> None:
        assert "a" not in supervisor.pids
        ended.append(life)
        raise ValueError("and if it fails, nothing else does")

    children = [child("a", SLEEPS), child("b", "print('up', flush=True)")]
    supervisor = Supervisor(children, patience=QUICK, check=never_fit, after=after, tell=told)
    async with supervised(supervisor):
        await eventually(told.has("a"))
        await eventually(told.has("b", 2))
        first = supervisor.pids["a"]
        life = psutil.Process(first).environ()[LIFE]
        os.kill(first, signal.SIGKILL)
        await eventually(told.has("a", 2))
        assert psutil.Process(supervisor.pids["a"]).environ()[LIFE] != life
    assert ended == [life], "who ends in order has nothing left"


async def test_a_stop_does_not_wait_for_what_is_due_after_an_end() -> None:
    told = Told()
    begun = asyncio.Event()

    async def after(life: str) -> None:
        begun.set()
        await asyncio.sleep(600)

    supervisor = Supervisor([child("a", SLEEPS)], patience=QUICK, after=after, tell=told)
    began = time.monotonic()
    async with supervised(supervisor):
        await eventually(told.has("a"))
        os.kill(supervisor.pids["a"], signal.SIGKILL)
        await begun.wait()
    assert time.monotonic() - began < 60


async def never_fit() -> bool:
    """Thus no end counts as a failure."""
    return False


async def test_kills_from_outside_are_never_a_reason_to_give_up() -> None:
    told = Told()
    supervisor = Supervisor([child("a", SLEEPS)], patience=QUICK, tell=told)
    async with supervised(supervisor):
        for count in range(1, QUICK.starts + 3):
            await eventually(told.has("a", count))
            os.kill(supervisor.pids["a"], signal.SIGKILL)


async def test_who_fails_at_every_start_is_given_up_and_the_others_are_stopped() -> None:
    told = Told()
    failing = child("bad", "print('no such table'); raise SystemExit(1)")
    supervisor = Supervisor([failing, child("good", SLEEPS)], patience=QUICK, tell=told)
    with pytest.raises(GivenUp, match=r"bad ended 3 times .* exit code 1: no such table"):
        await asyncio.wait_for(supervisor.run(), 60)
    assert supervisor.pids == {}
    assert told.lines.count(("bad", "no such table")) == 3


async def test_an_optional_child_that_dies_of_sigill_leaves_the_others_alone() -> None:
    told = Told()
    ill = "import os, signal; print('up', flush=True); os.kill(os.getpid(), signal.SIGILL)"
    children = [child("llm", ill, optional=True), child("good", SLEEPS)]
    supervisor = Supervisor(children, patience=QUICK, tell=told)
    async with supervised(supervisor):
        await eventually(told.has("llm", QUICK.starts))
        await asyncio.sleep(0.3)
        assert set(supervisor.pids) == {"good"}
    assert told.lines.count(("llm", "up")) == QUICK.starts


async def test_what_waiting_does_not_mend_ends_at_once_with_its_reason() -> None:
    async def missing() -> bool:
        raise RuntimeError("Kafka has no topic x; run `python -m streams.topics create`")

    supervisor = Supervisor([child("a", "raise SystemExit(1)")], patience=QUICK, check=missing)
    with pytest.raises(GivenUp, match=r"run `python -m streams\.topics create`"):
        await asyncio.wait_for(supervisor.run(), 60)


async def test_ends_while_a_server_is_away_do_not_count() -> None:
    looks = 0

    async def away_for_a_while() -> bool:
        nonlocal looks
        looks += 1
        return looks > 6

    failing = child("a", "raise SystemExit(1)")
    supervisor = Supervisor([failing], patience=QUICK, check=away_for_a_while)
    with pytest.raises(GivenUp):
        await asyncio.wait_for(supervisor.run(), 60)
    assert looks == 6 + QUICK.starts


async def test_a_second_request_kills_who_does_not_stop() -> None:
    told = Told()
    supervisor = Supervisor([child("a", STUBBORN)], patience=QUICK, tell=told)
    task = asyncio.create_task(supervisor.run())
    await eventually(told.has("a"))
    pid = supervisor.pids["a"]
    supervisor.stop()
    await asyncio.sleep(0.3)
    assert psutil.pid_exists(pid)
    supervisor.stop()
    await asyncio.wait_for(task, 10)
    assert not psutil.pid_exists(pid)


async def test_who_does_not_stop_in_time_is_killed() -> None:
    told = Told()
    patience = Patience(stop_within=0.2)
    supervisor = Supervisor([child("a", STUBBORN)], patience=patience, tell=told)
    async with supervised(supervisor):
        await eventually(told.has("a"))
        pid = supervisor.pids["a"]
    assert not psutil.pid_exists(pid)


async def test_lines_without_an_end_and_of_any_length_come_through() -> None:
    told = Told()
    code = "import sys; sys.stdout.write('x' * 300_000 + '\\nlast'); sys.stdout.flush();" + SLEEPS
    async with supervised(Supervisor([child("a", code)], patience=QUICK, tell=told)):
        await eventually(lambda: _written(told, 300_000))
    assert told.lines[-1] == ("a", "lastup")


async def _written(told: Told, size: int) -> bool:
    return sum(len(line) for _, line in told.lines) > size


def test_a_child_whose_parent_is_killed_ends(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    (tmp_path / "sleeper.py").write_text(
        f"import os, pathlib, time\npathlib.Path({str(note)!r}).write_text(str(os.getpid()))\n"
        "time.sleep(600)\n"
    )
    start = (
        "import os, subprocess, sys, time\n"
        "command = [sys.executable, '-m', 'streams.operate.child', str(os.getpid()), 'sleeper']\n"
        "subprocess.Popen(command, start_new_session=True)\ntime.sleep(600)\n"
    )
    path = os.pathsep.join((str(ROOT), str(tmp_path)))
    with subprocess.Popen(
        [sys.executable, "-c", start], env={**os.environ, "PYTHONPATH": path}
    ) as parent:
        deadline = time.monotonic() + 30
        while not (note.exists() and note.read_text()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        sleeper = psutil.Process(int(note.read_text()))
        parent.kill()
    assert psutil.wait_procs([sleeper], 30)[0]


def test_the_quota_of_a_container_counts(tmp_path: Path) -> None:
    every = usable(tmp_path)
    assert every >= 1
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert usable(tmp_path) == every
    (tmp_path / "cpu.max").write_text("100000 100000\n")
    assert usable(tmp_path) == 1
    (tmp_path / "cpu.max").write_text("20000 100000\n")
    assert usable(tmp_path) == 1
