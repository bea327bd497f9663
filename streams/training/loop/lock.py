"""Keeps two loops from working in one folder at once."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Locked(Exception):
    """Another loop works in this folder; the message says which process."""


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Holds the lock of a loop's folder; it ends with the process, however that ends.

    Raises:
        Locked: another process holds it.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            process = file.read().strip() or "unknown"
            raise Locked(
                f"another loop works in {home} (process {process}); wait for it, or end it"
            ) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
