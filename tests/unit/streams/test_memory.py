"""Memory of a process goes back to the system while it lives."""

import asyncio
import ctypes
import gc
import weakref

import psutil
import pytest

from streams.operate import memory

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
