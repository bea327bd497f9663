"""Where an export goes: a stream, a file that a killed run goes on with, or a folder of files.

Beside what is not finished lies a note of how far it is. Parquet has its index at the end of a
file, so it cannot be gone on with: it is a folder of files, each of them whole.
"""

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from schemas.whole_file import replace
from streams.operate.export.formats import FORMATS, Row, Writer, require
from streams.operate.process import StartError

PART_ROWS = 200_000
"""Rows of a Parquet file of a folder; a killed run loses no more than that."""

_NOTED = 10_000
"""Rows between two notes of how far a file is."""


class ToStream:
    """Writes to standard output, which nobody can go on with."""

    def __init__(self, form: str, stream: BinaryIO) -> None:
        self._writer = FORMATS[form](stream)
        self._stream = stream
        self.after = b""
        self.following: str | None = None

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows."""
        self._writer.write(rows)

    def finish(self) -> None:
        """Write what is left."""
        self._writer.finish()
        self._stream.flush()

    def close(self) -> None:
        """The stream is not ours to close."""


class _Noted:
    """What files and folders have in common: the note of how far they are."""

    def __init__(self, note: Path, options: dict[str, Any]) -> None:
        self._note = note
        self._options = options
        self.after = b""
        """The infohash up to which all is written."""
        self.following: str | None = None
        """`--since` of the next export: of when this one began, however often it was killed."""
        self.done = 0
        """Bytes of a file, or files of a folder, that are there."""
        if note.exists():
            try:
                noted = json.loads(note.read_text(encoding="utf-8"))
            except ValueError as error:
                raise StartError(f"{note} is damaged; remove it to begin anew") from error
            if noted["options"] == options:
                self.after = bytes.fromhex(noted["after"])
                self.done = noted["done"]
                self.following = noted["following"]

    def remember(self, after: str, done: int) -> None:
        """Note that all up to this infohash is on the disk."""
        noted = {
            "options": self._options,
            "after": after,
            "done": done,
            "following": self.following,
        }
        replace(self._note, json.dumps(noted))


class ToFile(_Noted):
    """Writes to a file, which has its name only when it is whole."""

    def __init__(self, form: str, path: Path, options: dict[str, Any]) -> None:
        super().__init__(path.with_name(f"{path.name}.place"), options)
        self._path = path
        self._partial = path.with_name(f"{path.name}.partial")
        if not self._partial.exists():
            self.after = b""
            self.following = None
        goes_on = bool(self.after)
        self._stream = self._partial.open("r+b" if goes_on else "wb")
        if goes_on:
            self._stream.truncate(self.done)
            self._stream.seek(self.done)
        self._writer: Writer = FORMATS[form](self._stream, goes_on=goes_on)
        self._rows = 0

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows."""
        self._writer.write(rows)
        self._rows += len(rows)
        if self._rows >= _NOTED:
            self._rows = 0
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self.remember(rows[-1]["infohash"], self._stream.tell())

    def finish(self) -> None:
        """Give the file its name."""
        self._writer.finish()
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._partial.replace(self._path)
        self._note.unlink(missing_ok=True)

    def close(self) -> None:
        """Let the file go; what nobody can go on with is removed."""
        self._stream.close()
        if not self._note.exists():
            self._partial.unlink(missing_ok=True)


class ToFolder(_Noted):
    """Writes files of so many rows into a folder."""

    def __init__(self, form: str, path: Path, options: dict[str, Any]) -> None:
        path.mkdir(parents=True, exist_ok=True)
        super().__init__(path / "_place.json", options)
        self._form = form
        self._path = path
        self._partial = path / "_part.partial"
        self._stream: BinaryIO | None = None
        self._writer: Writer | None = None
        self._rows = 0
        self._last = ""

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows."""
        if self._writer is None:
            self._begin_part()
        assert self._writer is not None
        self._writer.write(rows)
        self._rows += len(rows)
        self._last = rows[-1]["infohash"]
        if self._rows >= PART_ROWS:
            self._end_part()

    def finish(self) -> None:
        """End the last file."""
        if self._rows or not self.done:
            if self._writer is None:
                self._begin_part()  # without rows it still says which columns there are
            self._end_part()
        self._note.unlink(missing_ok=True)

    def _begin_part(self) -> None:
        self._stream = self._partial.open("wb")
        self._writer = FORMATS[self._form](self._stream)

    def close(self) -> None:
        """Let the file in work go: nobody can go on with it, nor with a folder that is empty."""
        if self._writer is not None:
            with suppress(OSError):
                self._writer.finish()  # pyarrow would do it later, and find its file closed
        if self._stream is not None:
            self._stream.close()
        self._partial.unlink(missing_ok=True)
        if not any(self._path.iterdir()):
            self._path.rmdir()

    def _end_part(self) -> None:
        assert self._writer is not None
        assert self._stream is not None
        self._writer.finish()
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()
        part = self._path / f"part-{self.done:05}.{self._form}"
        self._partial.replace(part)
        self.done += 1
        self.remember(self._last, self.done)
        self._writer = None
        self._stream = None
        self._rows = 0


Target = ToStream | ToFile | ToFolder


def target_of(form: str, path: Path, options: dict[str, Any], *, force: bool) -> Target:
    """A file, or a folder for Parquet.

    Raises:
        StartError: something is there that is no unfinished export, or it cannot be written.
    """
    require(form)
    is_unfinished = path.is_dir() and (path / "_place.json").exists()
    if path.exists() and not is_unfinished:
        is_ours = path.is_file() or not any(
            entry.suffix != f".{form}" and entry.name != "_part.partial" for entry in path.iterdir()
        )
        if not force or not is_ours:
            raise StartError(f"{path} is there already; name another, or --force writes over it")
        if path.is_dir():
            shutil.rmtree(path)
    try:
        return (ToFolder if form == "parquet" else ToFile)(form, path, options)
    except OSError as error:
        raise StartError(f"{path} cannot be written: {error.strerror}") from error
