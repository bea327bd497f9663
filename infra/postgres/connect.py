"""Connections to Postgres, and which of its failures are worth a retry."""

import ssl

import asyncpg

from infra.postgres.access import Access, dsn_of
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
_REFUSED = "Postgres refuses us: {reason} (STREAMS_POSTGRES_DSN, and those of the roles)"

_NO_FILE = (
    "there is no such file: the sslrootcert, sslcert or sslkey of STREAMS_POSTGRES_DSN (or of a"
    " role's), or its socket"
)

_NO_ADDRESS = (
    "this is no address of Postgres{reason}: it looks like postgresql://user@host:5432/database,"
    " and a / or @ in a password is written %2F or %40 (STREAMS_POSTGRES_DSN, and those of the"
    " roles)"
)

FAILURES = (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What opening a connection may end with; `ValueError` for an address that cannot be read."""


class DatabaseUnreachable(Exception):
    """Postgres does not answer, or does not take us; the message says what to do."""


def unreachable(error: BaseException | None) -> str:
    """What to do where nothing answers, or we are refused, and why."""
    match error:
        case ssl.SSLCertVerificationError():
            reason = f"its certificate is not to be trusted, {error.verify_message}"
            return _REFUSED.format(reason=f"{reason} (sslrootcert)")
        case asyncpg.ClientConfigurationError():
            return _NO_ADDRESS.format(reason=f" ({error})")
        case ValueError():  # names what it could not read, which may be half of a password
            return _NO_ADDRESS.format(reason="")
        case asyncpg.InvalidAuthorizationSpecificationError() | asyncpg.InterfaceError():
            return _REFUSED.format(reason=" ".join(str(error).split()))
        case FileNotFoundError():  # OpenSSL does not say which
            return _NO_FILE
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


def _server_settings(access: Access) -> dict[str, str]:
    is_read_only = access is Access.READER
    return {
        "application_name": "mimmo",
        "default_transaction_read_only": "on" if is_read_only else "off",
    }


async def connect(settings: Settings, access: Access) -> asyncpg.Connection:
    """Open one connection, as the role that is enough for it.

    Raises:
        DatabaseUnreachable: nothing answers there, or we are refused.
    """
    try:
        return await asyncpg.connect(
            dsn_of(settings, access), server_settings=_server_settings(access), timeout=10
        )
    except FAILURES as error:
        raise DatabaseUnreachable(unreachable(error)) from error


async def pool(settings: Settings, access: Access, *, size: int = 2) -> asyncpg.Pool:
    """A pool of connections that heals itself after a server restart.

    Raises:
        DatabaseUnreachable: nothing answers there, or we are refused.
    """
    try:
        return await asyncpg.create_pool(
            dsn_of(settings, access),
            min_size=1,
            max_size=size,
            command_timeout=120,
            server_settings=_server_settings(access),
            timeout=10,
        )
    except FAILURES as error:
        raise DatabaseUnreachable(unreachable(error)) from error
