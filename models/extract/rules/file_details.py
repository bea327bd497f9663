"""What the names of a program's or a book's files say: versions, volumes, issues, regions.

`Photo Tool Pro` with `Photo Tool Pro 4.2.dmg` is version 4.2; `Paper Lighthouse` with the files
`v01` to `v05` has the volumes 1 to 5.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath

from models.extract.evidence.details import Described, Detail
from schemas import Subcategory, TorrentFile

Read = Callable[[str, Subcategory], Described]
"""The rules of a medium: what a name says."""

_OF_ALL = frozenset(
    {"version", "build", "edition", "platforms", "architectures", "regions"}
    | {"volume", "issue", "chapter", "publisher", "series", "series_number"}
)
"""Fields that belong to the torrent where its files agree on them."""
_COUNTED = frozenset({"volume", "issue", "chapter"})
"""Fields of which the first and the last file give a range."""

_MOST_FILES = 500
_FEWEST_LETTERS = 3
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W_]+")


def details_of_files(
    read: Read, name: str, files: Sequence[TorrentFile], subcategory: Subcategory
) -> Iterator[Detail]:
    """What the first and the last of the files say that are of the kind of the largest.

    Files that are not called by the first word of the torrent's name are not read: what a part of
    an installer is numbered by is no version.
    """
    paths = _main_paths(files[:_MOST_FILES])
    first_word = next(iter(_WORD.findall(name.casefold())), "")
    ends = [path for path in (paths[:1] + paths[-1:]) if first_word in path.name.casefold()]
    if len(first_word) < _FEWEST_LETTERS or len(ends) < min(len(paths), 2):
        return
    firsts, lasts = (_values(read(path.name, subcategory)) for path in (ends[0], ends[-1]))
    for field, value in firsts.items():
        last = lasts.get(field)
        if last == value:
            yield Detail(field, value, "file-name", path=str(ends[0]))
        elif field in _COUNTED and (span := _span(value, last)) is not None:
            yield Detail(field, span, "file-names", path=str(ends[0]))


def _main_paths(files: Sequence[TorrentFile]) -> list[PurePosixPath]:
    """The files that end as the largest does, in the order of their numbers."""
    if not files:
        return []
    largest = max(files, key=lambda file: (file.size or 0, file.path))
    ending = PurePosixPath(largest.path).suffix.lower()
    paths = [PurePosixPath(file.path) for file in files if file.path.lower().endswith(ending)]
    return sorted(paths, key=_natural)


def _natural(path: PurePosixPath) -> str:
    """A key by which 9 stands before 10."""
    return _NUMBER.sub(lambda number: number[0].zfill(9), path.name.casefold())


def _values(described: Described) -> dict[str, str | int | tuple[str, ...]]:
    told: dict[str, str | int | tuple[str, ...]] = {}
    for detail in described.details:
        if detail.field in _OF_ALL:
            told.setdefault(detail.field, detail.value)
    return told


def _span(first: object, last: object) -> str | None:
    """`1-5` of 1 and 5. Returns None if they are no whole numbers that rise."""
    texts = (str(first), str(last))
    if not all(text.isdecimal() for text in texts) or int(texts[0]) >= int(texts[1]):
        return None
    return "-".join(texts)
