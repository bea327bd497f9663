"""Archives of `.torrent` files: tar, compressed or not and from a pipe, and zip."""

import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime

from models.content.archives.forward import ForwardStream
from models.content.archives.tar import TAR_ERRORS, Members, is_tar
from models.content.metainfo.torrent_file import torrent_bytes
from streams.replay.builder import Builder
from streams.replay.dump import Dump, DumpUnreadable, Stopped
from streams.replay.dump_reader import DumpReader
from streams.replay.reader import Format, Place
from streams.replay.torrent_files.members import Member, MemberReader

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ENCRYPTED = 0x1
_FIRST_YEAR = 2001
"""Of BitTorrent."""
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    NotImplementedError,
)


class Tar(DumpReader, MemberReader):
    """Reads a tar from its first byte to its last, without going back."""

    def __init__(self, dump: Dump, builder: Builder) -> None:
        DumpReader.__init__(self, dump)
        MemberReader.__init__(self, builder)
        self._start = 0
        self._offset = 0
        self._fault: str | None = None

    @property
    def fault(self) -> str | None:
        """Why the archive ended before its end, None if it did not."""
        return super().fault or self._fault

    @property
    def place(self) -> Place:
        """How many expanded bytes the last member ends after."""
        return {"number": self._number, "offset": self._offset}

    def skip_to(self, place: Place) -> None:
        """Begin behind a member."""
        number = int(place["number"])
        self._start = self._offset = int(place["offset"])
        self._dump.skip(self._start)
        self._number = number

    def _members(self) -> Iterator[Member]:
        stream = ForwardStream(_arriving(self._dump))
        members = Members(stream)
        try:
            for header in members:
                if self._dump.is_stopped():  # an archive may hold no file for long
                    raise Stopped
                if header.isreg():
                    member = _tar_member(stream, header)
                    self._offset = self._start + members.offset
                    yield member
        except TAR_ERRORS as error:
            is_at_end = self._start > 0 and stream.tell() == 0
            self._fault = None if is_at_end else f"the archive is damaged: {error}"
            return
        if not stream.ended_well:
            self._fault = "the archive is damaged or torn"


def _arriving(dump: Dump) -> Iterator[bytes]:
    """The pieces of a dump.

    Raises:
        Stopped: the user did not wait for a pipe.
    """
    for piece in dump.pieces():
        if not piece and dump.is_stopped():
            raise Stopped
        yield piece


def _tar_member(stream: ForwardStream, header: tarfile.TarInfo) -> Member:
    stream.seek(header.offset_data)
    end = header.offset_data + header.size
    data = torrent_bytes(lambda length: stream.take(min(length, end - stream.tell())))
    return Member(header.name, data, header.mtime)


class Zip(MemberReader):
    """Reads a zip in the order of its list of members, which is held in memory."""

    def __init__(self, dump: Dump, builder: Builder) -> None:
        """Open the archive.

        Raises:
            DumpUnreadable: it is a pipe, compressed once more, or has no list of members.
        """
        super().__init__(builder)
        if not dump.is_file or dump.path is None or dump.compression != "plain":
            raise DumpUnreadable(f"{dump.name}: a zip must be a plain file: save it first")
        dump.close()
        try:
            self._archive = zipfile.ZipFile(dump.path)
        except _ZIP_ERRORS as error:
            raise DumpUnreadable(
                f"{dump.name} is no zip, or it is torn: {error}; expected: {ZIP.expects}"
            ) from error
        self._listed = self._archive.infolist()
        self._index = 0
        self.fault: str | None = None

    @property
    def fraction(self) -> float | None:
        """The share of members that were read."""
        return self._index / len(self._listed) if self._listed else 1.0

    @property
    def place(self) -> Place:
        """How many members were read."""
        return {"number": self._number, "index": self._index}

    def skip_to(self, place: Place) -> None:
        """Begin behind a member."""
        self._index = int(place["index"])
        self._number = int(place["number"])

    def close(self) -> None:
        """Close the archive."""
        self._archive.close()

    def _members(self) -> Iterator[Member]:
        while self._index < len(self._listed):
            entry = self._listed[self._index]
            self._index += 1
            if not entry.filename.endswith("/"):  # `is_dir` fails for a name that is empty
                yield self._member(entry)

    def _member(self, entry: zipfile.ZipInfo) -> Member:
        if entry.flag_bits & _ENCRYPTED:
            return Member(entry.filename, fault="encrypted")
        try:
            with self._archive.open(entry) as stream:
                data = torrent_bytes(stream.read)
        except _ZIP_ERRORS:
            return Member(entry.filename, fault="damaged")
        try:
            written_at = datetime(*entry.date_time, tzinfo=UTC).timestamp()
        except ValueError:  # a month 0
            written_at = None
        if entry.date_time[0] < _FIRST_YEAR:  # 1980 is how a zip says that it does not know
            written_at = None
        return Member(entry.filename, data, written_at)


def _is_zip(dump: Dump) -> bool:
    return dump.head.startswith(_ZIP)


TAR = Format(
    name="torrent-tar",
    expects="a tar of .torrent files; an infohash is made of each",
    fits=lambda dump: is_tar(dump.head),
    open=Tar,
)
ZIP = Format(
    name="torrent-zip",
    expects="a zip of .torrent files; an infohash is made of each",
    fits=_is_zip,
    open=Zip,
)
