"""The formats of dumps that are known, and which of them a dump is of."""

import re
from datetime import UTC, datetime

from schemas import Provenance, Source, clean_text
from streams.replay import bitmagnet, jsonlines, magnets, table
from streams.replay.builder import Builder
from streams.replay.dump import Dump, DumpUnreadable, Kind
from streams.replay.reader import Format, Reader
from streams.replay.rows import shown
from streams.replay.sqlite import layouts as sqlite
from streams.replay.torrent_files import archives, folder, single

FORMATS = (
    bitmagnet.FORMAT,
    *sqlite.FORMATS,
    folder.FORMAT,
    archives.TAR,
    archives.ZIP,
    jsonlines.FORMAT,
    magnets.FORMAT,
    single.FORMAT,
    table.FORMAT,  # after those that are sure: it is told by what its rows look like
)
"""Tried in this order."""

AUTO = "auto"
"""The format is told from the first bytes."""

NAMES = (AUTO, *(form.name for form in FORMATS))

_SQLITE = b"SQLite format 3\x00"
_PG_DUMP = b"PGDMP"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SQL = re.compile(rb"^(?:-- PostgreSQL database dump|INSERT INTO |COPY )", re.MULTILINE)


def format_of(dump: Dump, name: str = AUTO) -> Format:
    """The format of this name; the one that fits the dump if the name is `auto`.

    Raises:
        DumpUnreadable: none fits; the message says which are known.
    """
    for form in FORMATS:
        is_meant = form.name == name or (name == AUTO and dump.kind in form.kinds)
        if is_meant and (form.name == name or form.fits(dump)):
            if dump.kind not in form.kinds:
                break
            return form
    raise DumpUnreadable(_advice(dump, name))


def _advice(dump: Dump, name: str) -> str:
    known = ", ".join(form.name for form in FORMATS)
    if dump.kind is not Kind.FILE:
        return f"{dump.name} is a {dump.kind}, which is not read as {name}"
    if dump.fault:
        return f"{dump.name}: {dump.fault}"
    if dump.head.startswith(_PG_DUMP):
        return (
            f"{dump.name} is an archive of pg_dump: restore it with pg_restore, and name the "
            "database: python -m streams.replay postgresql://HOST/DATABASE"
        )
    if dump.head.startswith(_SQLITE):
        return sqlite.advice(dump)
    if dump.head.startswith(_UTF_16):
        return (
            f"{dump.name} is UTF-16; make it UTF-8: "
            "iconv -f UTF-16 -t UTF-8 FILE | python -m streams.replay -"
        )
    if _SQL.search(dump.text_head[:4096]):
        return (
            f"{dump.name} is SQL of a Postgres: load it into a database with psql, and name that: "
            "python -m streams.replay postgresql://HOST/DATABASE"
        )
    line = dump.text_head.split(b"\n", 1)[0].decode("utf-8", "replace")
    return (
        f"{dump.name} is none of {known}; if it is, name it with --format. "
        f"Its first line is {shown(line)}; expected: {table.FORMAT.expects}"
    )


def builder_for(dump: Dump, form: Format, observed_at: datetime | None) -> Builder:
    """What makes torrents of the dump's records.

    `observed_at` overrides when the records were seen; without it a record's own date counts, else
    the file's.
    """
    now = datetime.now(UTC)
    written = None if dump.modified_at is None else datetime.fromtimestamp(dump.modified_at, UTC)
    dataset = dump.path.name if dump.path else dump.name if dump.dsn else ""
    return Builder(
        Provenance(
            source=Source.REPLAY, origin=form.name, dataset=clean_text(dataset)[:256] or None
        ),
        observed_at or (written or now).replace(microsecond=0),
        fixed=observed_at is not None,
    )


def open_reader(dump: Dump, builder: Builder, form: Format) -> Reader:
    """The reader of a dump. The dump is closed with it, and if it cannot be made.

    Raises:
        DumpUnreadable: the dump is not of this format; the message says what is missing.
    """
    try:
        return form.open(dump, builder)
    except BaseException:
        dump.close()
        raise
