"""A file list as a tree of folders."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from infra.postgres.search import File

DEEPEST = 12
"""Folders within folders that are drawn; what is deeper is named by the rest of its path."""
OPEN = 60
"""A tree of no more files is shown open."""


@dataclass(slots=True)
class Folder:
    """A folder, the folders in it, and its files."""

    name: str
    folders: dict[str, "Folder"] = field(default_factory=dict)
    files: list[tuple[str, File]] = field(default_factory=list)
    """The last part of the path, and the file."""
    size: int = 0
    count: int = 0


def tree(files: Sequence[File]) -> Folder:
    """The tree of a file list, in the order of the list. Sizes that are unknown count as nothing.

    A folder that holds a single folder and nothing else is one with it.
    """
    root = Folder("")
    for file in files:
        parts = file.path.split("/", DEEPEST)
        folder = root
        _count(folder, file)
        for name in parts[:-1]:
            folder = folder.folders.setdefault(name, Folder(name))
            _count(folder, file)
        folder.files.append((parts[-1], file))
    _join(root)
    return root


def _count(folder: Folder, file: File) -> None:
    folder.size += file.size or 0
    folder.count += 1


def _join(folder: Folder) -> None:
    for child in folder.folders.values():
        while not child.files and len(child.folders) == 1:
            (only,) = child.folders.values()
            child.name = f"{child.name}/{only.name}"
            child.folders = only.folders
            child.files = only.files
        _join(child)
