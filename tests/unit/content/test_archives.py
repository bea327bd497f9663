"""Archives as subjects: what is in them, by their headers."""

import io
import struct
import tarfile
import zipfile
import zlib
from base64 import b64decode
from pathlib import Path

import pytest
import zstandard

from models.content.archives.stems import stem
from models.content.bounds import Bounds
from models.content.content import Content, SourceKind, Unreadable
from models.content.path import read_path

TRACKS = {"CD1/01 - Slate.flac": 3000, "CD1/02 - Dust Hymn.flac": 4000, "cover.jpg": 12}


def listed(content: Content) -> dict[str, int | None]:
    return {file.path: file.size for file in content.files or ()}


def zipped(path: Path, files: dict[str, int]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, size in files.items():
            archive.writestr(name, bytes(size))
        archive.mkdir("empty folder")
    return path


def tarred(files: dict[str, int]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        folder = tarfile.TarInfo("CD1")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, size in files.items():
            header = tarfile.TarInfo(name)
            header.size = size
            archive.addfile(header, io.BytesIO(bytes(size)))
    return out.getvalue()


def test_a_zip_is_what_is_in_it_with_sizes_when_unpacked(tmp_path: Path) -> None:
    content = read_path(zipped(tmp_path / "Low Tide.zip", TRACKS))
    assert (content.name, content.source) == ("Low Tide", SourceKind.ARCHIVE)
    assert listed(content) == TRACKS
    assert content.size == 7012
    assert content.notes == ()


def test_a_zip_of_many_entries_is_of_64_bits(tmp_path: Path) -> None:
    files = {f"{number}.txt": 1 for number in range(70_000)}
    content = read_path(zipped(tmp_path / "many.zip", files), Bounds(seconds=60))
    assert content.size == 70_000
    assert content.notes == ("the 2,000 largest of 70,000 files are kept",)


def test_a_folder_around_everything_that_is_called_as_the_archive_is_no_part_of_paths(
    tmp_path: Path,
) -> None:
    files = {f"Low Tide/{path}": size for path, size in TRACKS.items()}
    path = tmp_path / "Low Tide.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, size in files.items():
            archive.writestr(name, bytes(size))
    assert listed(read_path(path)) == TRACKS


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("Träume.mp3", "cp437"),
        ("Ночь.mp3", "cp866"),
        ("さくらの歌.mp3", "cp932"),
        ("Zoé.mp3", "utf-8"),
    ],
)
def test_names_in_a_zip_are_read_in_the_encoding_of_their_machine(
    tmp_path: Path, name: str, codec: str
) -> None:
    raw = name.encode(codec)
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("#" * len(raw), b"x")
    path.write_bytes(path.read_bytes().replace(b"#" * len(raw), raw))
    assert listed(read_path(path)) == {name: 1}


