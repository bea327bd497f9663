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

_V4_MASK = bytes.fromhex("030f3fff")
_V6_MASK = bytes.fromhex("0103070f1f3f7fff")
"""The bits of an address that its node id depends on."""
_CRC32C = 0x82F63B78
"""The Castagnoli polynomial, reversed (RFC 3720), as BEP 42 asks for."""


_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
"""All that is given out for the internet; the rest is local, reserved, or IPv4 in disguise."""

_REFUSED_V6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocols, not hosts: Teredo (2001::/32), benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: a relay would send it on to the IPv4 address inside
        "2620:4f:8000::/48",  # AS112, a sink
        "3ffe::/16",  # the 6bone, given back in 2006
        "3fff::/20",  # documentation
    )
)
"""Parts of the global addresses that are nobody's host, or hold an IPv4 address."""

_REFUSED_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # behind a provider's NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocols
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112, a sink
        "192.52.193.0/24",  # multicast relays
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112, a sink
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)

_ISATAP = (0x00005EFE, 0x02005EFE)
"""The third quarter of an address whose last quarter is the IPv4 address of a tunnel (RFC 5214)."""


def is_allowed(address: Endpoint, *, lab: bool) -> bool:
    """Whether a packet may go to an address: public unicast, port 1024 or above.

    In the lab it is loopback, and nothing else.
    """
    host, port = address
    return LOWEST_PORT <= port < 65_536 and _is_host(host, lab)


@lru_cache(maxsize=65_536)
def _is_host(host: str, lab: bool) -> bool:
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return False
    if lab:
        return ip.is_loopback
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in _REFUSED_V4)
    return _is_public_v6(ip)


def _is_public_v6(ip: ipaddress.IPv6Address) -> bool:
    """Whether it is the address of a host, and of no other host than it seems.

    Addresses with an IPv4 address inside are refused, whatever that is: mapped and compatible ones
    and NAT64 (64:ff9b::/96 and 64:ff9b:1::/48) are not global; the others are in the list.
    """
    if ip not in _GLOBAL_V6 or ip.scope_id is not None:
        return False
    if any(ip in network for network in _REFUSED_V6):
        return False
    return int(ip) >> 32 & 0xFFFFFFFF not in _ISATAP


def node_id(external: str | None) -> bytes:
    """A random node id; one that belongs to the external address, if that is known (BEP 42)."""
    identifier = bytearray(os.urandom(20))
    if external is None:
        return bytes(identifier)
    ip = ipaddress.ip_address(external).packed
    mask = _V4_MASK if len(ip) == 4 else _V6_MASK
    start = bytearray(part & by for part, by in zip(ip[: len(mask)], mask, strict=True))
    random = identifier[19] & 7
    start[0] |= random << 5
    crc = _crc32c(bytes(start))
    identifier[0] = crc >> 24 & 0xFF
    identifier[1] = crc >> 16 & 0xFF
    identifier[2] = crc >> 8 & 0xF8 | identifier[2] & 7
    return bytes(identifier)


def _crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (_CRC32C if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF
