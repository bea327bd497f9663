"""`.torrent` files: versions 1, 2 and hybrids; alone, in folders and in archives."""

import hashlib
import io
import os
import tarfile
import zipfile
from pathlib import Path

import libtorrent as lt
import pytest

from models.content.metainfo.torrent_file import LARGEST
from schemas import Flag
from streams.replay.dump import DumpUnreadable
from tests.unit.replay.dumps import replayed
from tests.unit.replay.samples import bencoded, numbered, torrent_file

V1 = {
    "files": [
        {"length": 5, "path": ["CD 1", "01.flac"]},
        {"length": 3, "path": [".pad", "3"], "attr": "p"},
        {"length": 7, "path": ["CD 1", "02.flac"]},
    ],
    "name": "Aurora Vale - Low Tide (2006) [FLAC]",
    "piece length": 16384,
    "pieces": bytes(20),
}
TREE = {"CD 1": {"01.flac": {"": {"length": 5, "pieces root": bytes(32)}}}}
V2 = {"file tree": TREE, "meta version": 2, "name": "Low Tide", "piece length": 16384}
HYBRID = {**V1, "file tree": TREE, "meta version": 2}


@pytest.mark.parametrize("info", [V1, V2, HYBRID], ids=["v1", "v2", "hybrid"])
async def test_one_torrent_has_the_infohashes_that_libtorrent_finds(
    tmp_path: Path, info: dict[str, object]
) -> None:
    path = tmp_path / "one.torrent"
    path.write_bytes(torrent_file(info, creation_date=1_139_000_000, comment="x"))
    (torrent,) = (await replayed(path, tmp_path)).torrents
    raw = bencoded(info)
    version_1, version_2 = hashlib.sha1(raw).hexdigest(), hashlib.sha256(raw).hexdigest()
    assert torrent.infohash == (version_2[:40] if info is V2 else version_1)
    assert torrent.infohash_v2 == (None if info is V1 else version_2)
    assert torrent.meta_version == (1 if info is V1 else 2)
    if info is not V1:  # libtorrent wants the sizes of a hybrid to agree
        return
    known = lt.torrent_info(str(path))
    assert str(known.info_hashes().v1) == torrent.infohash
    assert (torrent.size, torrent.num_files) == (12, 2)
    assert [file.path for file in torrent.files or ()] == ["CD 1/01.flac", "CD 1/02.flac"]
    assert torrent.created_at is not None
    assert torrent.created_at.timestamp() == 1_139_000_000


@pytest.mark.parametrize(
    ("codec", "declared", "name"),
    [
        ("cp1251", None, "Ночная улица - Тихий прилив"),
        ("cp932", None, "さくらの歌"),
        ("gbk", "GBK", "月亮"),
        ("cp932", "SHIFT_JIS", "月亮"),
        ("koi8-r", "KOI8-R", "ПРИЛИВ"),
    ],
)
async def test_names_in_old_encodings_are_decoded_as_declared_or_likely(
    tmp_path: Path, codec: str, declared: str | None, name: str
) -> None:
    info = {
        "files": [{"length": 5, "path": [f"{name}.mp3".encode(codec)]}],
        "name": name.encode(codec),
    }
    more = {} if declared is None else {"encoding": declared}
    path = tmp_path / "one.torrent"
    path.write_bytes(torrent_file(info, **more))
    (torrent,) = (await replayed(path, tmp_path)).torrents
    assert torrent.name == name
    assert [file.path for file in torrent.files or ()] == [f"{name}.mp3"]
    assert set(torrent.flags) == {Flag.NAME_DECODED, Flag.PATHS_DECODED}


BAD = {
    "torn.torrent": (torrent_file(V1)[:-20], "not_bencoded"),
    "deep.torrent": (b"d4:info" + b"l" * 100_000, "not_bencoded"),
    "none.torrent": (bencoded({"announce": "x"}), "no_info"),
    "info.torrent": (torrent_file([]), "no_dictionary"),  # type: ignore[arg-type]
    "nameless.torrent": (torrent_file({"length": 5}), "no_name"),
    "sizes.torrent": (torrent_file({"length": -5, "name": "x"}), "bad_length"),
    "x.fastresume": (bencoded({"file-format": "libtorrent resume file"}), "resume_data"),
    "film.ogv": (b"OggS" + bytes(100), "not_a_torrent"),
    "empty.torrent": (b"", "not_a_torrent"),
    "huge.torrent": (b"d4:info" + bytes(LARGEST + 1), "too_long"),
}
"""Files that are no torrents, with the reason that they are counted under."""


