"""Fixtures of tests that need Postgres and no Kafka of their own."""

import secrets
from collections.abc import AsyncIterator
from types import SimpleNamespace
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from infra.local import stack as local
from infra.postgres.migrate import migrate


@pytest.fixture
async def database(stack: local.Stack) -> AsyncIterator[SimpleNamespace]:
    """An empty, migrated database: `.dsn`, and `.db` to look with."""
    name = f"test_{secrets.token_hex(4)}"
    owner = await asyncpg.connect(stack.postgres_dsn)
    await owner.execute(f"CREATE DATABASE {name}")
    dsn = urlunsplit(urlsplit(stack.postgres_dsn)._replace(path=f"/{name}"))
    db = await asyncpg.connect(dsn)
    try:
        await migrate(db)
        yield SimpleNamespace(dsn=dsn, db=db)
    finally:
        await db.close()
        await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await owner.close()
