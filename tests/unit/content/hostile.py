"""Fifty kinds of input that want to crash, to fill the memory, or to keep a reader busy."""

import bz2
import gzip
import io
import lzma
import os
import socket
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import zstandard

from tests.unit.replay.samples import bencoded, torrent_file

MIB = 2**20


def _file(name: str, data: bytes) -> Callable[[Path], Path]:
    """An input that is one file."""

    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data)
        return path

    return make


def _tar(members: list[tuple[str, bytes]], **header: object) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            for key, value in header.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def _zip(names: list[str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return out.getvalue()


def _gzip_bomb(gigabytes: int) -> bytes:
    """A tar of one huge member of zeros: one packed piece of it again and again."""
    header = tarfile.TarInfo("zeros.bin")
    header.size = gigabytes * 1024 * MIB
    return gzip.compress(header.tobuf()) + gzip.compress(bytes(16 * MIB)) * (64 * gigabytes)


def _zip_of_millions(folder: Path) -> Path:
    """A zip whose list says ten million entries; the file has holes."""
    path = folder / "millions.zip"
    name = b"a.mp3"
    entry = (
        struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 5, len(name), 0, 0, 0, 0, 0, 0
        )
        + name
    )
    block = entry * 20_000
    with path.open("wb") as stream:
        stream.write(b"PK\x03\x04" + bytes(26))
        start = stream.tell()
        for _ in range(500_000 * len(entry) // len(block)):
            stream.write(block)
        length = stream.tell() - start
        place = stream.tell()
        stream.write(
            struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 10**7, 10**7, length, start)
        )
        stream.write(struct.pack("<4sLQL", b"PK\x06\x07", 0, place, 1))
        stream.write(
            struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 0)
        )
    return path


def _tar_of_millions(folder: Path) -> Path:
    """A packed tar of three million empty members."""
    path = folder / "millions.tar.gz"
    header = tarfile.TarInfo("a.mp3").tobuf() * 10_000
    with gzip.open(path, "wb", compresslevel=1) as stream:
        for _ in range(300):
            stream.write(header)
    return path


def _long_names(count: int) -> bytes:
    """A tar with a name upon a name upon a name, and no file."""
    header = tarfile.TarInfo("././@LongLink")
    header.type = tarfile.GNUTYPE_LONGNAME
    header.size = 5
    return (header.tobuf(tarfile.GNU_FORMAT) + b"name\0".ljust(512, b"\0")) * count


def _claiming(kind: bytes, size: int) -> bytes:
    """A tar with a header of a kind that claims a size."""
    header = tarfile.TarInfo("x")
    header.type = kind
    header.size = size
    return header.tobuf(tarfile.GNU_FORMAT) + bytes(2048)


def _sparse_map(blocks: int) -> bytes:
    """A packed tar with a sparse file whose map goes on and on."""
    header = bytearray(tarfile.TarInfo("sparse").tobuf(tarfile.GNU_FORMAT))
    header[156:157] = tarfile.GNUTYPE_SPARSE
    header[482] = 1
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    entry = b"00000000001\0" * 2
    block = bytearray(entry * 21 + bytes(8))
    block[504] = 1
    return gzip.compress(bytes(header) + bytes(block) * blocks, 1)


def _seven_zip(header: bytes, length: int | None = None) -> bytes:
    length = len(header) if length is None else length
    return struct.pack("<6s2BL2QL", b"7z\xbc\xaf\x27\x1c", 0, 4, 0, 0, length, 0) + header


def _rar_4(*blocks: bytes) -> bytes:
    return b"Rar!\x1a\x07\x00" + struct.pack("<HBHHHL", 0, 0x73, 0, 13, 0, 0) + b"".join(blocks)


def _rar_5(*blocks: bytes) -> bytes:
    main = bytes(4) + b"\x03\x01\x00\x00"
    return b"Rar!\x1a\x07\x01\x00" + main + b"".join(blocks)