async def test_what_is_no_torrent_is_counted_by_reason_wherever_it_lies(tmp_path: Path) -> None:
    root = tmp_path / "folder"
    root.mkdir()
    with (
        tarfile.open(tmp_path / "x.tar.gz", "w:gz") as tar,
        zipfile.ZipFile(tmp_path / "x.zip", "w") as archive,
    ):
        for name, data in [*((n, bad[0]) for n, bad in BAD.items()), ("ok", torrent_file(V1))]:
            (root / name).write_bytes(data)
            archive.writestr(name, data)
            header = tarfile.TarInfo(name)
            header.size = len(data)
            tar.addfile(header, io.BytesIO(data))
    os.mkfifo(root / "pipe")
    (root / "link").symlink_to("ok")
    for dump in (root, tmp_path / "x.tar.gz", tmp_path / "x.zip"):
        replay = await replayed(dump, tmp_path / dump.name.replace(".", "-"))
        assert len(replay.torrents) == 1
        told = {record.detail.strip("'"): record.reason for record in replay.rejected}
        assert told == {name: reason for name, (_, reason) in BAD.items()}


async def test_a_folder_is_walked_in_byte_order_with_the_folders_in_it(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    names = ["b/2/x", "a", "b/10/y", "ä", "B", "c/" + "d/" * 60 + "deep"]
    for number, name in enumerate(names):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(torrent_file({**numbered(number), "name": name}))
    replay = await replayed(root, tmp_path)
    in_order = ["B", "a", "b/10/y", "b/2/x", "c/" + "d/" * 60 + "deep", "ä"]
    assert replay.names == in_order


async def test_a_folder_that_grew_is_gone_on_with(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    root.mkdir()
    for number in (1, 3):
        (root / f"{number}.torrent").write_bytes(torrent_file(numbered(number)))
    assert len((await replayed(root, tmp_path)).names) == 2
    (root / "3.torrent").unlink()
    (root / "4.torrent").write_bytes(torrent_file(numbered(4)))
    assert (await replayed(root, tmp_path, resume=True)).names == ["Name 4.ogg"]


async def test_an_empty_folder_holds_no_records(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    root.mkdir()
    assert (await replayed(root, tmp_path)).summary.is_empty


async def test_a_torn_tar_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as tar:
        for number in range(20):
            data = torrent_file(numbered(number))
            header = tarfile.TarInfo(str(number))
            header.size = len(data)
            tar.addfile(header, io.BytesIO(data))
    data = bytearray(path.read_bytes())
    data[10 * 1024 : 10 * 1024 + 300] = b"\xff" * 300
    path.write_bytes(data)
    summary = (await replayed(path, tmp_path)).summary
    assert summary.fault is not None
    assert summary.published == 10
    assert summary.exit_code == 1


async def test_a_tar_header_that_claims_gigabytes_costs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    header = tarfile.TarInfo("././@PaxHeader")
    header.type = tarfile.XHDTYPE
    header.size = 1 << 32
    path.write_bytes(header.tobuf() + bytes(100_000))
    summary = (await replayed(path, tmp_path)).summary
    assert summary.published == 0
    assert summary.fault == "the archive is damaged: a header is too long"


async def test_a_zip_in_a_pipe_is_to_be_saved_first(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a", "b")
    data = (tmp_path / "x.zip").read_bytes()
    (tmp_path / "torn.zip").write_bytes(data[:-10])
    with pytest.raises(DumpUnreadable, match="torn"):
        await replayed(tmp_path / "torn.zip", tmp_path)


async def test_a_member_of_a_zip_whose_name_is_damaged_costs_itself(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.torrent", torrent_file(V1))
        archive.writestr("b.torrent", torrent_file(V2))
    local, _, listed = path.read_bytes().rpartition(b"a.torrent")
    path.write_bytes(local + b"\0.torrent" + listed)  # a name ends at its first NUL
    replay = await replayed(path, tmp_path)
    assert [torrent.name for torrent in replay.torrents] == ["Low Tide"]
    assert [rejected.reason for rejected in replay.rejected] == ["damaged"]
