"""The torrents of the private network: info dicts of invented works, and what a crawler must find.

The same seed gives the same torrents.
"""

import hashlib
import random
from dataclasses import dataclass
from typing import Any

import libtorrent as lt

from streams.lab.sample.musicbrainz.make import catalogue

_SYSTEMS = ("Tundra Linux", "Puffin OS", "Open Kettle BSD")
_SERIES = ("Harbour Nine", "The Quiet Orchard", "Signal Hill Chronicles")


@dataclass(frozen=True)
class Truth:
    """A torrent of the network."""

    infohash: bytes
    info: bytes
    """The bencoded info dict, as peers send it."""
    name: str
    size: int
    files: tuple[tuple[str, int], ...]


def made(count: int, seed: int = 1, *, mean_info: int = 6_000) -> list[Truth]:
    """That many torrents, all different.

    `mean_info` is about how many bytes an info dict has; real ones have tens of KB.
    """
    rng = random.Random(seed)
    return [_torrent(rng, number, mean_info) for number in range(count)]


def _torrent(rng: random.Random, number: int, mean_info: int) -> Truth:
    name, files = _contents(rng, number)
    single = rng.randrange(10**8, 5 * 10**9) if not files else 0
    total = single or sum(size for _, size in files)
    info: dict[bytes, Any] = {b"name": name.encode()}
    if files:
        info[b"files"] = [
            {b"length": size, b"path": [part.encode() for part in path.split("/")]}
            for path, size in files
        ]
    else:
        info[b"length"] = single
    length = _piece_length(rng, total, mean_info)
    info[b"piece length"] = length
    info[b"pieces"] = rng.randbytes(20 * -(-total // length))
    raw: bytes = lt.bencode(info)
    return Truth(hashlib.sha1(raw).digest(), raw, name, total, tuple(files) or ((name, single),))


def _contents(rng: random.Random, number: int) -> tuple[str, list[tuple[str, int]]]:
    """The name of a torrent and its files; no files if it is a single one."""
    kind = number % 5
    if kind in (0, 1):
        artist = rng.choice([artist for artist in catalogue() if artist.get("albums")])
        album = rng.choice(artist["albums"])
        name = f"{artist['name']} - {album['title']} ({album.get('year', 2001)}) [FLAC] {number}"
        return name, [
            (f"{at:02} - {title}.flac", rng.randrange(10**6, 9 * 10**7))
            for at, title in enumerate(album.get("tracks", ["x"]), 1)
        ]
    if kind == 2:
        series, season, episode = rng.choice(_SERIES), rng.randrange(1, 9), rng.randrange(1, 24)
        name = f"{series} S{season:02}E{episode:02} 1080p WEB x264-{number}"
        return name, [(f"{name}.mkv", rng.randrange(10**8, 4 * 10**9))]
    if kind == 3:
        return f"{rng.choice(_SYSTEMS)} {rng.randrange(1, 30)}.{number} amd64.iso", []
    chapters = range(rng.randrange(1, 40))
    name = f"Field Recordings of Tide Pools vol {number} (CC BY) epub"
    return name, [(f"chapter {at}.epub", rng.randrange(10**5, 10**7)) for at in chapters]


def _piece_length(rng: random.Random, total: int, mean_info: int) -> int:
    """A length of pieces that gives the info dict about the size wanted.

    The hashes of the pieces are most of a real info dict.
    """
    pieces = -(-total // (1 << 22))
    wanted = max(1, min(pieces, rng.randrange(mean_info // 2, mean_info * 3 // 2) // 20))
    length = 1 << 14
    while -(-total // length) > wanted:
        length <<= 1
    return length
