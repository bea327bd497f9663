"""Vectors into Postgres as fast as it takes them: rows first, then the index."""

import struct
from collections.abc import Sequence
from datetime import UTC, datetime

import asyncpg
import numpy as np
from numpy.typing import NDArray

from models.embed import minilm

_SEEN = datetime(2026, 1, 1, tzinfo=UTC)
_INDEX = "SELECT pg_get_indexdef('embeddings_by_meaning'::regclass)"


def _binary(row: NDArray[np.float16]) -> bytes:
    """A vector as pgvector's `halfvec_recv` reads it."""
    return struct.pack(">hh", len(row), 0) + row.astype(">f2").tobytes()


async def put_vectors(
    db: asyncpg.Connection, infohashes: Sequence[bytes], rows: NDArray[np.float16]
) -> None:
    """Write a vector a torrent, and make the index of them."""
    await db.set_type_codec("halfvec", encoder=_binary, decoder=bytes, format="binary")
    model = await db.fetchval("INSERT INTO model (name) VALUES ('minilm') RETURNING id")
    definition = await db.fetchval(_INDEX)
    await db.execute("DROP INDEX embeddings_by_meaning")
    await db.copy_records_to_table(
        "embeddings",
        columns=[
            *("infohash", "observed_at", "model_id", "revision", "extraction_revision"),
            *("extraction_id", "input_hash", "vector"),
            "method",
        ],
        records=(
            (key, _SEEN, model, minilm.manifest().revision, 1, key[:16], key[:16], row, "rules")
            for key, row in zip(infohashes, rows, strict=True)
        ),
    )
    await db.execute("SET maintenance_work_mem = '1GB'")
    await db.execute(definition)
    await db.execute("ANALYZE embeddings")
    await db.reset_type_codec("halfvec")
