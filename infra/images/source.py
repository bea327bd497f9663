"""What an image is made of, as hashes: buildah does not see that a folder it mounts has changed."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from infra.images import FOLDER, ROOT

_IGNORE = FOLDER / "Containerfile.dockerignore"
SCRIPTS = ("system.sh", "builder.sh", "certificates.sh", "locks/uv.lock")
"""What the first two stages run or read, of this folder."""


def checkout() -> str:
    """The hash of all files that the context of a build has."""
    return _digest(_context())


def scripts() -> str:
    """The hash of what prepares system and builder, which changes seldom."""
    return _digest(FOLDER / name for name in SCRIPTS)


def rooms() -> list[str]:
    """What the ignore file lets into the context, relative to the checkout."""
    lines = _IGNORE.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("!") for line in lines if line.startswith("!")]


def _context() -> Iterator[Path]:
    for room in rooms():
        path = ROOT / room
        inside = path.rglob("*") if path.is_dir() else [path]
        for file in inside:
            if file.is_file() and "__pycache__" not in file.parts:
                yield file


def _digest(paths: Iterable[Path]) -> str:
    sha = hashlib.sha256()
    for path in sorted(paths):
        sha.update(f"{path.relative_to(ROOT)}\0{path.stat().st_size}\0".encode())
        sha.update(path.read_bytes())
    return sha.hexdigest()[:16]
