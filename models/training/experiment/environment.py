"""What a training ran on: versions, processor, commit and command, to make it again."""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = (
    "mimmo-streams",
    "torch",
    "numpy",
    "tokenizers",
    "transformers",
    "peft",
    "onnx",
    "onnxruntime",
    "gguf",
)
"""Packages whose versions can change what is learnt."""


def environment() -> dict[str, Any]:
    """Everything of this machine and process that a result may depend on."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": ["python", "-m", "models.training", *sys.argv[1:]],
        "python": platform.python_version(),
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "commit": _commit(),
        "packages": {name: _version(name) for name in PACKAGES if _version(name)},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    """The processor's name, as Linux tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def _commit() -> str | None:
    """The commit of the source, if it is a checkout; with a plus if files were changed."""
    root = Path(__file__).parents[3]
    if not (root / ".git").exists():
        return None
    try:
        command = ["git", "describe", "--always", "--abbrev=12", "--dirty=+", "--exclude=*"]
        told = subprocess.run(
            command, cwd=root, capture_output=True, text=True, check=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return told.stdout.strip()
