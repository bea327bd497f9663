"""The formats of dumps that are known, and which of them a dump is of."""

from datetime import UTC, datetime

from schemas import Provenance, Source, clean_text
from streams.replay import jsonlines, magnetico, torrents_csv
from streams.replay.dump import Dump, DumpUnreadable
from streams.replay.reader import Format, Reader
from streams.replay.rows import Builder

FORMATS = (
    magnetico.FORMAT,
    jsonlines.FORMAT,
    torrents_csv.FORMAT,  # after those that are sure: it is told by its separators
)
"""Tried in this order."""

AUTO = "auto"
"""The format is told from the first bytes."""

NAMES = (AUTO, *(form.name for form in FORMATS))


def format_of(dump: Dump, name: str = AUTO) -> Format:
    """The format of this name; the one that fits the dump if the name is `auto`.

    Raises:
        DumpUnreadable: none fits; the message says which are known.
    """
    for form in FORMATS:
        if form.name == name or (name == AUTO and form.fits(dump)):
            if dump.is_directory and not form.takes_directories:
                break
            return form
    raise DumpUnreadable(_advice(dump))


def _advice(dump: Dump) -> str:
    if dump.is_directory:
        return f"{dump.name} is a directory; name the dump that is in it"
    if dump.fault:
        return f"{dump.name}: {dump.fault}"
    if dump.text_head.startswith(b"["):
        return (
            f"{dump.name} is one JSON document; make it JSON lines: "
            "jq -c '.[]' FILE | python -m streams.replay -"
        )
    known = ", ".join(form.name for form in FORMATS)
    return f"{dump.name} is none of {known}; if it is, name it with --format"


def builder_for(dump: Dump, form: Format, observed_at: datetime | None) -> Builder:
    """What makes torrents of the dump's records.

    `observed_at` overrides when the records were seen; without it a record's own date counts, else
    the file's.
    """
    now = datetime.now(UTC)
    written = None if dump.modified_at is None else datetime.fromtimestamp(dump.modified_at, UTC)
    dataset = clean_text(dump.path.name)[:256] if dump.path else ""
    return Builder(
        Provenance(source=Source.REPLAY, origin=form.name, dataset=dataset or None),
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
