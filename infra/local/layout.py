"""Where the local stack keeps things in its home, and what it remembers there."""

import fcntl
import json
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from infra.local.errors import BusyError, DiskFullError, StackError
from infra.settings import STACK_ENV
from schemas.whole_file import replace

NEEDED_BYTES = 1024**3
"""Free room wanted before a start: the two servers' empty data take 0.1 GiB, and one that runs full
stops hard.
"""
LOCK_TIMEOUT = 120.0
"""Seconds to wait for another `up` or `down` of the same home: longer than both of them can take.
"""


@dataclass(frozen=True)
class Layout:
    """The folders and files of one local stack. `home` is absolute."""

    home: Path

    @property
    def data(self) -> Path:
        """What `wipe` deletes."""
        return self.home / "stack"

    @property
    def logs(self) -> Path:
        """What the servers and workers write."""
        return self.home / "logs"

    @property
    def stack_env(self) -> Path:
        """Addresses of the running stack; `infra.settings` reads it."""
        return self.home / STACK_ENV

    def make(self) -> None:
        """Create the folders.

        Raises:
            StackError: they cannot be created.
        """
        try:
            # The data and the addresses, which hold a password, are for this user alone.
            self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.logs.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StackError(
                f"cannot use {self.home}: {error}. Set STREAMS_HOME to a folder you can write"
            ) from error

    def require_room(self) -> None:
        """Refuse to start on a nearly full disk.

        Raises:
            DiskFullError: less than `NEEDED_BYTES` are free.
        """
        free = shutil.disk_usage(self.home).free
        if free < NEEDED_BYTES:
            raise DiskFullError(
                f"only {free / 1024**3:.2f} GiB are free on the disk of {self.home},"
                f" {NEEDED_BYTES / 1024**3:.0f} GiB are needed;"
                " make room or set STREAMS_HOME to a folder on another disk"
            )

    @contextmanager
    def locked(self, timeout: float = LOCK_TIMEOUT) -> Iterator[None]:
        """Hold the stack for one command.

        The system lets go of it when the process ends, however it ends.

        Raises:
            BusyError: another command held it for `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        with (self.home / "stack.lock").open("w") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError as error:
                    if time.monotonic() > deadline:
                        raise BusyError(
                            f"another command has been busy with {self.home} for {timeout:.0f} s"
                        ) from error
                time.sleep(0.1)
            yield

    def ports(self) -> dict[str, int]:
        """The ports used last, by name; empty when nothing is remembered."""
        try:
            return {
                str(name): int(port)
                for name, port in json.loads((self.data / "ports.json").read_text()).items()
            }
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def remember_ports(self, ports: Mapping[str, int]) -> None:
        """Keep the ports for the next start."""
        (self.data / "ports.json").write_text(json.dumps(dict(ports), indent=1) + "\n")

    def write_addresses(self, addresses: Mapping[str, str]) -> None:
        """Write `stack.env`, readable by this user alone, in one step."""
        replace(
            self.stack_env,
            "# Written by `python -m infra.local up`, removed by `down`.\n"
            + "".join(f"{k}={v}\n" for k, v in addresses.items()),
            mode=0o600,
        )

    def addresses(self) -> dict[str, str]:
        """What `stack.env` says; empty when the stack is down."""
        with suppress(FileNotFoundError):
            lines = self.stack_env.read_text().splitlines()
            return dict(
                line.split("=", 1) for line in lines if "=" in line and not line.startswith("#")
            )
        return {}
