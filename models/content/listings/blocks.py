"""Listings of a block a folder: `ls -R`, `ls -lR`, `dir /s`, and track lists with a line a disc."""

import re
from collections.abc import Sequence

from models.content.listings import rows
from models.content.listings.node import LONGEST, Node

_HEADER = re.compile(r"^(?:'(?P<quoted>.+)'|\"(?P<double>.+)\"|(?P<path>.+?)):$")
_WINDOWS_HEADER = re.compile(r"^ ?(?:Directory of|Verzeichnis von|Répertoire de) (?P<path>.+)$")
_TOTAL = re.compile(r"total \S+")


def is_blocks(lines: Sequence[str]) -> bool:
    """Whether the first line, or one behind a blank line, heads a folder."""
    first = next((line for line in lines if line.strip()), "")
    return _headed(first) is not None or any(
        _WINDOWS_HEADER.match(line[:LONGEST]) for line in lines[:20]
    )


def _headed(line: str) -> str | None:
    """The folder that a line heads. Returns None if it heads none."""
    text = line[:LONGEST].rstrip()
    windows = _WINDOWS_HEADER.match(text)
    if windows is not None:
        return windows["path"]
    matched = _HEADER.match(text)
    if matched is None:
        return None
    return matched["quoted"] or matched["double"] or matched["path"]


def nodes(lines: Sequence[str]) -> list[Node]:
    """The files and folders, with the path of their folder in front.

    What Windows prints of the drive, before the first folder, is passed over.
    """
    listed: list[Node] = []
    folder = ""
    block: list[str] = []
    is_behind_blank = True
    start = next((at for at, line in enumerate(lines) if _WINDOWS_HEADER.match(line)), 0)
    for line in lines[start:]:
        headed = _headed(line) if is_behind_blank else None
        is_behind_blank = not line.strip()
        if headed is not None:
            listed += _block(folder, block)
            folder = headed
            block = []
            listed.append(Node(folder, is_folder=True))
        elif not is_behind_blank and not _TOTAL.fullmatch(line.rstrip()[:LONGEST]):
            block.append(line)
    return listed + _block(folder, block)


def _block(folder: str, lines: Sequence[str]) -> list[Node]:
    kind = rows.format_of(lines)
    if kind is not None:
        inner = rows.nodes(lines, kind)
    else:
        names = (line[:LONGEST].strip() for line in lines)
        inner = [Node(name, is_folder=name.endswith("/")) for name in names]
    above = f"{folder.rstrip('/')}/" if folder else ""
    return [Node(above + node.path, node.size, node.is_folder) for node in inner]