def _deep_folder(folder: Path) -> Path:
    """Two hundred folders in one another."""
    root = folder / "deep"
    root.mkdir()
    place = os.open(root, os.O_RDONLY)
    for _ in range(200):
        os.mkdir("d", dir_fd=place)
        below = os.open("d", os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = below
    os.close(place)
    return root


def _loops(folder: Path) -> Path:
    root = folder / "loops"
    (root / "a" / "b").mkdir(parents=True)
    (root / "a" / "b" / "up").symlink_to(root, target_is_directory=True)
    (root / "self").symlink_to("self")
    (root / "out").symlink_to("/etc", target_is_directory=True)
    (root / "song.mp3").write_bytes(b"x")
    return root


def _devices(folder: Path) -> Path:
    root = folder / "devices"
    root.mkdir()
    os.mkfifo(root / "pipe")
    (root / "null").symlink_to("/dev/null")
    place = Path.cwd()
    os.chdir(root)  # a socket's path may have no more than 107 bytes
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("socket")
    finally:
        os.chdir(place)
    (root / "song.mp3").write_bytes(b"x")
    return root


def _many_files(folder: Path) -> Path:
    root = folder / "many"
    root.mkdir()
    for number in range(3000):
        (root / f"{number}.txt").touch()
    return root


def _odd_names(folder: Path) -> Path:
    root = folder / "odd"
    root.mkdir()
    for name in (b"caf\xe9.mp3", b"\xff\xfe", b"new\nline.mp3", b"\x1b[31m.mp3", b"back\\slash"):
        with open(os.path.join(os.fsencode(root), name), "wb"):  # noqa: PTH118, PTH123 (bytes)
            pass
    return root


def _fifo(folder: Path) -> Path:
    path = folder / "pipe.torrent"
    os.mkfifo(path)
    return path


def _link_to_itself(folder: Path) -> Path:
    path = folder / "self.zip"
    path.symlink_to(path)
    return path


def _huge(name: str, head: bytes) -> Callable[[Path], Path]:
    """A file of 200 MB with holes."""

    def make(folder: Path) -> Path:
        path = folder / name
        with path.open("wb") as stream:
            stream.write(head)
            stream.truncate(200 * MIB)
        return path

    return make


_WAYS_OUT = ["../../etc/passwd", "/etc/shadow", "C:\\Windows\\x.dll", "a/../../b", "..", "\x1b[31m"]
_TORRENT = {"name": "x", "length": 5, "piece length": 16384, "pieces": bytes(20)}
_TAR = _tar([("01.mp3", b"x" * 5000), ("02.mp3", b"y" * 5000)])

HOSTILE: dict[str, Callable[[Path], Path]] = {
    "a torrent of 200 MB": _huge("huge.torrent", b"d4:info"),
    "lists a hundred thousand deep": _file("deep.torrent", b"d4:info" + b"l" * 100_000),
    "dictionaries a hundred thousand deep": _file("deep.torrent", b"d1:a" * 100_000),
    "five million empty lists": _file("lists.torrent", b"d4:infol" + b"le" * 5_000_000 + b"ee"),
    "a torn torrent": _file("torn.torrent", torrent_file(_TORRENT)[:-30]),
    "a string of a billion bytes": _file("string.torrent", b"d4:info999999999:x"),
    "a number of many digits": _file("number.torrent", b"d4:infoi" + b"9" * 10_000 + b"ee"),
    "a torrent without a name": _file("no.torrent", torrent_file({**_TORRENT, "name": ""})),
    "a torrent with a name of control characters": _file(
        "control.torrent", torrent_file({**_TORRENT, "name": "\x00\x01"})
    ),
    "a torrent of a negative size": _file("n.torrent", torrent_file({**_TORRENT, "length": -1})),
    "a torrent that leads out": _file(
        "out.torrent",
        torrent_file({"name": "..", "files": [{"length": 1, "path": ["..", "..", "x"]}]}),
    ),
    "a deep file tree": _file(
        "tree.torrent",
        b"d4:infod9:file tree" + b"d1:a" * 150 + b"de" + b"e" * 150 + b"4:name1:xee",
    ),
    "an empty torrent": _file("empty.torrent", b""),
    "a web page that is called a torrent": _file("page.torrent", b"<!DOCTYPE html>" * 99),
    "a named pipe": _fifo,
    "a link to itself": _link_to_itself,
    "a socket, a pipe and a device in a folder": _devices,
    "links in a circle, and out": _loops,
    "two hundred folders in one another": _deep_folder,
    "three thousand files": _many_files,
    "names that are no UTF-8": _odd_names,
    "a zip that says ten million entries": _zip_of_millions,
    "a zip that leads out": _file("out.zip", _zip(_WAYS_OUT)),
    "a torn zip": _file("torn.zip", _zip(["a", "b"])[:-30]),
    "half a zip": _file("half.zip", _zip([f"{n}.mp3" for n in range(500)])[:-9000]),
    "a zip with a list of zeros": _file(
        "zeros.zip",
        b"PK\x03\x04"
        + bytes(5000)
        + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 99, 99, 4000, 30, 0),
    ),
    "a zip whose list is longer than the file": _file(
        "long.zip",
        b"PK\x03\x04" + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 99, 99, 2**31, 30, 0),
    ),
    "a zip of impossible sizes": _file(
        "sizes.zip", _zip(["a"]).replace(b"\x01\0\0\0\x01\0\0\0\x01\0", b"\xff" * 8 + b"\x01\0")
    ),
    "an empty zip": _file("empty.zip", b""),
    "a text that is called a zip": _file("text.zip", b"hello " * 99),
    "a zip of 200 MB without a list": _huge("holes.zip", b"PK\x03\x04"),
    "a bomb of a hundred gigabytes": _file("bomb.tar.gz", _gzip_bomb(100)),
    "a packed tar of millions of members": _tar_of_millions,
    "a torn gzip": _file("torn.tar.gz", gzip.compress(_TAR)[:-40]),
    "a gzip with a broken middle": _file(
        "broken.tgz", gzip.compress(_TAR)[:60] + b"\xff" * 20 + gzip.compress(_TAR)[80:]
    ),
    "a hundred thousand empty gzips": _file("empties.tar.gz", gzip.compress(b"") * 100_000),
    "a torn xz": _file("torn.tar.xz", lzma.compress(_TAR)[:-60]),
    "a torn bzip2": _file("torn.tar.bz2", bz2.compress(_TAR)[:-9]),
    "a torn zstd": _file("torn.tar.zst", zstandard.compress(_TAR)[:-9]),
    "a tar without an end": _file("end.tar", _TAR[:1500]),
    "a tar with a name of a terabyte": _file("name.tar", _claiming(b"L", 2**40)),
    "a tar with a header of many gigabytes": _file("pax.tar", _claiming(b"x", 2**33)),
    "a tar with a member of many terabytes": _file("member.tar", _claiming(b"0", 2**62)),
    "names upon names": _file("names.tar", _long_names(20_000)),
    "a map without end of a sparse file": _file("sparse.tar.gz", _sparse_map(100_000)),
    "a tar that leads out": _file("out.tar", _tar([(name, b"x") for name in _WAYS_OUT[:5]])),
    "a tar of links": _file("links.tar", _tar([("a", b"")], type=b"2", linkname="/etc/passwd")),
    "a 7z whose list is beyond its end": _file("far.7z", _seven_zip(b"", 2**62)),
    "a 7z of noise": _file("noise.7z", _seven_zip(bytes(range(256)) * 20)),
    "a 7z with a billion files": _file("files.7z", _seven_zip(b"\x01\x05\xf0\x00\xca\x9a\x3b")),
    "a 7z that unpacks to itself": _file(
        "self.7z",
        _seven_zip(b"\x17\x06\x00\x01\x09\x14\x00\x07\x0b\x01\x00\x01\x01\x00\x0c\x14\x00\x00"),
    ),
    "a RAR of version 4 with a header of no length": _file(
        "zero.rar", _rar_4(struct.pack("<HBHH", 0, 0x74, 0x8000, 0))
    ),
    "a RAR of version 4 with a torn file": _file(
        "torn.rar", _rar_4(struct.pack("<HBHH", 0, 0x74, 0x8000, 60), b"x" * 9)
    ),
    "a RAR of version 4 that is far too long": _file(
        "far.rar", _rar_4(struct.pack("<HBHHL", 0, 0x7A, 0x8000, 11, 2**32 - 1) * 50)
    ),
    "a RAR of version 5 with an endless number": _file("n.rar", _rar_5(b"\xff" * 200)),
    "a RAR of version 5 with an empty header": _file("e.rar", _rar_5(bytes(4) + b"\0" * 100)),
    "a RAR of version 5 with an encrypted list": _file(
        "secret.rar", _rar_5(bytes(4) + b"\x04\x04\x00\x00\x00")
    ),
    "a RAR that is called a comic": _file("noise.cbr", b"Rar!\x1a\x07\x00" + os.urandom(5000)),
    "a bencoded text": _file("text", bencoded({"a": "b"})),
}
"""What it is, and how it is made in a folder."""
