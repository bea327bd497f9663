"""The MusicBrainz JSON dumps of artists and release groups, read as a stream.

Format: https://musicbrainz.org/doc/Development/JSON_Data_Dumps: a tar of `mbdump/artist` (one JSON object a line, as the web
service gives it) beside TIMESTAMP and others. Also read: the extracted folder, and the bare JSON lines, compressed or not.
"""

import gzip
import io
import lzma
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from datetime import date as Date  # noqa: N812 (a field of Dump is named date)
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, cast

import orjson
import zstandard

from models.match.errors import DumpUnreadable
from schemas import MAX_TEXT, clean_text

KEPT_ERRORS = 50
"""Bad lines that are kept with their text; the rest are only counted."""


class Kind(StrEnum):
    """Which dump: also the name of the tar's member."""

    ARTIST = "artist"
    RELEASE_GROUP = "release-group"


@dataclass(frozen=True, slots=True)
class Artist:
    """What is kept of an artist."""

    mbid: str
    name: str
    sort_name: str | None = None
    aliases: tuple[str, ...] = ()
    disambiguation: str | None = None
    type: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """One artist of a release group's credit: as credited, and what joins it to the next (" feat. ", " & ")."""

    mbid: str
    name: str
    credited: str
    join: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseGroup:
    """What is kept of a release group."""

    mbid: str
    title: str
    credits: tuple[Credit, ...] = ()
    first_year: int | None = None
    primary_type: str | None = None
    secondary_types: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def credit_text(self) -> str:
        """The credit as printed: "A feat. B"."""
        return "".join(credit.credited + credit.join for credit in self.credits).strip()[:MAX_TEXT]


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no entity: its number (1-based) and why."""

    number: int
    reason: str


@dataclass
class Dump:
    """One dump. Iterate once; `date`, `read`, `bad_lines` and `position` tell how it goes.

    Raises (while iterating):
        DumpUnreadable: missing, cut short, not a dump of this kind.
    """

    path: Path
    kind: Kind
    date: Date | None = None
    read: int = 0
    bad: int = 0
    bad_lines: list[BadLine] = field(default_factory=list)
    _file: BinaryIO | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not self.path.exists():
            raise DumpUnreadable(f"{self.path}: no such file; give the MusicBrainz JSON dump of {self.kind}s")
        if self.path.is_dir():
            self.path, folder = self._inside(self.path), self.path
            stamps = [stamp for stamp in (folder / "TIMESTAMP", folder.parent / "TIMESTAMP") if stamp.is_file()]
            self.date = _stamp(stamps[0].read_bytes()) if stamps else None

    @property
    def size(self) -> int:
        """Bytes of the file as it lies on disk."""
        return self.path.stat().st_size

    @property
    def position(self) -> int:
        """Bytes of the file read so far."""
        return self._file.tell() if self._file is not None and not self._file.closed else self.size if self.read else 0

    def dated(self, given: Date | None = None) -> Date:
        """The dump's date: as given, else of its TIMESTAMP (known once it was read), else of the file."""
        return given or self.date or datetime.fromtimestamp(self.path.stat().st_mtime, UTC).date()

    def artists(self) -> Iterator[Artist]:
        """The artists of an artist dump, in its order."""
        assert self.kind is Kind.ARTIST
        return cast(Iterator[Artist], self._entities())

    def release_groups(self) -> Iterator[ReleaseGroup]:
        """The release groups of a release-group dump, in its order."""
        assert self.kind is Kind.RELEASE_GROUP
        return cast(Iterator[ReleaseGroup], self._entities())

    def _entities(self) -> Iterator[Artist | ReleaseGroup]:
        parse = _artist if self.kind is Kind.ARTIST else _release_group
        try:
            for number, line in enumerate(self._lines(), 1):
                if not line.strip():
                    continue
                try:
                    entity = parse(orjson.loads(line))
                except (ValueError, TypeError, KeyError, AttributeError) as error:
                    self.bad += 1
                    if len(self.bad_lines) < KEPT_ERRORS:
                        self.bad_lines.append(BadLine(number, f"{type(error).__name__}: {clean_text(str(error))[:120]}"))
                    continue
                self.read += 1
                yield entity
        except (EOFError, OSError, lzma.LZMAError, tarfile.TarError, zstandard.ZstdError) as error:
            raise DumpUnreadable(f"{self.path}: {error}; the file is damaged or cut short, fetch it again") from error
        if self.read == 0:
            first = f"; line {self.bad_lines[0].number}: {self.bad_lines[0].reason}" if self.bad_lines else ""
            raise DumpUnreadable(f"{self.path}: no {self.kind} in it{first}")

    def _lines(self) -> Iterator[bytes]:
        with self.path.open("rb") as raw:
            self._file = raw
            stream = _decompressed(raw)
            # Bytes 257-262 of a tar header say "ustar" (POSIX.1-1988).
            if stream.peek(512)[257:262] != b"ustar":
                yield from stream
                return
            seen = []
            with tarfile.open(fileobj=stream, mode="r|") as tar:
                for member in tar:
                    content = tar.extractfile(member)
                    seen.append(member.name)
                    if content is None:
                        continue
                    if member.name.removeprefix("./") == "TIMESTAMP":
                        self.date = _stamp(content.read(64))
                    elif member.name.removeprefix("./") == f"mbdump/{self.kind}":
                        yield from content
            if not any(name.endswith(f"mbdump/{self.kind}") for name in seen):
                raise DumpUnreadable(f"{self.path}: no mbdump/{self.kind} in it; it holds {', '.join(seen[:8])}")

    def _inside(self, folder: Path) -> Path:
        for path in (folder / "mbdump" / self.kind, folder / self.kind):
            if path.is_file():
                return path
        raise DumpUnreadable(f"{folder}: no mbdump/{self.kind} in it")


