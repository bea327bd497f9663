"""`.torrent` files and magnet links as subjects."""

import hashlib
import random
from base64 import b32encode
from pathlib import Path
from typing import Any

import libtorrent as lt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.content.content import SourceKind, Unreadable, is_magnet
from models.content.magnet import magnet
from models.content.path import read_path
from models.content.torrent import read_torrent
from tests.unit.replay.samples import bencoded, torrent_file

HASH = "0123456789abcdef0123456789abcdef01234567"
FILES = [
    {"length": 5, "path": ["CD 1", "01.flac"]},
    {"length": 3, "path": [".pad", "3"], "attr": "p"},
    {"length": 4, "path": ["_____padding_file_0_if you see this_____"]},
    {"length": 7, "path": ["CD 1", "02.flac"]},
]
V1 = {"files": FILES, "name": "Low Tide", "piece length": 16384, "pieces": bytes(20)}
LEAF = {"": {"length": 5, "pieces root": bytes(32)}}
V2 = {
    "file tree": {"CD 1": {"01.flac": LEAF}},
    "meta version": 2,
    "name": "Low Tide",
    "piece length": 16384,
}
HYBRID = {**V1, "file tree": V2["file tree"], "meta version": 2}


def test_a_torrent_of_version_1_is_read_without_its_padding() -> None:
    content = read_torrent(torrent_file(V1, comment="x"))
    assert (content.name, content.size, content.source) == ("Low Tide", 12, SourceKind.TORRENT)
    assert [file.path for file in content.files or ()] == ["CD 1/01.flac", "CD 1/02.flac"]
    assert content.infohash == hashlib.sha1(bencoded(V1)).hexdigest()
    assert content.infohash_v2 is None
    assert content.notes == ()


def test_a_torrent_of_version_2_has_a_long_infohash_and_its_beginning() -> None:
    content = read_torrent(torrent_file(V2))
    long = hashlib.sha256(bencoded(V2)).hexdigest()
    assert (content.infohash, content.infohash_v2) == (long[:40], long)
    assert [file.path for file in content.files or ()] == ["CD 1/01.flac"]


def test_a_hybrid_has_the_infohashes_of_both_versions() -> None:
    content = read_torrent(torrent_file(HYBRID))
    raw = bencoded(HYBRID)
    assert content.infohash == hashlib.sha1(raw).hexdigest()
    assert content.infohash_v2 == hashlib.sha256(raw).hexdigest()


NAMES = st.text("abcXYZ éж0-9._", min_size=1, max_size=20).filter(lambda name: name.strip(". "))


@given(
    name=NAMES,
    files=st.dictionaries(NAMES, st.integers(1, 2**32), min_size=1, max_size=6),
    private=st.booleans(),
    seed=st.integers(),
)
def test_the_infohash_is_that_of_libtorrent_wherever_the_keys_stand(
    name: str, files: dict[str, int], private: bool, seed: int
) -> None:
    listed = [{"length": size, "path": [path]} for path, size in files.items()]
    pieces = -(-sum(files.values()) // 2**28)
    fields: dict[str, Any] = {
        "files": listed,
        "name": name,
        "piece length": 2**28,
        "pieces": bytes(20 * pieces),
        "source": "x",
        **({"private": 1} if private else {}),
    }
    keys = list(fields)
    random.Random(seed).shuffle(keys)
    data = torrent_file({key: fields[key] for key in keys})
    content = read_torrent(data)
    known = lt.torrent_info(data)
    assert content.infohash == str(known.info_hashes().v1)
    assert content.size == known.total_size()


def test_of_a_hundred_thousand_files_the_largest_are_kept_and_a_note_says_so() -> None:
    listed = [{"length": number, "path": [f"{number}.jpg"]} for number in range(100_000)]
    content = read_torrent(torrent_file({**V1, "files": listed}))
    assert len(content.files or ()) == 2000
    assert content.size == sum(range(100_000))
    assert content.notes == ("the 2,000 largest of 100,000 files are kept",)


def test_a_torrent_is_told_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "download.dat"
    path.write_bytes(torrent_file(V1))
    assert read_path(path).infohash == read_torrent(torrent_file(V1)).infohash


@pytest.mark.parametrize("data", [b"", b"hello", b"d", torrent_file(V1)[:-9], bencoded({"a": 1})])
def test_what_is_no_torrent_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(Unreadable, match="torrent"):
        read_torrent(data)


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        (
            f"magnet:?xt=urn:btih:{HASH}&dn=Low+Tide+%282006%29&xl=1234",
            ("Low Tide (2006)", 1234, HASH, None),
        ),
        (f"magnet:?dn=Low%20Tide&xt=urn:btih:{HASH.upper()}", ("Low Tide", None, HASH, None)),
        (
            f"magnet:?xt=urn:btih:{b32encode(bytes.fromhex(HASH)).decode()}&dn=Low.Tide",
            ("Low.Tide", None, HASH, None),
        ),
        (
            f"magnet:?xt=urn:btmh:1220{HASH}{HASH[:24]}&dn=Low",
            ("Low", None, HASH, HASH + HASH[:24]),
        ),
        (f"magnet:?xt.1=urn:btih:{HASH}&dn=Low&xl=-5", ("Low", None, HASH, None)),
        (f"  MAGNET:?xt=urn:btih:{HASH}&dn=Low&xl={'9' * 40}", ("Low", None, HASH, None)),
        (
            f"magnet:?xt=urn:btih:{HASH}&dn=%cd%ee%f7%ed%e0%ff+%f3%eb%e8%f6%e0",
            ("Ночная улица", None, HASH, None),
        ),
        (f"magnet:?xt=urn:btih:{HASH}&dn=a%00b%1b%5b31m", ("a b [31m", None, HASH, None)),
    ],
)
def test_a_magnet_link_is_its_name_and_infohash(
    link: str, wanted: tuple[str, int | None, str, str | None]
) -> None:
    content = magnet(link)
    assert (content.name, content.size, content.infohash, content.infohash_v2) == wanted
    assert content.files is None
    assert content.source is SourceKind.MAGNET
    assert is_magnet(link)


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("Low Tide", "no magnet link"),
        ("magnet:?dn=Low+Tide", "no infohash"),
        ("magnet:?xt=urn:btih:12&dn=Low+Tide", "no infohash"),
        (f"magnet:?xt=urn:btih:{HASH}", "no name"),
        (f"magnet:?xt=urn:btih:{HASH}&dn=+%20", "no name"),
    ],
)
def test_a_magnet_link_that_says_too_little_is_refused(link: str, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        magnet(link)


@given(st.text() | st.text().map(lambda text: f"magnet:?xt=urn:btih:{HASH}&dn={text}"))
def test_any_text_is_a_magnet_link_or_refused(text: str) -> None:
    try:
        content = magnet(text)
    except Unreadable:
        return
    assert content.name.strip()
    assert content.infohash == HASH
