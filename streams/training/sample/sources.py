"""Where names come from: any dump that replay reads, a Postgres, what people corrected."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from schemas import Provenance, Torrent
from schemas import Source as Producer
from streams.replay.builder import Builder
from streams.replay.dump import STDIN, Dump, DumpUnreadable, without_secrets
from streams.replay.formats import AUTO, builder_for, format_of, open_reader
from streams.replay.reader import Reader
from streams.replay.rows import Passed
from streams.training.sample.database import Ours

DATABASES = ("postgresql://", "postgres://")


@dataclass(frozen=True, slots=True)
class Source:
    """What a sample is drawn from."""

    place: str
    """A path, `-` for standard input, or the address of a database."""
    is_corrected: bool = False
    """Of a database of ours: only torrents of which people corrected something."""

    @property
    def name(self) -> str:
        """How it is shown and written down: without a password."""
        if self.place.startswith(DATABASES):
            name = without_secrets(self.place)
            return f"{name} (corrections)" if self.is_corrected else name
        return "standard input" if self.place == STDIN else self.place

    @property
    def path(self) -> Path | None:
        """The file or folder; None if it is none."""
        return None if self.place == STDIN or self.place.startswith(DATABASES) else Path(self.place)

    @property
    def size(self) -> int:
        """Bytes, as far as they tell how long reading takes; 0 if they do not."""
        path = self.path
        return path.stat().st_size if path is not None and path.is_file() else 0


@dataclass
class Reading:
    """What became of a source's records."""

    source: Source
    format: str = AUTO
    torrents: int = 0
    rejected: int = 0
    fraction: float | None = None
    fault: str | None = None
    """Why it ended before its end; None if it did not."""
    expects: str = ""


def torrents(reading: Reading, on_breath: Callable[[], None]) -> Iterator[Torrent]:
    """The torrents of a source; `on_breath` is called now and then, also while a pipe waits.

    Raises:
        DumpUnreadable: it cannot be opened, or is none of what is read.
    """
    reader = _opened(reading)
    try:
        for number, row in enumerate(reader):
            if isinstance(row, Torrent):
                reading.torrents += 1
                yield row
            elif row is not None and not isinstance(row, Passed):
                reading.rejected += 1
            if row is None or number % 1_000 == 0:
                reading.fraction = reader.fraction
                on_breath()
        reading.fault = reader.fault
    finally:
        reader.close()


def _opened(reading: Reading) -> Reader:
    source = reading.source
    if source.place.startswith(DATABASES):
        database = Ours(source.place, _builder(), corrected=source.is_corrected)
        if database.is_ours:
            reading.format = "mimmo"
            return database
        database.close()
        if source.is_corrected:
            raise DumpUnreadable(
                f"{source.name}: there are no corrections; it is no database of ours"
            )
    dump = Dump(source.place)
    try:
        form = format_of(dump, reading.format)
    except BaseException:
        dump.close()
        raise
    reading.format = form.name
    reading.expects = form.expects
    return open_reader(dump, builder_for(dump, form, None), form)


def _builder() -> Builder:
    provenance = Provenance(source=Producer.REPLAY, origin="mimmo", dataset=None)
    return Builder(provenance, datetime.now(UTC).replace(microsecond=0))


def digest_of(source: Source) -> str | None:
    """The SHA-256 of a file, or of the names and contents of a folder; None of what is neither.

    Raises:
        DumpUnreadable: it cannot be read.
    """
    path = source.path
    try:
        if path is None or path.is_fifo():
            return None
        if path.is_dir():
            return _digest_of_folder(path)
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DumpUnreadable(f"{source.name}: {error.strerror or error}") from error


def _digest_of_folder(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()!r} {content}\n".encode())
    return digest.hexdigest()
