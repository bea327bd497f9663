"""JSON with the keys of other tools, in lines, arrays and pretty-printed objects."""

import asyncio
import json
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from schemas import Hints
from streams.replay.fields import Fields
from streams.replay.json_objects import ObjectSplitter
from tests.unit.replay.dumps import HASH, SEEN, infohash, replayed

V2 = "cd" * 32


@pytest.mark.parametrize(
    "given_hash",
    [
        {"infoHash": HASH},
        {"info_hash": HASH.upper()},
        {"hash": f" {HASH} "},
        {"btih": HASH},
        {"InfoHash": "\\x" + HASH},
        {"infohash": f"magnet:?xt=urn:btih:{HASH}&dn=other"},
        {"magnet": f"magnet:?xt=urn:btih:{HASH}"},
        {"infohash": "VOV2XK5LVOV2XK5LVOV2XK5LVOV2XK5L"},
    ],
)
async def test_an_infohash_has_many_names_and_spellings(
    tmp_path: Path, given_hash: dict[str, str]
) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_text(json.dumps({**given_hash, "name": "x"}))
    (torrent,) = (await replayed(path, tmp_path)).torrents
    assert torrent.infohash == HASH


async def test_a_version_2_infohash_gives_both(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    rows = [{"infohash": V2, "name": "x"}, {"infohash": HASH, "infohash_v2": V2, "name": "y"}]
    path.write_text("\n".join(map(json.dumps, rows)))
    first, second = (await replayed(path, tmp_path)).torrents
    assert (first.infohash, first.infohash_v2) == (V2[:40], V2)
    assert (second.infohash, second.infohash_v2) == (HASH, V2)


@pytest.mark.parametrize(
    ("keys", "field", "value"),
    [
        ({"sizeBytes": 7}, "size", 7),
        ({"bytes": "7"}, "size", 7),
        ({"totalSize": 7}, "size", 7),
        ({"nFiles": 7}, "num_files", 7),
        ({"filesCount": 7}, "num_files", 7),
        ({"title": "y", "name": "x"}, "name", "x"),
        ({"hints": 5}, "hints", None),
    ],
)
async def test_keys_of_other_tools_are_known(
    tmp_path: Path, keys: dict[str, Any], field: str, value: object
) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_text(json.dumps({"infohash": HASH, "name": "x", **keys}))
    (torrent,) = (await replayed(path, tmp_path)).torrents
    assert getattr(torrent, field) == value


@pytest.mark.parametrize("key", ["filename", "title", "torrent_name"])
async def test_a_name_has_many_names(tmp_path: Path, key: str) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_text(json.dumps({"infohash": HASH, key: "Low Tide"}))
    assert (await replayed(path, tmp_path)).names == ["Low Tide"]


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("publishedAt", "created_at"),
        ("added", "created_at"),
        ("discoveredOn", "observed_at"),
        ("scraped_date", "observed_at"),
    ],
)
@pytest.mark.parametrize("value", [SEEN, str(SEEN), "2026-02-15T03:14:48Z"])
async def test_dates_have_many_names(tmp_path: Path, key: str, field: str, value: object) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_text(json.dumps({"infohash": HASH, "name": "x", key: value}))
    (torrent,) = (await replayed(path, tmp_path)).torrents
    assert getattr(torrent, field).isoformat() == "2026-02-15T03:14:48+00:00"


