"""Wheel and sdist, the same bytes whenever they are built of the same commit, and their sums."""

import hashlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from uv import find_uv_bin

from infra.release import ROOT, ReleaseError

SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Packages:
    """What was built."""

    wheel: Path
    sdist: Path


def commit_time(root: Path = ROOT) -> int:
    """When the last commit was made, in Unix seconds: the time that a release bears."""
    told = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=root, capture_output=True, text=True, check=True
    )
    return int(told.stdout)


def packages(out: Path, root: Path = ROOT) -> Packages:
    """Build wheel and sdist into a folder of their own, which is emptied of earlier ones.

    All times in them are that of the last commit.

    Raises:
        ReleaseError: a build failed.
    """
    out.mkdir(parents=True, exist_ok=True)
    for pattern in ("*.whl", "*.tar.gz", "*.cdx.json", SUMS):
        for path in out.glob(pattern):
            path.unlink()
    constraints = ["--build-constraints", str(root / "requirements-build.lock")]
    command = [find_uv_bin(), "build", "--quiet", "--wheel", "--sdist", *constraints]
    done = subprocess.run(
        [*command, "--out-dir", str(out), str(root)],
        env={**os.environ, "SOURCE_DATE_EPOCH": str(commit_time(root))},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ReleaseError(f"the build failed:\n{done.stderr}")
    (out / ".gitignore").unlink(missing_ok=True)  # uv leaves one
    (wheel,) = out.glob("*.whl")
    (sdist,) = out.glob("*.tar.gz")
    return Packages(wheel, sdist)


def sums(folder: Path) -> Path:
    """Write `SHA256SUMS` of all files of a folder, as `sha256sum --check` reads it."""
    path = folder / SUMS
    files = sorted(file for file in folder.iterdir() if file.is_file() and file != path)
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    path.write_text("".join(lines), encoding="utf-8")
    return path
