"""Who scanned or posted a book."""

import re
from collections.abc import Collection

_SCANNERS = re.compile(r"[(\[](?P<text>[^()\[\]]{2,60})[)\]](?:\.?cb[rz7])?$", re.IGNORECASE)
_SCANNED = re.compile(r"digital|c2c|webrip", re.IGNORECASE)
_DASHED = re.compile(r"(?<=\S)-(?P<text>[^\W_]\w{1,24})$")
_IN_BRACKETS = re.compile(r"[\[{](?P<text>[A-Za-z][\w.&+-]{1,20})[\]}]$")
_NO_GROUPS = frozenset({"fiction", "nonfiction", "ebook", "ebooks", "comics", "magazine", "books"})
_SITE = re.compile(r"\.(?:com|org|net|ru|cc|to|info|online|red)\b|www\.", re.IGNORECASE)


def group(name: str, stem: str, taken: Collection[str]) -> str | None:
    """The group that made a release. Returns None if the name does not say.

    Args:
        name: the torrent's.
        stem: the name without the ending of a file.
        taken: words that are something else, in small letters: author, title, formats.
    """
    if _SCANNED.search(name) and (match := _SCANNERS.search(name)) is not None:
        scanners = match["text"].strip()
        if not _SCANNED.search(scanners) and not scanners.isdigit():
            return scanners
    for pattern in (_DASHED, _IN_BRACKETS):
        if (match := pattern.search(stem)) is not None and _is_group(match["text"], taken):
            return match["text"]
    return None


def glued(stem: str) -> re.Match[str] | None:
    """`-GROUP` at the end of a name of the scene. Returns None if there is none."""
    match = _DASHED.search(stem)
    return match if match is not None and _is_group(match["text"], ()) else None


def _is_group(text: str, taken: Collection[str]) -> bool:
    word = text.lower()
    if word in _NO_GROUPS or word.isdigit() or _SITE.search(text):
        return False
    return not any(word in other for other in taken)
