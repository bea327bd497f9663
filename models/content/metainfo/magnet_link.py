"""Magnet links (BEP 9, BEP 53): hex and base32 infohashes, version 2 multihashes, names, sizes."""

import html
import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from models.content.metainfo.infohashes import topics

_LINK = re.compile(r"magnet:\?[^\s\"'<>]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MagnetLink:
    """What a magnet link says."""

    text: str
    """The link itself."""
    infohash: str | None
    """40 hex digits: of version 1, else the beginning of version 2."""
    infohash_v2: str | None
    """64 hex digits."""
    name: str | bytes
    """The display name without its escapes; bytes if it is no UTF-8, empty if there is none."""
    size: str | None
    """The digits that the link gives for the exact length."""


def link_in(text: str) -> MagnetLink | None:
    """The first magnet link of a text. Returns None if there is none."""
    matched = _LINK.search(text)
    if matched is None:
        return None
    link = matched[0]
    if "&amp;" in link:  # copied out of a page
        link = html.unescape(link)
    infohash, infohash_v2 = topics(link)
    parameters = _parameters(link)
    name = _name(parameters.get("dn", ""))
    return MagnetLink(link, infohash, infohash_v2, name, parameters.get("xl"))


def _parameters(link: str) -> dict[str, str]:
    """The first value of each parameter, still with its escapes."""
    pairs = (part.partition("=") for part in link.partition("?")[2].split("&"))
    parameters: dict[str, str] = {}
    for key, _, value in pairs:
        parameters.setdefault(key.lower(), value)
    return parameters


def _name(value: str) -> str | bytes:
    """The display name without its escapes; bytes if it is no UTF-8."""
    raw = unquote_to_bytes(value.replace("+", " ").encode("utf-8", "surrogateescape"))
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw
