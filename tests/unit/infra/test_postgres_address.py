"""An address of Postgres that cannot be read is one line that says so, and shows no password."""

import pytest

from infra.postgres.access import Access
from infra.postgres.connect import DatabaseUnreachable, connect, pool
from infra.settings import Settings

UNREADABLE = [
    "nonsense",
    "host=localhost port=5432",
    "postgres://somebody@[broken",
    "postgresql://somebody:half/word@localhost/torrents",
    "postgresql://localhost:port/torrents",
    "postgresql://localhost/torrents?sslmode=perhaps",
]


@pytest.mark.parametrize("address", UNREADABLE)
@pytest.mark.parametrize("opened", [connect, pool])
async def test_it_is_said_what_an_address_looks_like(address: str, opened: object) -> None:
    with pytest.raises(DatabaseUnreachable, match="no address of Postgres") as said:
        await opened(Settings(postgres_dsn=address), Access.READER)
    assert "postgresql://user@host:5432/database" in str(said.value)
    assert "half" not in str(said.value)


async def test_what_a_part_may_be_is_told() -> None:
    with pytest.raises(DatabaseUnreachable, match="verify-full"):
        await connect(Settings(postgres_dsn=UNREADABLE[-1]), Access.READER)
