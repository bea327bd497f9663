"""Torrents, folders and archives of invented works, for the tests of the command."""

import bz2
import gzip
import hashlib
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import zstandard

ALBUM = "Paper Lighthouse - Low Tide (2006) [FLAC]"
TRACKS = ("01 - Harbour.flac", "02 - Ebb and Flow.flac", "03 - The Long Quay.flac")
SIZE = 20_000_000


def album(folder: Path) -> Path:
    """A folder with an album of three tracks, which take no room."""
    place = folder / ALBUM
    place.mkdir(parents=True)
    for track in TRACKS:
        sparse(place / track, SIZE)
    sparse(place / "cover.jpg", 1000)
    return place


def season(folder: Path) -> Path:
    """A folder with two episodes and a subtitle."""
    place = folder / "Lantern.Street.S02.1080p.WEB-DL.x264-INV"
    place.mkdir(parents=True)
    for number in (1, 2):
        sparse(place / f"Lantern.Street.S02E0{number}.1080p.mkv", 200_000_000)
    sparse(place / "Lantern.Street.S02E01.1080p.en.srt", 1000)
    return place


def film(folder: Path) -> Path:
    """A folder with a film."""
    place = folder / "The.Quiet.Harbour.1999.1080p.BluRay.x264-INV"
    place.mkdir(parents=True)
    sparse(place / "the.quiet.harbour.1999.mkv", 900_000_000)
    return place


def sparse(path: Path, size: int) -> None:
    """A file of so many bytes that takes no room."""
    with path.open("wb") as stream:
        stream.truncate(size)


def zipped(folder: Path) -> Path:
    """The album as an archive."""
    return packed(folder, ".zip")


def tarred(folder: Path) -> Path:
    """The album as a packed tape."""
    return packed(folder, ".tar.gz")


def packed(folder: Path, ending: str) -> Path:
    """The album as an archive of the kind that the ending says."""
    path = folder / f"{ALBUM}{ending}"
    if ending == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            for track in TRACKS:
                archive.writestr(track, b"0" * 10_000)
        return path
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tape:
        for track in TRACKS:
            entry = tarfile.TarInfo(f"{ALBUM}/{track}")
            entry.size = 10_000
            tape.addfile(entry, io.BytesIO(b"0" * 10_000))
    path.write_bytes(_PACKERS[ending.removeprefix(".tar")](buffer.getvalue()))
    return path


_PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".tgz": gzip.compress,
    ".xz": lzma.compress,
    ".txz": lzma.compress,
    ".bz2": bz2.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}


def torrent(folder: Path) -> tuple[Path, str]:
    """The album as a `.torrent` file, and its infohash."""
    files = [{"length": SIZE, "path": [track]} for track in TRACKS]
    info = {"files": files, "name": ALBUM, "piece length": 16384, "pieces": "x" * 20}
    path = folder / "low-tide.torrent"
    path.write_bytes(bencoded({"info": info}))
    return path, hashlib.sha1(bencoded(info)).hexdigest()


def bencoded(value: Any) -> bytes:
    """A value as a torrent has it."""
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, str):
        data = value.encode()
        return b"%d:%s" % (len(data), data)
    if isinstance(value, list):
        return b"l" + b"".join(map(bencoded, value)) + b"e"
    pairs = sorted(value.items())
    return b"d" + b"".join(bencoded(key) + bencoded(item) for key, item in pairs) + b"e"
