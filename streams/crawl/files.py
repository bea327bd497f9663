"""Files of a crawl's state that are damaged are set aside."""

from datetime import UTC, datetime
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)


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
