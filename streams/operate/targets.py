"""Where the processes of this machine serve `/metrics`, for Prometheus' `file_sd`.

Their ports are free ones, so each writes its address into a file of its own in
`STREAMS_HOME/targets`. It holds a lock on that file for as long as it lives: a file that nobody
holds is of a process that was killed, and the next process that starts drops it. A number of a
process would not do, since the system gives it to another one.
"""

import fcntl
import json
import os
import secrets
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

from infra.logging import get_logger
from infra.settings import Settings

log = get_logger(__name__)

_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
"""Addresses that nobody can connect to, and how this machine reaches what listens on them."""


class Target:
    """The file of one process.

    Args:
        settings: its `home` is where the file goes.
        process: what kind of process it is: the label `process` of all its metrics.
    """

    def __init__(self, settings: Settings, process: str) -> None:
        self._folder = settings.home / "targets"
        self._process = process
        self._held: tuple[Path, TextIO] | None = None

    def announce(self, address: str) -> None:
        """Writes the file, and drops those of processes that are gone.

        A folder that cannot be written is no reason not to work: a line says so.

        Args:
            address: a URL of the process; only host and port matter.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            drop_stale(self._folder)
            self._held = self._write(_reached(address))
        except OSError as error:
            log.warning("Prometheus will not find this process", error=str(error))

    def withdraw(self) -> None:
        """Removes the file; nothing happens where there is none."""
        if self._held is not None:
            path, file = self._held
            path.unlink(missing_ok=True)
            file.close()
            self._held = None

    def _write(self, place: str) -> tuple[Path, TextIO]:
        path = self._folder / f"{self._process}-{os.getpid()}-{secrets.token_hex(4)}.json"
        unfinished = path.with_suffix(".new")  # no name that Prometheus reads
        file = unfinished.open("w", encoding="utf-8")
        fcntl.flock(file, fcntl.LOCK_EX)
        json.dump([{"targets": [place], "labels": {"process": self._process}}], file)
        file.flush()
        unfinished.rename(path)
        return path, file


def drop_stale(folder: Path) -> None:
    """Removes the files of processes that are gone.

    Raises:
        OSError: a file cannot be opened or removed.
    """
    for path in folder.glob("*.json"):
        try:
            with path.open(encoding="utf-8") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                path.unlink(missing_ok=True)
        except (BlockingIOError, FileNotFoundError):
            continue  # it is held, or another process that starts was first


def _reached(address: str) -> str:
    """Host and port, as a program of this machine connects to them."""
    url = urlsplit(address)
    name = url.hostname or ""
    host = _WILDCARDS.get(name, name)
    return f"[{host}]:{url.port}" if ":" in host else f"{host}:{url.port}"
