"""The lock files: which packages they pin, with their hashes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.release import ROOT

RUNTIME = "requirements.lock"
"""What whoever runs the pipeline installs."""

_PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)\s*(?:;\s*([^\\]*[^\\\s]))?")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Locked:
    """One package of a lock file.

    `marker` says where it is installed (PEP 508, empty: everywhere); `hashes` are the SHA-256 of
    its files, one for each platform.
    """

    name: str
    version: str
    lock: str
    marker: str = ""
    hashes: tuple[str, ...] = ()


def paths(root: Path = ROOT) -> list[Path]:
    """The lock files of the repository, sorted."""
    return sorted(root.glob("requirements*.lock"))


def read(path: Path) -> list[Locked]:
    """The packages of a lock file, in its order."""
    return list(_packages(path.read_text(encoding="utf-8"), path.name))


def _packages(text: str, lock: str) -> Iterator[Locked]:
    for entry in re.split(r"\n(?=[A-Za-z0-9])", text):
        pinned = _PINNED.match(entry)
        if pinned:
            name, version, marker = pinned.groups(default="")
            yield Locked(name, version, lock, marker, tuple(_HASH.findall(entry)))
