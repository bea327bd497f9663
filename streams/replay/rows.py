"""One record of a dump becomes a torrent, or a reason why not. Shared by every format."""

import binascii
import math
import re
from base64 import b32decode
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

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
    """A record that is no torrent. `line` is the line of a text dump or the row id of a database."""

    line: int
    reason: str
    detail: str = ""


Record = Torrent | Rejected
Fraction = float | None


class Reader(Protocol):
    """Reads the records of one dump, in order.

    Iterating gives a record, or None when a pipe has nothing to read for now. A record counts
    whether it is good or not, so that `skip` and the checkpoint mean the same in every run.
    """

    origin: str

    def __iter__(self) -> Iterator[Record | None]: ...

    @property
    def fraction(self) -> Fraction:
        """How much of the dump was read (0 to 1), None if that cannot be known."""

    @property
    def fault(self) -> str | None:
        """Why the dump ended before its end (truncated, damaged), None if it did not."""

    def close(self) -> None: ...


class Unfit(ValueError):
    """A field that no torrent can have; `reason` is what the summary counts it under."""

    def __init__(self, reason: str, detail: object = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = shown(detail)


@dataclass(slots=True)
class Builder:
    """Makes torrents of raw fields, with what all records of a dump share.

    `ignored` counts optional values that made no sense and were left out (unknown) while the record
    was kept.
    """

    provenance: Provenance
    observed_at: datetime
    """For records that have no date of their own."""
    fixed: bool = False
    """The user named the date: it wins over the records' own."""
    ignored: Counter[str] = field(default_factory=Counter)

    def torrent(
        self,
        line: int,
        infohash: str,
        name: str,
        *,
        size: int | None = None,
        observed_at: datetime | None = None,
        files: Iterable[tuple[str, int | None]] | None = None,
        num_files: int | None = None,
        created_at: datetime | None = None,
        seeders: int | None = None,
        leechers: int | None = None,
        completed: int | None = None,
    ) -> Record:
        """A torrent, or the reason why these fields make none."""
        seen = self.observed_at if observed_at is None or self.fixed else observed_at
        swarm = None
        try:
            if seeders is not None or leechers is not None or completed is not None:
                swarm = Swarm(seeders=seeders, leechers=leechers, completed=completed, seen_at=seen)
            return Torrent.repaired(
                infohash=infohash,
                name=name,
                size=size,
                files=files,
                num_files=num_files,
                created_at=created_at,
                observed_at=seen,
                swarm=swarm,
                provenance=self.provenance,
            )
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            where = str(first["loc"][0]) if first["loc"] else "record"
            # A file's own size arrives as `size` too: the model that failed tells them apart.
            if error.title == "TorrentFile":
                where = "files"
            return Rejected(
                line,
                _REASONS.get(where, f"bad_{where}"),
                f"{first['msg']}: {shown(first['input'])}",
            )

    def moment(self, value: int | float | str | None, what: str) -> datetime | None:
        """A date from Unix seconds or ISO 8601; one that makes no sense is unknown, and counted."""
        if value is None or value == "" or value == 0:
            return None
        seconds: float
        try:
            if isinstance(value, str):
                text = value.strip()
                seconds = (
                    float(text) if text.replace(".", "", 1).isdecimal() else _iso(text).timestamp()
                )
            else:
                seconds = float(value)
        except (ValueError, OverflowError, TypeError):
            seconds = math.nan
        if seconds == 0:
            return None
        if not _EARLIEST <= seconds <= _LATEST:
            self.ignored[f"{what} out of range"] += 1
            return None
        return datetime.fromtimestamp(seconds, UTC)

    def count(self, value: object, what: str) -> int | None:
        """A number of peers or files; one that makes no sense is unknown, and counted."""
        if value is None or value == "":
            return None
        number = (
            value if isinstance(value, int) and not isinstance(value, bool) else _decimal(value)
        )
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
    number = value if isinstance(value, int) and not isinstance(value, bool) else _decimal(value)
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
        value = value[:80]
    elif isinstance(value, bytes):
        value = value[:40]
    return clean_text(ascii(value))[:120]


def _iso(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _decimal(value: object) -> int | None:
    # int() also takes "1_000", " 7 " and digits of other scripts; and a million digits take it
    # minutes.
    if (
        isinstance(value, str)
        and len(value) < 20
        and value.isascii()
        and value.removeprefix("-").isdecimal()
    ):
        return int(value)
    return None