@pytest.mark.parametrize("ending", [".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2"])
def test_a_tar_is_what_is_in_it(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"Low Tide{ending}"
    packing = {"tgz": "gz", "txz": "xz"}.get(ending[1:], ending.rpartition(".")[2])
    with tarfile.open(path, f"w:{packing}" if packing != "tar" else "w:") as archive:  # type: ignore[call-overload]
        for name, size in TRACKS.items():
            header = tarfile.TarInfo(name)
            header.size = size
            archive.addfile(header, io.BytesIO(bytes(size)))
    content = read_path(path)
    assert content.name == "Low Tide"
    assert listed(content) == TRACKS
    assert content.size == 7012


def test_a_tar_that_is_packed_by_zstd_is_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "Low Tide.tar.zst"
    path.write_bytes(zstandard.compress(tarred(TRACKS)))
    assert listed(read_path(path)) == TRACKS


def test_an_archive_is_told_by_its_bytes_whatever_its_ending(tmp_path: Path) -> None:
    zipped(tmp_path / "Low Tide.rar", TRACKS)
    (tmp_path / "download").write_bytes(tarred(TRACKS))
    assert listed(read_path(tmp_path / "Low Tide.rar")) == TRACKS
    assert listed(read_path(tmp_path / "download")) == TRACKS


def test_a_file_that_is_packed_alone_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "names.csv.zst"
    path.write_bytes(zstandard.compress(b"a,b" * 999))
    content = read_path(path)
    assert (content.name, content.source) == ("names.csv.zst", SourceKind.FILE)


@pytest.mark.parametrize(
    ("name", "inside", "work"),
    [
        ("The Marsh House.epub", ["mimetype", "META-INF/container.xml", "a.xhtml"], "epub"),
        ("The Marsh House.zip", ["mimetype", "META-INF/container.xml", "a.xhtml"], "epub"),
        ("Captain Meridian 001.cbz", ["01.jpg", "02.jpg", "ComicInfo.xml"], "cbz"),
        ("Captain Meridian 001.cbr", ["01.jpg", "02.jpg"], "cbr"),
        ("notes.apk", ["AndroidManifest.xml", "classes.dex", "META-INF/MANIFEST.MF"], "apk"),
        ("notes.zip", ["AndroidManifest.xml", "classes.dex", "META-INF/MANIFEST.MF"], "apk"),
        ("reader.jar", ["META-INF/MANIFEST.MF", "a/B.class"], "jar"),
        ("letter.docx", ["word/document.xml", "[Content_Types].xml"], "docx"),
    ],
)
def test_an_archive_that_is_one_work_is_one_file(
    tmp_path: Path, name: str, inside: list[str], work: str
) -> None:
    path = tmp_path / name
    with zipfile.ZipFile(path, "w") as archive:
        for part in inside:
            archive.writestr(part, b"x")
    content = read_path(path)
    title = name.rpartition(".")[0]
    assert content.name == title
    assert listed(content) == {f"{title}.{work}": path.stat().st_size}
    assert content.source is SourceKind.ARCHIVE


def test_music_that_is_called_a_comic_is_what_is_in_it(tmp_path: Path) -> None:
    assert listed(read_path(zipped(tmp_path / "Low Tide.cbz", TRACKS))) == TRACKS


def test_links_in_archives_are_no_files(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as archive:
        link = tarfile.TarInfo("passwd")
        link.type = tarfile.SYMTYPE
        link.linkname = "/etc/passwd"
        archive.addfile(link)
        archive.addfile(tarfile.TarInfo("01.mp3"))
    assert listed(read_path(path)) == {"01.mp3": 0}
    entry = zipfile.ZipInfo("passwd")
    entry.create_system = 3
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive_:
        archive_.writestr(entry, "/etc/passwd")
        archive_.writestr("01.mp3", "")
    assert listed(read_path(tmp_path / "x.zip")) == {"01.mp3": 0}


SEVEN_ZIP = b64decode(
    "N3q8ryccAASw5Qt64QAAAAAAAAAWAAAAAAAAAD3vNCvgC7oAGF0AAG/9//+jt/9HPkgVcjlhUbhC9L2VZjwAAOABWwC5XQAAgTMHrg"
    "/QDrA8nzkQnHGULWw0Ilr6nmi16B8yXYjB1jN5ImCnhVlZoG1yPFXng+QkEBmq2qLOCEFGVtOhgLkVurzRRboIIhmtvBFELk4t/cV9"
    "Az5VkKmJGg0rMVmJOPd9UHmzYs8bVmwwZjMJwfM4jm3ukrlnF+V+sOPcRFZmCuBc+8bmYbfyTz6e9RlN2A32Z1m1e2aEXLVbjIQ4yd"
    "xli9Jg0jV88Euj61cS0vQLwiIWnw5tXVoAAAAXBiABCYDBAAcLAQABISEBGAyBXAAA"
)
"""Made by py7zr: a folder `Low Tide` with three files, one of them empty, and an empty folder."""


def test_a_7z_is_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "Low Tide.7z"
    path.write_bytes(SEVEN_ZIP)
    content = read_path(path)
    assert listed(content) == {"CD1/01 - Slate.flac": 3000, "empty.txt": 0, "ü.nfo": 3}
    assert content.size == 3003


@pytest.mark.parametrize("place", range(12, len(SEVEN_ZIP), 7))
def test_a_7z_with_a_broken_byte_is_read_or_refused(tmp_path: Path, place: int) -> None:
    data = bytearray(SEVEN_ZIP)
    data[place] ^= 0xFF
    path = tmp_path / "broken.7z"
    path.write_bytes(data)
    try:
        assert read_path(path).name == "broken"
    except Unreadable as error:
        assert str(error).isprintable()


def block_4(kind: int, flags: int, body: bytes, data: bytes = b"") -> bytes:
    """A block of a RAR of version 4."""
    head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + data


def rar_4(files: dict[bytes, int], flags: int = 0) -> bytes:
    blocks = [b"Rar!\x1a\x07\x00", block_4(0x73, flags, bytes(6))]
    for name, size in files.items():
        is_unicode = b"\0" in name
        body = struct.pack("<2LB2L2BHL", 4, size, 2, 0, 0, 29, 0x30, len(name), 0x20)
        blocks.append(block_4(0x74, 0x8000 | 0x200 * is_unicode, body + name, b"data"))
    return b"".join([*blocks, block_4(0x7B, 0x4000, b"")])


def vint(number: int) -> bytes:
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def block_5(header: bytes, data: bytes = b"") -> bytes:
    """A block of a RAR of version 5."""
    sized = vint(len(header)) + header
    return struct.pack("<L", zlib.crc32(sized)) + sized + data


def rar_5(files: dict[str, int], flags: int = 0) -> bytes:
    blocks = [b"Rar!\x1a\x07\x01\x00", block_5(vint(1) + vint(0) + vint(flags))]
    for name, size in files.items():
        raw = name.encode()
        fields = [vint(0), vint(size), vint(0x20), vint(0), vint(0), vint(len(raw)), raw]
        blocks.append(block_5(vint(2) + vint(2) + vint(4) + b"".join(fields), b"data"))
    return b"".join([*blocks, block_5(vint(5) + vint(0) + vint(0))])


def test_a_rar_of_version_4_is_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "Low Tide.rar"
    path.write_bytes(rar_4({name.replace("/", "\\").encode(): n for name, n in TRACKS.items()}))
    content = read_path(path)
    assert content.name == "Low Tide"
    assert listed(content) == TRACKS
    assert content.notes == ()


def test_packed_unicode_of_version_4_is_read(tmp_path: Path) -> None:
    # The first flags say: a low byte, a low byte in the page, a whole character, a run.
    packed = bytes([0x04, 0b00_01_10_11, ord("a"), 0x16, 0x16, 0x04, 0x02])
    path = tmp_path / "x.rar"
    path.write_bytes(rar_4({b"abc.mp3\0" + packed: 5}))
    assert listed(read_path(path)) == {"aЖЖ.mp3": 5}


def test_a_rar_of_version_5_is_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "Low Tide.rar"
    path.write_bytes(rar_5({**TRACKS, "big/日本.bin": 2**40}))
    assert listed(read_path(path)) == {**TRACKS, "big/日本.bin": 2**40}


@pytest.mark.parametrize("data", [rar_4({b"a.mkv": 9}, flags=1), rar_5({"a.mkv": 9}, flags=1)])
def test_a_volume_says_that_it_is_one_of_several(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "film.part2.rar"
    path.write_bytes(data)
    content = read_path(path)
    assert (content.name, content.size) == ("film", None)
    assert "volume" in content.notes[0]


def test_an_encrypted_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.rar"
    path.write_bytes(rar_4({}, flags=0x80))
    with pytest.raises(Unreadable, match="encrypted"):
        read_path(path)


def test_a_bomb_ends_with_what_was_listed(tmp_path: Path) -> None:
    path = tmp_path / "bomb.tar.xz"
    with tarfile.open(path, "w:xz") as archive:
        for name in ("first.mp3", "second.mp3", "third.mp3"):
            header = tarfile.TarInfo(name)
            header.size = 2**20
            archive.addfile(header, io.BytesIO(bytes(2**20)))
    content = read_path(path, Bounds(expanded=2**20 + 2**19, seconds=60))
    assert list(listed(content)) == ["first.mp3", "second.mp3"]
    assert content.size is None
    assert content.notes == ("it expands to more than 1,572,864 bytes",)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Low Tide.zip", "Low Tide"),
        ("Low Tide.tar.gz", "Low Tide"),
        ("Low Tide.TGZ", "Low Tide"),
        ("Low Tide v1.2.tar.zst", "Low Tide v1.2"),
        ("Low Tide.part03.rar", "Low Tide"),
        ("Low Tide.r07", "Low Tide"),
        ("Low Tide.7z.001", "Low Tide"),
        ("Low Tide (2006)", "Low Tide (2006)"),
        ("Vol. 2", "Vol. 2"),
        (".zip", ".zip"),
    ],
)
def test_the_name_of_an_archive_is_without_its_endings(name: str, wanted: str) -> None:
    assert stem(name) == wanted
