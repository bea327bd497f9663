"""How far a replay came, on disk.

It is written only after Kafka acknowledged, so that `--resume` skips nothing unpublished.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

_HEAD = 64 * 1024


class DumpChanged(Exception):
    """The dump is not the one that the checkpoint is about."""


@dataclass(frozen=True)
class Identity:
    """Which dump it is: its path, size, the hash of its first 64 KiB, and how it is read."""

    path: str
    size: int
    head: str
    format: str

    @classmethod
    def of(cls, path: Path, form: str) -> "Identity":
        """The identity of a regular file. A pipe has none: reading its head would take it away."""
        with path.open("rb") as stream:
            head = hashlib.sha256(stream.read(_HEAD)).hexdigest()
        return cls(str(path.resolve()), path.stat().st_size, head, form)


class Checkpoint:
    """The checkpoint of one dump: how many records (good or not) were dealt with."""

    def __init__(self, folder: Path, dump: Path, form: str) -> None:
        self._identity = Identity.of(dump, form)
        name = hashlib.sha256(self._identity.path.encode()).hexdigest()[:16]
        self.file = folder / f"{name}.json"

    def read(self) -> int:
        """Records dealt with in an earlier run; 0 without one.

        Raises:
            DumpChanged: the file is another one now, or the checkpoint cannot be read.
        """
        if not self.file.is_file():
            return 0
        advice = "run without --resume to start over"
        try:
            saved = json.loads(self.file.read_text(encoding="utf-8"))
            identity = dict(saved["identity"])
            records = int(saved["records"])
        except (ValueError, KeyError, TypeError) as error:
            raise DumpChanged(f"the checkpoint {self.file} is damaged; {advice}") from error
        ours = asdict(self._identity)
        if {**ours, **identity} != ours:  # a checkpoint of before there was a format knows none
            raise DumpChanged(
                f"{self._identity.path} has changed since it was replayed, "
                f"or was read as another format; {advice}"
            )
        return records

    def write(self, records: int) -> None:
        """Remember how far it came.

        It is written beside and renamed, so that a kill leaves the old or the new one.
        """
        self.file.parent.mkdir(parents=True, exist_ok=True)
        partial = self.file.with_suffix(".part")
        partial.write_text(
            json.dumps({"identity": asdict(self._identity), "records": records}), encoding="utf-8"
        )
        partial.replace(self.file)
