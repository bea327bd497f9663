"""An archive as a subject: its kind, told by its bytes, and the list of what is in it."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from models.content.archives import rar, tar, works, zip_list
from models.content.archives.entry import Damaged, Entry, Incomplete
from models.content.archives.forward import ForwardStream, PlainFile
from models.content.archives.seven_zip import header as seven_zip
from models.content.archives.stems import claims_archive, stem
from models.content.bounds import Bounds, Budget, Exceeded
from models.content.compression import PIECE, Compression, Expander, compression_of
from models.content.content import Content, SourceKind, Unreadable
from models.content.inventory import Inventory
from models.content.metainfo.encodings import PAGES_OF_ARCHIVES
from models.content.paths import own_name, shown

HEAD = 512
"""Bytes by which an archive is told."""


def read_archive(path: Path, stream: BinaryIO, bounds: Bounds | None = None) -> Content | None:
    """List an archive.

    Args:
        path: its path, which names it.
        stream: its bytes, from the beginning.
        bounds: how much is read; what is beyond becomes a note.

    Returns:
        The subject, None if the file is no archive and does not claim to be one.

    Raises:
        Unreadable: it claims to be an archive and is none, or nothing of its list can be read.
    """
    budget = Budget(bounds or Bounds())
    try:
        entries = _entries(stream, budget)
    except Exceeded as error:
        raise Unreadable(f"{shown(path)}: {error}, and nothing was listed") from error
    if entries is None:
        _raise_if_claimed(path)
        return None
    inventory = Inventory(PAGES_OF_ARCHIVES)
    try:
        for entry in entries:
            budget.take_entry()
            if entry.is_file:
                inventory.add(entry.path, entry.size)
    except Damaged as error:
        if not len(inventory):
            raise Unreadable(f"{shown(path)}: {error}") from error
        inventory.end_early(str(error))
    except (Exceeded, Incomplete) as error:
        inventory.end_early(str(error))
    return _subject(path, stream, inventory)


def _subject(path: Path, stream: BinaryIO, inventory: Inventory) -> Content:
    """The archive as one work, or as what is in it."""
    name = stem(own_name(path))
    ending = works.ending_of(path.suffix[1:].lower(), inventory.paths())
    if ending is None:
        return inventory.content(name, SourceKind.ARCHIVE)
    work = Inventory()
    work.add(f"{name}.{ending}", stream.seek(0, 2))
    work.note(f"the {len(inventory):,} files in it are parts of one work, and are not listed")
    return work.content(name, SourceKind.ARCHIVE)


def _entries(stream: BinaryIO, budget: Budget) -> Iterator[Entry] | None:
    """The list of an archive. Returns None if it is none."""
    head = stream.read(HEAD)
    stream.seek(0)
    if head.startswith(zip_list.MAGIC):
        return zip_list.entries(stream)
    if head.startswith((rar.MAGIC_4, rar.MAGIC_5)):
        return rar.entries(stream)
    if head.startswith(seven_zip.MAGIC):
        return seven_zip.entries(stream)
    compression = compression_of(head)
    if compression is not None:
        return _compressed_tar(stream, compression, budget)
    return tar.entries(PlainFile(stream)) if tar.is_tar(head) else None


def _compressed_tar(
    stream: BinaryIO, compression: Compression, budget: Budget
) -> Iterator[Entry] | None:
    """A tar that was compressed. Returns None if something else was."""
    expander = Expander(compression)
    pieces = expander.pieces(budget.timed(iter(lambda: stream.read(PIECE), b"")))
    forward = ForwardStream(budget.counted(pieces))
    if not tar.is_tar(forward.peek(HEAD)):
        return None
    return _until_fault(tar.entries(forward), expander)


def _until_fault(entries: Iterator[Entry], expander: Expander) -> Iterator[Entry]:
    """The entries; if the compressed bytes ended too early, that is said, and not what came of it.

    Raises:
        Damaged: the compressed bytes or the tar in them are torn or damaged.
    """
    try:
        yield from entries
    except Damaged as error:
        raise Damaged(expander.fault or str(error)) from error


def _raise_if_claimed(path: Path) -> None:
    """Refuse what has the ending of an archive and is none.

    Raises:
        Unreadable: it is so.
    """
    if claims_archive(path.name):
        raise Unreadable(f"{shown(path)} is no archive, whatever its ending says, or is damaged")
