"""Numbered SQL migrations, each applied once in a transaction and recorded with its checksum."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import asyncpg

MIGRATIONS = Path(__file__).parent / "migrations"
_NAME = re.compile(r"^(\d{4})_(\w+)\.sql$")
_LOCK = 0x6D696D6D6F  # "mimmo": two migrating processes wait for each other

_RECORD = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""

_REWORDED = {
    1: "76140e16b4206d4ba5139f3e0a9f4cb1636d659170b2b517ee6ecb1d60429941",
    2: "4b4bd057c9a9cbf6157a63dd6aa6012204babaee044b4b85f679713891b0da90",
}
"""Checksums of migrations before their comments were reworded: what they do is the same."""


class MigrationChanged(Exception):
    """A migration that was applied is no longer the file that is here."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered SQL file."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """The checksum of the file, in hex."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations(folder: Path = MIGRATIONS) -> list[Migration]:
    """The migrations in a folder, in order of their numbers."""
    return [
        Migration(int(match[1]), match[2], path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.sql"))
        if (match := _NAME.match(path.name))
    ]


async def migrate(connection: asyncpg.Connection, folder: Path = MIGRATIONS) -> list[Migration]:
    """Apply what is missing; returns what was applied (nothing on a second run).

    Raises:
        MigrationChanged: an applied migration's file was edited; write a new one instead.
    """
    applied = []
    await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
    try:
        await connection.execute(_RECORD)
        known = {
            row["number"]: row["sha256"]
            for row in await connection.fetch("SELECT number, sha256 FROM schema_migrations")
        }
        for migration in migrations(folder):
            if migration.number in known:
                _require_unchanged(migration, known[migration.number])
                continue
            async with connection.transaction():
                await connection.execute(migration.sql)
                await connection.execute(
                    "INSERT INTO schema_migrations (number, name, sha256) VALUES ($1, $2, $3)",
                    migration.number,
                    migration.name,
                    migration.sha256,
                )
            applied.append(migration)
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK)
    return applied


def _require_unchanged(migration: Migration, recorded: str) -> None:
    if recorded not in (migration.sha256, _REWORDED.get(migration.number)):
        raise MigrationChanged(
            f"migration {migration.number:04} ({migration.name}) was edited after it was applied;"
            " put the file back as it was and write a new migration for the change"
        )
