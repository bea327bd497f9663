"""The files of one subject as they are gathered: paths cleaned, sizes bounded, notes kept."""

from collections.abc import Sequence

from models.content.content import Content, SourceKind, Unreadable
from models.content.metainfo.encodings import PAGES, Page, in_page, likeliest
from models.content.paths import inner_path
from schemas import MAX_FILES, MAX_PATH, TorrentFile
from schemas.torrent import kept_files, kept_name

LARGEST_SIZE = 1 << 62
"""Bytes; more is a lie, and no column holds it."""

_LONGEST = 4 * MAX_PATH
"""Bytes or characters that are kept of a path until it is cleaned: the tail names the file."""


class Inventory:
    """Files with their paths inside the subject, in the order in which they are added.

    Args:
        pages: the code pages that names which are no UTF-8 may be in.
    """

    def __init__(self, pages: Sequence[Page] = PAGES) -> None:
        self._pages = pages
        self._files: list[tuple[str | bytes, int | None]] = []
        self._notes: dict[str, None] = {}
        self._is_whole = True

    def __len__(self) -> int:
        return len(self._files)

    def paths(self) -> frozenset[str]:
        """The paths that are text."""
        return frozenset(path for path, _ in self._files if isinstance(path, str))

    def add(self, path: str | bytes, size: int | None) -> None:
        """Add a file, its path as it came and its size if that is known."""
        is_possible = size is not None and 0 <= size <= LARGEST_SIZE
        self._files.append((_text_or_bytes(path[-_LONGEST:]), size if is_possible else None))

    def note(self, text: str) -> None:
        """Say what was left out. The same is said once."""
        self._notes[text] = None

    def end_early(self, reason: str) -> None:
        """Say that there may be more files than were added: their total size is unknown."""
        self._is_whole = False
        self.note(reason)

    def content(self, name: str, source: SourceKind) -> Content:
        """The subject.

        Raises:
            Unreadable: the name is empty.
        """
        cleaned = kept_name(name, [])
        if not cleaned:
            raise Unreadable("the name is empty")
        files = self._kept(cleaned)
        if len(files) < len(self._files):
            self.note(f"the {MAX_FILES:,} largest of {len(self._files):,} files are kept")
        return Content(
            name=cleaned,
            size=self._total(),
            files=files,
            source=source,
            notes=tuple(self._notes),
        )

    def _kept(self, name: str) -> tuple[TorrentFile, ...]:
        odd = [path for path, _ in self._files if isinstance(path, bytes)]
        codec = likeliest(odd, pages=self._pages) if odd else None
        files = []
        for number, (path, size) in enumerate(self._files, start=1):
            text = in_page(path, codec) if isinstance(path, bytes) else path
            files.append((inner_path(text) or f"file-{number}", size))
        return kept_files(_below(name, files), [])

    def _total(self) -> int | None:
        sizes = [size for _, size in self._files if size is not None]
        total = sum(sizes)
        is_known = self._is_whole and len(sizes) == len(self._files) and total <= LARGEST_SIZE
        return total if is_known else None


def _text_or_bytes(path: str | bytes) -> str | bytes:
    """Text where the bytes are UTF-8; others wait until all are known, and then tell more."""
    if isinstance(path, str):
        return path
    try:
        return path.decode()
    except UnicodeDecodeError:
        return path


def _below(name: str, files: list[tuple[str, int | None]]) -> list[tuple[str, int | None]]:
    """The files without the folder around all of them, if that has the name of the subject.

    A torrent does not repeat its name in its paths either.
    """
    root = f"{name}/".lower()
    if not files or not all(path.lower().startswith(root) for path, _ in files):
        return files
    return [(path[len(root) :], size) for path, size in files]
