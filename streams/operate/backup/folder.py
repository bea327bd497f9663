"""The folder of a backup: parts as compressed files, a journal of them, and at last a manifest.

The manifest is written when all parts are there, under its final name in one step. Until then the
manifest of the backup before holds, and so do its files. The journal remembers parts of a run that
was killed: what has not changed since need not be copied again.
"""

import hashlib
import json
import os
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Any

import zstandard

from infra.postgres.care.parts import Part
from schemas.whole_file import replace
from streams.operate.process import StartError

FORMAT = 1
"""Of manifest and files; a reader refuses a greater one."""

MANIFEST = "manifest.json"
_JOURNAL = "journal.jsonl"
_LEVEL = 6
"""Of zstd: a fifth smaller than the default, and still faster than COPY writes."""
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Copied:
    """A part as it lies in the folder."""

    table: str
    columns: tuple[str, ...]
    part: str
    rows: int
    fingerprint: str
    file: str
    bytes: int
    """Of the file."""
    sha256: str
    """Of the file."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is: which rows, of which moment, and where Kafka was before that."""

    format: int
    taken_at: str
    postgres: str
    migration: int
    tables: dict[str, dict[str, Any]]
    """Rows and SHA-256 by table; the latter over the digests of its parts."""
    kafka: dict[str, Any] | None
    """Cluster, group and offsets; None: taken without Kafka."""
    parts: tuple[Copied, ...]

    @property
    def identity(self) -> str:
        """Names this backup."""
        return _digest(_json(asdict(self)))


class Folder:
    """A folder that holds one backup, and perhaps parts of the next one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def manifest(self) -> Manifest | None:
        """What the folder holds. Returns None if no backup was finished here.

        Raises:
            StartError: the manifest is damaged, or of a newer format.
        """
        path = self.path / MANIFEST
        if not path.exists():
            return None
        try:
            fields = json.loads(path.read_text(encoding="utf-8"))
            if fields["format"] > FORMAT:
                raise StartError(
                    f"{path} is of format {fields['format']}; this version reads up to {FORMAT}"
                )
            parts = [_copied(part) for part in fields["parts"]]
            manifest = Manifest(**{**fields, "parts": tuple(parts)})
        except (ValueError, KeyError, TypeError) as error:
            raise StartError(f"{path} is no manifest of a backup ({error})") from error
        if any(Path(part.file).name != part.file for part in manifest.parts):
            raise StartError(f"{path} names files outside of its folder")
        return manifest

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other runs out of the folder.

        Raises:
            StartError: there is one.
        """
        handle = os.open(self.path, os.O_RDONLY)
        try:
            flock(handle, LOCK_EX | LOCK_NB)
            yield
        except BlockingIOError as error:
            raise StartError(f"another backup is at work in {self.path}") from error
        finally:
            os.close(handle)

    def known(self) -> list[Copied]:
        """Every part that is here: of the backup before, and of a run that was killed."""
        manifest = self.manifest()
        copied = list(manifest.parts) if manifest else []
        journal = self.path / _JOURNAL
        if journal.exists():
            for line in journal.read_text(encoding="utf-8").splitlines():
                try:
                    copied.append(_copied(json.loads(line)))
                except (ValueError, KeyError, TypeError):
                    continue  # the line that was being written when the run was killed
        return copied

    def writing(self, part: Part, columns: tuple[str, ...]) -> "PartFile":
        """A new file for a part."""
        name = f"{part.table}.{part.name}.{part.rows}-{_short(part.fingerprint, columns)}.copy.zst"
        return PartFile(self.path / name, part, columns)

    def remember(self, copied: Copied) -> None:
        """Note in the journal that a part is here."""
        with (self.path / _JOURNAL).open("a", encoding="utf-8") as journal:
            journal.write(_json(asdict(copied)) + "\n")
            journal.flush()
            os.fsync(journal.fileno())

    def conclude(self, manifest: Manifest) -> None:
        """Make this the backup, and let go what only the one before needed."""
        replace(self.path / MANIFEST, json.dumps(asdict(manifest), indent=1))
        kept = {part.file for part in manifest.parts}
        for path in self.path.glob("*.copy.zst*"):
            if path.name not in kept:
                path.unlink()
        (self.path / _JOURNAL).unlink(missing_ok=True)

    def is_whole(self, copied: Copied) -> bool:
        """Whether the file of a part is here, as it was written."""
        path = self.path / copied.file
        if not path.exists() or path.stat().st_size != copied.bytes:
            return False
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == copied.sha256

    async def rows(self, copied: Copied) -> AsyncIterator[bytes]:
        """The rows of a part, as COPY wrote them."""
        with (self.path / copied.file).open("rb") as stream:
            pieces = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
            while piece := pieces.read(_PIECE):
                yield piece


class PartFile:
    """The file of one part while it is written; it has its name only when it is whole."""

    def __init__(self, path: Path, part: Part, columns: tuple[str, ...]) -> None:
        self._path = path
        self._partial = path.with_name(f"{path.name}.partial")
        self._part = part
        self._columns = columns
        self._file = self._partial.open("wb")
        compressor = zstandard.ZstdCompressor(level=_LEVEL)
        self._stream: Any = compressor.stream_writer(self._file, closefd=False)

    async def write(self, rows: bytes) -> None:
        """Add rows, as COPY wrote them."""
        self._stream.write(rows)

    def close(self) -> None:
        """Let the file go, whole or not."""
        self._file.close()

    def done(self) -> Copied:
        """Close the file and give it its name."""
        self._stream.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        with self._partial.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        size = self._partial.stat().st_size
        self._partial.replace(self._path)
        return Copied(
            self._part.table,
            self._columns,
            self._part.name,
            self._part.rows,
            self._part.fingerprint,
            self._path.name,
            size,
            digest,
        )


def summary(parts: Iterable[Copied]) -> dict[str, dict[str, Any]]:
    """Rows and SHA-256 by table."""
    by_table: dict[str, list[Copied]] = {}
    for part in parts:
        by_table.setdefault(part.table, []).append(part)
    return {
        table: {
            "rows": sum(part.rows for part in listed),
            "sha256": _digest("\n".join(part.sha256 for part in listed)),
        }
        for table, listed in by_table.items()
    }


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _short(fingerprint: str, columns: tuple[str, ...]) -> str:
    return _digest(f"{fingerprint} {columns}")[:12]


def _copied(fields: dict[str, Any]) -> Copied:
    return Copied(**{**fields, "columns": tuple(fields["columns"])})


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
