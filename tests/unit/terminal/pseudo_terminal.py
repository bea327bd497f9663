"""A program in a pseudo-terminal of 80 by 24 cells."""

import os
import pty
import re
import select
import struct
import subprocess
import sys
import time
from fcntl import ioctl
from termios import TIOCSWINSZ

from tests.support import ROOT

_IN_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "mimmo", *sys.argv[1:]])
"""
"""Makes the terminal the one that the program belongs to, which a shell does otherwise."""


class PseudoTerminal:
    """`mimmo` with a terminal; what it writes is kept."""

    def __init__(self, arguments: list[str], environment: dict[str, str]) -> None:
        inherited = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        self.written = b""
        master, slave = pty.openpty()
        self.master = master
        ioctl(self.master, TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-c", _IN_TERMINAL, *arguments],
            cwd=ROOT,
            env={**inherited, **environment},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def read(self, within: float) -> bytes:
        """What is written next; empty if nothing is, in time."""
        if self.master < 0:
            return b""
        ready, _, _ = select.select([self.master], [], [], within)
        try:
            piece = os.read(self.master, 1 << 16) if ready else b""
        except OSError:  # it ended
            piece = b""
        self.written += piece
        return piece

    def drain(self, seconds: float = 1.0) -> bytes:
        """What is written in so long; a cursor that blinks never stops."""
        begin = len(self.written)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.1)
        return self.written[begin:]

    def until(self, pattern: bytes, within: float = 40) -> None:
        """Read until a pattern is written.

        Raises:
            AssertionError: it is not.
        """
        end = time.monotonic() + within
        while not re.search(pattern, self.written):
            assert time.monotonic() < end, self.written[-2000:]
            self.read(0.5)

    def press(self, keys: bytes) -> None:
        """Send keys, one after the other as a person does."""
        for key in keys:
            os.write(self.master, bytes([key]))
            self.drain(0.3)

    def wait(self, within: float = 30) -> int | None:
        """The exit code; a signal is negative. None if it does not end."""
        end = time.monotonic() + within
        while self._process.poll() is None and time.monotonic() < end:
            self.read(0.1)
            time.sleep(0.02)
        return self._process.poll()

    def lose(self) -> None:
        """The terminal goes away, as when a connection breaks."""
        os.close(self.master)
        self.master = -1

    def close(self) -> None:
        """End it."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self.master >= 0:
            self.lose()
