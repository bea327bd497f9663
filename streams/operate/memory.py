"""The memory of a process that lives for weeks: looked through seldom, and given back."""

import asyncio
import ctypes
import gc
from contextlib import suppress

from streams.operate.background import Background

GARBAGE_AFTER = 10_000
"""Objects that are made, and not gone, before Python looks for circles among them. A batch of
torrents is as many, none of them in a circle; by default it looks every 700. With 50,000 a store
at 100 events a second grew by 32 MB in 50 minutes and stood still for as long.
"""
GIVE_BACK_EVERY = 60.0
"""Seconds. Python looks among old objects when they are a quarter more: where 200,000 names are
kept, a client of Kafka that is closed stays for an hour.
"""


_M_ARENA_MAX = -8
"""Of `malloc.h`."""


def _libc() -> ctypes.CDLL:
    """What the process is linked with: glibc or another."""
    return ctypes.CDLL(None)


def share_arena() -> None:
    """Lets threads that start from now on take memory from one place.

    By default each thread of glibc has its own, of which `give_back` gets little: after batches of
    512 three of them kept 45 MB that a single one gave back, and Python lets one thread work at a
    time anyhow.
    """
    with suppress(AttributeError, OSError):
        _libc().mallopt(_M_ARENA_MAX, 1)


def collect_seldom() -> None:
    """Lets Python look for garbage seldom, and never again at what is there now.

    Called when models and modules are loaded: they stay. Half of the time in which events were
    decoded went into looking at all of it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER, 10, 10)


def give_back() -> None:
    """Frees what only circles hold, and gives free memory to the system.

    glibc keeps what was freed below something that is still used, so a process stays as large as
    after its widest batch. A C library without `malloc_trim` (musl, macOS) does as it likes.
    """
    gc.collect()
    with suppress(AttributeError, OSError):
        _libc().malloc_trim(0)


class Housekeeping(Background):
    """Gives memory back every minute. Made before the threads of the process are."""

    def __init__(self) -> None:
        share_arena()
        super().__init__(_give_back_often)

    def start(self) -> None:
        """Called when models and modules are loaded."""
        collect_seldom()
        super().start()


async def _give_back_often() -> None:
    while True:
        await asyncio.sleep(GIVE_BACK_EVERY)
        # On the loop: what is freed may be of asyncio, which no other thread may touch.
        give_back()
