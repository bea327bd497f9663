"""Tables of text as people have them: orders of columns, separators, headers, quotes, encodings."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from schemas import Flag
from streams.replay.dump import DumpUnreadable
from streams.replay.fields import Fields
from streams.replay.layouts import SEPARATORS
from tests.unit.replay.dumps import HASH, SEEN, replayed

SPELLINGS = tuple(Fields.__dataclass_fields__)

BASE64 = "q6urq6urq6urq6urq6urq6urq6s="
"""The 20 bytes of `HASH`."""


@pytest.mark.parametrize(
    "text",
    [
        f"infohash;name;size_bytes;created_unix;seeders;leechers;completed;scraped_date\n"
        f"{HASH};Low; Tide;5;1373640300;1;0;209;{SEEN}\n",
        f"{HASH};Low; Tide;5;1373640300;1;0;209;{SEEN}\n",
        f"{HASH},Low; Tide,5,1373640300,1,0,209,{SEEN}\n",
        f"{HASH};Low; Tide;5;1373640300;1;0;209\n",
        f"{HASH};Low; Tide;5;1373640300\n",
        f"{HASH};Low; Tide;5\n",
        f"17;{HASH};Low; Tide;5;1373640300;1;0;209;{SEEN}\n",
        f"17,{HASH},Low; Tide,5\n",
        f"id,name,info_hash,total_size\n17,Low; Tide,{HASH},5\n",
        f"Name\tInfoHash\tSize\nLow; Tide\t{HASH}\t5\n",
        f'"Low; Tide"|5|{HASH}|3|Audio\n',
        f'"Low; Tide"|5|{HASH}|3|Audio|7|8\n',
        f"Low; Tide|5|{HASH}|3|Audio|x|y\n",
        f"{HASH}\tLow; Tide\n",
        f"2004-02-03;{BASE64};Low; Tide;5\n",
        f"2004-02-03 04:05:06;{BASE64};Low; Tide;5\n",
        f'infohash,name,size_bytes\n{HASH},"Low; Tide",5\n',
        f'title,infohash,category,size\n"Low; Tide",{HASH},"Audio, lossless",5\n',
    ],
)
@pytest.mark.parametrize("count", [1, 60])
async def test_a_table_is_read_whatever_its_columns(tmp_path: Path, text: str, count: int) -> None:
    *header, line = text.splitlines(keepends=True)
    path = tmp_path / "dump"
    path.write_text("".join([*header, *[line] * count]))
    replay = await replayed(path, tmp_path)
    assert replay.rejected == []
    assert len(replay.torrents) == count
    torrent = replay.torrents[-1]
    assert (torrent.infohash, torrent.name) == (HASH, "Low; Tide")
    assert torrent.size == (None if line == f"{HASH}\tLow; Tide\n" else 5)
    if "Audio, lossless" in line:
        assert torrent.hints is not None
        assert torrent.hints.category == "Audio, lossless"
    if line.endswith("209\n"):
        assert torrent.swarm is not None
        assert torrent.swarm.completed == 209


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"infohash,index_,path,size_bytes\n{HASH},0,a/b.mp3,5\n", "infohash,index_,path"),
        ("one;two;three\n1;2;3\n", "one;two;three"),
    ],
    ids=["file list", "another table"],
)
async def test_a_table_of_something_else_is_refused_with_what_was_seen_and_is_wanted(
    tmp_path: Path, text: str, told: str
) -> None:
    path = tmp_path / "dump.csv"
    path.write_text(text)
    with pytest.raises(DumpUnreadable, match=told) as refused:
        await replayed(path, tmp_path)
    assert "infohash and name are enough" in str(refused.value)


async def test_a_column_of_files_is_their_number(tmp_path: Path) -> None:
    path = tmp_path / "dump.csv"
    path.write_text(f"name,infohash,files,Type\nx,{HASH},3,Audio\n")
    (torrent,) = (await replayed(path, tmp_path)).torrents
    assert (torrent.files, torrent.num_files) == (None, 3)
    assert torrent.hints is not None
    assert torrent.hints.category == "Audio"


@hypothesis_settings(deadline=None, max_examples=60)
@given(
    separator=st.sampled_from(SEPARATORS),
    columns=st.lists(st.sampled_from([*SPELLINGS, "flags", "x", ""]), max_size=8),
    cells=st.lists(st.lists(st.text("ab0;,|\t\"'é", max_size=6), max_size=9), max_size=6),
)
def test_any_header_and_any_cells_are_torrents_or_reasons(
    separator: str, columns: list[str], cells: list[list[str]]
) -> None:
    lines = [["infohash", *columns, "name"], [HASH, *cells[0], "x"] if cells else [], *cells]
    text = "\n".join(separator.join(line) for line in lines)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "dump.csv"
        path.write_text(text)
        replay = asyncio.run(replayed(path, Path(name), format="torrents.csv"))
    assert len(replay.torrents) + len(replay.rejected) == replay.summary.read


async def test_a_table_in_utf_16_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "dump.csv"
    path.write_bytes(f"infohash;name\n{HASH};x\n".encode("utf-16"))
    with pytest.raises(DumpUnreadable, match="iconv -f UTF-16"):
        await replayed(path, tmp_path)


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("cp1251", "Ночная улица - Тихий прилив (2006)"),
        ("cp932", "さくらの歌 第二集"),
        ("gb18030", "月亮代表我的心 经典老歌"),
        ("latin-1", "Café del Mañana - Niño"),
    ],
)
async def test_a_name_that_is_no_utf_8_is_decoded_and_flagged(
    tmp_path: Path, codec: str, name: str
) -> None:
    path = tmp_path / "dump.csv"
    rows = (
        f"infohash;name;size\n{HASH};".encode(),
        name.encode(codec),
        f";5\n{'cd' * 20};plain ⨯;6\n".encode(),
    )
    path.write_bytes(b"".join(rows))
    first, second = (await replayed(path, tmp_path)).torrents
    assert (first.name, first.flags) == (name, (Flag.NAME_DECODED,))
    assert (second.name, second.flags) == ("plain ⨯", ())


async def test_bytes_that_are_no_writing_are_replaced_and_flagged(tmp_path: Path) -> None:
    path = tmp_path / "dump.csv"
    path.write_bytes(b"infohash;name;size\n" + HASH.encode() + b";x\x81\xff\x00\xfe\x8d;5\n")
    (torrent,) = (await replayed(path, tmp_path)).torrents
    assert set(torrent.flags) & {Flag.NAME_CLEANED, Flag.NAME_DECODED}
