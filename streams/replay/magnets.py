"""Magnet links, one a line (BEP 9, BEP 53): hex and base32 infohashes, version 2 multihashes."""

from collections.abc import Sequence

from models.content.metainfo.magnet_link import link_in
from streams.replay.dump import Dump
from streams.replay.fields import Fields
from streams.replay.lines import LineReader
from streams.replay.reader import Format
from streams.replay.rows import Unfit

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
        link = link_in(line)
        if link is None:
            raise Unfit("no_magnet", line)
        if link.infohash is None:
            raise Unfit("bad_infohash", link.text)
        return Fields(
            infohash=link.infohash,
            infohash_v2=link.infohash_v2,
            name=link.name,
            size=link.size,
        )


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
