"""Connections to Postgres, and which of its failures are worth a retry."""

import asyncpg

from infra.settings import Settings

TRANSIENT = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.TooManyConnectionsError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.InsufficientResourcesError,
    # What asyncpg says when the server dies while it rolls back: its protocol is in mid-sentence.
    asyncpg.InternalClientError,
)
"""Failures of the infrastructure, not of a row: trying again later may help."""

_HINT = (
    "Postgres does not answer ({reason}); start the local one with `python -m infra.local up`"
    " or set STREAMS_POSTGRES_DSN"
)


class DatabaseUnreachable(Exception):
    """Postgres does not answer; the message says what to do."""


def unreachable(error: BaseException | None) -> str:
    """What to do where nothing answers, and why nothing does."""
    return _HINT.format(reason=_reason(error))


def _reason(error: BaseException | None) -> str:
    """Why there is no connection, in a few words."""
    match error:
        case None:
            return "nobody may log in"
        case TimeoutError():
            return "it took too long"
        case ConnectionRefusedError():
            return "nothing listens there"
        case OSError(strerror=str(text)):
            return text
        case _:
            return str(error) or type(error).__name__


async def connect(settings: Settings, *, read_only: bool = False) -> asyncpg.Connection:
    """Open one connection.

    Raises:
        DatabaseUnreachable: nothing answers at `STREAMS_POSTGRES_DSN`.
    """
    server_settings = {
        "application_name": "mimmo",
        "default_transaction_read_only": "on" if read_only else "off",
    }
    try:
        return await asyncpg.connect(
            settings.postgres_dsn.get_secret_value(), server_settings=server_settings, timeout=10
        )
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise DatabaseUnreachable(unreachable(error)) from error


async def pool(settings: Settings, *, size: int = 2) -> asyncpg.Pool:
    """A pool of connections that heals itself after a server restart.

    Raises:
        DatabaseUnreachable: nothing answers at `STREAMS_POSTGRES_DSN`.
    """
    try:
        return await asyncpg.create_pool(
            settings.postgres_dsn.get_secret_value(),
            min_size=1,
            max_size=size,
            command_timeout=120,
            server_settings={"application_name": "mimmo"},
            timeout=10,
        )
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise DatabaseUnreachable(unreachable(error)) from error