def _decompressed(raw: BinaryIO) -> io.BufferedReader:
    magic = raw.read(6)
    raw.seek(0)
    if magic.startswith(b"\xfd7zXZ\x00"):
        return io.BufferedReader(cast(Any, lzma.open(raw)), 1 << 20)
    if magic.startswith(b"\x1f\x8b"):
        return io.BufferedReader(cast(Any, gzip.open(raw)), 1 << 20)
    if magic.startswith(b"\x28\xb5\x2f\xfd"):
        return io.BufferedReader(cast(Any, zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True)), 1 << 20)
    return io.BufferedReader(cast(Any, raw), 1 << 20)


def _stamp(content: bytes) -> Date | None:
    try:
        return Date.fromisoformat(content[:10].decode("ascii"))
    except ValueError:
        return None


def _artist(raw: dict[str, Any]) -> Artist:
    return Artist(
        mbid=_mbid(raw["id"]),
        name=_required(raw["name"]),
        sort_name=_text(raw.get("sort-name")),
        aliases=_aliases(raw),
        disambiguation=_text(raw.get("disambiguation")),
        type=_text(raw.get("type")),
        country=_text(raw.get("country")),
    )


def _release_group(raw: dict[str, Any]) -> ReleaseGroup:
    parts = []
    for part in raw.get("artist-credit") or ():
        name = _required(part["artist"]["name"])
        parts.append(Credit(_mbid(part["artist"]["id"]), name, _text(part.get("name")) or name, part.get("joinphrase") or ""))
    return ReleaseGroup(
        mbid=_mbid(raw["id"]),
        title=_required(raw["title"]),
        credits=tuple(parts),
        first_year=_year(raw.get("first-release-date")),
        primary_type=_text(raw.get("primary-type")),
        secondary_types=tuple(filter(None, map(_text, raw.get("secondary-types") or ()))),
        aliases=_aliases(raw),
    )


def _aliases(raw: dict[str, Any]) -> tuple[str, ...]:
    names = (_text(alias.get("name")) for alias in raw.get("aliases") or ())
    return tuple(dict.fromkeys(name for name in names if name))


def _mbid(value: object) -> str:
    text = str(value).lower()
    if len(text) != 36 or [len(part) for part in text.split("-")] != [8, 4, 4, 4, 12]:
        raise ValueError(f"not an MBID: {text[:60]!r}")
    int(text.replace("-", ""), 16)
    return text


def _text(value: object) -> str | None:
    return clean_text(value)[:MAX_TEXT].strip() or None if isinstance(value, str) else None


def _required(value: object) -> str:
    text = _text(value)
    if text is None:
        raise ValueError("an empty name")
    return text


def _year(value: object) -> int | None:
    if not isinstance(value, str) or not value[:4].isdigit():
        return None
    year = int(value[:4])
    return year if 1000 <= year <= 2100 else None  # the limits of schemas.Year
