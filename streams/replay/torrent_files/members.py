"""Files that stand together in a folder or an archive, each a torrent or not."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.content.metainfo.torrent_file import LARGEST, looks_bencoded
from streams.replay.builder import Builder
from streams.replay.rows import Rejected, Row, Unfit, shown
from streams.replay.torrent_files.torrent import fields_of


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a folder or archive: its bytes, or why there are none."""

    name: str | bytes
    data: bytes = b""
    """At most `LARGEST` and a byte."""
    written_at: float | None = None
    fault: str | None = None


class MemberReader:
    """Reads members one after the other; `_members` says where they come from."""

    columns: Sequence[str] = ("info", "name", "length", "files")

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._number = 0

    def __iter__(self) -> Iterator[Row | None]:
        for member in self._members():
            self._number += 1
            yield self._record(member)

    def _members(self) -> Iterator[Member]:
        """The members behind the place that was skipped to."""
        raise NotImplementedError

    def _record(self, member: Member) -> Row:
        name = member.name if isinstance(member.name, str) else os.fsdecode(member.name)
        try:
            if member.fault is not None:
                raise Unfit(member.fault)
            if not looks_bencoded(member.data):
                raise Unfit("not_a_torrent")
            if len(member.data) > LARGEST:
                raise Unfit("too_long")
            fields = fields_of(member.data, member.written_at)
        except Unfit as error:
            return Rejected(self._number, error.reason, shown(name))
        record = self._builder.record(self._number, fields)
        if isinstance(record, Rejected):
            return Rejected(self._number, record.reason, shown(name))
        return record
