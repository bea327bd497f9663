"""The codec of the DHT's messages.

What is sent is read again, and no bytes from a stranger do harm.
"""

import ipaddress
import struct

import libtorrent as lt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.crawl import wire
from streams.crawl.wire import BadMessage, Query, Refusal, Reply

IDS = st.binary(min_size=20, max_size=20)
V4 = st.tuples(st.ip_addresses(v=4).map(str), st.integers(0, 65_535))
V6 = st.tuples(st.ip_addresses(v=6).map(str), st.integers(0, 65_535))
VALUES = st.recursive(
    st.integers(-(2**62), 2**62) | st.binary(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.binary(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def answer(**values: object) -> bytes:
    return wire.bencode(
        {
            b"t": b"aa",
            b"y": b"r",
            b"r": {b"id": b"n" * 20, **{k.encode(): v for k, v in values.items()}},
        }
    )


def is_bounded(message: Query | Reply | Refusal) -> bool:
    """Whether everything in a message is what its type promises, and no more than is taken."""
    if not 0 < len(message.transaction) <= 32:
        return False
    if isinstance(message, Query):
        return len(message.method) <= 32 and len(message.arguments[b"id"]) == 20
    if isinstance(message, Refusal):
        return isinstance(message.code, int) and len(message.text) <= 80
    endpoints = [*message.peers, *(where for _, where in message.nodes)]
    numbers = [value for value in (message.interval, message.total) if value is not None]
    filters = [bloom for bloom in (message.seeds, message.downloaders) if bloom is not None]
    return (
        len(message.nodes) <= 2 * wire.MAX_NODES
        and len(message.peers) <= wire.MAX_VALUES
        and len(message.samples) <= wire.MAX_SAMPLES
        and {len(key) for key in (*message.samples, message.node_id)} == {20}
        and all(wire.endpoint(wire.packed(where)) == where for where in endpoints)
        and all(0 <= value < 2**31 for value in numbers)
        and all(len(bloom) == 256 for bloom in filters)
    )


def is_refused_or_bounded(packet: bytes) -> bool:
    """Whether a packet does no harm."""
    try:
        return is_bounded(wire.parse(packet))
    except BadMessage as refusal:
        return bool(str(refusal))


@given(st.binary(max_size=600), st.binary(max_size=60))
def test_noise_is_refused_or_read_within_bounds(packet: bytes, noise: bytes) -> None:
    for given_packet in (packet, b"d" + packet, b"d1:t2:aa1:y1:r1:rd2:id20:" + packet):
        assert is_refused_or_bounded(given_packet)
    values = {"values": noise, "nodes": noise, "nodes6": noise, "samples": noise, "BFsd": noise}
    assert is_bounded(wire.parse(answer(**values)))


@given(
    st.dictionaries(
        st.sampled_from([b"t", b"y", b"q", b"a", b"r", b"e", b"ip", b"v", b"ro"]), VALUES
    ),
    VALUES,
)
def test_any_dictionary_is_refused_or_read_within_bounds(
    message: dict[bytes, object], inner: object
) -> None:
    for kind in (b"q", b"r", b"e"):
        forged = {**message, b"t": b"aa", b"y": kind, b"r": inner, b"a": inner, b"e": inner}
        assert is_refused_or_bounded(wire.bencode(message))
        assert is_refused_or_bounded(wire.bencode(forged))


@given(
    st.dictionaries(
        st.sampled_from([b"nodes", b"nodes6", b"values", b"samples", b"interval", b"num", b"BFsd"]),
        VALUES | st.binary(max_size=300) | st.lists(st.binary(max_size=20), max_size=20),
    )
)
def test_an_answer_with_any_values_is_read_within_bounds(values: dict[bytes, object]) -> None:
    packet = wire.bencode({b"t": b"aa", b"y": b"r", b"r": {b"id": b"n" * 20, **values}})
    if len(packet) <= wire.MAX_PACKET:
        message = wire.parse(packet)
        assert isinstance(message, Reply)
        assert is_bounded(message)


@given(
    IDS,
    st.lists(st.tuples(IDS, V4), max_size=8),
    st.lists(st.tuples(IDS, V6), max_size=8),
    st.lists(V4 | V6, max_size=20),
)
def test_what_a_reply_holds_is_read(node: bytes, nodes: list, nodes6: list, peers: list) -> None:  # type: ignore[type-arg]
    packet = wire.bencode(
        {
            b"t": b"xy",
            b"y": b"r",
            b"ip": wire.packed(("1.2.3.4", 5)),
            b"r": {
                b"id": node,
                b"nodes": b"".join(i + wire.packed(e) for i, e in nodes),
                b"nodes6": b"".join(i + wire.packed(e) for i, e in nodes6),
                b"values": [wire.packed(e) for e in peers],
                b"samples": node * 3,
                b"interval": 60,
                b"num": 7,
            },
        }
    )
    reply = wire.parse(packet)
    assert isinstance(reply, Reply)
    assert list(reply.nodes) == [*nodes, *nodes6]
    assert list(reply.peers) == peers
    assert (reply.samples, reply.interval, reply.total, reply.external) == (
        (node,) * 3,
        60,
        7,
        ("1.2.3.4", 5),
    )


@given(st.binary(min_size=1, max_size=8), st.booleans(), IDS)
def test_a_question_is_what_a_node_reads(transaction: bytes, read_only: bool, node: bytes) -> None:
    packet = wire.query(
        transaction, "get_peers", {b"id": node, b"info_hash": node}, read_only=read_only
    )
    raw = lt.bdecode(packet)
    assert isinstance(raw, dict)
    assert (b"ro" in raw) is read_only
    assert raw[b"v"] == wire.VERSION  # type: ignore[index]
    query = wire.parse(packet)
    assert isinstance(query, Query)
    assert (query.method, query.arguments[b"info_hash"]) == ("get_peers", node)


@pytest.mark.parametrize(
    ("values", "field", "expected"),
    [
        ({"samples": b"x" * 59}, "samples", (b"x" * 20,) * 2),
        ({"samples": 5}, "samples", ()),
        ({"samples": b"x" * 20_000}, "samples", None),
        ({"interval": -1}, "interval", None),
        ({"interval": 1 << 40}, "interval", None),
        ({"interval": b"6"}, "interval", None),
        ({"values": [b"short", 3, b"\x01\x02\x03\x04\x1a\xe1"]}, "peers", (("1.2.3.4", 6881),)),
        ({"values": b"no list"}, "peers", ()),
        ({"nodes": b"n" * 25}, "nodes", ()),
        ({"BFsd": b"x" * 255}, "seeds", None),
    ],
)
def test_values_that_are_none_are_left_out(
    values: dict[str, object], field: str, expected: object
) -> None:
    packet = answer(**values)
    if len(packet) > wire.MAX_PACKET:
        with pytest.raises(BadMessage):
            wire.parse(packet)
        return
    assert getattr(wire.parse(packet), field) == expected


def test_lists_are_cut_at_their_limits() -> None:
    many = wire.parse(answer(values=[struct.pack("!IH", at, 9_999) for at in range(400)]))
    assert isinstance(many, Reply)
    assert len(many.peers) == wire.MAX_VALUES


@pytest.mark.parametrize("peers", [0, 1, 2, 10, 100, 500])
def test_a_scrape_filter_tells_about_how_many(peers: int) -> None:
    # The test vector's way of BEP 33: SHA-1 of the address, two indices of 11 bits.
    import hashlib

    bloom = bytearray(256)
    for number in range(peers):
        digest = hashlib.sha1(ipaddress.ip_address(0x0A000000 + number).packed).digest()
        for low, high in ((digest[0], digest[1]), (digest[2], digest[3])):
            index = (low | high << 8) % 2_048
            bloom[index // 8] |= 1 << index % 8
    assert abs(wire.swarm_size(bytes(bloom)) - peers) <= max(1, peers // 10)


def test_the_filter_of_bep_33s_test_vector() -> None:
    vector = bytes.fromhex(
        "F6C3F5EAA07FFD91BDE89F777F26FB2BFF37BDB8FB2BBAA2FD3DDDE7BACFFF75EE7CCBAE"
        "FE5EEDB1FBFAFF67F6ABFF5E43DDBCA3FD9B9FFDF4FFD3E9DFF12D1BDF59DB53DBE9FA5B"
        "7FF3B8FDFCDE1AFB8BEDD7BE2F3EE71EBBBFE93BCDEEFE148246C2BC5DBFF7E7EFDCF24F"
        "D8DC7ADFFD8FFFDFDDFFF7A4BBEEDF5CB95CE81FC7FCFF1FF4FFFFDFE5F7FDCBB7FD79B3"
        "FA1FC77BFE07FFF905B7B7FFC7FEFEFFE0B8370BB0CD3F5B7F2BD93FEB4386CFDD6F7FD5"
        "BFAF2E9EBFFFFEECD67ADBF7C67F17EFD5D75EBA6FFEBA7FFF47A91EB1BFBB53E8ABFB57"
        "62ABE8FF237279BFEFBFEEF5FFC5FEBFDFE5ADFFADFEE1FB737FFFFBFD9F6AEFFEEE76B6"
        "FD8F72EF"
    )
    assert wire.swarm_size(vector) in range(1_200, 1_260), "BEP 33 says about 1224"
