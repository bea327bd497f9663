"""What the readers of archives have in common: an entry, and why a list ended early."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of an archive's list."""

    path: str | bytes
    """As it stands in the archive: hostile, and not always UTF-8."""
    size: int | None
    """Bytes when unpacked, None if the archive does not say."""
    is_file: bool = True
    """Whether it is a file, and no folder, link or device."""


class Incomplete(Exception):
    """The list ended early. The message says why; what was listed before is right."""


class Damaged(Incomplete):
    """The archive is torn, damaged or encrypted."""
