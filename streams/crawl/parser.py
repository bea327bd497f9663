"""Info dicts read in another process when they are big: reading one would hold the event loop.

The process is started afresh, never forked: libtorrent runs threads in this one, and a fork copies
the locks that they hold. A parse that takes too long is ended with its process. A process that
ended is replaced, but not for ever: who breaks it again and again is refused for a while.
"""

import asyncio
import os
import signal
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context

import structlog

from models.content.metainfo import info
from models.content.metainfo.info import Listing
from streams.crawl.profile import Profile

log = structlog.get_logger(__name__)

_START = 60.0
"""Seconds that a new process may take to start: it imports some libraries, on a busy machine."""
_BROKEN = 3
"""Processes that may end within `_WITHIN` seconds; after that, big info dicts are refused."""
_WITHIN = 600.0


class ParseFailed(Exception):
    """An info dict could not be read here and now. The message is the reason, one of few."""


class Parser:
    """Reads info dicts: small ones here, big ones in its process, one at a time."""

    def __init__(
        self,
        profile: Profile,
        *,
        read: Callable[[bytes], Listing] = info.read,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._profile = profile
        self._read = read
        self._clock = clock
        self._turn = asyncio.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._process = 0
        self._ended: deque[float] = deque(maxlen=_BROKEN)
        """When the last processes had to be replaced."""

    async def listing(self, content: bytes) -> Listing:
        """Read an info dict.

        Raises:
            info.BadInfo: it is not that of a torrent.
            ParseFailed: it took too long, or ended the process.
        """
        if len(content) <= self._profile.big_info:
            return self._read(content)
        # One at a time: whichever is read when the process ends is the one that ended it.
        async with self._turn:
            return await self._elsewhere(content)

    def close(self) -> None:
        """End the process."""
        if self._pool is not None:
            self._end()

    async def _elsewhere(self, content: bytes) -> Listing:
        if len(self._ended) == _BROKEN and self._clock() - self._ended[0] < _WITHIN:
            raise ParseFailed("parser_down")
        try:
            pool = await self._started()
            reading = pool.submit(self._read, content)
            async with asyncio.timeout(self._profile.parse_timeout):
                return await asyncio.wrap_future(reading)
        except TimeoutError:
            self._replace("parse_timeout")
            raise ParseFailed("parse_timeout") from None
        except (BrokenProcessPool, OSError) as error:
            self._process = 0  # it is gone, and its number may be another's by now
            self._replace("parser_ended")
            raise ParseFailed("parser_ended") from error
        except asyncio.CancelledError:
            self.close()
            raise

    async def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
            starting = self._pool.submit(_ready, self._read)
            async with asyncio.timeout(_START):
                self._process = await asyncio.wrap_future(starting)
        return self._pool

    def _replace(self, reason: str) -> None:
        log.warning("the process that reads big info dicts is replaced", reason=reason)
        self._ended.append(self._clock())
        self._end()

    def _end(self) -> None:
        """Kill the process: it may be in the middle of a parse that never ends."""
        if self._process:
            with suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = None
        self._process = 0


def _ready(read: Callable[[bytes], Listing]) -> int:
    """In the process: everything that reading needs is imported. Returns its id."""
    return os.getpid()
