"""The stack that a benchmark runs on: its own broker, database and home, gone afterwards."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from infra.local import stack as local
from infra.settings import Settings
from tests.benchmarks.pipeline.processes import family
from tests.support import ROOT

_SAMPLE = ROOT / "streams" / "lab" / "sample" / "musicbrainz"
_STOP_SECONDS = 60


class BenchmarkFailed(Exception):
    """A part did not do its work; the message says which, and the end of what it wrote."""


@dataclass(frozen=True)
class Ended:
    """A command that ran to its end: seconds of CPU, bytes of memory at most, what it wrote."""

    cpu: float
    seconds: float
    peak: int
    output: str


@dataclass
class Stand:
    """A running stack and the processes that were started on it."""

    home: Path
    stack: local.Stack
    environment: Mapping[str, str]
    logs: list[Path] = field(default_factory=list)
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        """The settings that the processes have."""
        prefix = "STREAMS_"
        given = {
            name.removeprefix(prefix).lower(): value
            for name, value in self.environment.items()
            if name.startswith(prefix)
        }
        return Settings(**given)

    @property
    def servers(self) -> dict[str, int]:
        """The process ids of both servers."""
        return {service.name: service.pid for service in self.stack.services() if service.pid}

    def run(self, *arguments: str) -> Ended:
        """Runs one of our commands to its end.

        Raises:
            BenchmarkFailed: it ended with another exit code than 0.
        """
        began = time.monotonic()
        log = self.home / "command.log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=ROOT,
                env=dict(self.environment),
                stdout=stream,
                stderr=subprocess.STDOUT,
            )
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output = log.read_text(errors="replace")
        if process.returncode:
            raise BenchmarkFailed(f"python -m {' '.join(arguments)} failed:\n{output[-3000:]}")
        return Ended(
            cpu=usage.ru_utime + usage.ru_stime,
            seconds=time.monotonic() - began,
            peak=usage.ru_maxrss * 1024,
            output=output,
        )

    def start(self, name: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        """Starts one of our commands, with a log of its own; it runs until the stand is gone."""
        log = self.home / f"{name}.log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=ROOT,
                env={**self.environment, **environment},
                stdout=stream,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.started.append(process)
        self.logs.append(log)

    def check(self) -> None:
        """Returns if all that was started still runs.

        Raises:
            BenchmarkFailed: a process has ended; the message has the end of its log.
        """
        for process, log in zip(self.started, self.logs, strict=True):
            if (code := process.poll()) is not None:
                text = log.read_text(errors="replace")
                raise BenchmarkFailed(f"{log.stem} ended with exit code {code}:\n{text[-3000:]}")

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Stops what was started for a moment, so that a measurement has the machine alone.

        A block of half a second is no harm: a consumer may be silent for six.
        """
        members = [member for process in self.started for member in family(process.pid)]
        try:
            for member in members:
                member.send_signal(signal.SIGSTOP)
            yield
        finally:
            for member in members:
                if member.is_running():
                    member.send_signal(signal.SIGCONT)

    def end(self) -> None:
        """Ends what was started."""
        members = [member for process in self.started for member in family(process.pid)]
        for member in members:
            if member.is_running():
                member.terminate()
        _, late = psutil.wait_procs(members, _STOP_SECONDS)
        for member in late:
            member.kill()
        for process in self.started:
            process.wait(_STOP_SECONDS)


@contextmanager
def standing(*, match: bool) -> Iterator[Stand]:
    """A stack with topics and tables, and with the sample index of MusicBrainz if asked."""
    with tempfile.TemporaryDirectory(prefix="mimmo-benchmark-") as folder:
        home = Path(folder)
        stack = local.up(home / "stack")
        try:
            roles = "classify,extract,match,store" if match else "classify,extract,store"
            stand = Stand(
                home,
                stack,
                {
                    **{key: value for key, value in os.environ.items() if "STREAMS_" not in key},
                    **stack.environment,
                    "PYTHONPATH": str(ROOT),
                    "STREAMS_HOME": str(home / "home"),
                    "STREAMS_ROLES": roles,
                    "STREAMS_LLM_MODE": "off",
                },
            )
            try:
                stand.run("infra.postgres", "migrate")
                stand.run("streams.topics", "create")
                if match:
                    dumps = [_SAMPLE / f"{kind}.tar.xz" for kind in ("artist", "release-group")]
                    stand.run("streams.musicbrainz", "import", *map(str, dumps))
                yield stand
            finally:
                stand.end()
        finally:
            stack.down()
