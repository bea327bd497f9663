"""Our own Postgres as a source: its torrents by infohash, a page at a time, read-only."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any, TypeVar

import asyncpg

from infra.postgres.connect import TRANSIENT
from streams.replay.builder import Builder
from streams.replay.dump import DumpUnreadable, without_secrets
from streams.replay.fields import Fields
from streams.replay.reader import Place
from streams.replay.rows import Row

PAGE = 1_000

ADULT = "xxx"
"""The category that adult works of our own are given."""

_TABLES = (
    "SELECT to_regclass('torrents') IS NOT NULL AND to_regclass('classifications') IS NOT NULL"
)
_COLUMN = (
    "SELECT count(*) > 0 FROM information_schema.columns WHERE table_name = 'torrents' "
    "AND column_name = 'infohash' AND table_schema = ANY (current_schemas(false))"
)
_CORRECTED = "AND t.infohash IN (SELECT infohash FROM standing_corrections)"
_ROWS = """
SELECT t.infohash, t.name, t.size, t.num_files, t.file_paths, t.file_sizes, c.nsfw
FROM torrents t LEFT JOIN classifications c USING (infohash)
WHERE t.infohash > $1 {wanted} ORDER BY t.infohash LIMIT {page}
"""

Answer = TypeVar("Answer")


class Ours:
    """Reads the torrents of a database of ours in the order of their infohashes.

    The reader has an event loop of its own, which runs while a page is fetched.
    """

    columns: Sequence[str] = ("infohash", "name", "size", "file_paths")

    def __init__(self, dsn: str, builder: Builder, *, corrected: bool = False) -> None:
        """Connect.

        Args:
            dsn: the address, with its password; never shown.
            builder: makes torrents.
            corrected: only torrents of which somebody corrected or confirmed a field.

        Raises:
            DumpUnreadable: nothing answers.
        """
        self._name = without_secrets(dsn)
        self._builder = builder
        wanted = _CORRECTED if corrected else ""
        self._query = _ROWS.format(wanted=wanted, page=PAGE)
        self._number = 0
        self._last = b""
        self.fault: str | None = None
        self._connection: asyncpg.Connection | None = None
        self._runner = asyncio.Runner()
        try:
            self._connection = self._run(_connected(dsn))
        except BaseException:
            self.close()
            raise

    @property
    def is_ours(self) -> bool:
        """Whether the database has our tables, and not those of another program."""
        return all(self._run(self._db.fetchval(query)) for query in (_TABLES, _COLUMN))

    @property
    def fraction(self) -> float | None:
        """How far it came, by the infohashes: they are spread evenly."""
        return int.from_bytes(self._last[:6].ljust(6, b"\0"), "big") / 2**48

    @property
    def place(self) -> Place:
        """The last infohash."""
        return {"number": self._number, "infohash": self._last.hex()}

    def skip_to(self, place: Place) -> None:
        """Begin behind an infohash."""
        self._number = int(place["number"])
        self._last = bytes.fromhex(str(place["infohash"]))

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.terminate()
        self._runner.close()

    def __iter__(self) -> Iterator[Row | None]:
        try:
            while page := self._run(self._db.fetch(self._query, self._last)):
                for record in page:
                    self._number += 1
                    self._last = record["infohash"]
                    yield self._builder.record(self._number, _fields(record))
        except (*TRANSIENT, asyncpg.PostgresError, TimeoutError) as error:
            self.fault = f"the database stopped answering: {type(error).__name__}"

    @property
    def _db(self) -> asyncpg.Connection:
        assert self._connection is not None
        return self._connection

    def _run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return self._runner.run(work)


async def _connected(dsn: str) -> asyncpg.Connection:
    """A connection that only reads. No message holds the password."""
    server_settings = {"application_name": "mimmo", "default_transaction_read_only": "on"}
    try:
        return await asyncpg.connect(dsn, server_settings=server_settings, timeout=10)
    except (
        OSError,
        TimeoutError,
        ValueError,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
    ) as error:
        raise DumpUnreadable(
            f"{without_secrets(dsn)} does not answer, or refuses ({type(error).__name__}); the "
            "address is postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
        ) from error


def _fields(record: asyncpg.Record) -> Fields:
    paths, sizes = record["file_paths"], record["file_sizes"]
    return Fields(
        infohash=record["infohash"],
        name=record["name"],
        size=record["size"],
        files=None
        if paths is None
        else list(zip(paths, sizes or [None] * len(paths), strict=False)),
        num_files=record["num_files"],
        category=ADULT if record["nsfw"] else None,
    )
