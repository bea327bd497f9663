"""Listings that draw a tree: `tree` with its options, in any character set, and that of Windows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models.content.listings.node import LONGEST, Node, size_of

_DRAWN = re.compile(r"^([\s│┃║]*)[├└┝┗╠╚╰][─━═]{1,4}[┬┐]? ?(.*)$")
_IN_ASCII = re.compile(r"^([\s|]*)[|`+\\]-{2,4} ?(.*)$")
"""Where no line is drawn: a file may be called `+-- Intro`."""
_BESIDE = re.compile(r"^([\s│┃|]*)(\S.*)$")
"""A file of Windows' tree: it hangs on no branch."""
_RULE = re.compile(r"[\s│┃|]*")
_COUNT = re.compile(r"\d+ director(?:y|ies)(?:, \d+ files?)?|[\d.,]+[KMGT]? used in .*")
_WINDOWS = re.compile(r"(?:Folder PATH listing|Volume serial number|Auflistung der|Volumes?eri).*")
_DETAILS = re.compile(
    r"\[(?P<kind>[-dlbcps])?(?:[rwxsStT-]{9})?[^\]\[]{0,40}?\s*"
    r"(?P<size>\d+(?:\.\d+)?[KMGT]?)(?: +\w{3} +\d{1,2} +[\d:]{4,5})?\] {1,2}(?P<name>.+)"
)
"""What `tree -s`, `-h`, `-p` and `-D` write before a name."""
_DRIVE = re.compile(r"^[A-Za-z]:(?![\\/])")
"""What Windows writes before the root, which is mostly a dot."""
_LINK = re.compile(r" -> .*$")


@dataclass(slots=True)
class _Label:
    """A line of a tree."""

    column: int
    """Where its branch begins; -1 for the root."""
    text: str
    is_file: bool
    """Whether it hangs on no branch, as files of Windows' tree."""


def is_tree(lines: Sequence[str]) -> bool:
    """Whether most of the lines hang on branches, or Windows says so."""
    branch_of = _branch_of(lines)
    branches = sum(branch_of.match(line[:LONGEST]) is not None for line in lines)
    rules = sum(_BESIDE.match(line) is not None and line[0] in "│┃|" for line in lines)
    is_of_windows = any(_WINDOWS.match(line[:LONGEST]) for line in lines[:3])
    return is_of_windows or (branches > 0 and 2 * (branches + rules) >= len(lines) - 4)


def nodes(lines: Sequence[str]) -> list[Node]:
    """The files and folders, with the root in front of their paths."""
    labels = _labels(lines)
    _take_marks(labels)
    sizes = _take_details(labels)
    parents: list[tuple[int, str]] = []
    """The folders around the present line: where they begin, and their paths."""
    listed: list[Node] = []
    for place, label in enumerate(labels):
        while parents and parents[-1][0] >= label.column:
            parents.pop()
        above = parents[-1][1] if parents else ""
        path = _joined(above, label.text)
        below = labels[place + 1] if place + 1 < len(labels) else None
        is_above = below is not None and below.column > label.column and not label.is_file
        is_folder = is_above or label.text.endswith("/") or label.column < 0
        if is_folder:
            parents.append((label.column, path))
        size, kind = sizes[place]
        if kind != "l":
            listed.append(Node(path, None if is_folder else size, is_folder or kind == "d"))
    return listed


def _branch_of(lines: Sequence[str]) -> re.Pattern[str]:
    """How the branches of a tree are drawn."""
    is_drawn = any(_DRAWN.match(line[:LONGEST]) for line in lines)
    return _DRAWN if is_drawn else _IN_ASCII


def _labels(lines: Sequence[str]) -> list[_Label]:
    branch_of = _branch_of(lines)
    labels: list[_Label] = []
    for line in lines:
        text = line[:LONGEST].rstrip()
        branch = branch_of.match(text)
        if branch is not None:
            labels.append(_Label(len(branch[1]), branch[2], is_file=False))
        elif _RULE.fullmatch(text) or _COUNT.fullmatch(text) or _WINDOWS.fullmatch(text):
            continue
        elif not text[0].isspace() and text[0] not in "│┃|":
            labels.append(_Label(-1, _DRIVE.sub("", text) or ".", is_file=False))
        elif (beside := _BESIDE.match(text)) is not None:
            labels.append(_Label(max(0, len(beside[1]) - 4), beside[2], is_file=True))
    return labels


def _take_marks(labels: list[_Label]) -> None:
    """Take the targets off links: what they lead to is no file here."""
    for label in labels:
        if label.column >= 0:
            label.text = _LINK.sub("@", label.text)


def _take_details(labels: list[_Label]) -> list[tuple[int | None, str | None]]:
    """Take sizes and kinds off the names, if all of the lines have them: names have brackets too.

    Returns:
        The size and the kind of each line, None where they are unknown.
    """
    matches = [_DETAILS.fullmatch(label.text) for label in labels]
    branches = [match for match, label in zip(matches, labels, strict=True) if label.column >= 0]
    if not branches or any(match is None for match in branches):
        return [(None, "l" if label.text.endswith("@") else None) for label in labels]
    details: list[tuple[int | None, str | None]] = []
    for label, match in zip(labels, matches, strict=True):
        if match is None:
            details.append((None, None))
            continue
        label.text = match["name"]
        is_link = match["kind"] == "l" or label.text.endswith("@")
        details.append((size_of(match["size"]), "l" if is_link else match["kind"]))
    return details


def _joined(above: str, label: str) -> str:
    """The path of a line; `tree -f` writes all of it already."""
    if not above or label.startswith(f"{above.rstrip('/')}/"):
        return label
    return f"{above.rstrip('/')}/{label}"
