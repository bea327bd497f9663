"""Which addresses may be sent to, and the node id that goes with ours (BEP 42).

Addresses of peers and nodes come from strangers: sent to without a look, they would make the
crawler knock at the doors of its own network, or of whoever somebody names.
"""

import ipaddress
import os
from functools import lru_cache

from streams.crawl.wire import Endpoint

LOWEST_PORT = 1_024
"""Below are the services of a machine; no BitTorrent client listens there."""

_V4_MASK, _V6_MASK = bytes.fromhex("030f3fff"), bytes.fromhex("0103070f1f3f7fff")
_CRC32C = 0x82F63B78
"""The Castagnoli polynomial, reversed (RFC 3720), as BEP 42 asks for."""


def is_allowed(address: Endpoint, *, lab: bool) -> bool:
    """Whether a packet may go to an address: public unicast, port 1024 or above. In the lab:
    loopback, and nothing else.
    """
    return address[1] >= LOWEST_PORT and _is_host(address[0], lab)


@lru_cache(maxsize=65_536)
def _is_host(host: str, lab: bool) -> bool:
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        # An IPv4 address in disguise is judged as what it is; 6to4 and Teredo would be relayed to
        # where they say.
        if ip.ipv4_mapped is not None:
            return _is_host(str(ip.ipv4_mapped), lab)
        if ip.sixtofour is not None or ip.teredo is not None:
            return False
    if lab:
        return ip.is_loopback
    return ip.is_global and not ip.is_multicast


def node_id(external: str | None) -> bytes:
    """A random node id; one that belongs to the external address, if that is known (BEP 42)."""
    made = bytearray(os.urandom(20))
    if external is None:
        return bytes(made)
    ip = ipaddress.ip_address(external).packed
    mask = _V4_MASK if len(ip) == 4 else _V6_MASK
    start = bytearray(part & by for part, by in zip(ip[: len(mask)], mask, strict=True))
    random = made[19] & 7
    start[0] |= random << 5
    crc = _crc32c(bytes(start))
    made[0], made[1] = crc >> 24 & 0xFF, crc >> 16 & 0xFF
    made[2] = crc >> 8 & 0xF8 | made[2] & 7
    return bytes(made)


def _crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (_CRC32C if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF
