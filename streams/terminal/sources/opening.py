"""Which source a command line names."""

from collections.abc import Sequence

from infra.settings import settings
from models.ban.ban_list import BanRulesInvalid
from streams.pipeline.unbanned import unbanned
from streams.terminal.sources.files import Files
from streams.terminal.sources.screened import Screened
from streams.terminal.sources.source import Source, SourceFailed


def files_of(dsn: str | None, paths: Sequence[str]) -> Files | None:
    """The files that are named, read; None if Postgres is.

    It is called outside of a loop, where Ctrl-C ends the reading at once.

    Raises:
        SourceFailed: both are named, or a file cannot be read.
    """
    if paths and dsn is not None:
        raise SourceFailed("--dsn and --file exclude each other")
    return Files.open(paths) if paths else None


async def opened(dsn: str | None, files: Files | None) -> Source:
    """The files, or Postgres; without what is banned.

    Raises:
        SourceFailed: Postgres does not answer, or a ban list of the settings cannot be read.
    """
    try:
        screen = unbanned(settings())
    except BanRulesInvalid as error:
        if files is not None:
            await files.close()
        raise SourceFailed(f"the ban list cannot be read: {error}") from error
    if files is not None:
        return Screened(files, screen)
    from streams.terminal.sources.database import Database

    return Screened(await Database.open(settings(), dsn), screen)
