"""Whether lines are the listing of one torrent's files, or names of torrents."""

import re
from collections.abc import Sequence

from models.content.listings import blocks, rows, tree

_SIZED = re.compile(r"^\d+(?:\.\d+)?[KMGT]?\t\S")
"""A line of `du`."""

_FOUND = re.compile(r"^\.{1,2}(?:/|$)|^/")
"""A path as `find` prints it."""

_ENDING = re.compile(r"\.[A-Za-z0-9]{2,5}$")

_NEARLY_ALL = 0.8


def is_listing(lines: Sequence[str], *, plain: bool = False) -> bool:
    """Whether lines are what `tree`, `find`, `ls -R`, `du -a` or `unzip -l` print.

    Args:
        lines: the first of them, or all.
        plain: whether lines that have no mark of these are a listing as well: a plain list of
            files. A single line never is.
    """
    told = [line.rstrip("\r\n") for line in lines if line.strip()]
    if len(told) < 2 or told[0].lstrip().startswith("{"):
        return False
    if plain or tree.is_tree(told) or blocks.is_blocks(lines) or rows.format_of(told):
        return True
    if _share(_SIZED, told) == 1.0 or _share(_FOUND, told) == 1.0:
        return True
    return _share_a_folder(told)


def _share_a_folder(lines: Sequence[str]) -> bool:
    """Whether all lines are paths in one folder, and nearly all of them files."""
    first = lines[0].split("/")[0]
    others = [line for line in lines if line.rstrip("/") != first]
    inside = [line for line in others if line.startswith(f"{first}/")]
    beside = len(others) - len(inside)
    return bool(inside) and not beside and _share(_ENDING, inside) >= _NEARLY_ALL


def _share(pattern: re.Pattern[str], lines: Sequence[str]) -> float:
    return sum(bool(pattern.search(line)) for line in lines) / len(lines)
