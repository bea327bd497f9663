"""What tests of training share: torch where it is installed, and experiments of a moment."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.support import ROOT

Started = Callable[..., subprocess.CompletedProcess[str]]


def require_training(package: str = "torch") -> None:
    """Skip without a package of the extra `train`; fail where MIMMO_REQUIRE_TRAINING is set."""
    if os.environ.get("MIMMO_REQUIRE_TRAINING"):
        __import__(package)
        return
    pytest.importorskip(package)


@pytest.fixture
def torch_needed() -> None:
    """The test needs torch."""
    require_training()


def training(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `python -m models.training` to its end."""
    return subprocess.run(
        command_line(arguments), cwd=ROOT, capture_output=True, text=True, check=False
    )


def command_line(arguments: Sequence[str | Path]) -> list[str]:
    """The command line of a training."""
    return [sys.executable, "-m", "models.training", *map(str, arguments)]
