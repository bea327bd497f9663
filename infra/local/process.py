"""A server that outlives the command that started it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event

from infra.local.errors import MissingExtraError, StartError, StopError

try:
    import psutil as psutil  # type: ignore[import-untyped]  # re-exported: whoever lacks it is told which extra
except ImportError as error:
    raise MissingExtraError("psutil") from error

POLL = 0.05
"""Seconds between two looks at a starting or stopping server."""
CLOCK_TOLERANCE = 2.0
"""Seconds by which a start time may differ from the one noted: it is counted from the boot time,
which the system corrects with its clock. A number is not used again by another process that soon.
"""
KILL_TIMEOUT = 10.0
"""Seconds that a process may take to vanish after SIGKILL (one in a disk wait does)."""
ROTATE_BYTES = 16 * 1024**2
"""A log larger than this is set aside (`.1`) at the next start."""
TAIL_LINES = 15
SERVERS = frozenset({"java", "postgres", Path(sys.executable).name})
"""Programs that are looked for when a pid file is lost (an editor with the same file open is not).
"""


class Daemon:
    """One server process: its pid file, its log, its start and its end.

    The pid file holds the number and the start time of the process; a file left by a crash, whose
    number now belongs to another program, is not taken for ours. Where the file is lost, the
    process is known by `marker`, an argument of its command line that no other program has.
    """

    def __init__(self, name: str, pid_file: Path, log: Path, marker: str) -> None:
        self.name = name
        self.pid_file = pid_file
        self.log = log
        self.marker = marker

    def process(self) -> psutil.Process | None:
        """The running process, or None."""
        try:
            noted = json.loads(self.pid_file.read_text())
            pid, started = int(noted["pid"]), float(noted["started"])
            process = psutil.Process(pid)
            if abs(process.create_time() - started) <= CLOCK_TOLERANCE and is_alive(process):
                return process
        except (OSError, ValueError, KeyError, TypeError, psutil.Error):
            pass
        return self._found()

    def _found(self) -> psutil.Process | None:
        for process in psutil.process_iter(["cmdline"]):
            command: list[str] = process.info["cmdline"] or []
            if (
                command
                and self.marker in command
                and Path(command[0]).name in SERVERS
                and is_alive(process)
            ):
                return process
        return None

    def spawn(
        self, command: Sequence[str], *, environment: Mapping[str, str], **options: object
    ) -> psutil.Process:
        """Start `command` in a session of its own, with its output in the log.

        Raises:
            StartError: the program cannot be run at all.
        """
        if self.log.exists() and self.log.stat().st_size > ROTATE_BYTES:
            self.log.replace(self.log.with_name(self.log.name + ".1"))
        with self.log.open("ab") as log:
            try:
                # A session of its own: Ctrl-C and the end of the terminal do not reach it.
                child = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=dict(environment),
                    start_new_session=True,
                    **options,  # type: ignore[call-overload]
                )
            except OSError as error:
                raise StartError(f"{self.name}: cannot run {command[0]}: {error}") from error
        # From here on psutil watches it. Popen would warn about a process that is meant to outlive
        # this one.
        child.returncode = 0
        process = psutil.Process(child.pid)
        self.pid_file.write_text(json.dumps({"pid": child.pid, "started": process.create_time()}))
        return process

    def wait_ready(
        self, process: psutil.Process, ready: Callable[[], bool], timeout: float, cancelled: Event
    ) -> None:
        """Return when `ready()` says so.

        Raises:
            StartError: the process ended, or `timeout` seconds passed, or the start was given up.
                The process is gone then.
        """
        deadline = time.monotonic() + timeout
        while not ready():
            if not is_alive(process):
                self.forget()
                raise StartError(f"{self.name} ended while it started. {self.log_tail()}")
            if cancelled.is_set() or time.monotonic() > deadline:
                self.kill()
                why = (
                    "start given up"
                    if cancelled.is_set()
                    else f"no answer in {timeout:.0f} s, killed"
                )
                raise StartError(f"{self.name}: {why}. {self.log_tail()}")
            time.sleep(POLL)

    def stop(self, by: signal.Signals, timeout: float, on_event: Callable[[str], None]) -> None:
        """Ask the process to end and wait; SIGKILL when it has not after `timeout` seconds.

        Raises:
            StopError: it outlived SIGKILL.
        """
        process = self.process()
        if process is not None:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(by)
            if not _gone([process], timeout):
                on_event(
                    f"still there {timeout:.0f} s after {by.name}: killed. Its log: {self.log}"
                )
                self.kill()
        self.forget()

    def kill(self) -> None:
        """SIGKILL the process and its children, and wait until they are gone.

        This is what a crash test does.

        Raises:
            StopError: it outlived SIGKILL.
        """
        process = self.process()
        if process is not None:
            family = [process]
            with suppress(psutil.NoSuchProcess):
                family += process.children(recursive=True)
            with suppress(psutil.NoSuchProcess):
                process.kill()
            # Children of Postgres leave by themselves when the postmaster is gone, and must, before
            # a new one may start.
            if not _gone(family, KILL_TIMEOUT):
                for member in family:
                    with suppress(psutil.NoSuchProcess):
                        member.kill()
                if not _gone(family, KILL_TIMEOUT):
                    raise StopError(
                        f"{self.name} (process {process.pid}) outlived SIGKILL; a disk may hang"
                    )
        self.forget()

    def forget(self) -> None:
        """Remove the pid file."""
        self.pid_file.unlink(missing_ok=True)

    def log_tail(self) -> str:
        """The last lines of the log, for an error message."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            lines = []
        return "\n".join(
            [
                f"The end of {self.log}:",
                *(f"  {line}" for line in lines[-TAIL_LINES:] or ["(empty)"]),
            ]
        )


def is_alive(process: psutil.Process) -> bool:
    """Whether `process` still runs. One that ended and was not waited for does not."""
    try:
        if process.status() != psutil.STATUS_ZOMBIE:
            return bool(process.is_running())
    except psutil.NoSuchProcess:
        return False
    with suppress(ChildProcessError):  # a child of ours: let the system forget it
        os.waitpid(process.pid, os.WNOHANG)
    return False


def clean_environment(*prefixes: str) -> dict[str, str]:
    """This environment without the variables that would change how a server or its tools behave."""
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)} | {
        "LC_ALL": "C.UTF-8"
    }


def run_tool(
    name: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    timeout: float,
    **options: object,
) -> str:
    """Run a short command of a server's and return its output.

    Raises:
        StartError: it failed; the message ends with what it said.
    """
    try:
        done = subprocess.run(  # type: ignore[call-overload]
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            **options,
        )
    except subprocess.TimeoutExpired as error:
        raise StartError(
            f"{name}: {Path(command[0]).name} did not end in {timeout:.0f} s"
        ) from error
    except OSError as error:
        raise StartError(f"{name}: cannot run {command[0]}: {error}") from error
    if done.returncode:
        said = "\n".join(
            f"  {line}" for line in (done.stderr + done.stdout).strip().splitlines()[-TAIL_LINES:]
        )
        raise StartError(f"{name}: {Path(command[0]).name} failed ({done.returncode}):\n{said}")
    return str(done.stdout)


def _gone(processes: Sequence[psutil.Process], timeout: float) -> bool:
    deadline = time.monotonic() + timeout
    while any(is_alive(process) for process in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL)
    return True
