"""Connections of the console to Postgres: as the reading role where it can, read-only always."""

from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from infra.logging import get_logger
from infra.postgres.access import READER, Access
from infra.postgres.connect import FAILURES, DatabaseUnreachable, connect, unreachable
from infra.settings import Settings

log = get_logger(__name__)

_MAY_CHANGE = """
SELECT coalesce(has_table_privilege(to_regclass('activations'), 'INSERT'), false)
"""

_REFUSED = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidPasswordError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.InvalidParameterValueError,
    # What a server without a password for the role, and a client without one, say.
    asyncpg.InterfaceError,
)


async def reader_pool(settings: Settings) -> asyncpg.Pool:
    """A pool of connections that cannot write.

    It is of `STREAMS_WEB_DSN`, or of `STREAMS_POSTGRES_READER_DSN`, if that is set. Otherwise it
    logs in as `mimmo_reader` beside the owner, or, where that has no login, as the owner who takes
    the role. Where there is no such role the transactions of the owner are read-only.

    Raises:
        DatabaseUnreachable: nothing answers, or nobody may log in.
    """
    owner = settings.postgres_dsn.get_secret_value()
    ways: list[tuple[str, dict[str, str]]]
    if own := settings.web_dsn or settings.postgres_reader_dsn:
        ways = [(own.get_secret_value(), {})]
    else:
        ways = [(as_role(owner, READER), {}), (owner, {"role": READER}), (owner, {})]
    refusal: Exception | None = None
    for number, (dsn, extra) in enumerate(ways):
        try:
            pool = await _pool(settings, dsn, extra)
        except _REFUSED as error:
            refusal = error
            continue
        except FAILURES as error:
            raise DatabaseUnreachable(unreachable(error)) from error
        if number == 2:
            log.warning("no role mimmo_reader, the owner's transactions are read-only instead")
        return pool
    raise DatabaseUnreachable(unreachable(refusal)) from refusal


async def changing_connection(settings: Settings) -> asyncpg.Connection:
    """A connection that may choose which revision is shown.

    It is of `STREAMS_WEB_DSN` where that role may (`mimmo_web`), else of the owner.

    Raises:
        DatabaseUnreachable: nothing answers, or nobody may log in.
    """
    if settings.web_dsn is not None:
        console = settings.model_copy(update={"postgres_dsn": settings.web_dsn})
        connection = await connect(console, Access.OWNER)
        if await connection.fetchval(_MAY_CHANGE):
            return connection
        await connection.close()
    return await connect(settings, Access.OWNER)


def as_role(dsn: str, role: str) -> str:
    """The same server and database for another role, without a password.

    Args:
        dsn: a connection URI; anything else comes back as it is.
        role: who logs in.
    """
    parts = urlsplit(dsn)
    if not parts.scheme.startswith("postgres"):
        return dsn
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(role)}@{host}"))


async def _pool(settings: Settings, dsn: str, extra: dict[str, str]) -> asyncpg.Pool:
    milliseconds = round(settings.web_statement_timeout * 1000)
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=settings.web_connections,
        # The server ends a slow query first; this is for a server that says nothing any more.
        command_timeout=settings.web_statement_timeout + 5,
        timeout=10,
        server_settings={
            "application_name": "mimmo-web",
            "default_transaction_read_only": "on",
            "statement_timeout": str(milliseconds),
            # A plan is made for the words that are asked for, and compiling it takes longer than
            # running it.
            "plan_cache_mode": "force_custom_plan",
            "jit": "off",
            **extra,
        },
    )
