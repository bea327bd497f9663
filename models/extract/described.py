"""What rules for one medium alone read: those of software and of books.

The rules of a medium are loaded when its first name comes: their many expressions take a moment,
and most names are audio or video.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from models.extract.evidence.details import Described, Detail
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
