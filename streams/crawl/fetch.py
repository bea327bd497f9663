"""The info dict of a torrent from one peer over TCP.

It speaks the handshake of BEP 3, the extensions of BEP 10 and the metadata of BEP 9. A peer is a
stranger: what it sends is bounded in time and bytes, memory grows only by pieces that
have arrived, and whatever happens has one of the names of `Outcome`.
"""

import asyncio
import hashlib
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import libtorrent as lt

from streams.crawl.addresses import is_allowed
from streams.crawl.profile import Profile
from streams.crawl.wire import Endpoint, bencode

_PROTOCOL = b"\x13BitTorrent protocol"
_RESERVED = bytes.fromhex("0000000000100001")
"""Bit 20 from the right: extensions (BEP 10); the last: DHT (BEP 5)."""
_PEER_ID = b"-MS0001-"
_EXTENDED = 20
_OUR_METADATA = 1
"""The message id under which we want metadata to come."""
PIECE = 16_384
"""Bytes of a metadata piece (BEP 9)."""
_MAX_FRAME = 1 << 18
"""A piece has 16 KiB, a bitfield of two million pieces 256 KiB; nothing that a peer may send
unasked is longer.
"""
_WINDOW = 16
"""Pieces asked for at a time."""
_HEAD = 2_048
"""Bytes that the dictionary before the data of a piece may have."""
_REQUEST = 0
_DATA = 1
_REJECT = 2
MEMORY = 64 << 20
"""Bytes of metadata that all peers together may have us hold; real ones have tens of KB each."""


class Outcome(StrEnum):
    """What became of one attempt with one peer."""

    OK = "ok"
    ADDRESS_REFUSED = "address_refused"
    CONNECT_REFUSED = "connect_refused"
    CONNECT_TIMEOUT = "connect_timeout"
    TIMEOUT = "timeout"
    CLOSED = "closed"
    NOT_BITTORRENT = "not_bittorrent"
    OTHER_TORRENT = "other_torrent"
    NO_EXTENSIONS = "no_extensions"
    NO_METADATA = "no_metadata"
    BAD_SIZE = "bad_size"
    TOO_BIG = "too_big"
    BAD_FRAME = "bad_frame"
    BAD_MESSAGE = "bad_message"
    REJECTED = "rejected"
    TOO_MUCH = "too_much"
    NO_MEMORY = "no_memory"
    WRONG_HASH = "wrong_hash"


