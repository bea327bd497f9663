"""Which source a command line names."""

import asyncio
from collections.abc import Sequence

from infra.settings import settings
from streams.terminal.sources.files import Files
from streams.terminal.sources.source import Source, SourceFailed


async def opened(dsn: str | None, files: Sequence[str]) -> Source:
    """The source: files if some are named, else Postgres.

    Raises:
        SourceFailed: both are named, or it cannot be read.
    """
    if files:
        if dsn is not None:
            raise SourceFailed("--dsn and --file exclude each other")
        return await asyncio.to_thread(Files.open, files)
    from streams.terminal.sources.database import Database

    return await Database.open(settings(), dsn)
