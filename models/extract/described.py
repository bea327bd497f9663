"""What rules for one medium alone read: those of software and of books.

The rules of a medium are loaded when its first name comes: their many expressions take a moment,
and most names are audio or video.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from models.extract.evidence.details import Described, Detail
from models.extract.names.words import readable
from schemas import MEDIUM_OF, Medium, Subcategory, TorrentFile

if TYPE_CHECKING:
    from types import ModuleType


def described(name: str, subcategory: Subcategory) -> Described | None:
    """What a name says of a program or a book. Returns None for other media."""
    rules = _rules(subcategory)
    if rules is None:
        return None
    answer: Described = rules.read(name, subcategory)
    return answer


def described_by_files(
    name: str, files: Sequence[TorrentFile], subcategory: Subcategory
) -> list[Detail]:
    """What the files of a program or a book say; nothing of other media."""
    rules = _rules(subcategory)
    if rules is None or not files:
        return []
    from models.extract.rules.file_details import details_of_files

    return [*rules.of_files(files), *details_of_files(rules.read, name, files, subcategory)]


def may_be_author(name: str, start: int, end: int) -> bool:
    """Whether what the tagger takes for the author of a book can be one.

    It is a whole part of the name beside a dash or a bracket, or several words that have the shape
    of a person's name, or a single one that begins a Russian name: `Author. Title`.
    """
    from models.extract.rules.books.persons import is_persons

    sides = (name[:start].rstrip(_SPACES)[-1:], name[end:].lstrip(_SPACES)[:1])
    if any(side in _EDGES for side in sides) and all(side in ("", *_EDGES) for side in sides):
        return True
    text = readable(name[start:end])
    if not (text[0].isupper() or text[0].islower()):
        return True  # scripts without capitals have no shape to look at
    is_first = not text.isascii() and not start
    return is_persons(text) and (" " in text or is_first or any(side in _EDGES for side in sides))


_SPACES = " ._"
_EDGES = (*"-–—([{}])",)
"""What parts an author from a title."""


def _rules(subcategory: Subcategory) -> "ModuleType | None":
    """The module that reads names of a class."""
    match MEDIUM_OF[subcategory]:
        case Medium.SOFTWARE:
            from models.extract.rules.software import record as software

            return software
        case Medium.BOOK:
            from models.extract.rules.books import record as books

            return books
        case _:
            return None
