"""Info dicts as records: repaired, cut, flagged; and what is no torrent is refused by name."""

import hashlib
from datetime import UTC, datetime

import libtorrent as lt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.content.metainfo import info
from models.content.metainfo.info import BadInfo
from schemas import MAX_FILES, Flag, Provenance, Torrent, clean_text
from schemas.base import MAX_NAME
from schemas.provenance import Source
from streams.lab.dht.torrents import Truth, made

SEEN = datetime(2026, 11, 21, tzinfo=UTC)
FROM = Provenance(source=Source.CRAWL, origin="sample")


def encoded(value: object) -> bytes:
    return bytes(lt.bencode(value))  # type: ignore[call-overload]


def record(value: object) -> Torrent:
    raw = value if isinstance(value, bytes) else encoded(value)
    return info.torrent(
        hashlib.sha1(raw).digest(),
        info.sha256(raw),
        info.read(raw),
        observed_at=SEEN,
        provenance=FROM,
    )


def files(*paths: list[bytes], attr: bytes | None = None) -> list[dict[bytes, object]]:
    return [
        {b"length": 10 + at, b"path": path, **({b"attr": attr} if attr else {})}
        for at, path in enumerate(paths)
    ]


@pytest.mark.parametrize("truth", made(20), ids=lambda truth: truth.name)
def test_a_plain_torrent_is_its_truth(truth: Truth) -> None:
    torrent = record(truth.info)
    assert (torrent.name, torrent.size) == (truth.name, truth.size)
    assert [(file.path, file.size) for file in torrent.files or ()] == list(truth.files)
    assert torrent.flags == ()


@pytest.mark.parametrize(
    ("raw", "name", "paths", "flags"),
    [
        ({b"name": b"Caf\xe9", b"length": 1}, "Café", ["Café"], {Flag.NAME_DECODED}),
        ({b"name": b"x\xe9", b"name.utf-8": "xé".encode(), b"length": 1}, "xé", ["xé"], set()),
        (
            {b"name": b"a\x00b\x1b[31m", b"length": 1},
            None,
            None,
            {Flag.NAME_CLEANED, Flag.PATHS_CLEANED},
        ),
        ({b"name": "evil‮gpj.exe".encode(), b"length": 1}, None, None, {Flag.NAME_CLEANED}),
        (
            {b"name": b"t", b"files": files([b"..", b"..", b"etc", b"passwd"])},
            "t",
            ["etc/passwd"],
            {Flag.PATHS_CLEANED},
        ),
        (
            {b"name": b"t", b"files": files([b"/etc/passwd"])},
            "t",
            ["etc/passwd"],
            {Flag.PATHS_CLEANED},
        ),
        ({b"name": b"t", b"files": files([b"C:\\x", b"."])}, "t", ["C:/x"], {Flag.PATHS_CLEANED}),
        ({b"name": b"t", b"files": files([])}, "t", ["t"], set()),
        (
            {b"name": b"t", b"files": [*files([b"a"]), *files([b".pad", b"11"], attr=b"p")]},
            "t",
            ["a"],
            set(),
        ),
        (
            {b"name": b"t", b"files": [*files([b"a"]), *files([b"link"], attr=b"l")]},
            "t",
            ["a"],
            set(),
        ),
        ({b"name": b"t", b"files": files([b"a"], [b"_____padding_file_0_x"])}, "t", ["a"], set()),
        ({b"name": b"t", b"files": files([b"a"], [b"a"], [b"A"])}, "t", ["a", "a", "A"], set()),
        ({b"name": b"t", b"length": 0}, "t", ["t"], set()),
        (
            {
                b"name": b"t",
                b"meta version": 2,
                b"file tree": {b"d": {b"f": {b"": {b"length": 5}}}, b"g": {b"": {b"length": 0}}},
            },
            "t",
            ["d/f", "g"],
            set(),
        ),
    ],
)
def test_what_is_odd_is_repaired_and_flagged(
    raw: object, name: str | None, paths: list[str] | None, flags: set[Flag]
) -> None:
    torrent = record(raw)
    if name is not None:
        assert torrent.name == name
    if paths is not None:
        assert [file.path for file in torrent.files or ()] == paths
    assert set(torrent.flags) == flags
    assert not any(char in torrent.name for char in "\x00\x1b‮")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not_bencoded"),
        (b"nonsense", "not_bencoded"),
        (b"l" * 200_000, "not_bencoded"),
        (b"le", "no_dictionary"),
        (b"i5e", "no_dictionary"),
        ({b"length": 1}, "no_name"),
        ({b"name": b"", b"length": 1}, "no_name"),
        ({b"name": b"  ", b"length": 1}, "no_name"),
        ({b"name": 5, b"length": 1}, "no_name"),
        ({b"name": b"\x00", b"length": 1}, "no_name"),
        ({b"name": b"t"}, "bad_length"),
        ({b"name": b"t", b"length": -1}, "bad_length"),
        ({b"name": b"t", b"length": b"9"}, "bad_length"),
        ({b"name": b"t", b"length": (1 << 63) - 1}, "bad_length"),
        (b"d6:lengthi" + b"9" * 400 + b"e4:name1:te", "not_bencoded"),
        (
            {b"name": b"t", b"files": files([b"a"]) * 1 + [{b"length": 1 << 62, b"path": [b"b"]}]},
            "bad_length",
        ),
        ({b"name": b"t", b"files": []}, "no_files"),
        ({b"name": b"t", b"files": 7}, "bad_files"),
        ({b"name": b"t", b"files": [7]}, "bad_files"),
        ({b"name": b"t", b"files": [{b"length": 1}]}, "bad_path"),
        ({b"name": b"t", b"files": [{b"length": 1, b"path": b"a"}]}, "bad_path"),
        ({b"name": b"t", b"file tree": {b"a": 5}}, "bad_files"),
        ({b"name": b"t", b"file tree": {}}, "no_files"),
    ],
)
def test_what_is_no_torrent_is_refused_by_name(raw: object, reason: str) -> None:
    with pytest.raises(BadInfo, match=reason):
        record(raw)


