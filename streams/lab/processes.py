"""The processes that the demo starts: each with a log of its own, ended with all their children."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from rich.console import Console

from infra.local.process import psutil

_STOP_SECONDS = 60.0
"""A worker finishes its batch first, and a supervisor waits for its workers."""
_REST_SECONDS = 10.0
"""For what was left by whoever started it."""


class DemoFailed(Exception):
    """A part of the demo did not do its work; the message says which and where its log is."""


class Processes:
    """Processes by name, each in a session of its own: Ctrl-C reaches only the demo."""

    def __init__(self, console: Console, logs: Path, environment: Mapping[str, str]) -> None:
        self._console = console
        self._logs = logs
        self._environment = dict(environment)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def log(self, name: str) -> Path:
        """Where a process writes."""
        return self._logs / f"demo-{name}.log"

    def tail(self, name: str, size: int = 2000) -> str:
        """The end of its log."""
        return self.log(name).read_text(errors="replace")[-size:]

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a command; a module of ours is `python("-m", "streams.llm")`."""
        self._logs.mkdir(parents=True, exist_ok=True)
        with self.log(name).open("wb") as stream:
            self._running[name] = subprocess.Popen(
                command,
                stdout=stream,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env=self._environment,
            )
        self._console.print(
            f"  {name}: process {self._running[name].pid}, log {self.log(name)}",
            highlight=False,
            soft_wrap=True,
        )

    def pids(self) -> dict[str, int]:
        """Those that run, and their process ids."""
        running = self._running.items()
        return {name: process.pid for name, process in running if process.poll() is None}

    def code(self, name: str) -> int | None:
        """The exit code of a process; None while it runs."""
        return self._running[name].poll()

    def check(self, *names: str) -> None:
        """Nothing, if all of these still run.

        Raises:
            DemoFailed: one has ended; the message has the end of its log.
        """
        for name in names:
            code = self.code(name)
            if code is not None:
                raise DemoFailed(
                    f"the {name} process ended with exit code {code}:\n{self.tail(name)}"
                )

    def stop(self, *names: str) -> None:
        """Ask these to end, with all that they started, and wait; kill what does not.

        Without names, all of them. Who started others is asked first: the supervisor stops its
        children in order. Nothing is lost by a kill.
        """
        heads = [self._running.pop(name) for name in names or tuple(self._running)]
        families = [family(head.pid) for head in heads]
        late = _ended([family[0] for family in families if family], _STOP_SECONDS)
        late += _ended([member for family in families for member in family[1:]], _REST_SECONDS)
        for member in late:
            with suppress(psutil.NoSuchProcess):
                self._console.print(f"process {member.pid} did not stop; killed")
                member.kill()
        for head in heads:
            head.wait(10)


def _ended(members: Sequence[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Asks processes to end; returns those that had not after so many seconds."""
    for member in members:
        with suppress(psutil.NoSuchProcess):
            member.terminate()
    _, late = psutil.wait_procs(members, seconds)
    return list(late)


def family(pid: int) -> list[psutil.Process]:
    """A process and all that it started; empty if it has ended."""
    try:
        head = psutil.Process(pid)
        return [head, *head.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def python(*arguments: str) -> list[str]:
    """A command of this Python."""
    return [sys.executable, *arguments]


def run(module: str, *arguments: str) -> None:
    """Run one of our commands to its end.

    Raises:
        DemoFailed: it ended with another exit code than 0.
    """
    done = subprocess.run(python("-m", module, *arguments), check=False)
    if done.returncode != 0:
        raise DemoFailed(
            f"python -m {module} {' '.join(arguments)} ended with exit code {done.returncode}"
        )
