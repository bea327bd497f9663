"""How far a replay came, on disk.

It is written only after Kafka acknowledged, so that `--resume` skips nothing unpublished.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from streams.replay.reader import Place

_HEAD = 64 * 1024


class DumpChanged(Exception):
    """The dump is not the one that the checkpoint is about."""


@dataclass(frozen=True)
class Identity:
    """Which dump it is: its path, size, the hash of its first 64 KiB, and how it is read.

    A folder or a database has neither size nor head: it may have grown since, and is gone on with.
    """

    path: str
    size: int
    head: str
    format: str

    @classmethod
    def of(cls, dump: Path | str, form: str) -> "Identity":
        """The identity of a file, a folder, or a database by its address (without secrets).

        A pipe has none: reading its head would take it away.
        """
        if isinstance(dump, str):
            return cls(dump, 0, "", form)
        path = str(dump.resolve())
        if dump.is_dir():
            return cls(path, 0, "", form)
        with dump.open("rb") as stream:
            head = hashlib.sha256(stream.read(_HEAD)).hexdigest()
        return cls(path, dump.stat().st_size, head, form)


@dataclass(frozen=True)
class Progress:
    """How far a replay came."""

    records: int = 0
    """Records that were dealt with, good or not."""
    place: Place | None = None
    """Where the last of them ends. None: only counting finds it again."""


class Checkpoint:
    """The checkpoint of one dump."""

    def __init__(self, folder: Path, dump: Path | str, form: str) -> None:
        self._identity = Identity.of(dump, form)
        name = hashlib.sha256(self._identity.path.encode()).hexdigest()[:16]
        self.file = folder / f"{name}.json"

    def read(self) -> Progress:
        """How far an earlier run came.

        Raises:
            DumpChanged: the file is another one now, or the checkpoint cannot be read.
        """
        if not self.file.is_file():
            return Progress()
        try:
            saved = json.loads(self.file.read_text(encoding="utf-8"))
            identity = dict(saved["identity"])
            place = saved.get("place")
            progress = Progress(int(saved["records"]), None if place is None else dict(place))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self.damaged() from error
        ours = asdict(self._identity)
        if {**ours, **identity} != ours:  # a checkpoint of before there was a format knows none
            raise DumpChanged(
                f"{self._identity.path} has changed since it was replayed, "
                "or was read as another format; run without --resume to start over"
            )
        return progress

    def damaged(self) -> DumpChanged:
        """The error for a checkpoint that says nothing that can be used."""
        return DumpChanged(
            f"the checkpoint {self.file} is damaged; run without --resume to start over"
        )

    def write(self, progress: Progress) -> None:
        """Remember how far it came.

        It is written beside and renamed, so that a kill leaves the old or the new one.
        """
        self.file.parent.mkdir(parents=True, exist_ok=True)
        partial = self.file.with_suffix(".part")
        partial.write_text(
            json.dumps({"identity": asdict(self._identity), **asdict(progress)}), encoding="utf-8"
        )
        partial.replace(self.file)
