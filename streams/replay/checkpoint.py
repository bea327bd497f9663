"""How far a replay came, on disk: written only after Kafka acknowledged, so that `--resume` skips
nothing unpublished.
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
    """Which dump: its path, size and the hash of its first 64 KiB."""

    path: str
    size: int
    head: str

    @classmethod
    def of(cls, path: Path) -> "Identity":
        with path.open("rb") as stream:
            head = hashlib.sha256(stream.read(_HEAD)).hexdigest()
        return cls(str(path.resolve()), path.stat().st_size, head)


class Checkpoint:
    """The checkpoint of one dump: how many records (good or not) were dealt with."""

    def __init__(self, folder: Path, dump: Path) -> None:
        self._identity = Identity.of(dump)
        name = hashlib.sha256(self._identity.path.encode()).hexdigest()[:16]
        self.file = folder / f"{name}.json"

    def read(self) -> int:
        """Records dealt with in an earlier run; 0 without one.

        Raises:
            DumpChanged: the file has changed since; start over without --resume.
        """
        if not self.file.is_file():
            return 0
        saved = json.loads(self.file.read_text(encoding="utf-8"))
        if saved["identity"] != asdict(self._identity):
            raise DumpChanged(
                f"{self._identity.path} has changed since it was replayed; run without --resume to start over"
            )
        return int(saved["records"])

    def write(self, records: int) -> None:
        """Remember how far it came; beside and renamed, so that a kill leaves the old or the new
        one.
        """
        self.file.parent.mkdir(parents=True, exist_ok=True)
        partial = self.file.with_suffix(".part")
        partial.write_text(
            json.dumps({"identity": asdict(self._identity), "records": records}), encoding="utf-8"
        )
        partial.replace(self.file)
