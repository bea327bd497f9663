"""KRPC, the DHT's messages: bytes to values and back.

It is BEP 5, with IPv6 (BEP 32), scrapes (BEP 33), read-only nodes (BEP 43) and samples (BEP 51).
Everything that comes from a socket is hostile: what is no message raises `BadMessage`, and lists
are cut at limits.
"""

import ipaddress
import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import libtorrent as lt

Endpoint = tuple[str, int]

VERSION = b"MS\x00\x01"
"""How we name ourselves in `v`: two letters of the client and its version (BEP 5)."""
MAX_PACKET = 4_096
"""Bytes of a UDP packet that are looked at; a sample reply with 20 hashes and 8 nodes has about
700.
"""
MAX_NODES = 64
MAX_VALUES = 200
MAX_SAMPLES = 60
"""Entries taken of one reply: what fits in one packet, so that a bigger one is no lever."""
_ID = 20
_FILTER_BITS = 2_048
"""Bits of a BEP 33 filter: 256 bytes, two hash functions."""


class BadMessage(ValueError):
    """Bytes that are no KRPC message."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question to us."""

    transaction: bytes
    method: str
    arguments: Mapping[bytes, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to one of our questions."""

    transaction: bytes
    node_id: bytes
    nodes: tuple[tuple[bytes, Endpoint], ...] = ()
    peers: tuple[Endpoint, ...] = ()
    samples: tuple[bytes, ...] = ()
    interval: int | None = None
    """Seconds until this node may be sampled again (BEP 51)."""
    total: int | None = None
    seeds: bytes | None = None
    downloaders: bytes | None = None
    """BEP 33 filters."""
    external: Endpoint | None = None
    """Our address as the node sees it (BEP 42)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error answer."""

    transaction: bytes
    code: int
    text: str = field(default="")


Message = Query | Reply | Refusal


def bencode(value: Any) -> bytes:
    """Bytes of a value: dicts with bytes as keys, lists, bytes, integers."""
    return bytes(lt.bencode(value))


def query(
    transaction: bytes, method: str, arguments: Mapping[bytes, Any], *, read_only: bool
) -> bytes:
    """The bytes of a question."""
    message: dict[bytes, Any] = {
        b"t": transaction,
        b"y": b"q",
        b"q": method.encode(),
        b"a": dict(arguments),
        b"v": VERSION,
    }
    if read_only:
        message[b"ro"] = 1
    return bencode(message)


def parse(packet: bytes) -> Message:
    """The message of a packet.

    Raises:
        BadMessage: it is none.
    """
    if not packet.startswith(b"d") or len(packet) > MAX_PACKET:
        raise BadMessage("no dictionary")
    try:
        raw: Any = lt.bdecode(packet)
    except (RuntimeError, ValueError, TypeError) as error:
        raise BadMessage("not bencoded") from error
    if not isinstance(raw, dict):
        raise BadMessage("no dictionary")
    transaction, kind = raw.get(b"t"), raw.get(b"y")
    if not isinstance(transaction, bytes) or not 0 < len(transaction) <= 32:
        raise BadMessage("no transaction id")
    if kind == b"q":
        return _query(transaction, raw)
    if kind == b"r":
        return _reply(transaction, raw)
    if kind == b"e":
        return _refusal(transaction, raw)
    raise BadMessage("no kind")


def _query(transaction: bytes, raw: Mapping[bytes, Any]) -> Query:
    method, arguments = raw.get(b"q"), raw.get(b"a")
    if not isinstance(method, bytes) or len(method) > 32 or not isinstance(arguments, dict):
        raise BadMessage("no question")
    if not _is_id(arguments.get(b"id")):
        raise BadMessage("no node id")
    return Query(transaction, method.decode("ascii", "replace"), arguments)


def _reply(transaction: bytes, raw: Mapping[bytes, Any]) -> Reply:
    values = raw.get(b"r")
    if not isinstance(values, dict) or not _is_id(values.get(b"id")):
        raise BadMessage("no answer")
    samples = values.get(b"samples")
    external = raw.get(b"ip")
    return Reply(
        transaction=transaction,
        node_id=values[b"id"],
        nodes=(*_nodes(values.get(b"nodes"), 4), *_nodes(values.get(b"nodes6"), 16)),
        peers=tuple(_peers(values.get(b"values"))),
        samples=tuple(_pieces(samples, _ID, MAX_SAMPLES)) if isinstance(samples, bytes) else (),
        interval=_integer(values.get(b"interval")),
        total=_integer(values.get(b"num")),
        seeds=_filter(values.get(b"BFsd")),
        downloaders=_filter(values.get(b"BFpe")),
        external=endpoint(external) if isinstance(external, bytes) else None,
    )


def _refusal(transaction: bytes, raw: Mapping[bytes, Any]) -> Refusal:
    given = raw.get(b"e")
    if not isinstance(given, list) or not given or not isinstance(given[0], int):
        raise BadMessage("no error")
    text = given[1] if len(given) > 1 and isinstance(given[1], bytes) else b""
    return Refusal(transaction, given[0], text[:80].decode("utf-8", "replace"))


def endpoint(packed: bytes) -> Endpoint | None:
    """The address of 6 or 18 bytes (BEP 5, BEP 32). Returns None if they are none."""
    if len(packed) not in (6, 18):
        return None
    return str(ipaddress.ip_address(packed[:-2])), struct.unpack("!H", packed[-2:])[0]


def packed(address: Endpoint) -> bytes:
    """6 or 18 bytes of an address."""
    return ipaddress.ip_address(address[0]).packed + struct.pack("!H", address[1])


def swarm_size(bloom: bytes) -> int:
    """About how many peers a BEP 33 filter holds.

    It is `log(zeros / m) / (2 log(1 - 1 / m))`, with m = 2048 bits.
    """
    zeros = _FILTER_BITS - int.from_bytes(bloom, "big").bit_count()
    zeros = min(max(zeros, 1), _FILTER_BITS - 1) if any(bloom) else _FILTER_BITS
    return round(math.log(zeros / _FILTER_BITS) / (2 * math.log(1 - 1 / _FILTER_BITS)))


def _nodes(value: object, size: int) -> Iterator[tuple[bytes, Endpoint]]:
    if isinstance(value, bytes):
        for piece in _pieces(value, _ID + size + 2, MAX_NODES):
            if (where := endpoint(piece[_ID:])) is not None:
                yield piece[:_ID], where


def _peers(value: object) -> Iterator[Endpoint]:
    for entry in value[:MAX_VALUES] if isinstance(value, list) else ():
        if isinstance(entry, bytes) and (where := endpoint(entry)) is not None:
            yield where


def _pieces(value: bytes, size: int, most: int) -> Iterator[bytes]:
    for at in range(0, min(len(value) - len(value) % size, most * size), size):
        yield value[at : at + size]


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) and 0 <= value < 1 << 31 else None


def _filter(value: object) -> bytes | None:
    return value if isinstance(value, bytes) and len(value) == _FILTER_BITS // 8 else None


def _is_id(value: object) -> bool:
    return isinstance(value, bytes) and len(value) == _ID