def test_a_tree_of_folders_without_end_is_refused() -> None:
    tree: dict[bytes, object] = {b"f": {b"": {b"length": 1}}}
    for _ in range(80):
        tree = {b"d": tree}
    with pytest.raises(BadInfo):
        record({b"name": b"t", b"file tree": tree})


def test_of_100_000_files_the_largest_are_kept_and_all_are_counted() -> None:
    torrent = record(
        {b"name": b"t", b"files": [{b"length": at, b"path": [b"%d" % at]} for at in range(100_000)]}
    )
    assert (torrent.num_files, len(torrent.files or ())) == (100_000, MAX_FILES)
    assert torrent.size == sum(range(100_000))
    assert (torrent.files or ())[-1].path == "99999"
    assert Flag.FILES_TRUNCATED in torrent.flags


def test_a_version_2_torrent_carries_both_its_hashes() -> None:
    raw = encoded({b"name": b"t", b"meta version": 2, b"file tree": {b"f": {b"": {b"length": 5}}}})
    torrent = record(raw)
    assert (torrent.meta_version, torrent.infohash_v2) == (2, hashlib.sha256(raw).hexdigest())


PIECES = st.recursive(
    st.integers(-(2**62), 2**62) | st.binary(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.binary(max_size=8), inner, max_size=4)
    ),
    max_leaves=15,
)
KEYS = st.sampled_from(
    [
        b"name",
        b"name.utf-8",
        b"length",
        b"files",
        b"file tree",
        b"meta version",
        b"path",
        b"attr",
        b"",
    ]
)


REASONS = {
    "not_bencoded",
    "no_dictionary",
    "no_name",
    "bad_length",
    "bad_files",
    "bad_path",
    "no_files",
    "too_deep",
}
"""The few reasons that are counted."""
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Characters that are taken out of names."""


@given(
    st.dictionaries(
        KEYS, PIECES | st.lists(st.dictionaries(KEYS, PIECES, max_size=4), max_size=4), max_size=6
    )
)
def test_any_dictionary_is_a_valid_record_or_refused(raw: dict[bytes, object]) -> None:
    try:
        torrent = record({b"name": b"t", **raw})
    except BadInfo as error:
        assert str(error) in REASONS
        return
    assert Torrent.model_validate_json(torrent.to_json()) == torrent


@given(st.binary(max_size=300))
def test_noise_is_refused_by_name_or_is_a_valid_record(raw: bytes) -> None:
    for content in (raw, b"d6:lengthi5e4:name" + raw, encoded({b"name": raw, b"length": 5})):
        try:
            torrent = record(content)
        except BadInfo as error:
            assert str(error) in REASONS
        else:
            assert Torrent.model_validate_json(torrent.to_json()) == torrent
            assert torrent.infohash == hashlib.sha1(content).hexdigest()


@given(st.text(min_size=1), st.integers(0, 2**40))
def test_a_name_in_utf_8_comes_through(name: str, size: int) -> None:
    encodable = name.encode("utf-8", "replace").decode()
    try:
        torrent = record({b"name": encodable.encode(), b"length": size})
    except BadInfo as error:
        assert str(error) == "no_name"
        assert not clean_text(encodable.translate(TURNING))
    else:
        assert torrent.name == clean_text(encodable.translate(TURNING))[:MAX_NAME].rstrip()
        assert torrent.size == size