async def test_file_lists_have_many_shapes(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    files = [{"name": "a.mp3", "sizeBytes": 3}, {"path": ["b", "c.mp3"], "length": 4}, "d\\e.nfo"]
    path.write_text(json.dumps({"infohash": HASH, "name": "x", "filesList": files}))
    (torrent,) = (await replayed(path, tmp_path)).torrents
    assert [(file.path, file.size) for file in torrent.files or ()] == [
        ("a.mp3", 3),
        ("b/c.mp3", 4),
        ("d/e.nfo", None),
    ]


IMPORT = {
    "source": "an index",
    "infoHash": HASH,
    "name": "Low.Tide.2006.1080p",
    "size": 5,
    "contentType": "movie",
    "contentSource": "tmdb",
    "contentId": "17",
    "title": "Low Tide",
    "publishedAt": "2006-02-03T04:05:06.000Z",
}
"""What bitmagnet imports."""


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(IMPORT) + "\n",
        json.dumps(IMPORT, indent=2),
        json.dumps(IMPORT) * 3,
        (json.dumps(IMPORT, indent=4) + "\n") * 3,
        json.dumps([IMPORT, IMPORT]),
        json.dumps([IMPORT, IMPORT], indent=1),
        "[\n" + ",\n".join([json.dumps(IMPORT)] * 3) + "\n]\n",
        "\ufeff" + json.dumps([IMPORT], indent="\t").replace("\n", "\r\n"),
    ],
)
async def test_what_bitmagnet_imports_is_read_however_it_is_printed(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "import.json"
    path.write_text(text)
    replay = await replayed(path, tmp_path)
    assert replay.rejected == []
    assert len(replay.torrents) == text.count("infoHash")
    torrent = replay.torrents[-1]
    assert (torrent.infohash, torrent.name, torrent.size) == (HASH, "Low.Tide.2006.1080p", 5)
    assert torrent.hints == Hints(category="movie", tmdb=17)
    assert torrent.created_at is not None
    assert torrent.created_at.year == 2006


async def test_hints_are_no_part_of_what_a_classifier_reads(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    row = {"infohash": HASH, "name": "x"}
    more = {**row, "category": 207, "imdb": "https://www.imdb.com/title/tt0012345/", "tvdb": "9"}
    path.write_text(json.dumps(row) + "\n" + json.dumps(more))
    plain, hinted = (await replayed(path, tmp_path)).torrents
    assert hinted.hints == Hints(category="207", imdb="tt0012345", tvdb=9)
    assert hinted.input_hash == plain.input_hash


async def test_a_damaged_object_of_an_array_costs_itself(tmp_path: Path) -> None:
    path = tmp_path / "dump.json"
    objects = [{"infohash": infohash(number), "name": f"Name {number}"} for number in range(6)]
    text = json.dumps(objects, indent=2)
    text = text.replace('"name": "Name 1"\n  }', '"name": "Name 1"\n')  # no end
    text = text.replace('"Name 3"', '"Name 3')  # a string without an end
    path.write_text(text)
    replay = await replayed(path, tmp_path)
    assert set(replay.names) == {"Name 0", "Name 2", "Name 4", "Name 5"}
    assert {reason for reason, _ in replay.reasons} == {"not_json"}


ANY: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)
KEYS = st.sampled_from([*Fields.__dataclass_fields__, "contentSource", "contentId", "info_hash"])


@hypothesis_settings(deadline=None, max_examples=100)
@given(st.lists(st.dictionaries(KEYS, ANY, max_size=6), max_size=5), st.sampled_from([None, 1]))
def test_known_keys_with_any_values_are_torrents_or_reasons(
    rows: list[dict[str, Any]], indent: int | None
) -> None:
    rows += [{"infohash": HASH, "name": "x", **row} for row in rows]
    text = "\n".join(json.dumps(row, indent=indent) for row in [{"first": 1}, *rows])
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "dump.json"
        path.write_text(text)
        replay = asyncio.run(replayed(path, Path(name)))
    assert len(replay.torrents) + len(replay.rejected) == replay.summary.read == 1 + len(rows)


@given(
    st.lists(
        st.dictionaries(
            st.text(max_size=5), st.integers() | st.text(max_size=9) | st.lists(st.text(max_size=3))
        ),
        max_size=8,
    ),
    st.sampled_from([None, 2]),
    st.sampled_from(["\n", ",", " ", ""]),
    st.lists(st.integers(0, 400), max_size=6),
)
def test_however_bytes_are_cut_the_objects_are_the_same(
    objects: list[dict[str, Any]], indent: int | None, between: str, places: list[int]
) -> None:
    data = between.join(json.dumps(value, indent=indent) for value in objects).encode()
    cuts = sorted({0, len(data), *(place for place in places if place < len(data))})
    splitter = ObjectSplitter()
    pieces = [piece for start, end in pairwise(cuts) for piece in splitter.feed(data[start:end])]
    pieces += splitter.end()
    assert [json.loads(piece.data) for piece in pieces] == objects
    assert all(piece.reason is None for piece in pieces)
    if pieces:
        assert pieces[-1].end == len(data)
