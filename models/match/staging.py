"""Dumps read once into small files of what is kept.

Decompressing and parsing the dumps is nearly all the work of an import. A staged file holds a line
an entity; beside it a mark says how far the dump was read, written after the lines it speaks of are
on disk, so that an import that was stopped goes on where it was. A dump that is only what changed
is staged as an update: its entities replace those of the same MBID.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from models.match.dump import BadLine, Dump
from models.match.entities import Artist, Credit, Entity, Kind, Release, ReleaseGroup
from models.match.errors import DumpUnreadable
from schemas.whole_file import replace

MARKED_EVERY = 50_000
"""Entities between two marks: a second's work or so is done again after a kill."""

FORMAT = 1
"""Raised when the staged lines change: what was staged before is staged anew."""

_BASE = "base"


@dataclass
class Mark:
    """How far a dump was staged."""

    source: str
    """`Dump.fingerprint`."""
    lines: int = 0
    bytes: int = 0
    read: int = 0
    bad: int = 0
    bad_lines: list[dict[str, Any]] = field(default_factory=list)
    date: str | None = None
    is_done: bool = False
    format: int = FORMAT

    def told(self) -> list[BadLine]:
        """The bad lines that were noted."""
        return [BadLine(**line) for line in self.bad_lines]


class Staging:
    """The staged dumps in a folder. One process at a time (`build.alone`)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def stage(
        self, dump: Dump, *, is_update: bool = False, told: Callable[[], object] = lambda: None
    ) -> Mark:
        """Read a dump, going on from where an earlier call was stopped.

        A dump that is staged already is not read again.

        Args:
            dump: what is read.
            is_update: Its entities are added to those staged before, or replace them. Otherwise it
                replaces everything of its kind, once it was read to its end.
            told: Called now and then, to show progress.

        Raises:
            DumpUnreadable: it cannot be read to its end; or it is an update of nothing.
        """
        if is_update and self._finished(dump.kind, _BASE) is None:
            raise DumpUnreadable(
                f"{dump.path}: an update of {dump.kind}s, but no whole dump of them was imported "
                "here before; import one without --update first"
            )
        name = f"update-{_name(dump)}" if is_update else _BASE
        known = self._finished(dump.kind, name)
        if known is not None and known.source == dump.fingerprint:
            dump.date = dump.date or _date(known.date)
            dump.read = known.read
            dump.bad = known.bad
            dump.bad_lines = known.told()
            return known
        mark = self._read(dump, told)
        final = self._file(dump.kind, name)
        # The mark last: without it the file does not count.
        _mark_of(final).unlink(missing_ok=True)
        self._coming(dump.kind).replace(final)
        _mark_of(self._coming(dump.kind)).replace(_mark_of(final))
        if not is_update:
            for update in self._updates(dump.kind):
                update.unlink()
                _mark_of(update).unlink()
        return mark

    def state(self) -> list[str]:
        """What is staged, by file: the same state gives the same catalogue."""
        return [
            f"{kind} {path.name} {mark.source}"
            for kind in Kind
            for path in (self._file(kind, _BASE), *self._updates(kind))
            if (mark := _read_mark(path)) is not None and mark.is_done
        ]

    def artists(self) -> Iterator[Artist]:
        """The artists staged, updated ones in their place, new ones last."""
        for raw in self._entities(Kind.ARTIST):
            mbid, name, sort_name, aliases, disambiguation, kind, country = raw
            yield Artist(mbid, name, sort_name, tuple(aliases), disambiguation, kind, country)

    def release_groups(self) -> Iterator[ReleaseGroup]:
        """The release groups staged, likewise."""
        for raw in self._entities(Kind.RELEASE_GROUP):
            mbid, title, parts, year, primary, secondary, aliases, disambiguation = raw
            yield ReleaseGroup(
                mbid=mbid,
                title=title,
                credits=tuple(Credit(**part) for part in parts),
                first_year=year,
                primary_type=primary,
                secondary_types=tuple(secondary),
                aliases=tuple(aliases),
                disambiguation=disambiguation,
            )

    def releases(self) -> Iterator[Release]:
        """The releases staged, if any were."""
        for raw in self._entities(Kind.RELEASE):
            mbid, group_mbid, tracks = raw
            yield Release(mbid, group_mbid, tuple(tracks))

    def _read(self, dump: Dump, told: Callable[[], object]) -> Mark:
        """Read a dump to its end, from where its mark says."""
        path = self._coming(dump.kind)
        mark = _read_mark(path)
        if mark is None or mark.source != dump.fingerprint:
            mark = Mark(dump.fingerprint)
        dump.read = mark.read
        dump.bad = mark.bad
        dump.bad_lines = mark.told()
        with path.open("r+b" if path.exists() else "w+b") as stream:
            stream.truncate(mark.bytes)
            stream.seek(mark.bytes)
            for count, entity in enumerate(dump.entities(skip=mark.lines), 1):
                stream.write(_line(entity))
                if count % MARKED_EVERY == 0:
                    _write_mark(path, mark, dump, stream)
                    told()
            mark.is_done = True
            _write_mark(path, mark, dump, stream)
        return mark

    def _entities(self, kind: Kind) -> Iterator[list[Any]]:
        changed: dict[str, bytes] = {}
        for update in self._updates(kind):
            with update.open("rb") as stream:
                changed.update((orjson.loads(line)[0], line) for line in stream)
        base = self._file(kind, _BASE)
        if _read_mark(base) is None:
            return
        with base.open("rb") as stream:
            for line in stream:
                raw = orjson.loads(line)
                if changed and (newer := changed.pop(raw[0], None)) is not None:
                    raw = orjson.loads(newer)
                yield raw
        yield from map(orjson.loads, changed.values())

    def _finished(self, kind: Kind, name: str) -> Mark | None:
        """The mark of a file that was staged to its end. Returns None if it was not."""
        mark = _read_mark(self._file(kind, name))
        return mark if mark is not None and mark.is_done else None

    def _updates(self, kind: Kind) -> list[Path]:
        """The updates of a kind, in the order in which they came."""
        dates = {
            path: mark.date or ""
            for path in self._folder.glob(f"{kind}.update-*.jsonl")
            if (mark := _read_mark(path)) is not None
        }
        return sorted(dates, key=lambda path: (dates[path], path.stat().st_mtime_ns, path.name))

    def _file(self, kind: Kind, name: str) -> Path:
        return self._folder / f"{kind}.{name}.jsonl"

    def _coming(self, kind: Kind) -> Path:
        return self._file(kind, "coming")


def _name(dump: Dump) -> str:
    return hashlib.blake2b(dump.fingerprint.encode(), digest_size=8).hexdigest()


_VALUES: dict[type[Entity], Callable[[Entity], tuple[Any, ...]]] = {
    kind: attrgetter(*(column.name for column in fields(kind)))
    for kind in (Artist, ReleaseGroup, Release)
}
"""What a staged line holds: the fields of the entity, in their order."""


def _line(entity: Entity) -> bytes:
    return orjson.dumps(_VALUES[type(entity)](entity)) + b"\n"


def _mark_of(path: Path) -> Path:
    return path.with_suffix(".mark.json")


def _read_mark(path: Path) -> Mark | None:
    """The mark of a staged file. Returns None if it does not fit the file that is there."""
    try:
        mark = Mark(**orjson.loads(_mark_of(path).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
    is_whole = path.is_file() and path.stat().st_size >= mark.bytes
    return mark if mark.format == FORMAT and is_whole else None


def _write_mark(path: Path, mark: Mark, dump: Dump, stream: BinaryIO) -> None:
    """Bring the lines to disk, then say how far they reach."""
    stream.flush()
    os.fsync(stream.fileno())
    mark.lines = dump.line
    mark.bytes = stream.tell()
    mark.read = dump.read
    mark.bad = dump.bad
    mark.bad_lines = [asdict(line) for line in dump.bad_lines]
    mark.date = dump.date.isoformat() if dump.date else None
    replace(_mark_of(path), orjson.dumps(asdict(mark)))


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
