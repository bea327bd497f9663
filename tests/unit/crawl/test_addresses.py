"""Where packets may go: to public hosts, and to nobody's own network however it is written."""

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.crawl.addresses import LOWEST_PORT, is_allowed, node_id

PRIVATE_V4 = """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
    192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24
    224.0.0.0/4 240.0.0.0/4
"""
NOT_PUBLIC_V6 = """
    ::/8 ::/96 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/32 2001:2::/48
    2001:10::/28 2001:20::/28 2001:db8::/32 2002::/16 2620:4f:8000::/48 3ffe::/16 3fff::/20
    4000::/3 5f00::/16 e000::/4 fc00::/7 fe80::/10 fec0::/10 ff00::/8
"""
PUBLIC_V6 = "2400::/12 2600::/12 2800::/12 2a00::/12 2c00::/12 2001:4860::/32"


def addresses_in(networks: str) -> st.SearchStrategy[Any]:
    """Addresses of these networks."""
    return st.sampled_from(networks.split()).flatmap(
        lambda network: st.ip_addresses(network=network)
    )


ANY_V4 = st.ip_addresses(v=4)
ANY = st.one_of(
    ANY_V4,
    st.ip_addresses(v=6),
    *map(addresses_in, (PRIVATE_V4, NOT_PUBLIC_V6, PUBLIC_V6)),
)

FORMS = {
    "mapped": ("::ffff:0:0", 0),
    "compatible": ("::", 0),
    "translated": ("::ffff:0:0:0", 0),
    "NAT64": ("64:ff9b::", 0),
    "local NAT64": ("64:ff9b:1::", 0),
    "local NAT64, a prefix of its own": ("64:ff9b:1:fffe::", 0),
    "6to4": ("2002::", 80),
    "Teredo, the server": ("2001::", 64),
    "ISATAP": ("2a00:1450:4001::5efe:0:0", 0),
    "ISATAP of a global address": ("2a00:1450:4001:0:200:5efe:0:0", 0),
}
"""IPv6 addresses with an IPv4 address in them: the rest, and how far it is shifted."""


def embedded(form: str, inner: ipaddress.IPv4Address) -> str:
    """An IPv4 address in an IPv6 address."""
    base, shift = FORMS[form]
    return str(ipaddress.IPv6Address(int(ipaddress.IPv6Address(base)) | int(inner) << shift))


def may(host: str, port: int = 6_881, *, lab: bool = False) -> bool:
    """Whether a packet may go there."""
    return is_allowed((host, port), lab=lab)


@pytest.mark.parametrize("form", FORMS)
@given(inner=ANY_V4 | addresses_in(PRIVATE_V4))
def test_an_ipv4_address_in_an_ipv6_address_is_refused(
    form: str, inner: ipaddress.IPv4Address
) -> None:
    assert not may(embedded(form, inner))


@given(ANY_V4)
def test_teredo_is_refused_whatever_client_it_hides(inner: ipaddress.IPv4Address) -> None:
    start = int(ipaddress.IPv6Address("2001:0:4136:e378:8000:63bf::"))
    assert not may(str(ipaddress.IPv6Address(start | (int(inner) ^ 0xFFFFFFFF))))


@given(addresses_in(PRIVATE_V4) | addresses_in(NOT_PUBLIC_V6))
def test_what_is_not_public_is_refused(address: object) -> None:
    assert not may(str(address))


@given(addresses_in(PUBLIC_V6))
def test_public_ipv6_addresses_are_allowed(address: ipaddress.IPv6Address) -> None:
    is_tunnel = int(address) >> 32 & 0xFDFFFFFF == 0x5EFE
    assert may(str(address)) is not is_tunnel


SINKS = {
    address
    for network in (
        "192.0.0.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.175.48.0/24",
    )
    for address in ipaddress.IPv4Network(network)
}
"""Addresses that everybody may use and no host has."""


@given(ANY_V4 | addresses_in("192.31.196.0/24 192.88.99.0/24"))
def test_of_ipv4_what_the_standard_library_calls_not_global_is_refused(
    address: ipaddress.IPv4Address,
) -> None:
    if not address.is_global or address.is_multicast:
        assert not may(str(address))
    else:
        assert may(str(address)) is not (address in SINKS)


@pytest.mark.parametrize("host", ["8.8.8.8", "93.184.216.34", "2a00:1450:4001:81b::200e"])
def test_public_hosts_are_allowed_from_port_1024_on(host: str) -> None:
    assert may(host, LOWEST_PORT)
    assert may(host, 65_535)
    assert not may(host, LOWEST_PORT - 1)
    assert not may(host, 65_536)
    assert not may(host, 0)


@pytest.mark.parametrize(
    "host",
    ["", "localhost", "not an address", "2a00:1450:4001:81b::200e%eth0", "8.8.8.8/24", "8.8"],
)
def test_what_is_no_address_is_refused(host: str) -> None:
    assert not may(host)
    assert not may(host, lab=True)


@given(ANY)
def test_the_lab_talks_to_loopback_and_nothing_else(address: object) -> None:
    text = str(address)
    assert may(text, lab=True) is (text.startswith("127.") or text == "::1")


@pytest.mark.parametrize(
    ("external", "start"),
    [
        ("124.31.75.21", "5fbfbf"),
        ("21.75.31.124", "5a3ce9"),
        ("65.23.51.170", "a5d432"),
        ("84.124.73.14", "1b0321"),
        ("43.213.53.83", "e56f6c"),
    ],
)
def test_a_node_id_belongs_to_its_address_as_in_the_vectors_of_bep_42(
    external: str, start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = {"5fbfbf": 1, "5a3ce9": 86, "a5d432": 22, "1b0321": 65, "e56f6c": 90}[start]
    monkeypatch.setattr("os.urandom", lambda count: bytes(count - 1) + bytes((seed,)))
    identifier = node_id(external)
    assert identifier[:2].hex() == start[:4]
    assert identifier[2] & 0xF8 == bytes.fromhex(start)[2] & 0xF8
    assert identifier[19] == seed
