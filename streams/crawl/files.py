"""Files of a crawl's state: written whole or not at all, and set aside when they are damaged."""

import os
from datetime import UTC, datetime
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file in one step.

    The content goes into a file beside it, is forced to the disk, and then takes the place of the
    old one. Whoever reads sees the old file or the new one, whenever the process is killed.
    """
    pending = path.with_name(path.name + ".new")
    with pending.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    pending.replace(path)
    _sync_folder(path.parent)


def set_aside(path: Path, reason: object) -> None:
    """Rename a damaged file, with what belongs to it, and say so in one line.

    Nothing is deleted: a person may still want to look at it. The crawl goes on without it.
    """
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(path.with_name(f"{path.name}.damaged-{moment}{suffix}"))
    log.warning(
        "a damaged state file is set aside; the crawl goes on without it",
        file=str(path),
        now=f"{path.name}.damaged-{moment}",
        reason=str(reason),
    )


def _sync_folder(folder: Path) -> None:
    """Force a rename to the disk, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
