"""SHA-256 of large files, taken in the background and remembered by size and time of change.

A page never waits for a hash: it says that the file is being checked.
"""

import json
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from infra.logging import get_logger
from models.registry import sha256_of

log = get_logger(__name__)

_MOST_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What changes when a file does."""

    size: int
    changed: int

    @classmethod
    def of(cls, path: Path) -> "_Stamp":
        status = path.stat()
        return cls(status.st_size, status.st_mtime_ns)


@dataclass
class Hashes:
    """The hashes of one folder of ours; `memory` is the file that keeps them over a restart."""

    memory: Path
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _known: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    _waiting: dict[str, None] = field(default_factory=dict)
    _worker: threading.Thread | None = None
    _is_read: bool = False

    def of(self, path: Path) -> str | None:
        """The hash of a file. Returns None while it is being taken; ask again later.

        Raises:
            OSError: there is no such file.
        """
        stamp = _Stamp.of(path)
        key = str(path)
        with self._lock:
            self._read()
            known = self._known.get(key)
            if known is not None and known[:2] == (stamp.size, stamp.changed):
                return known[2]
            self._waiting[key] = None
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name="hashes", daemon=True)
                self._worker.start()
        return None

    def _work(self) -> None:
        """Take what waits, the oldest first, and end."""
        while True:
            with self._lock:
                if not self._waiting:
                    self._worker = None
                    return
                key = next(iter(self._waiting))
                del self._waiting[key]
            try:
                path = Path(key)
                stamp = _Stamp.of(path)
                taken = sha256_of(path)
                # A file that changed meanwhile is asked about again.
                if _Stamp.of(path) == stamp:
                    self._remember(key, (stamp.size, stamp.changed, taken))
            except OSError as error:
                log.warning("a file could not be hashed", path=key, error=str(error))

    def _remember(self, key: str, known: tuple[int, int, str]) -> None:
        with self._lock:
            self._known[key] = known
            while len(self._known) > _MOST_REMEMBERED:
                del self._known[next(iter(self._known))]
            kept = json.dumps(self._known)
        with suppress(OSError):
            self.memory.parent.mkdir(parents=True, exist_ok=True)
            partial = self.memory.with_name(self.memory.name + ".part")
            partial.write_text(kept, encoding="utf-8")
            partial.rename(self.memory)

    def _read(self) -> None:
        if self._is_read:
            return
        self._is_read = True
        with suppress(OSError, ValueError, TypeError):
            told = json.loads(self.memory.read_text(encoding="utf-8"))
            self._known = {
                key: (int(size), int(changed), str(taken))
                for key, (size, changed, taken) in told.items()
            }
