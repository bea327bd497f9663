"""Plain lists of paths or names, with sizes in front (`du -a`) or behind them, or without."""

import re
from collections import Counter
from collections.abc import Sequence

from models.content.listings.node import LONGEST, Node, size_of

_DU = re.compile(r"(?P<size>\d[\d.,]*[KMGT]?)\t(?P<path>.+)")
_BEHIND = re.compile(
    r"(?P<path>\S.*?)(?:\t|  +| ?[(\[]| [-–|] | )"
    r"(?P<size>\d[\d.,]* ?(?:[KMGT]i?B|B|bytes|Bytes|[kKMGT]))[)\]]?"
)
_BULLET = re.compile(r"^\s*([-*•·]|\d{1,4}[.)]) +")
_BLOCK = 4
"""KiB of a block on most file systems."""
_LARGEST_FOLDER = 512
"""KiB that a folder itself takes: its own entries, without the files."""


def nodes(lines: Sequence[str]) -> list[Node]:
    """The files and folders, a line each."""
    texts = [line[:LONGEST].strip() for line in lines if line.strip()]
    du = [_DU.fullmatch(text) for text in texts]
    if all(du):
        return _of_du([match for match in du if match is not None])
    behind = [_BEHIND.fullmatch(text) for text in texts]
    if 5 * sum(match is not None for match in behind) >= 4 * len(texts):
        return [
            Node(match["path"].strip(), size_of(match["size"])) if match else Node(text)
            for match, text in zip(behind, texts, strict=True)
        ]
    return [Node(text, is_folder=text.endswith("/")) for text in _without_bullets(texts)]


def _without_bullets(texts: Sequence[str]) -> Sequence[str]:
    """The lines without what a list puts before all of them; numbers of tracks stay."""
    marks = {match[1] if (match := _BULLET.match(text)) else None for text in texts}
    if len(texts) > 1 and len(marks) == 1 and None not in marks:
        return [_BULLET.sub("", text, count=1) for text in texts]
    return texts


def _of_du(rows: Sequence[re.Match[str]]) -> list[Node]:
    """Files of `du -a`, whose sizes are in KiB, in bytes (`-b`) or shortened (`-h`)."""
    sizes = [row["size"] for row in rows]
    is_plain = all(size.isdecimal() for size in sizes)
    unit = 2**10 if is_plain and not _are_bytes(rows) else 1
    return [
        Node(row["path"], None if (size := size_of(row["size"])) is None else size * unit)
        for row in rows
    ]


def _are_bytes(rows: Sequence[re.Match[str]]) -> bool:
    """Whether sizes are bytes, and not KiB.

    A folder says the sum of what is in it and its own 4 KiB: 4, or 4,096. Where there is no folder,
    files of whole blocks speak for KiB.
    """
    own = {row["path"].rstrip("/"): int(row["size"]) for row in rows}
    inner: Counter[str] = Counter()
    for path, size in own.items():
        inner[path.rpartition("/")[0]] += size
    rests = [size - inner[path] for path, size in own.items() if path in inner]
    if rests:
        return max(rests) >= _LARGEST_FOLDER
    return any(size % _BLOCK for size in own.values())
