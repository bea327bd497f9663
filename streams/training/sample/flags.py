"""Whether a torrent's source or its name flags it as adult. No model is asked."""

import re

from schemas import Torrent

_CATEGORY = re.compile(r"^6\d{3}$|(?<![a-z])(?:xxx|porn|adult|hentai)(?![a-z])")
_TAG = re.compile(r"(?<![A-Za-z0-9])XXX(?![A-Za-z0-9])")


def is_flagged(torrent: Torrent) -> bool:
    """Whether a torrent's source or its name flags it as adult."""
    category = torrent.hints.category if torrent.hints else None
    if category and _CATEGORY.search(category.lower()):
        return True
    return has_adult_tag(torrent.name)


def has_adult_tag(name: str) -> bool:
    """Whether a name says itself that it is adult, as names of scene releases do."""
    return _TAG.search(name) is not None
