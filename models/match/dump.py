"""The MusicBrainz JSON dumps of artists, release groups and releases, read as a stream.

A dump is a tar of `mbdump/artist` (one JSON object a line, as the web service gives it) beside
TIMESTAMP and others: https://musicbrainz.org/doc/Development/JSON_Data_Dumps. Also read are the
extracted folder, and the bare JSON lines, compressed or not.
"""

import gzip
import io
import lzma
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from datetime import date as Date  # noqa: N812 (a field of Dump is named date)
from pathlib import Path
from typing import Any, BinaryIO, cast

import orjson
import zstandard

from models.match.entities import PARSERS, Entity, Kind
from models.match.errors import DumpUnreadable
from schemas import clean_text

KEPT_ERRORS = 50
"""Bad lines that are kept with their text; the rest are only counted."""

_BUFFER = 1 << 20
"""Bytes that are decompressed at a time."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no entity: its number (1-based) and why."""

    number: int
    reason: str


@dataclass
class Dump:
    """One dump. Iterate once; `date`, `line`, `bad_lines` and `position` tell how it goes.

    Raises (while iterating):
        DumpUnreadable: missing, cut short, not a dump of this kind.
    """

    path: Path
    kind: Kind
    date: Date | None = None
    line: int = 0
    """Lines read so far, the last yielded entity's among them."""
    read: int = 0
    bad: int = 0
    bad_lines: list[BadLine] = field(default_factory=list)
    _file: BinaryIO | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not self.path.exists():
            raise DumpUnreadable(
                f"{self.path}: no such file; give the MusicBrainz JSON dump of {self.kind}s"
            )
        if self.path.is_dir():
            folder = self.path
            self.path = self._inside(folder)
            self.date = _dated(folder)

    @property
    def size(self) -> int:
        """Bytes of the file as it lies on disk."""
        return self.path.stat().st_size

    @property
    def position(self) -> int:
        """Bytes of the file read so far."""
        if self._file is not None and not self._file.closed:
            return self._file.tell()
        return self.size if self.line else 0

    @property
    def fingerprint(self) -> str:
        """Tells this file from another, and from itself once it was changed."""
        stat = self.path.stat()
        return f"{self.path.name} {stat.st_size} {stat.st_mtime_ns}"

    def dated(self, given: Date | None = None) -> Date:
        """The dump's date: as given, else that of its TIMESTAMP, else that of the file.

        The TIMESTAMP is known once the dump was read.
        """
        return given or self.date or datetime.fromtimestamp(self.path.stat().st_mtime, UTC).date()

    def entities(self, skip: int = 0) -> Iterator[Entity]:
        """The entities of the dump, in its order.

        Args:
            skip: lines at the start that are passed over unparsed. Whoever skips has set `read`,
                `bad` and `bad_lines` to what those lines came to.
        """
        try:
            for line in self._lines():
                self.line += 1
                if self.line <= skip or not line.strip():
                    continue
                entity = self._parsed(line)
                if entity is not None:
                    self.read += 1
                    yield entity
        except (EOFError, OSError, lzma.LZMAError, tarfile.TarError, zstandard.ZstdError) as error:
            raise DumpUnreadable(
                f"{self.path}: {error}; the file is damaged or cut short, fetch it again"
            ) from error
        if self.read == 0:
            raise DumpUnreadable(
                f"{self.path}: no {self.kind} in it{self._first_bad()}; "
                f"give the MusicBrainz JSON dump of {self.kind}s"
            )

    def _parsed(self, line: bytes) -> Entity | None:
        """The entity of a line. A line that is none is noted, and None is returned."""
        try:
            return PARSERS[self.kind](orjson.loads(line))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            self.bad += 1
            if len(self.bad_lines) < KEPT_ERRORS:
                reason = f"{type(error).__name__}: {clean_text(str(error))[:120]}"
                self.bad_lines.append(BadLine(self.line, reason))
            return None

    def _first_bad(self) -> str:
        if not self.bad_lines:
            return ""
        first = self.bad_lines[0]
        return f"; line {first.number}: {first.reason}"

    def _lines(self) -> Iterator[bytes]:
        with self.path.open("rb") as raw:
            self._file = raw
            stream = decompressed(raw)
            # Bytes 257-262 of a tar header say "ustar" (POSIX.1-1988).
            if stream.peek(512)[257:262] == b"ustar":
                yield from self._lines_of_tar(stream)
            else:
                yield from stream

    def _lines_of_tar(self, stream: io.BufferedReader) -> Iterator[bytes]:
        members = []
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            for member in tar:
                content = tar.extractfile(member)
                members.append(member.name)
                if content is None:
                    continue
                if member.name.removeprefix("./") == "TIMESTAMP":
                    self.date = _stamp(content.read(64))
                elif member.name.removeprefix("./") == f"mbdump/{self.kind}":
                    yield from content
        if not any(name.endswith(f"mbdump/{self.kind}") for name in members):
            raise DumpUnreadable(
                f"{self.path}: no mbdump/{self.kind} in it; it holds {', '.join(members[:8])}"
            )

    def _inside(self, folder: Path) -> Path:
        for path in (folder / "mbdump" / self.kind, folder / self.kind):
            if path.is_file():
                return path
        raise DumpUnreadable(
            f"{folder}: no mbdump/{self.kind} in it; "
            f"give the folder of the extracted dump of {self.kind}s"
        )


def decompressed(raw: BinaryIO) -> io.BufferedReader:
    """A file's content, whether it is xz, gzip, zstd or plain: told by its first bytes."""
    magic = raw.read(6)
    raw.seek(0)
    if magic.startswith(b"\xfd7zXZ\x00"):
        return _buffered(lzma.open(raw))
    if magic.startswith(b"\x1f\x8b"):
        return _buffered(gzip.open(raw))
    if magic.startswith(b"\x28\xb5\x2f\xfd"):
        frames = zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True)
        return _buffered(frames)
    return _buffered(raw)


def _buffered(content: object) -> io.BufferedReader:
    return io.BufferedReader(cast(Any, content), _BUFFER)


def _dated(folder: Path) -> Date | None:
    """The date of an extracted dump. Returns None if it does not say."""
    for stamp in (folder / "TIMESTAMP", folder.parent / "TIMESTAMP"):
        if stamp.is_file():
            return _stamp(stamp.read_bytes())
    return None


def _stamp(content: bytes) -> Date | None:
    try:
        return Date.fromisoformat(content[:10].decode("ascii"))
    except ValueError:
        return None
