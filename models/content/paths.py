"""Paths out of hostile bytes and text: what would lead out of the subject is cut off."""

import os
from pathlib import Path

from models.content.metainfo.encodings import decoded

TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Characters that turn the direction of what follows: "gpj.exe" is shown as "exe.jpg"."""


def folders(text: str) -> list[str]:
    """The parts of a path, separated by slashes of either kind, without those that lead out."""
    parts = text.replace("\\", "/").split("/")
    return [part for part in parts if part not in ("", ".", "..")]


def inner_path(path: str) -> str:
    """A path inside its subject: no root, no way up, no characters that turn the text."""
    return "/".join(folders(path.translate(TURNING)))


def own_name(path: Path) -> str:
    """The name of a file or folder itself, also of `.` and `..`, whatever it is encoded in."""
    name = Path(os.path.abspath(path)).name  # noqa: PTH100 (resolve would follow links)
    return decoded(os.fsencode(name))[0].translate(TURNING) or "root"


def shown(path: Path) -> str:
    """A path for a line of text: without line ends and escape sequences."""
    text = str(path)
    return text if text.isprintable() else ascii(text)[1:-1]
