"""Magnet links, one a line (BEP 9, BEP 53): hex and base32 infohashes, version 2 multihashes."""

import html
import re
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

from streams.replay.dump import Dump
from streams.replay.fields import Fields
from streams.replay.lines import LineReader
from streams.replay.reader import Format
from streams.replay.rows import Unfit
from streams.replay.values import topics

_LINK = re.compile(r"magnet:\?[^\s\"'<>]+", re.IGNORECASE)
_PREFIX = b"magnet:?"
_LINES = 50
"""Lines that are looked at to tell a list of links."""


class Magnets(LineReader):
    """Reads the first magnet link of each line; a line without one is a rejected row."""

    @property
    def columns(self) -> Sequence[str]:
        """What is read of a link."""
        return ["xt", "dn", "xl"]

    def _fields(self, line: str) -> Fields:
        matched = _LINK.search(line)
        if matched is None:
            raise Unfit("no_magnet", line)
        link = matched[0]
        if "&amp;" in link:  # copied out of a page
            link = html.unescape(link)
        infohash, infohash_v2 = topics(link)
        if infohash is None:
            raise Unfit("bad_infohash", link)
        parameters = _parameters(link)
        return Fields(
            infohash=infohash,
            infohash_v2=infohash_v2,
            name=_name(parameters.get("dn", "")),
            size=parameters.get("xl"),
        )


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


def _fits(dump: Dump) -> bool:
    """Whether most of the first lines hold a link; a list may begin with remarks."""
    lines = [line for line in dump.text_head.lower().splitlines()[:_LINES] if line.strip()]
    links = sum(_PREFIX in line for line in lines)
    return bool(lines) and (lines[0].startswith(_PREFIX) or 2 * links > len(lines))


FORMAT = Format(
    name="magnets",
    expects="a magnet link a line: xt=urn:btih:INFOHASH (or btmh) and dn=NAME; xl=SIZE is optional",
    fits=_fits,
    open=Magnets,
)
