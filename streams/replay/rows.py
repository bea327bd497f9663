"""One record of a dump becomes a torrent, or a reason why not. Shared by every format."""

import binascii
import math
import re
import reprlib
from base64 import b32decode
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic import ValidationError

from schemas import Provenance, Swarm, Torrent, clean_text

_EARLIEST = 946_684_800
"""2000-01-01: BitTorrent is from 2001, so an older date is a wrong clock or an empty field (0)."""

_LATEST = 4_102_444_800
"""2100-01-01: milliseconds taken for seconds end up far beyond it."""

_HEX40 = re.compile(r"[0-9a-fA-F]{40}")
_BASE32 = re.compile(r"[A-Za-z2-7]{32}")
_MAX_COUNT = 2**31 - 1

# What pydantic says about a field, in words that statistics can group by.
_REASONS = {
    "infohash": "bad_infohash",
    "name": "empty_name",
    "size": "bad_size",
    "files": "bad_files",
}


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that is no torrent.

    `line` is the line of a text dump or the row id of a database.
    """

    line: int
    reason: str
    detail: str = ""


Row = Torrent | Rejected


class Unfit(ValueError):
    """A field that no torrent can have; `reason` is what the summary counts it under."""

    def __init__(self, reason: str, detail: object = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = shown(detail)


@dataclass(slots=True)
class Fields:
    """What a dump says of one torrent, as it says it. None is what it does not say.

    A format gives these names to what it has read; all the checks are the builder's.
    """

    infohash: object
    """Hex, base32 or 20 bytes."""
    name: object
    size: object = None
    files: Iterable[tuple[object, object]] | None = None
    """Path and size of each file; a size may be None."""
    num_files: object = None
    created_at: object = None
    """Unix seconds or ISO 8601, as `observed_at`."""
    observed_at: object = None
    seeders: object = None
    leechers: object = None
    completed: object = None


@dataclass(slots=True)
class Builder:
    """Makes torrents of fields, with what all records of a dump share.

    `ignored` counts optional values that made no sense and were left out (unknown) while the record
    was kept.
    """

    provenance: Provenance
    observed_at: datetime
    """For records that have no date of their own."""
    fixed: bool = False
    """The user named the date: it wins over the records' own."""
    ignored: Counter[str] = field(default_factory=Counter)

    def record(self, line: int, fields: Fields) -> Row:
        """A torrent, or the reason why these fields make none."""
        try:
            return self._torrent(fields)
        except Unfit as error:
            return Rejected(line, error.reason, error.detail)
        except ValidationError as error:
            return _rejected(line, error)

    def _torrent(self, fields: Fields) -> Torrent:
        infohash = hexed(fields.infohash)
        if not isinstance(fields.name, str):
            raise Unfit("empty_name", "no name")
        observed_at = self.moment(fields.observed_at, "observed_at")
        if observed_at is None or self.fixed:
            observed_at = self.observed_at
        files = None if fields.files is None else [_file(*file) for file in fields.files]
        return Torrent.repaired(
            infohash=infohash,
            name=fields.name,
            size=whole(fields.size),
            files=files,
            num_files=self.count(fields.num_files, "num_files"),
            created_at=self.moment(fields.created_at, "created_at"),
            observed_at=observed_at,
            swarm=self._swarm(fields, observed_at),
            provenance=self.provenance,
        )

    def _swarm(self, fields: Fields, observed_at: datetime) -> Swarm | None:
        seeders = self.count(fields.seeders, "seeders")
        leechers = self.count(fields.leechers, "leechers")
        completed = self.count(fields.completed, "completed")
        if seeders is None and leechers is None and completed is None:
            return None
        return Swarm(seeders=seeders, leechers=leechers, completed=completed, seen_at=observed_at)

    def moment(self, value: object, what: str) -> datetime | None:
        """A date from Unix seconds or ISO 8601; one that makes no sense is unknown, and counted."""
        if value is None or value == "":
            return None
        seconds = _seconds(value)
        if seconds == 0:  # how several formats say that they do not know
            return None
        if not _EARLIEST <= seconds <= _LATEST:
            self.ignored[f"{what} out of range"] += 1
            return None
        return datetime.fromtimestamp(seconds, UTC)

    def count(self, value: object, what: str) -> int | None:
        """A number of peers or files; one that makes no sense is unknown, and counted."""
        if value is None or value == "":
            return None
        number = _integer(value)
        if number is None or not 0 <= number <= _MAX_COUNT:
            self.ignored[f"{what} out of range"] += 1
            return None
        return number


def whole(value: object) -> int | None:
    """A size in bytes; None when absent.

    Raises:
        Unfit: it is there and is not a whole number that Postgres `bigint` holds.
    """
    if value is None or value == "":
        return None
    number = _integer(value)
    if number is None or not 0 <= number < 2**63:
        raise Unfit("bad_size", value)
    return number


def hexed(infohash: object) -> str:
    """The infohash in hex, from hex, base32 (old magnet links) or 20 bytes.

    Raises:
        Unfit: it is none of these.
    """
    if isinstance(infohash, str):
        text = infohash.strip()
        if _HEX40.fullmatch(text):
            return text.lower()
        if _BASE32.fullmatch(text):
            return b32decode(text.upper()).hex()
    elif isinstance(infohash, bytes) and len(infohash) == 20:
        return binascii.hexlify(infohash).decode()
    raise Unfit("bad_infohash", infohash)


def shown(value: object) -> str:
    """Hostile text for a terminal or log: escaped and cut."""
    if isinstance(value, str):
        text = ascii(value[:80])
    elif isinstance(value, bytes):
        text = ascii(value[:40])
    else:
        text = ascii(reprlib.repr(value))[1:-1]  # bounded in depth and length, unlike repr
    return clean_text(text)[:120]


def _rejected(line: int, error: ValidationError) -> Rejected:
    """The first thing that pydantic has against a torrent."""
    first = error.errors(include_url=False, include_context=False)[0]
    where = str(first["loc"][0]) if first["loc"] else "record"
    # A file's own size arrives as `size` too: the model that failed tells them apart.
    if error.title == "TorrentFile":
        where = "files"
    reason = _REASONS.get(where, f"bad_{where}")
    return Rejected(line, reason, f"{first['msg']}: {shown(first['input'])}")


def _file(path: object, size: object) -> tuple[str, int | None]:
    if isinstance(path, bytes):
        path = path.decode("utf-8", "replace")
    if not isinstance(path, str):
        raise Unfit("bad_files", path)
    return path, whole(size)


def _seconds(value: object) -> float:
    """Unix seconds of a number, its digits or an ISO 8601 date; not a number if it is neither."""
    try:
        if isinstance(value, int | float):
            return float(value)
        if isinstance(value, str):
            text = value.strip()
            is_number = text.replace(".", "", 1).isdecimal()
            return float(text) if is_number else _iso(text).timestamp()
    except (ValueError, OverflowError):
        pass
    return math.nan


def _iso(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _integer(value: object) -> int | None:
    """A whole number or its decimal digits. Returns None if it is neither."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    # int() also takes "1_000", " 7 " and digits of other scripts, and a million digits take it
    # minutes. This is the test that is done most: a regular expression takes a third more.
    if isinstance(value, str) and len(value) < 20 and value.isascii():
        return int(value) if value.removeprefix("-").isdecimal() else None
    return None
