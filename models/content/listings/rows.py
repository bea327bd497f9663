"""Listings of a row a file: `find -ls`, `ls -l`, `du -a`, `unzip -l`, `tar -tv` and their like."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.content.listings.node import LONGEST, Node, size_of

_MODE = r"(?P<kind>[-dlbcps])[rwxsStT-]{9}[+.@]?"
_SIZE = r"(?P<size>\d[\d.,]*[KMGT]?)"
_DAY = r"(?:\w{3,9}\.? +\d{1,2}|\d{1,2}\.? +\w{3,9}\.?) +(?:\d{1,2}:\d{2}(?::\d{2})?|\d{4})"
_ISO = r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?: [+-]\d{4})?)?"
_US = r"\d{2}[-/.]\d{2}[-/.]\d{2,4} +\d{1,2}:\d{2}(?: ?[AaPp][Mm])?"
_DATE = rf"(?:{_ISO}|{_DAY}|{_US})"


def _plain(path: str) -> str:
    return path


_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_CONTROLS = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f"}


def _unescaped(path: str) -> str:
    """A path of `find -ls`, which writes what is unusual with a backslash."""
    if "\\" not in path:
        return path
    raw = _ESCAPE.sub(_bytes_of, path.encode("utf-8", "replace"))
    return raw.decode("utf-8", "replace")


def _bytes_of(escape: re.Match[bytes]) -> bytes:
    code = escape[1]
    return bytes([int(code, 8) & 0xFF]) if len(code) == 3 else _CONTROLS.get(code, code)


@dataclass(frozen=True, slots=True)
class RowFormat:
    """How a program writes a file."""

    name: str
    row: re.Pattern[str]
    """Groups: `path`, and `size` and `kind` where it writes them."""
    path_of: Callable[[str], str] = _plain


_FORMATS = (
    RowFormat(
        "find -ls",
        re.compile(rf" *\d+ +\d+ +{_MODE} +\d+ +\S+ +\S+ +{_SIZE} +{_DATE} (?P<path>.+)"),
        _unescaped,
    ),
    RowFormat(
        "ls -l",
        re.compile(rf" *(?:\d+ +)?{_MODE} +\d+ +\S+ +(?:\S+ +)?{_SIZE} +{_DATE} (?P<path>.+)"),
    ),
    RowFormat("tar -tv", re.compile(rf"{_MODE} \S+/\S+ +{_SIZE} {_DATE} (?P<path>.+)")),
    RowFormat(
        "zipinfo",
        re.compile(rf"{_MODE} +\d\.\d \w{{3}} +{_SIZE} +\S+ +\S+ [\w-]+ \d\d:\d\d (?P<path>.+)"),
    ),
    RowFormat("unzip -l", re.compile(rf" *{_SIZE} +{_DATE} {{1,3}}(?P<path>\S.*)")),
    RowFormat(
        "unzip -v",
        re.compile(rf" *{_SIZE} +\w+:?\w* +\d+ +-?\d+% +{_DATE} [0-9a-f]{{8}} {{1,2}}(?P<path>.+)"),
    ),
    RowFormat(
        "7z l",
        re.compile(
            rf"{_ISO} (?P<kind>[D.])[A-Z.]{{4}} (?P<size>[ \d]{{12}}) [ \d]{{12}}  (?P<path>.+)"
        ),
    ),
    RowFormat("unrar l", re.compile(rf"[ *]*[A-Z.-]{{5,11}} +{_SIZE} +{_DATE}  (?P<path>.+)")),
    RowFormat("dir", re.compile(rf"{_US} +(?:<DIR>|{_SIZE}) +(?P<path>\S.*)")),
)
"""The ones that say most come first; the first that fits most of the lines is taken."""

_FURNITURE = re.compile(
    r"total \S+|Archive: .*|[- =]+| *Length +.*| *\d+ +\d+ files?.*| *Date +Time .*"
    r"|Listing archive.*"
    r"|-- *|(?:Path|Type|Physical Size|Method|Solid|Blocks|Headers Size) = .*|Details: .*"
    r"|\d+ files?, .*|Zip file size: .*| *Attributes +Size .*|Volume .*| *\d+ File\(s\).*"
)
"""Lines around the rows."""
_ARCHIVE = re.compile(r"^(?:Archive:|Listing archive:|Path =) +(\S.*)$", re.MULTILINE)


def format_of(lines: Sequence[str]) -> RowFormat | None:
    """How the lines are written. Returns None if no format fits most of them."""
    rows = [line[:LONGEST] for line in lines if not _FURNITURE.fullmatch(line[:LONGEST].rstrip())]
    sample = rows[:200]
    for kind in _FORMATS:
        fitting = sum(kind.row.fullmatch(row) is not None for row in sample)
        if fitting and 5 * fitting >= 4 * len(sample):
            return kind
    return None


def nodes(lines: Sequence[str], kind: RowFormat) -> list[Node]:
    """The files and folders of lines that are written in a format; other lines are passed over."""
    listed: list[Node] = []
    for line in lines:
        matched = kind.row.fullmatch(line[:LONGEST])
        if matched is None:
            continue
        groups = matched.groupdict()
        mode = groups.get("kind") or "-"
        if mode not in "-d.D":  # links and devices are no files
            continue
        path = kind.path_of(groups["path"])
        size = size_of(groups["size"]) if groups.get("size") else None
        is_folder = mode in "dD" or path.endswith("/") or (kind.name == "dir" and size is None)
        listed.append(Node(path, None if is_folder else size, is_folder))
    return listed


def archive_name(text: str) -> str | None:
    """The archive that a listing says it is of. Returns None if it says none."""
    matched = _ARCHIVE.search(text[:LONGEST])
    return matched[1].strip() if matched else None
