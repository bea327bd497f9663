"""A release tried as a user would: the wheel in an empty environment, far from the checkout."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from uv import find_uv_bin

from infra.release import ROOT, ReleaseError
from infra.release.locks import RUNTIME

NAME = "Aurora.Vale-Paper.Lanterns-CD-FLAC-2011-INV"
"""An invented album, for a first answer."""

_DEMO_SECONDS = 1800
_ANSWER_SECONDS = 120


@dataclass(frozen=True)
class Trial:
    """An environment that has the locked packages and the wheel; commands run in `folder`."""

    python: Path
    folder: Path

    def answer(self) -> str:
        """What the installed `mimmo --json` says of a name.

        Raises:
            ReleaseError: it fails, or is wrong.
        """
        program = self.python.with_name("mimmo")
        said = self.run([program, "--json", NAME], _ANSWER_SECONDS)
        if '"audio"' not in said:
            raise ReleaseError(f"mimmo --json {NAME} says {said}")
        return said

    def demo(self) -> None:
        """The whole pipeline on the sample that ships; what it says is shown.

        Raises:
            ReleaseError: it fails.
        """
        self.run([self.python, "-m", "streams.demo"], _DEMO_SECONDS, shown=True)

    def run(self, command: list[str | Path], seconds: float, *, shown: bool = False) -> str:
        """Run a command out of sight of the checkout, and return what it says unless it is shown.

        Raises:
            ReleaseError: it fails, or does not end within so many seconds.
        """
        ours = ("PYTHON", "STREAMS_", "VIRTUAL_ENV")
        kept = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
        words = " ".join(map(str, command))
        to = None if shown else subprocess.PIPE
        with subprocess.Popen(
            command, cwd=self.folder, env=kept, stdout=to, stderr=to, text=True
        ) as process:
            try:
                said, complaint = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                process.terminate()  # not killed: the demo stops what it started
                raise ReleaseError(f"{words} did not end within {seconds} s") from None
        if process.returncode:
            raise ReleaseError(f"in an empty environment, {words} failed:\n{complaint or ''}")
        return said or ""


@contextmanager
def environment(wheel: Path, root: Path = ROOT) -> Iterator[Trial]:
    """An empty environment with the wheel and what `requirements.lock` pins, gone after the block.

    Raises:
        ReleaseError: something cannot be installed.
    """
    with tempfile.TemporaryDirectory(prefix="mimmo-release-") as name:
        folder = Path(name)
        python = folder / "venv" / "bin" / "python"
        uv = find_uv_bin()
        install = [uv, "pip", "install", "--quiet", "--python", str(python)]
        for command in (
            [uv, "venv", "--quiet", "--python", sys.executable, str(folder / "venv")],
            [*install, "--require-hashes", "-r", str(root / RUNTIME)],
            [*install, "--no-deps", str(wheel.resolve())],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise ReleaseError(f"{' '.join(command)} failed:\n{done.stderr}")
        (folder / "work").mkdir()
        yield Trial(python, folder / "work")
