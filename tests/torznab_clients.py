"""The parsers of Sonarr, Radarr, Lidarr, Readarr and Prowlarr, said again in Python.

Each does what the public sources of its program do with capabilities and with RSS, and fails where
they fail.
"""

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

TORZNAB = "{http://torznab.com/schemas/2015/feed}attr"
TORRENT_TYPES = ("application/x-bittorrent;x-scheme-handler/magnet", "application/x-bittorrent")
READS = {
    "sonarr": ("search", "tv-search"),
    "radarr": ("search", "movie-search"),
    "lidarr": ("search", "audio-search"),
    "readarr": ("search", "book-search"),
    "prowlarr": ("search", "tv-search", "movie-search", "audio-search", "book-search"),
}
"""Which searches a program reads in the capabilities; all else it does not know."""


@dataclass(frozen=True)
class Caps:
    default: int
    most: int
    searches: dict[str, tuple[str, ...]]
    engines: dict[str, str]
    categories: dict[int, tuple[str, dict[int, str]]]


@dataclass(frozen=True)
class Release:
    title: str
    guid: str
    published: str
    size: int
    magnet: str
    infohash: str
    seeders: int | None
    peers: int | None
    categories: tuple[int, ...]
    attributes: dict[str, str]


class ApiError(Exception):
    """The indexer refused; programs show the description."""


def _checked(text: str) -> ElementTree.Element:
    root = ElementTree.fromstring(text)
    if root.tag == "error":
        code = int(root.attrib["code"])
        raise ApiError(
            f"{'key' if 100 <= code <= 199 else 'indexer'}: {root.attrib['description']}"
        )
    return root


def caps(text: str, program: str) -> Caps:
    root = _checked(text)
    assert root.tag == "caps"
    limits = root.find("limits")
    assert limits is not None
    searching = root.find("searching")
    assert searching is not None
    searches, engines = {}, {}
    for name in READS[program]:
        node = searching.find(name)
        if node is not None and node.attrib["available"] == "yes":
            searches[name] = tuple(node.attrib["supportedParams"].split(","))
            engines[name] = node.attrib.get("searchEngine", "sphinx")
    categories = {
        int(node.attrib["id"]): (
            node.attrib["name"],
            {int(below.attrib["id"]): below.attrib["name"] for below in node.findall("subcat")},
        )
        for node in root.findall("categories/category")
    }
    return Caps(
        int(limits.attrib["default"]), int(limits.attrib["max"]), searches, engines, categories
    )


def releases(text: str) -> list[Release]:
    root = _checked(text)
    channel = root.find("channel")
    assert channel is not None
    return [_release(item) for item in channel.findall("item")]


def _release(item: ElementTree.Element) -> Release:
    pairs = [(node.attrib["name"], node.attrib["value"]) for node in item.findall(TORZNAB)]
    said = dict(reversed(pairs))
    enclosure = item.find("enclosure")
    assert enclosure is not None
    assert enclosure.attrib["type"] in TORRENT_TYPES
    magnet = said.get("magneturl") or enclosure.attrib["url"]
    assert magnet.startswith("magnet:?xt=urn:btih:")
    for name in ("seeders", "peers", "files", "year", "season", "episode", "size", "imdb"):
        if name in said:
            int(said[name])
    seeders, peers = said.get("seeders"), said.get("peers")
    return Release(
        title=item.findtext("title") or "",
        guid=item.findtext("guid") or "",
        published=parsedate_to_datetime(item.findtext("pubDate") or "").isoformat(),
        size=int(said.get("size") or enclosure.attrib["length"]),
        magnet=magnet,
        infohash=said["infohash"],
        seeders=None if seeders is None else int(seeders),
        peers=None if peers is None else int(peers),
        categories=tuple(int(value) for name, value in pairs if name == "category"),
        attributes=said,
    )
