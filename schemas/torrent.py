"""A torrent as it was discovered, by a live crawl or in a dump: `torrents.discovered`."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, NotRequired, Self, TypedDict, TypeVar, Unpack

from pydantic import Field, StringConstraints, model_validator

from schemas.base import (
    MAX_NAME,
    MAX_PATH,
    Bytes,
    Contract,
    Count,
    Infohash,
    Moment,
    Name,
    Path,
    clean_text,
    digest,
)
from schemas.entities import without_entities
from schemas.hints import Hints
from schemas.provenance import Provenance

MAX_FILES = 2_000
"""Files kept of a torrent; some have 100,000. `num_files` and `size` stay true."""


class Flag(StrEnum):
    """What was done to a record to make it fit the contract."""

    NAME_CLEANED = "name_cleaned"
    """Control characters became spaces, or HTML entities were written out."""
    NAME_TRUNCATED = "name_truncated"
    FILES_TRUNCATED = "files_truncated"
    PATHS_CLEANED = "paths_cleaned"
    NAME_DECODED = "name_decoded"
    """The name was no UTF-8. It was read in the encoding that the torrent declares, or a guess."""
    PATHS_DECODED = "paths_decoded"
    """So were paths."""


class TorrentFile(Contract):
    """One file of a torrent.

    The path is that inside the torrent, separated by `/`; the size is in bytes, if it is known.
    """

    path: Path
    size: Bytes | None = None


class Swarm(Contract):
    """How many peers had the torrent, and when that was seen.

    Newer figures touch only the swarm columns.
    """

    seeders: Count | None = None
    leechers: Count | None = None
    completed: Count | None = None
    seen_at: Moment | None = None


class RawTorrent(TypedDict):
    """What a producer knows of a torrent, as it came: nothing is cleaned, cut or counted yet."""

    infohash: str
    name: str
    observed_at: datetime
    provenance: Provenance
    size: NotRequired[int | None]
    files: NotRequired[Iterable[tuple[str, int | None]] | None]
    num_files: NotRequired[int | None]
    created_at: NotRequired[datetime | None]
    swarm: NotRequired[Swarm | None]
    hints: NotRequired[Hints | None]
    meta_version: NotRequired[Literal[1, 2] | None]
    infohash_v2: NotRequired[str | None]
    flags: NotRequired[Iterable[Flag]]
    """What the producer itself has done to the record."""


class Torrent(Contract):
    """One torrent's metadata. Only infohash, name, observed_at and provenance are always known.

    `None` is unknown and `()` is known to be empty: real dumps have often no more than infohash and
    name.
    """

    infohash: Infohash
    name: Name
    size: Bytes | None = None
    """Of all files together, in bytes."""
    files: Annotated[tuple[TorrentFile, ...], Field(max_length=MAX_FILES)] | None = None
    num_files: Count | None = None
    created_at: Moment | None = None
    observed_at: Moment
    """When the source saw this metadata. The latest observation decides which input is current."""
    meta_version: Literal[1, 2] | None = None
    infohash_v2: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    swarm: Swarm | None = None
    flags: Annotated[tuple[Flag, ...], Field(max_length=len(Flag))] = ()
    provenance: Provenance
    hints: Hints | None = None
    """What the source says of the content. No part of what a classifier reads."""

    @model_validator(mode="after")
    def _count_covers_files(self) -> Self:
        if (
            self.files is not None
            and self.num_files is not None
            and self.num_files < len(self.files)
        ):
            raise ValueError(
                f"num_files is {self.num_files} but {len(self.files)} files are listed"
            )
        return self

    @property
    def input_hash(self) -> str:
        """Names what a classifier reads: name, size and files, but no swarm figures and dates."""
        parts: list[object] = [self.name, self.size, self.num_files]
        for file in self.files or ():
            parts += (file.path, file.size)
        return digest("torrent", self.files is not None, *parts)

    @property
    def event_id(self) -> str:
        """CloudEvents id: the same record published twice carries the same id.

        A newer look at the swarm of a known torrent is another event about the same input.
        """
        parts = ["discovered", self.infohash, self.input_hash, self.observed_at.isoformat()]
        looked_at = self.swarm.seen_at if self.swarm else None
        if looked_at is not None and looked_at > self.observed_at:
            parts.append(looked_at.isoformat())
        return digest(*parts)

    @classmethod
    def repaired(cls, **raw: Unpack[RawTorrent]) -> Self:
        """Builds a torrent from raw fields.

        What does not fit is cleaned or cut, and a flag says so. Every producer (replay, crawl) goes
        through here, so that they publish one contract. Of more than `MAX_FILES` files the largest
        are kept, in their original order.

        Raises:
            pydantic.ValidationError: the infohash is not 40 hex digits, the name is empty, a size
                is negative.
        """
        flags = list(raw.get("flags", ()))
        name = kept_name(raw["name"], flags)
        size = raw.get("size")
        num_files = raw.get("num_files")
        kept: tuple[TorrentFile, ...] | None = None
        if (files := raw.get("files")) is not None:
            listed = list(files)
            num_files = max(num_files or 0, len(listed))
            if size is None and all(file_size is not None for _, file_size in listed):
                size = sum(file_size or 0 for _, file_size in listed)
            kept = kept_files(listed, flags)
        fields: dict[str, Any] = {
            "infohash": raw["infohash"],
            "name": name,
            "size": size,
            "files": kept,
            "num_files": num_files,
            "created_at": raw.get("created_at"),
            "observed_at": raw["observed_at"],
            "meta_version": raw.get("meta_version"),
            "infohash_v2": raw.get("infohash_v2"),
            "swarm": raw.get("swarm"),
            "flags": tuple(dict.fromkeys(flags)),
            "provenance": raw["provenance"],
            "hints": raw.get("hints"),
        }
        return _trusted(cls, fields) if _is_plain(fields) else cls(**fields)


def kept_name(name: str, flags: list[Flag]) -> str:
    """A name cleaned and cut to `MAX_NAME`; what was done is added to the flags."""
    cleaned = clean_text(without_entities(name))
    if cleaned != name.strip():
        flags.append(Flag.NAME_CLEANED)
    if len(cleaned) > MAX_NAME:
        flags.append(Flag.NAME_TRUNCATED)
        cleaned = cleaned[:MAX_NAME].rstrip()
    return cleaned


def kept_indexes(sizes: Sequence[int | None]) -> Sequence[int]:
    """Which files are kept of so many: the largest `MAX_FILES`, in their order."""
    order = range(len(sizes))
    if len(sizes) <= MAX_FILES:
        return order
    return sorted(sorted(order, key=lambda index: -(sizes[index] or 0))[:MAX_FILES])


def kept_files(listed: list[tuple[str, int | None]], flags: list[Flag]) -> tuple[TorrentFile, ...]:
    """Files with cleaned paths, the largest `MAX_FILES` of them in their order.

    What was done is added to the flags.
    """
    if len(listed) > MAX_FILES:
        flags.append(Flag.FILES_TRUNCATED)
    kept = []
    for index in kept_indexes([size for _, size in listed]):
        path, size = listed[index]
        # The tail of a path names the file; the head is the directory, which the name mostly
        # repeats.
        cleaned = clean_text(path)[-MAX_PATH:].strip() or f"file-{index + 1}"
        if cleaned != path and Flag.PATHS_CLEANED not in flags:
            flags.append(Flag.PATHS_CLEANED)
        if _is_number(size, 2**63):
            kept.append(_trusted(TorrentFile, {"path": cleaned, "size": size}))
        else:
            kept.append(TorrentFile(path=cleaned, size=size))
    return tuple(kept)


Trusted = TypeVar("Trusted", bound=Contract)

_HEX = re.compile("[0-9a-f]{40}")
_IDENTITIES = (Provenance, Swarm, Hints, type(None))
"""Contracts that were validated when they were made, or are unknown."""


def _trusted(contract: type[Trusted], fields: dict[str, Any]) -> Trusted:
    """A contract of fields that need no look from pydantic: a dump has millions of them."""
    event = contract.__new__(contract)
    object.__setattr__(event, "__dict__", fields)
    object.__setattr__(event, "__pydantic_fields_set__", set(fields))
    object.__setattr__(event, "__pydantic_extra__", None)
    object.__setattr__(event, "__pydantic_private__", None)
    return event


def _is_plain(fields: dict[str, Any]) -> bool:
    """Whether fields are exactly what validation would make of them.

    The name is cleaned and the files are kept ones, with a number that covers them.

    A test compares the two: whatever this lets pass, pydantic takes and leaves as it is.
    """
    return (
        fields["infohash_v2"] is None
        and fields["name"] != ""
        and type(fields["infohash"]) is str
        and _HEX.fullmatch(fields["infohash"]) is not None
        and _is_number(fields["size"], 2**63)
        and _is_number(fields["num_files"], 2**31)
        and _is_utc(fields["observed_at"])
        and (fields["created_at"] is None or _is_utc(fields["created_at"]))
        and (fields["meta_version"] is None or fields["meta_version"] in (1, 2))
        and all(type(fields[name]) in _IDENTITIES for name in ("provenance", "swarm", "hints"))
        and type(fields["provenance"]) is Provenance
    )


def _is_number(value: object, end: int) -> bool:
    return value is None or (type(value) is int and 0 <= value < end)


def _is_utc(value: object) -> bool:
    return type(value) is datetime and value.tzinfo is UTC


__all__ = [
    "MAX_FILES",
    "Flag",
    "RawTorrent",
    "Swarm",
    "Torrent",
    "TorrentFile",
    "kept_files",
    "kept_name",
]
