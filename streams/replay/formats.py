"""Which reader a dump needs, told from its first bytes."""

import os
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from schemas import Provenance, Source, clean_text
from streams.replay.compressed import STDIN, DumpUnreadable, Expanded
from streams.replay.magnetico import MAGIC, Magnetico
from streams.replay.rows import Builder, Reader
from streams.replay.text import JsonLines, TorrentsCsv


class Format(StrEnum):
    """The formats of dumps."""

    AUTO = "auto"
    TORRENTS_CSV = "torrents.csv"
    MAGNETICO = "magnetico"
    JSONL = "jsonl"


def open_dump(
    path: str, given: Format = Format.AUTO, observed_at: datetime | None = None
) -> tuple[Reader, Builder]:
    """Open a dump (`-` is standard input) with the reader that fits it.

    `observed_at` overrides when the records were seen; without it a record's own date counts, else
    the file's.

    Raises:
        DumpUnreadable: it is missing, empty, or of no known format; the message says what to do.
    """
    expanded = Expanded(path)
    try:
        return _reader(expanded, path, given, observed_at)
    except DumpUnreadable:
        expanded.close()
        raise


def _reader(
    expanded: Expanded, path: str, given: Format, observed_at: datetime | None
) -> tuple[Reader, Builder]:
    kind = _detected(expanded, path) if given is Format.AUTO else given
    moment = observed_at or (
        datetime.now(UTC)
        if path == STDIN
        else datetime.fromtimestamp(int(os.stat(path).st_mtime), UTC)  # noqa: PTH116
    )
    dataset = None if path == STDIN else clean_text(Path(path).name)[:256] or None
    builder = Builder(
        Provenance(source=Source.REPLAY, origin=kind.value, dataset=dataset),
        moment,
        fixed=observed_at is not None,
    )
    if kind is Format.MAGNETICO:
        if path == STDIN or expanded.kind != "plain":
            raise DumpUnreadable("a magnetico database must be a plain file: unpack it first")
        expanded.close()
        return Magnetico(Path(path), builder), builder
    return (TorrentsCsv if kind is Format.TORRENTS_CSV else JsonLines)(expanded, builder), builder


def _detected(expanded: Expanded, path: str) -> Format:
    head = expanded.head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(MAGIC):
        return Format.MAGNETICO
    if head.startswith(b"{"):
        return Format.JSONL
    first = head.split(b"\n", 1)[0]
    if (
        first.startswith((b"infohash;", b"infohash,"))
        or max(first.count(b";"), first.count(b",")) >= 7
    ):
        return Format.TORRENTS_CSV
    if not head and expanded.fault:
        raise DumpUnreadable(f"{path}: {expanded.fault}")
    if not head:
        raise DumpUnreadable(f"{path} is empty")
    raise DumpUnreadable(
        f"{path} is neither torrents.csv, magnetico SQLite nor JSON lines; name it with --format"
    )
