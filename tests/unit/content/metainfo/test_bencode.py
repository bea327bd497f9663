"""Bencode: what libtorrent reads is read the same, and hostile bytes are refused cheaply."""

import hashlib
from typing import Any

import libtorrent as lt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.content.metainfo.bencode import DEEPEST, NotBencoded, decode
from tests.unit.replay.samples import bencoded

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.integers(1 - 2**63, 2**63 - 1) | st.binary(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.binary(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_what_was_encoded_is_read(value: Any) -> None:
    assert decode(bencoded(value)).value == value


@given(VALUES.filter(lambda value: isinstance(value, dict)))
def test_libtorrent_reads_the_same(value: dict[bytes, Any]) -> None:
    raw = bytes(lt.bencode(value))  # type: ignore[call-overload]
    assert decode(raw).value == lt.bdecode(raw)


@given(VALUES, st.booleans())
def test_the_bytes_of_info_are_exact_whatever_stands_around_it(info: Any, is_deep: bool) -> None:
    inner = {b"info": 7} if is_deep else 7
    raw = bencoded({b"z": inner, b"info": info, b"a": [inner]}) + b"rest"
    place = decode(raw).info
    assert place is not None
    assert raw[place] == bencoded(info)


@given(st.binary(max_size=200))
def test_noise_is_refused_or_read(data: bytes) -> None:
    try:
        value = decode(data).value
    except NotBencoded:
        return
    assert isinstance(value, int | bytes | list | dict)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"l" * (DEEPEST + 1) + b"e" * (DEEPEST + 1),
        b"d" * 1_000_000,
        b"le" * 0 + b"l" + b"le" * 3_000_000 + b"e",
        b"5:abc",
        b"999999999999:x",
        b"i5",
        b"i" + b"9" * 500 + b"e",
        b"d3:keye",
        b"di5e1:xe",
        b"dlee",
        b"e",
        b"-5:x",
    ],
    ids=range(13),
)
def test_what_is_torn_deep_or_endless_is_refused(data: bytes) -> None:
    with pytest.raises(NotBencoded):
        decode(data)


def test_the_deepest_is_read() -> None:
    assert decode(b"l" * DEEPEST + b"e" * DEEPEST).value is not None


def test_the_infohash_is_that_of_the_bytes_even_if_keys_are_in_disorder() -> None:
    raw = b"d4:infod4:name1:x6:lengthi5eee"
    place = decode(raw).info
    assert place is not None
    assert hashlib.sha1(raw[place]).digest() == hashlib.sha1(b"d4:name1:x6:lengthi5ee").digest()
