"""The torrents of the test network: info dicts of invented works, seeded, with the truth that a
crawler must find.
"""

import hashlib
import random
from dataclasses import dataclass

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
    """That many torrents, all different; `mean_info` is about how many bytes an info dict has (real
    ones: tens of KB).
    """
    rng = random.Random(seed)
    return [_torrent(rng, number, mean_info) for number in range(count)]


def _torrent(rng: random.Random, number: int, mean_info: int) -> Truth:
    kind = number % 5
    if kind in (0, 1):
        artist = rng.choice([each for each in catalogue() if each.get("albums")])
        album = rng.choice(artist["albums"])
        name = f"{artist['name']} - {album['title']} ({album.get('year', 2001)}) [FLAC] {number}"
        files = [
            (f"{at:02} - {title}.flac", rng.randrange(10**6, 9 * 10**7))
            for at, title in enumerate(album.get("tracks", ["x"]), 1)
        ]
    elif kind == 2:
        name = f"{rng.choice(_SERIES)} S{rng.randrange(1, 9):02}E{rng.randrange(1, 24):02} 1080p WEB x264-{number}"
        files = [(f"{name}.mkv", rng.randrange(10**8, 4 * 10**9))]
    elif kind == 3:
        name = f"{rng.choice(_SYSTEMS)} {rng.randrange(1, 30)}.{number} amd64.iso"
        files = []
    else:
        name = f"Field Recordings of Tide Pools vol {number} (CC BY) epub"
        files = [
            (f"chapter {at}.epub", rng.randrange(10**5, 10**7))
            for at in range(rng.randrange(1, 40))
        ]
    single = rng.randrange(10**8, 5 * 10**9) if not files else 0
    info: dict[bytes, object] = {b"name": name.encode(), b"piece length": 1 << 22}
    if files:
        info[b"files"] = [
            {b"length": size, b"path": [part.encode() for part in path.split("/")]}
            for path, size in files
        ]
    else:
        info[b"length"] = single
    total = single or sum(size for _, size in files)
    pieces = -(-total // (1 << 22))
    # The piece hashes are most of a real info dict; the piece length is chosen so that this one has
    # the size wanted.
    wanted = max(1, min(pieces, rng.randrange(mean_info // 2, mean_info * 3 // 2) // 20))
    length = 1 << 14
    while -(-total // length) > wanted:
        length <<= 1
    info[b"piece length"] = length
    info[b"pieces"] = rng.randbytes(20 * -(-total // length))
    raw: bytes = lt.bencode(info)
    return Truth(hashlib.sha1(raw).digest(), raw, name, total, tuple(files) or ((name, single),))
