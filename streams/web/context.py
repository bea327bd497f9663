"""What every handler needs: the settings, a pool of read-only connections, publisher and keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import asyncpg
from fastapi import Request

from infra.settings import Settings
from models.embed.minilm import Questions
from streams.corrections.publisher import CorrectionPublisher
from streams.pipeline.unbanned import Unbanned, unbanned
from streams.web.connections import reader_pool
from streams.web.keys import Keys, path_of

ACQUIRE_SECONDS = 30.0
"""A request waits so long for a connection; 50 at a time wait for a fraction of it."""


@dataclass(frozen=True, slots=True)
class Context:
    """What `create_app` is given; handlers find it at `request.app.state.context`."""

    settings: Settings
    pool: asyncpg.Pool
    corrections: CorrectionPublisher | None = None
    """The publisher of corrections; it connects with the first one."""
    keys: Keys | None = None
    """The known API keys; None knows no key."""

    @property
    def unbanned(self) -> Unbanned:
        """What every page, feed and answer searches with: it leaves out what is banned.

        Raises:
            BanRulesInvalid: a ban list of the settings is missing or cannot be read.
        """
        return unbanned(self.settings)

    @property
    def questions(self) -> Questions:
        """What reads questions that are searched by meaning; the network is loaded by the first."""
        return _questions(self.settings.weights_dir)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection that can read and nothing else.

        It is given back when the block ends, so end it before the answer is sent.

        Raises:
            TimeoutError: all connections are busy for too long.
        """
        async with self.pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
            yield connection


@cache
def _questions(weights_dir: Path) -> Questions:
    return Questions(weights_dir)


def context_of(request: Request) -> Context:
    """The context of the application that handles this request."""
    context: Context = request.app.state.context
    return context


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Context]:
    """A context with its connections open.

    Raises:
        DatabaseUnreachable: Postgres does not answer.
    """
    pool = await reader_pool(settings)
    try:
        async with CorrectionPublisher(settings) as corrections:
            yield Context(settings, pool, corrections, Keys(path_of(settings)))
    finally:
        await pool.close()
