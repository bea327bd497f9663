"""A magnet link as a subject."""

import re

from models.content.content import Content, SourceKind, Unreadable, from_text
from models.content.inventory import LARGEST_SIZE
from models.content.metainfo.encodings import decoded
from models.content.metainfo.magnet_link import link_in
from models.content.paths import TURNING

_LONE = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Surrogates that stand for no byte."""


def magnet(text: str) -> Content:
    """The subject that a magnet link names: its name, infohash and size, but no files.

    Raises:
        Unreadable: it is no magnet link, has no infohash of BitTorrent, or no name.
    """
    link = link_in(_LONE.sub("\ufffd", text))
    if link is None:
        raise Unreadable("this is no magnet link: it does not begin with magnet:?")
    if link.infohash is None:
        raise Unreadable(
            "the magnet link has no infohash: expected xt=urn:btih: with 40 hex digits or 32 of "
            "base32, or xt=urn:btmh:1220 with 64 hex digits"
        )
    name = link.name if isinstance(link.name, str) else decoded(link.name)[0]
    if not name.strip():
        raise Unreadable(
            f"the magnet link of {link.infohash} has no name (dn=): an infohash alone says nothing "
            "of what is in a torrent"
        )
    subject = from_text(name.translate(TURNING))
    return Content(
        name=subject.name,
        size=_size(link.size),
        source=SourceKind.MAGNET,
        infohash=link.infohash,
        infohash_v2=link.infohash_v2,
        notes=subject.notes,
    )


def _size(digits: str | None) -> int | None:
    """The exact length (`xl`). Returns None if it is no size."""
    if not digits or not digits.isascii() or not digits.isdecimal() or len(digits) > 19:
        return None
    size = int(digits)
    return size if 0 < size <= LARGEST_SIZE else None
