"""Bundles in files: a signed bundle a line, `.gz` where the name says so."""

import gzip
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import asyncpg

from infra.postgres import reads
from infra.postgres.reused import second_hand
from models.reuse.answers import shared
from schemas import Classification, Extraction, ExtractionRequest, Link, SignedBundle
from schemas.bundle import SharedResult
from schemas.topics import MAX_VALUE_BYTES
from schemas.whole_file import whole
from streams.kafka.dead_letters import Bans
from streams.operate.process import StartError
from streams.reuse.banned import is_banned_torrent


async def stored(connection: asyncpg.Connection, bans: Bans) -> AsyncIterator[list[SharedResult]]:
    """What this installation itself found out, a page of torrents at a time.

    What the ban list bans by now is left out, and what others had told.
    """
    async for page in reads.current_results(connection):
        allowed = [known for known in page if not is_banned_torrent(bans, known.torrent)]
        infohashes = [bytes.fromhex(known.torrent.infohash) for known in allowed]
        others = await second_hand(connection, infohashes)
        yield [
            told
            for known in allowed
            for result in _whole(known)
            if result.result_id not in others and (told := shared(result)) is not None
        ]


def _whole(known: reads.Results) -> Iterator[Classification | Extraction | Link]:
    """The results of a torrent; an extraction says again how sure the class was that it read.

    Postgres keeps that beside the class. Where the class is another one by now, nobody knows.
    """
    verdict = next(
        (result.verdict for result in known.results if isinstance(result, Classification)), None
    )
    for result in known.results:
        if isinstance(result, Extraction) and verdict is not None:
            request = ExtractionRequest(torrent=known.torrent, verdict=verdict)
            if request.input_hash == result.input_hash:
                yield result.model_copy(update={"class_confidence": verdict.confidence})
            continue
        yield result


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A file that is whole or not there, compressed where its name ends with `.gz`.

    Raises:
        StartError: it cannot be written.
    """
    try:
        with whole(path) as file:
            if path.suffix != ".gz":
                yield file
                return
            with gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as packed:
                yield cast(BinaryIO, packed)
    except OSError as error:
        raise StartError(f"cannot write {path}: {error.strerror or error}") from error


def lines(bundles: Iterable[SignedBundle]) -> Iterator[bytes]:
    """Bundles as lines of a file."""
    for bundle in bundles:
        yield bundle.to_json() + b"\n"


def read(path: Path) -> Iterator[bytes]:
    """The lines of a file; one that is too long comes cut, for it to be refused as that.

    Raises:
        StartError: it cannot be read, or what was compressed is damaged or ends too early.
    """
    try:
        with path.open("rb") as file:
            source = gzip.GzipFile(fileobj=file) if path.suffix == ".gz" else file
            while line := source.readline(MAX_VALUE_BYTES + 2):
                is_cut = not line.endswith(b"\n")
                if text := line.strip():
                    yield text
                while is_cut and (rest := source.readline(MAX_VALUE_BYTES)):
                    is_cut = not rest.endswith(b"\n")
    except (OSError, EOFError, zlib.error) as error:
        raise StartError(f"cannot read {path}: {error}") from error
