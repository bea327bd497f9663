"""A folder as a subject: its files in the order of their names, as a torrent of it would have them.

Links are not followed, so nothing outside of the folder is read and no loop is entered. Devices,
pipes and sockets are passed over, and no file is opened.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from models.content.bounds import Bounds, Budget, Exceeded
from models.content.content import Content, SourceKind, Unreadable
from models.content.inventory import Inventory
from models.content.paths import own_name, shown
from schemas.torrent import kept_indexes

DEEPEST = 64
"""Folders in one another that are entered."""


def read_folder(path: Path, bounds: Bounds | None = None) -> Content:
    """Read a folder and the folders in it.

    What could not be read, and links, become notes.

    Raises:
        Unreadable: the folder itself may not be read, or has no name.
    """
    return _walked(path, bounds).inventory.content(own_name(path), SourceKind.FOLDER)


def read_folder_on_disk(path: Path, bounds: Bounds | None = None) -> tuple[Content, list[str]]:
    """Read a folder, and the paths of its files as they are on disk, in the same order.

    Paths of a subject are cleaned; these are not. They begin with the name of the folder, and bytes
    that are no text are half surrogates, as `os.fsdecode` has them.

    Raises:
        Unreadable: as `read_folder`.
    """
    walk = _walked(path, bounds)
    content = walk.inventory.content(own_name(path), SourceKind.FOLDER)
    root = os.path.basename(os.path.abspath(path))  # noqa: PTH100, PTH119 (as `own_name`)
    paths = [f"{root}/{os.fsdecode(entry)}" for entry in walk.paths]
    return content, [paths[index] for index in kept_indexes(walk.sizes)]


def _walked(path: Path, bounds: Bounds | None) -> "_Walk":
    walk = _Walk(os.fsencode(path), Budget(bounds or Bounds()))
    try:
        walk.run()
    except Exceeded as error:
        walk.inventory.end_early(str(error))
    except OSError as error:
        raise Unreadable(f"{shown(path)}: {error.strerror or error}") from error
    walk.take_notes()
    return walk


class _Walk:
    """A walk through a folder, with what was passed over on the way."""

    def __init__(self, root: bytes, budget: Budget) -> None:
        self._root = root
        self._budget = budget
        self._links = 0
        self._devices = 0
        self._unreadable: list[str] = []
        self._too_deep = 0
        self.inventory = Inventory()
        self.paths: list[bytes] = []
        self.sizes: list[int | None] = []

    def run(self) -> None:
        """Take every file.

        Raises:
            Exceeded: a bound was reached.
            OSError: the folder itself may not be read.
        """
        levels = [self._entries(self._root)]
        parts: list[bytes] = []
        while levels:
            entry = next(levels[-1], None)
            if entry is None:
                levels.pop()
                del parts[len(levels) - 1 :]
                continue
            if not self._is_folder(entry):
                self._take(entry, parts)
                continue
            if len(levels) == DEEPEST:
                self._too_deep += 1
                continue
            try:
                below = self._entries(entry.path)
            except OSError:
                self._unreadable.append(_shown([*parts, entry.name]))
                continue
            levels.append(below)
            parts.append(entry.name)

    def _entries(self, path: bytes) -> Iterator[os.DirEntry[bytes]]:
        """What is in a folder, in the order of the names' bytes."""
        entries = []
        with os.scandir(path) as listed:
            for entry in listed:
                self._budget.take_entry()
                entries.append(entry)
        return iter(sorted(entries, key=lambda entry: entry.name))

    def _is_folder(self, entry: os.DirEntry[bytes]) -> bool:
        try:
            return entry.is_dir(follow_symlinks=False)
        except OSError:
            return False

    def _take(self, entry: os.DirEntry[bytes], parts: list[bytes]) -> None:
        path = [*parts, entry.name]
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            self._unreadable.append(_shown(path))
            return
        if stat.S_ISREG(status.st_mode):
            self.paths.append(b"/".join(path))
            self.sizes.append(status.st_size)
            self.inventory.add(self.paths[-1], status.st_size)
        elif stat.S_ISLNK(status.st_mode):
            self._links += 1
        else:
            self._devices += 1

    def take_notes(self) -> None:
        """Say what was passed over."""
        notes = self.inventory.note
        if self._links:
            notes(f"links that were not followed: {self._links:,}")
        if self._devices:
            notes(f"devices, pipes and sockets that were passed over: {self._devices:,}")
        if self._too_deep:
            notes(f"folders below {DEEPEST} others that were not entered: {self._too_deep:,}")
        for place in self._unreadable[:3]:
            notes(f"{place} could not be read")
        if len(self._unreadable) > 3:
            notes(f"{len(self._unreadable) - 3:,} more could not be read")


def _shown(parts: list[bytes]) -> str:
    return b"/".join(parts).decode("utf-8", "replace")