class PeerFailed(Exception):
    """The attempt with a peer ended without metadata."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome


class ByteBudget:
    """How many bytes of metadata all sessions together may hold.

    A session may never hold more than what it leaves free for the others. So a few greedy peers
    share the most of it among themselves, and there is always room for a small info dict.
    """

    def __init__(self, size: int = MEMORY) -> None:
        self.size = size
        self.held = 0

    def take(self, count: int, held: int = 0) -> bool:
        """Take so many bytes for a session that holds `held` already; False if there is no room."""
        if held + count > self.size - self.held - count:
            return False
        self.held += count
        return True

    def give(self, count: int) -> None:
        """Give bytes back."""
        self.held -= count

    @contextmanager
    def holding(self, info: bytes) -> Iterator[None]:
        """Count an info dict that was fetched for as long as it is worked on.

        It is counted in any case: its session has given as much back a moment ago.
        """
        self.held += len(info)
        try:
            yield
        finally:
            self.held -= len(info)


def is_of(infohash: bytes, info: bytes) -> bool:
    """Whether an info dict is that of an infohash.

    An infohash is its SHA-1, or its SHA-256 cut to 20 bytes (BEP 52).
    """
    return infohash in (
        hashlib.sha1(info, usedforsecurity=False).digest(),
        hashlib.sha256(info).digest()[:20],
    )


async def fetch(
    infohash: bytes,
    peer: Endpoint,
    profile: Profile,
    *,
    lab: bool,
    budget: ByteBudget | None = None,
) -> bytes:
    """The info dict, verified to be that of the infohash.

    What arrives is taken from `budget`, which all sessions of a crawl share, and given back when
    the session ends; without one there is a budget for this session alone.

    Raises:
        PeerFailed: within `peer_timeout` at the latest.
    """
    if not is_allowed(peer, lab=lab):
        raise PeerFailed(Outcome.ADDRESS_REFUSED)
    writer: asyncio.StreamWriter | None = None
    try:
        async with asyncio.timeout(profile.peer_timeout):
            reader, writer = await _connected(peer, profile)
            session = _Session(reader, writer, infohash, profile, budget or ByteBudget())
            return await session.run()
    except TimeoutError:
        raise PeerFailed(Outcome.TIMEOUT) from None
    except (asyncio.IncompleteReadError, OSError) as error:
        raise PeerFailed(Outcome.CLOSED) from error
    finally:
        if writer is not None:
            # At once and without farewell: thousands of half-closed sockets help nobody.
            writer.transport.abort()


async def _connected(
    peer: Endpoint, profile: Profile
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    try:
        async with asyncio.timeout(profile.connect_timeout):
            return await asyncio.open_connection(*peer, limit=PIECE * 2)
    except TimeoutError:
        raise PeerFailed(Outcome.CONNECT_TIMEOUT) from None
    except OSError as error:
        raise PeerFailed(Outcome.CONNECT_REFUSED) from error


class _Session:
    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        infohash: bytes,
        profile: Profile,
        budget: ByteBudget,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._infohash = infohash
        self._max_metadata = profile.max_metadata
        self._allowance = profile.slack
        """Bytes that the peer may still send."""
        self._budget = budget
        self._held = 0
        """Bytes taken from the budget."""
        self._size: int | None = None
        self._pieces: dict[int, bytes] = {}
        self._asked = 0
        self._their_id = 0

    async def run(self) -> bytes:
        """The verified info dict. What was taken from the budget is given back at the end."""
        try:
            return await self._fetched()
        finally:
            self._pieces.clear()
            self._budget.give(self._held)

    async def _fetched(self) -> bytes:
        """Shake hands, ask for the pieces, and put them together."""
        await self._greet()
        while self._size is None or len(self._pieces) < -(-self._size // PIECE):
            await self._message()
        whole = b"".join(self._pieces[at] for at in range(len(self._pieces)))
        if not is_of(self._infohash, whole):
            raise PeerFailed(Outcome.WRONG_HASH)
        return whole

    async def _greet(self) -> None:
        extensions = bencode(
            {b"m": {b"ut_metadata": _OUR_METADATA}, b"v": b"Mimmo Streams", b"p": 0}
        )
        hello = _PROTOCOL + _RESERVED + self._infohash + _PEER_ID + os.urandom(12)
        self._writer.write(hello + _frame(bytes((_EXTENDED, 0)) + extensions))
        theirs = await self._take(68)
        if not theirs.startswith(_PROTOCOL):
            raise PeerFailed(Outcome.NOT_BITTORRENT)
        if theirs[28:48] != self._infohash:
            raise PeerFailed(Outcome.OTHER_TORRENT)
        if not theirs[25] & 0x10:
            raise PeerFailed(Outcome.NO_EXTENSIONS)

    async def _message(self) -> None:
        (length,) = struct.unpack("!I", await self._take(4))
        if length > _MAX_FRAME:
            raise PeerFailed(Outcome.BAD_FRAME)
        if length < 2:
            await self._take(length)
            return
        kind, extension = await self._take(2)
        if kind != _EXTENDED or extension not in (0, _OUR_METADATA):
            await self._pass_over(length - 2)
        elif extension == 0:
            self._handshake(await self._take(length - 2))
        elif length > PIECE + _HEAD:
            raise PeerFailed(Outcome.BAD_MESSAGE)
        else:
            self._piece(await self._take(length - 2))

    def _handshake(self, body: bytes) -> None:
        raw = _dictionary(body)
        if self._size is not None:
            return
        names, size = raw.get(b"m"), raw.get(b"metadata_size")
        theirs = names.get(b"ut_metadata") if isinstance(names, dict) else None
        if not isinstance(theirs, int) or not 0 < theirs < 256:
            raise PeerFailed(Outcome.NO_METADATA)
        if not isinstance(size, int) or size <= 0:
            raise PeerFailed(Outcome.BAD_SIZE)
        if size > self._max_metadata:
            raise PeerFailed(Outcome.TOO_BIG)
        self._size = size
        self._their_id = theirs
        self._allowance += size + 64 * (-(-size // PIECE))
        self._ask()

    def _piece(self, body: bytes) -> None:
        if self._size is None:
            raise PeerFailed(Outcome.BAD_MESSAGE)
        raw = _dictionary(body[:_HEAD])
        kind, at = raw.get(b"msg_type"), raw.get(b"piece")
        if kind == _REJECT:
            raise PeerFailed(Outcome.REJECTED)
        if kind == _REQUEST:
            return
        if kind != _DATA or not isinstance(at, int) or not 0 <= at < self._asked:
            raise PeerFailed(Outcome.BAD_MESSAGE)
        expected = min(PIECE, self._size - at * PIECE)
        # The data follow the dictionary; its length is what is left, and the dictionary ends with
        # an "e".
        if len(body) <= expected or body[-expected - 1 : -expected] != b"e":
            raise PeerFailed(Outcome.BAD_MESSAGE)
        self._keep(at, body[-expected:])
        self._ask()

    def _keep(self, at: int, data: bytes) -> None:
        if at in self._pieces:
            return
        if not self._budget.take(len(data), self._held):
            raise PeerFailed(Outcome.NO_MEMORY)
        self._held += len(data)
        self._pieces[at] = data

    def _ask(self) -> None:
        assert self._size is not None
        last = min(-(-self._size // PIECE), len(self._pieces) + _WINDOW)
        for at in range(self._asked, last):
            request = bencode({b"msg_type": _REQUEST, b"piece": at})
            self._writer.write(_frame(bytes((_EXTENDED, self._their_id)) + request))
        self._asked = max(self._asked, last)

    async def _take(self, count: int) -> bytes:
        self._allowance -= count
        if self._allowance < 0:
            raise PeerFailed(Outcome.TOO_MUCH)
        return await self._reader.readexactly(count) if count else b""

    async def _pass_over(self, count: int) -> None:
        while count > 0:
            count -= len(await self._take(min(count, PIECE)))


def _frame(body: bytes) -> bytes:
    return struct.pack("!I", len(body)) + body


def _dictionary(body: bytes) -> dict[bytes, Any]:
    try:
        raw: Any = lt.bdecode(body)
    except (RuntimeError, ValueError, TypeError) as error:
        raise PeerFailed(Outcome.BAD_MESSAGE) from error
    if not isinstance(raw, dict):
        raise PeerFailed(Outcome.BAD_MESSAGE)
    return raw
