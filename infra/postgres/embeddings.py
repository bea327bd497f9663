"""What works mean, in Postgres: how vectors are written, and whether there is a table for them."""

from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg

from infra.logging import get_logger
from infra.postgres.columns import columns
from infra.postgres.ids import Ids
from schemas import Method, TorrentEmbedding

log = get_logger(__name__)

MISSING = "a search by meaning needs pgvector: {}, then run `python -m infra.postgres migrate`"
"""What to say of what `enable` says is missing."""

INSTALL = "install version 0.8 or later on the server"

_ORDER = ("revision", "observed_at", "method", "extraction_revision", "extraction_id")
"""What makes one vector of a torrent count more than another. That of the current extraction wins
over one of another, whatever this says: after `activate` back, `reprocess embed` brings it.
"""

_COLUMNS = {
    "infohash": "bytea",
    "model_id": "integer",
    "revision": "smallint",
    "observed_at": "timestamptz",
    "method": "text",
    "extraction_revision": "smallint",
    "extraction_id": "bytea",
    "input_hash": "bytea",
    "vector": "text",
}
_CAST = {"method": "::method", "vector": "::halfvec"}

_WRITE = f"""
INSERT INTO embeddings AS t ({", ".join(_COLUMNS)})
SELECT {", ".join(f"r.{name}{_CAST.get(name, '')}" for name in _COLUMNS)}
FROM unnest({", ".join(f"${n}::{kind}[]" for n, kind in enumerate(_COLUMNS.values(), 1))})
    AS r({", ".join(_COLUMNS)})
ON CONFLICT (infohash) DO UPDATE SET recorded_at = now(),
    {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "infohash")}
WHERE ({", ".join(f"excluded.{name}" for name in _ORDER)})
    > ({", ".join(f"t.{name}" for name in _ORDER)})
OR (excluded.revision >= t.revision AND excluded.extraction_id <> t.extraction_id AND EXISTS (
    SELECT FROM extractions x
    WHERE x.infohash = t.infohash AND x.result_id = excluded.extraction_id))
"""  # noqa: S608 (our own names)

_HAS_VECTORS = """
SELECT has_table_privilege(attrelid, $1) FROM pg_attribute
WHERE attrelid = to_regclass('public.embeddings') AND attname = 'vector' AND NOT attisdropped
"""

_METHODS = list(Method)


async def enable(connection: asyncpg.Connection) -> str | None:
    """Make the table where pgvector is there. Returns what is missing, or None.

    Args:
        connection: of the owner, after `migrate`.
    """
    missing: str | None = await connection.fetchval("SELECT enable_search_by_meaning()")
    return missing


async def is_enabled(connection: asyncpg.Connection, right: str = "SELECT") -> bool:
    """Whether there is a table of vectors that this role has a right to.

    DROP EXTENSION vector CASCADE leaves the table without the column; it counts as none.
    """
    return bool(await connection.fetchval(_HAS_VECTORS, right))


async def write_embeddings(
    connection: asyncpg.Connection, told: Iterable[TorrentEmbedding], ids: Ids
) -> None:
    """Write vectors, one a torrent: that of the extraction which was seen last.

    Their models are among what `ids` learned.
    """
    rows: dict[str, TorrentEmbedding] = {}
    for embedding in told:
        before = rows.get(embedding.infohash)
        if before is None or _rank(embedding) > _rank(before):
            rows[embedding.infohash] = embedding
    if rows:
        sent = [_row(rows[infohash], ids) for infohash in sorted(rows)]
        await connection.execute(_WRITE, *columns(sent, len(_COLUMNS)))


def written(numbers: Sequence[float]) -> str:
    """A vector as Postgres reads it."""
    return f"[{','.join(f'{number:.8g}' for number in numbers)}]"


def _rank(embedding: TorrentEmbedding) -> tuple[Any, ...]:
    values = {**embedding.model_dump(), "method": _METHODS.index(embedding.method)}
    return tuple(values[name] for name in _ORDER)


def _row(embedding: TorrentEmbedding, ids: Ids) -> tuple[Any, ...]:
    numbers = embedding.numbers
    return (
        bytes.fromhex(embedding.infohash),
        ids.model(embedding.model),
        embedding.revision,
        embedding.observed_at,
        embedding.method.value,
        embedding.extraction_revision,
        bytes.fromhex(embedding.extraction_id),
        bytes.fromhex(embedding.input_hash),
        None if numbers is None else written(numbers),
    )


class Meanings:
    """Vectors of works, where the server has pgvector; they can be made again where it has not."""

    def __init__(self) -> None:
        self._is_enabled: bool | None = None

    async def kept(
        self, connection: asyncpg.Connection, told: list[TorrentEmbedding], ids: Ids
    ) -> list[TorrentEmbedding]:
        """What can be written: all, once there is a table; none, and it is said, until then."""
        if not told:
            return []
        was_enabled = self._is_enabled
        # Asked each time: the extension may go while the store runs, and come back.
        self._is_enabled = await is_enabled(connection, "INSERT")
        if not self._is_enabled:
            if was_enabled is not False:
                log.warning("vectors are passed over", why=MISSING.format(INSTALL))
            return []
        for name in {embedding.model for embedding in told}:
            await ids.learn_model(connection, name)
        return told
