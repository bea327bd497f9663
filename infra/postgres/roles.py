"""Roles with the least rights: who writes, who reads, who serves the console.

`make_roles` needs a role that may create roles, `grant` the owner of the tables. Both may be run
as often as one likes; new tables get their rights when `migrate` has made them.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from pathlib import Path

import asyncpg

from infra.postgres.access import READER, ROLES, WEB, WRITER
from infra.postgres.current import CURRENT

_LOCK = 0x726F6C6573  # "roles": two that change them wait for each other
_ITERATIONS = 4_096

_GROWING = ("corrections",)
"""Tables whose rows stay as they were written."""
_CHOSEN = ("active_revision", "activations")
"""What is shown, and who said so: the console's, and the owner's."""
_KEPT = ("schema_migrations", *_CHOSEN, *_GROWING)
"""Tables that the writer may not change."""
_COUNTED_ANEW = ("model_day", "rule_day", "agreement_day", "adoption_day", "feedback_day")
"""Tables whose rows are deleted before they are counted again. What the pipeline found is not."""

_TABLES = """
SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'musicbrainz')
"""


class RolesRefused(Exception):
    """The roles cannot be made; the message says what to do."""


async def make_roles(
    connection: asyncpg.Connection, passwords: Mapping[str, str] | None = None
) -> list[str]:
    """Create the roles that are missing and set passwords; returns those that were created.

    Args:
        connection: of a role that may create roles.
        passwords: of roles by name; whoever is left out keeps the one it has, or has none. Only
            its SCRAM verifier is sent, so that no log of the server can hold a password.

    Raises:
        RolesRefused: this role may not, or a password is not ASCII.
    """
    verifiers = {role: _verifier(password) for role, password in (passwords or {}).items()}
    created = []
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        known = {
            row["rolname"]
            for row in await connection.fetch(
                "SELECT rolname FROM pg_roles WHERE rolname = ANY($1::text[])", list(ROLES)
            )
        }
        try:
            for role in ROLES:
                if role not in known:
                    await connection.execute(f"CREATE ROLE {role} LOGIN")
                    created.append(role)
                if role in verifiers:
                    # Base64 and dollars: nothing that a literal would have to escape.
                    await connection.execute(f"ALTER ROLE {role} PASSWORD '{verifiers[role]}'")
            if READER not in known:
                await connection.execute(
                    f"ALTER ROLE {READER} SET default_transaction_read_only = on"
                )
        except asyncpg.InsufficientPrivilegeError as error:
            raise RolesRefused(
                f"this role may not make roles ({error}); ask a superuser for"
                f" {', '.join(f'CREATE ROLE {role} LOGIN' for role in ROLES if role not in known)}"
                " and their passwords, then run `python -m infra.postgres migrate`"
            ) from error
    return created


async def grant(connection: asyncpg.Connection) -> list[str]:
    """Give the roles that there are their rights; returns their names.

    Nothing is changed where there is neither a writer nor a role of the console.

    Args:
        connection: of the owner of the tables.
    """
    query = "SELECT rolname FROM pg_roles WHERE rolname = ANY($1::text[])"
    roles = [row["rolname"] for row in await connection.fetch(query, list(ROLES))]
    if not {WRITER, WEB} & set(roles):
        return []
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        for role in roles:
            await connection.execute(f"GRANT USAGE ON SCHEMA public, musicbrainz TO {role}")
            await connection.execute(
                f"GRANT SELECT ON ALL TABLES IN SCHEMA public, musicbrainz TO {role}"
            )
        if WRITER in roles:
            await _let_write(connection)
        if WEB in roles:
            await connection.execute(f"GRANT INSERT, UPDATE, DELETE ON active_revision TO {WEB}")
            await connection.execute(f"GRANT INSERT ON activations TO {WEB}")
        await _guard_refreshing(connection, [role for role in (WRITER, WEB) if role in roles])
    return roles


async def _let_write(connection: asyncpg.Connection) -> None:
    for schema, table in await connection.fetch(_TABLES):
        rights = _writing(schema, table)
        if rights:
            await connection.execute(f'GRANT {rights} ON {schema}."{table}" TO {WRITER}')


def _writing(schema: str, table: str) -> str:
    """The rights of the writer to a table."""
    if schema == "musicbrainz" or table in _COUNTED_ANEW:
        return "INSERT, UPDATE, DELETE"
    if table in _KEPT:
        return "INSERT" if table in _GROWING else ""
    return "INSERT, UPDATE"


async def _guard_refreshing(connection: asyncpg.Connection, roles: list[str]) -> None:
    """Let roles have current results chosen anew without a right to the tables of results.

    The functions run as the owner then, so that nobody else may call them.
    """
    for current in CURRENT:
        function = f"public.{current.refresh}(bytea[])"
        await connection.execute(
            f"ALTER FUNCTION {function} SECURITY DEFINER SET search_path = public, pg_temp"
        )
        await connection.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
        for role in roles:
            await connection.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {role}")


def passwords_of(path: Path) -> dict[str, str]:
    """The passwords of our roles in a file of the form of `.pgpass`.

    Raises:
        RolesRefused: it cannot be read, or names none of the roles.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise RolesRefused(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    fields = [line.split(":", 4) for line in lines if not line.startswith("#")]
    passwords = {line[3]: line[4] for line in fields if len(line) == 5 and line[3] in ROLES}
    if not passwords:
        raise RolesRefused(
            f"{path} has no password of {', '.join(ROLES)}; a line is *:*:*:{WRITER}:PASSWORD"
        )
    return passwords


def _verifier(password: str) -> str:
    """What Postgres keeps of a password for SCRAM-SHA-256."""
    if not (password and password.isascii() and password.isprintable()):
        raise RolesRefused("a password is one line of ASCII")
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    client = hmac.digest(salted, b"Client Key", "sha256")
    parts = (salt, hashlib.sha256(client).digest(), hmac.digest(salted, b"Server Key", "sha256"))
    coded_salt, stored_key, server_key = (base64.b64encode(part).decode() for part in parts)
    return f"SCRAM-SHA-256${_ITERATIONS}:{coded_salt}${stored_key}:{server_key}"
