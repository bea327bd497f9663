"""Programs in containers of the images, started, told apart by name, and stopped in order."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from infra.images import ImageError
from infra.images.buildah import Buildah, Container
from infra.local.process import psutil

STOP_SECONDS = 60.0
"""For an orderly stop; a batch in work is finished first."""

_NOT_KEPT = ("proc", "sys", "dev", "tmp")
"""Folders of a root that are the kernel's, or in memory."""

USER = 10001
"""The user of all images, who owns nothing but its home."""


class Running:
    """A container of each image, each with a home of its own, and the programs in them.

    Args:
        buildah: where the images are.
        folder: where homes and logs go.
        environment: STREAMS_ variables of all programs.
    """

    def __init__(self, buildah: Buildah, folder: Path, environment: Mapping[str, str]) -> None:
        self._buildah = buildah
        self._folder = folder
        self._environment = environment
        self._exit = ExitStack()
        self._containers: dict[str, Container] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        (folder / "logs").mkdir(parents=True, exist_ok=True)

    def container(self, target: str) -> Container:
        """The container of an image, made when it is first asked for.

        Raises:
            ImageError: there is no such image.
        """
        if target not in self._containers:
            self._containers[target] = self._exit.enter_context(self._buildah.container(target))
        return self._containers[target]

    def run(self, target: str, *arguments: str, seconds: float = 300) -> str:
        """Run a program to its end; returns what it printed.

        Raises:
            ImageError: it fails, or takes longer.
        """
        command, environment = self._command(target, arguments, {})
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=seconds
            )
        except subprocess.TimeoutExpired:
            raise ImageError(f"{target}: {' '.join(arguments)} took over {seconds} s") from None
        if done.returncode:
            said = (done.stdout + done.stderr).strip()[-2000:]
            raise ImageError(
                f"{target}: {' '.join(arguments)} ended with {done.returncode}:\n{said}"
            )
        return done.stdout

    def start(
        self, name: str, target: str, *arguments: str, own: Mapping[str, str] | None = None
    ) -> None:
        """Start a program beside the others; what it says goes to its log."""
        command, environment = self._command(target, arguments, own or {})
        with self.log(name).open("wb") as log:
            self._processes[name] = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def log(self, name: str) -> Path:
        """What a program says."""
        return self._folder / "logs" / f"{name}.log"

    def check(self) -> None:
        """Make sure that all that was started runs.

        Raises:
            ImageError: something ended.
        """
        for name, process in self._processes.items():
            if process.poll() is not None:
                said = self.log(name).read_text(errors="replace")[-2000:]
                raise ImageError(f"{name} ended with {process.returncode}:\n{said}")

    def stop(self, name: str) -> int:
        """Stop a program as a supervisor would, by SIGTERM; returns its exit code.

        Raises:
            ImageError: it does not end.
        """
        process = self._processes.pop(name)
        # buildah passes no signals on, and would be followed by SIGKILL to what it runs.
        for member in psutil.Process(process.pid).children(recursive=True):
            if not _is_buildah(member) and _is_buildah(member.parent()):
                member.send_signal(signal.SIGTERM)
        try:
            return process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise ImageError(f"{name} did not end within {STOP_SECONDS:.0f} s of SIGTERM") from None

    def written(self, target: str, since: float) -> list[str]:
        """Paths of a container's root that were written since a moment, but for home and /tmp."""
        root = self.container(target).root
        newer = []
        for folder, folders, files in os.walk(root):
            here = Path(folder)
            if here == root:
                folders[:] = [name for name in folders if name not in _NOT_KEPT]
            paths = (here / name for name in files)
            newer += [str(path.relative_to(root)) for path in paths if _written(path) > since]
        return newer

    def close(self) -> None:
        """End what runs, and remove the containers."""
        for name in list(self._processes):
            try:
                self.stop(name)
            except (ImageError, psutil.Error):
                continue
        time.sleep(0.5)  # buildah lets go of its folders
        self._exit.close()

    def _command(
        self, target: str, arguments: Sequence[str], own: Mapping[str, str]
    ) -> tuple[list[str], Mapping[str, str]]:
        home = self._folder / target
        if not home.exists():
            home.mkdir(parents=True)
            os.chown(home, USER, USER)
        given = {**self._environment, **own}
        container = self.container(target)
        command = container.command(arguments, given, {home: "/var/lib/mimmo"})
        return command, self._buildah.environment


def _written(path: Path) -> float:
    return path.lstat().st_mtime


def _is_buildah(process: psutil.Process) -> bool:
    """Whether it is buildah, or one of the processes between it and the program."""
    return bool(process.cmdline()[0].startswith("buildah"))
