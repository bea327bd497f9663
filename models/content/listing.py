"""The output of `tree`, `find`, `ls -R`, `du -a`, `unzip -l`, or a plain list, as a subject."""

import os.path
import re
from collections.abc import Sequence
from itertools import pairwise

from models.content.archives.stems import stem
from models.content.bounds import Bounds
from models.content.content import Content, SourceKind, Unreadable
from models.content.inventory import Inventory
from models.content.listings import blocks, plain, rows, tree
from models.content.listings.node import Node
from models.content.paths import inner_path

MOST_CHARACTERS = 4 * 2**20
"""What is read of a listing; what is beyond becomes a note."""

_MOST_LINES = 100_000
_LINE_END = re.compile(r"\r\n|\n|\r")
_NULL = re.compile("\0")
"""What `find -print0` ends lines with."""
_COLOURS = re.compile(r"\x1b\[[0-9;]{0,20}[mK]")
_COMMAND = re.compile(r"\S{0,80} ?[$#%>❯] ?(?:tree|find|ls|du|unzip|zipinfo|tar|7z|unrar|dir)\b.*")
_NO_FILE = re.compile(r"(?:find|ls|du|tree): .*: [A-Z].*|```\w*|~~~\w*|total \d+[KMG]?")
"""Complaints and sums of the programs, and the fences around a text."""
_ABSOLUTE = re.compile(r"[/~]|[A-Za-z]:[\\/]")


def from_listing(text: str, name: str = "listing", bounds: Bounds | None = None) -> Content:
    """Read a list of files. How it is written is told by its lines.

    Args:
        text: the listing.
        name: what the subject is called if the listing does not name its root.
        bounds: how many files are read; what is beyond becomes a note.

    Raises:
        Unreadable: it lists no file.
    """
    lines, rest = _lines(text[:MOST_CHARACTERS])
    listed = _nodes(lines)
    files = _files(listed)
    if not files:
        raise Unreadable("the listing holds no file")
    archive = rows.archive_name(text)
    root, known = _root(listed, files, is_of_archive=archive is not None)
    inventory = Inventory()
    for path, size in files[: (bounds or Bounds()).entries]:
        inventory.add(path[len(root) :], size)
    if len(inventory) < len(files) or rest or len(text) > MOST_CHARACTERS:
        inventory.end_early(f"only the first {len(inventory):,} files were read")
    named = known or (stem(inner_path(archive).rpartition("/")[2]) if archive else "")
    return inventory.content(named or name, SourceKind.LISTING)


def _lines(text: str) -> tuple[list[str], str]:
    """The lines that may stand for files or for what is around them, and what is not read."""
    bare = _COLOURS.sub("", text.removeprefix("\ufeff"))
    is_null_separated = "\0" in bare and "\n" not in bare
    end = _NULL if is_null_separated else _LINE_END
    *lines, rest = end.split(f"{bare}\0" if is_null_separated else f"{bare}\n", _MOST_LINES)
    kept = [line.replace("\0", " ") for line in lines if not _NO_FILE.fullmatch(line[:400])]
    is_before = (not line.strip() or _COMMAND.fullmatch(line[:400]) for line in kept)
    start = next((place for place, is_so in enumerate(is_before) if not is_so), len(kept))
    return kept[start:], rest


def _nodes(lines: Sequence[str]) -> list[Node]:
    written = [line for line in lines if line.strip()]
    if not written:
        return []
    if tree.is_tree(written):
        return tree.nodes(written)
    if blocks.is_blocks(lines):
        return blocks.nodes(lines)
    kind = rows.format_of(written)
    return plain.nodes(written) if kind is None else rows.nodes(written, kind)


def _files(listed: Sequence[Node]) -> list[tuple[str, int | None]]:
    """The paths that are no folders, each once, in their order."""
    sizes: dict[str, int | None] = {}
    folders: set[str] = set()
    for node in listed:
        path = inner_path(node.path)
        sizes.setdefault(path, node.size)
        if node.is_folder:
            folders.add(path)
    # In this order what is in a folder stands right behind it.
    ordered = sorted(path.replace("/", "\0") for path in sizes)
    for path, after in pairwise(ordered):
        if after.startswith(f"{path}\0"):
            folders.add(path.replace("\0", "/"))
    return [(path, size) for path, size in sizes.items() if path and path not in folders]


def _root(
    listed: Sequence[Node], files: Sequence[tuple[str, int | None]], *, is_of_archive: bool
) -> tuple[str, str]:
    """What stands before all paths, and the name of the subject.

    Args:
        listed: the files and folders; `find` says its root first, `du` at the end.
        files: the files alone.
        is_of_archive: whether an archive is listed: of that, no folder is the root.

    Returns:
        The beginning of all paths, with its slash, and the name; both are empty if unknown.
    """
    paths = [path for path, _ in files]
    for node in () if is_of_archive else (listed[0], listed[-1]):
        root = inner_path(node.path)
        if root and all(path.startswith(f"{root}/") for path in paths):
            return f"{root}/", root.rpartition("/")[2]
    # What the first and the last have in common, all between them have.
    ends = [os.path.dirname(path) for path in (min(paths), max(paths))]  # noqa: PTH120 (text)
    common = os.path.commonpath(ends)
    if not all(_ABSOLUTE.match(node.path) for node in listed):
        common = common.partition("/")[0]
    if common:
        return f"{common}/", common.rpartition("/")[2]
    return "", paths[0] if len(paths) == 1 else ""
