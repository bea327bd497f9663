"""Memory of a process goes back to the system while it lives."""

import asyncio
import ctypes
import gc
import subprocess
import sys
import weakref

import psutil
import pytest

from streams.operate import memory
from tests.support import ROOT

BLOCK = 64 * 1024
"""Below what glibc asks the system for block by block."""
BLOCKS = 800


class Circle:
    """Something that only holds itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def garbage_as_before():
    """The settings of Python are those of all tests."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def resident() -> int:
    return psutil.Process().memory_info().rss


def test_what_only_holds_itself_is_freed():
    circle = weakref.ref(Circle())
    memory.give_back()
    assert circle() is None


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="not glibc")
def test_what_lies_below_something_used_goes_back():
    before = resident()
    blocks = [ctypes.create_string_buffer(b"x" * BLOCK) for _ in range(BLOCKS)]
    last = blocks[-1]
    assert resident() - before > BLOCKS * BLOCK / 2
    del blocks
    memory.give_back()
    assert resident() - before < BLOCKS * BLOCK / 5
    assert last.value[:1] == b"x"


def test_a_library_without_the_call_is_no_error(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    memory.give_back()


async def test_it_is_given_back_while_the_process_works(monkeypatch):
    monkeypatch.setattr(memory, "GIVE_BACK_EVERY", 0.01)
    housekeeping = memory.Housekeeping()
    housekeeping.start()
    try:
        assert gc.get_threshold()[0] == memory.GARBAGE_AFTER
        freed = asyncio.Event()
        circle = weakref.ref(Circle(), lambda _: freed.set())
        await asyncio.wait_for(freed.wait(), 10)
        assert circle() is None
    finally:
        await housekeeping.stop()


async def test_what_never_began_can_be_stopped():
    await memory.Housekeeping().stop()


_THREADS = """
import ctypes, threading
from pathlib import Path
from streams.operate.memory import share_arena

{first}
def takes():
    blocks = [ctypes.create_string_buffer(b"x" * 64 * 1024) for _ in range(100)]
    places.update(ctypes.addressof(block) // 2**26 for block in blocks)

places = set()
threads = [threading.Thread(target=takes) for _ in range(3)]
for thread in threads:
    thread.start()
    thread.join()
heap = next(line for line in Path("/proc/self/maps").read_text().splitlines() if "[heap]" in line)
begin, end = (int(part, 16) // 2**26 for part in heap.split()[0].split("-"))
print(all(begin <= place <= end for place in places))
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="not glibc")
@pytest.mark.parametrize(("first", "is_shared"), [("share_arena()", True), ("", False)])
def test_threads_take_from_one_place(first: str, is_shared: bool) -> None:
    program = _THREADS.format(first=first)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(is_shared)
