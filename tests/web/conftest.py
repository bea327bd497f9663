"""A console over a database with a shelf of works and with hostile names."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
import pytest

from infra.local import stack as local
from infra.postgres.embeddings import written
from infra.postgres.migrate import migrate
from infra.settings import Settings
from models.embed import minilm
from schemas import LinkStatus
from streams.web.app import create_app
from streams.web.connections import reader_pool
from streams.web.context import Context
from streams.web.keys import Keys
from tests.integration.meanings import vector
from tests.integration.shelf import SHELF, Item, put

SCRIPT = "<script>alert(1)</script>\" onmouseover='alert(2)' Low Tide"
TURNING = "\u202e" + "\u05d0" * 254
HOSTILE = (SCRIPT, TURNING, "javascript:alert(1)", "{{ 7 * 7 }} ${7*7} %s &amp; ]]>")
ITEMS = tuple(
    Item(
        name,
        "album",
        {"album_name": name, "artist": name},
        {"audio_codec": "FLAC", "edition": "<i>edition</i>"},
        link=LinkStatus.EXACT,
        files=((f"{name[:90]}/<b>01</b>.flac".replace("//", "/"), 600),),
    )
    for name in HOSTILE
)
ADULT = Item("After Dark in Quiet Harbour (1999)", "movie", {"title": "After Dark"}, nsfw=True)
LONG = bytes(range(20))


async def _fill(dsn: str, name: str) -> str:
    owner = await asyncpg.connect(dsn)
    await owner.execute(f"CREATE DATABASE {name}")
    await owner.close()
    own = urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))
    db = await asyncpg.connect(own)
    await migrate(db)
    await put(db, (*SHELF, *ITEMS, ADULT))
    # A name that no contract would let through, and no page may choke on.
    await db.execute(
        "INSERT INTO torrents (infohash, name, observed_at, provenance_id, flags)"
        " SELECT $1, $2, now(), min(id), '{}' FROM provenance",
        LONG,
        "<p>" + "x" * 2**20,
    )
    await db.execute(
        "INSERT INTO classifications (infohash, result_id, input_hash, method, model_id, revision,"
        " observed_at, medium, subcategory, nsfw, confidence, source, torznab)"
        " SELECT $1, $1, $1, 'rules', min(id), 1, now(), 'other', 'other', false, 0.5, 'none', 8010"
        " FROM model",
        LONG,
    )
    # What everything on the shelf means, for those who search by it: nearly the same.
    await db.execute(
        "INSERT INTO embeddings (infohash, observed_at, model_id, revision, extraction_revision,"
        " method, extraction_id, input_hash, vector) SELECT infohash, observed_at, model_id, $1,"
        " revision, method, result_id, input_hash, $2::text::halfvec FROM extractions",
        minilm.manifest().revision,
        written(vector(1.0, 0.1)),
    )
    await db.close()
    return own


@pytest.fixture(scope="module")
def filled(stack: local.Stack) -> Iterator[str]:
    """The address of a database with the shelf and with hostile names; tests only read it."""
    name = f"test_{secrets.token_hex(4)}"
    yield asyncio.run(_fill(stack.postgres_dsn, name))

    async def drop() -> None:
        owner = await asyncpg.connect(stack.postgres_dsn)
        await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await owner.close()

    asyncio.run(drop())


@pytest.fixture
def current(filled: str) -> Settings:
    # Port 1 of loopback: Kafka is away.
    return Settings(
        postgres_dsn=filled,
        kafka_bootstrap="127.0.0.1:1",
        web_connections=2,
        home=Path("/nonexistent"),
    )


@pytest.fixture
async def app(current: Settings, tmp_path: Path) -> AsyncIterator[Any]:
    pool = await reader_pool(current)
    yield create_app(Context(current, pool, keys=Keys(tmp_path / "keys.toml")))
    await pool.close()


@pytest.fixture
async def client(app: Any) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client
