"""Debian 12 as an image, made by debootstrap of Debian's own packages: no registry is asked."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from infra.images import ImageError
from infra.images.buildah import Buildah

NAME = "mimmo-debian"
RELEASE = "bookworm"
"""Debian 12, whose Python is 3.11."""

_PACKAGES = "python3,libgomp1"
"""`system.sh` would ask a mirror for them."""

_UNREAD = (
    "usr/share/doc",
    "usr/share/man",
    "usr/share/info",
    "usr/share/locale",
    "usr/share/i18n",
    "usr/share/lintian",
    "usr/share/bash-completion",
    "usr/lib/x86_64-linux-gnu/gconv",  # of iconv; Python has codecs of its own
    "var/cache/apt/archives",
    "var/lib/apt/lists",
    "var/log",
)
"""Folders that nothing of ours reads: half of what debootstrap makes."""


def make(buildah: Buildah, on_event: Callable[[str], None]) -> str:
    """Make the image of Debian unless it is there; returns its name.

    Raises:
        ImageError: Debian's packages cannot be had or unpacked.
    """
    if buildah.has(NAME):
        return f"localhost/{NAME}"
    on_event(f"debootstrap: Debian {RELEASE} with Python")
    with tempfile.TemporaryDirectory(dir=buildah.storage / "tmp") as name:
        root, archive = Path(name) / "root", Path(name) / "root.tar"
        _run("debootstrap", "--variant=minbase", f"--include={_PACKAGES}", RELEASE, str(root))
        _trim(root)
        _run("tar", "--directory", str(root), "--numeric-owner", "-cf", str(archive), ".")
        shutil.rmtree(root)
        buildah.import_root(archive, NAME)
    return f"localhost/{NAME}"


def _trim(root: Path) -> None:
    for folder in _UNREAD:
        shutil.rmtree(root / folder, ignore_errors=True)
    for folder in ("var/lib/apt/lists/partial", "var/cache/apt/archives/partial", "var/log"):
        (root / folder).mkdir(parents=True)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        told = (done.stdout + done.stderr).strip().splitlines()
        raise ImageError(f"{command[0]} failed:\n" + "\n".join(told[-10:]))
