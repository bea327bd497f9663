"""A process whose loop stands still ends, and says where it stood; one that works lives on."""

import subprocess
import sys
import textwrap

import pytest

from tests.support import ROOT

_PROGRAM = """
import asyncio, ctypes, sys, time
from streams.operate import watchdog

watchdog.HANGS_AFTER = 1.0

class Logger:
    "What Faust puts in the place of standard error."

    def flush(self):
        pass

sys.stderr = Logger()

async def main():
    dog = watchdog.Watchdog()
    dog.start()
    await asyncio.sleep(0)
{work}
    await dog.stop()
    time.sleep(2)
    print("lived on")

asyncio.run(main())
"""
_SLEEPS = "time.sleep(60)"
_HOLDS_PYTHON = "ctypes.PyDLL(None).sleep(60)"
"""No other thread of Python runs meanwhile."""
_WORKS = "await asyncio.sleep(3)"


def ran(work: str) -> subprocess.CompletedProcess[str]:
    program = _PROGRAM.format(work=textwrap.indent(work, "    "))
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=50
    )


@pytest.mark.parametrize("work", [_SLEEPS, _HOLDS_PYTHON])
def test_a_loop_that_stands_still_is_the_end(work: str) -> None:
    done = ran(work)
    assert done.returncode == 1
    assert "most recent call first" in done.stderr
    assert "in main" in done.stderr
    assert "lived on" not in done.stdout


def test_a_loop_that_comes_round_lives_and_nobody_watches_after_the_stop() -> None:
    done = ran(_WORKS)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "lived on\n"
