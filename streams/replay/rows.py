"""What a record of a dump becomes: a torrent, a reason why it is none, or one not asked for."""

import reprlib
from dataclasses import dataclass

from schemas import Torrent, clean_text


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that is no torrent.

    `line` is the line of a text dump, the row id of a database, or the place in a folder or
    archive.
    """

    line: int
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """A torrent that the user did not ask for, such as one of before `--since`."""

    reason: str


Row = Torrent | Rejected | Passed


class Unfit(ValueError):
    """A field that no torrent can have; `reason` is what the summary counts it under."""

    def __init__(self, reason: str, detail: object = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = shown(detail)


def shown(value: object) -> str:
    """Hostile text for a terminal or log: escaped and cut."""
    if isinstance(value, str):
        text = ascii(value[:80])
    elif isinstance(value, bytes):
        text = ascii(value[:40])
    else:
        text = ascii(reprlib.repr(value))[1:-1]  # bounded in depth and length, unlike repr
    return clean_text(text)[:120]
