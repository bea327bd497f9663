"""The members of a tar, from its first byte to its last."""

import tarfile
from collections.abc import Iterator

from models.content.archives.entry import Damaged, Entry
from models.content.archives.forward import TarBytes

TAR_ERRORS = (tarfile.TarError, ValueError, OverflowError, RecursionError)
"""What `tarfile` raises for damaged headers. Names upon names make it call itself without end."""

BLOCK = 512
"""Bytes by which a tar is told."""


class Members:
    """The headers of a tar, one after the other, with nothing remembered."""

    def __init__(self, stream: TarBytes) -> None:
        self._stream = stream
        self.offset = 0
        """Bytes from the beginning to the end of the last member."""

    def __iter__(self) -> Iterator[tarfile.TarInfo]:
        # Typed for files that are also written; reading asks for no more than these have.
        tar = tarfile.TarFile(fileobj=self._stream, mode="r", errors="surrogateescape")  # type: ignore[arg-type]
        while (header := tar.next()) is not None:
            self._stream.begin_member()
            self.offset = tar.offset
            yield header
            tar.members.clear()  # type: ignore[attr-defined]  # it would remember every one


def is_tar(head: bytes) -> bool:
    """Whether bytes begin with the header of a tar, its checksum right."""
    try:
        tarfile.TarInfo.frombuf(head[:BLOCK], "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return False
    return True


def entries(stream: TarBytes) -> Iterator[Entry]:
    """The entries in their order.

    Raises:
        Damaged: a header is damaged, or the end is missing.
    """
    try:
        for header in Members(stream):
            path = header.name.encode("utf-8", "surrogateescape")
            yield Entry(path, header.size, header.isreg())
    except TAR_ERRORS as error:
        raise Damaged("the archive is damaged or torn") from error
    if not stream.ended_well:
        raise Damaged("the archive is damaged or torn")
