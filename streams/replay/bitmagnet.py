"""Another bitmagnet's Postgres, by its address: read-only, a page of infohashes at a time."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any, TypeVar

import asyncpg

from infra.postgres.connect import TRANSIENT
from schemas import Flag
from streams.replay.builder import Builder
from streams.replay.dump import Dump, DumpUnreadable, Kind
from streams.replay.fields import CATALOGUES, Fields
from streams.replay.reader import Format, Place
from streams.replay.rows import Row

PAGE = 1_000

_REQUIRED = {"info_hash", "name", "size"}
_OPTIONAL = ("files_status", "single_file", "files_count", "created_at", "updated_at")
_COLUMNS = (
    "SELECT table_name, column_name FROM information_schema.columns "
    "WHERE table_schema = ANY (current_schemas(false)) ORDER BY table_name, ordinal_position"
)
_TABLES = ("torrents", "torrent_files", "torrents_torrent_sources", "torrent_contents")
_FILES = (
    "SELECT info_hash, path, size FROM torrent_files "
    "WHERE info_hash = ANY ($1::bytea[]) ORDER BY info_hash, index"
)
_SOURCES = (
    "SELECT info_hash, seeders, leechers, published_at FROM torrents_torrent_sources "
    "WHERE info_hash = ANY ($1::bytea[]) ORDER BY info_hash, updated_at"
)
_CONTENTS = (
    "SELECT info_hash, content_type, content_source, content_id FROM torrent_contents "
    "WHERE info_hash = ANY ($1::bytea[]) ORDER BY info_hash, content_id NULLS FIRST"
)

Answer = TypeVar("Answer")
ByInfohash = dict[bytes, list[asyncpg.Record]]


class Bitmagnet:
    """Reads the torrents of a bitmagnet in the order of their infohashes.

    The reader's thread has an event loop of its own, which runs while a page is fetched.
    """

    def __init__(self, dump: Dump, builder: Builder) -> None:
        """Connect.

        Raises:
            DumpUnreadable: nothing answers, or it has not bitmagnet's tables.
        """
        self._name = dump.name
        self._builder = builder
        self._number = 0
        self._last = b""
        self.fault: str | None = None
        self._runner = asyncio.Runner()
        self._connection: asyncpg.Connection | None = None
        try:
            self._connection = self._run(_connected(dump))
            self._inspect(self._run(self._db.fetch(_COLUMNS)))
        except BaseException:
            self.close()
            raise

    def _inspect(self, listed: Sequence[asyncpg.Record]) -> None:
        self.columns: Sequence[str] = [
            f"{row['table_name']}.{row['column_name']}"
            for row in listed
            if row["table_name"] in _TABLES
        ][:40]
        self._tables = {row["table_name"] for row in listed}
        known = {row["column_name"] for row in listed if row["table_name"] == "torrents"}
        if not known >= _REQUIRED:
            raise DumpUnreadable(f"{self._name} is no bitmagnet; expected: {FORMAT.expects}")
        chosen = ["info_hash", "name", "size"]
        chosen += [f"{column}::text" for column in _OPTIONAL[:1] if column in known]
        chosen += [column for column in _OPTIONAL[1:] if column in known]
        self._query = (
            f"SELECT {', '.join(chosen)} FROM torrents "  # noqa: S608 (constants)
            f"WHERE info_hash > $1 ORDER BY info_hash LIMIT {PAGE}"
        )

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
            while page := self._run(self._page()):
                for infohash, fields in page:
                    self._number += 1
                    self._last = infohash
                    yield self._builder.record(self._number, fields)
        except (*TRANSIENT, asyncpg.PostgresError, TimeoutError) as error:
            self.fault = f"the database stopped answering: {type(error).__name__}"

    async def _page(self) -> list[tuple[bytes, Fields]]:
        """The next torrents with all that is known of them; none at the end."""
        rows = await self._db.fetch(self._query, self._last)
        keys = [row["info_hash"] for row in rows]
        files = await self._of("torrent_files", _FILES, keys)
        sources = await self._of("torrents_torrent_sources", _SOURCES, keys)
        contents = await self._of("torrent_contents", _CONTENTS, keys)
        return [
            (
                key,
                _fields(row, files.get(key, ()), sources.get(key, ()), contents.get(key, ())),
            )
            for key, row in zip(keys, rows, strict=True)
        ]

    async def _of(self, table: str, query: str, keys: Sequence[bytes]) -> ByInfohash:
        """The rows of another table that belong to these torrents."""
        rows: ByInfohash = {}
        if keys and table in self._tables:
            for row in await self._db.fetch(query, keys):
                rows.setdefault(row["info_hash"], []).append(row)
        return rows

    @property
    def _db(self) -> asyncpg.Connection:
        assert self._connection is not None
        return self._connection

    def _run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return self._runner.run(work)


async def _connected(dump: Dump) -> asyncpg.Connection:
    """A connection that only reads. No message holds the password."""
    server_settings = {"application_name": "mimmo", "default_transaction_read_only": "on"}
    try:
        return await asyncpg.connect(dump.dsn, server_settings=server_settings, timeout=10)
    except (ValueError, asyncpg.InterfaceError) as error:
        raise DumpUnreadable(
            f"{dump.name} is no address that can be read; "
            "write postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with %40 for an @ in the password"
        ) from error
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise DumpUnreadable(
            f"{dump.name} does not answer, or refuses: {type(error).__name__}"
        ) from error


def _fields(
    row: asyncpg.Record,
    files: Sequence[asyncpg.Record],
    sources: Sequence[asyncpg.Record],
    contents: Sequence[asyncpg.Record],
) -> Fields:
    fields = Fields(
        infohash=row["info_hash"],
        name=row["name"],
        size=row["size"],
        num_files=row.get("files_count"),
        observed_at=row.get("updated_at") or row.get("created_at"),
    )
    status = row.get("files_status")
    # A torrent of a single file has no row in torrent_files: its name is the file.
    if status == "single" or (status is None and row.get("single_file")):
        fields.files = [(row["name"], row["size"])]
    elif files:
        fields.files = [(file["path"], file["size"]) for file in files]
        if status == "over_threshold":
            fields.flags = (Flag.FILES_TRUNCATED,)
    for source in sources:  # the newest last
        fields.created_at = source["published_at"] or fields.created_at
        fields.seeders = source["seeders"] if source["seeders"] is not None else fields.seeders
        fields.leechers = source["leechers"] if source["leechers"] is not None else fields.leechers
    for content in contents:
        fields.category = content["content_type"] or fields.category
        if content["content_source"] in CATALOGUES:
            setattr(fields, content["content_source"], content["content_id"])
    return fields


FORMAT = Format(
    name="bitmagnet",
    expects=(
        "the address of a bitmagnet's database, postgresql://USER:PASSWORD@HOST:PORT/DATABASE, "
        "with its tables torrents (info_hash, name, size), torrent_files, torrents_torrent_sources"
    ),
    fits=lambda dump: dump.kind is Kind.DATABASE,
    open=Bitmagnet,
    kinds=frozenset({Kind.DATABASE}),
)
