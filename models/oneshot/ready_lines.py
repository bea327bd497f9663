"""Lines of a pipe as they come: as many at once as are ready, and never waiting for more."""

import os
from collections.abc import Iterator

_CHUNK = 1 << 16

LONGEST = 1 << 24
"""Bytes of the longest line that is read. A line that is longer is cut there."""


def ready_lines(descriptor: int, most: int) -> Iterator[list[str]]:
    """The lines of a file descriptor, in groups of those that are ready.

    Args:
        descriptor: open for reading; a terminal, a pipe or a file.
        most: lines in a group.

    Yields:
        One line or more, without their ends; bytes that are no UTF-8 are replaced.
    """
    rest = bytearray()
    is_cut = False
    while chunk := os.read(descriptor, _CHUNK):
        rest += chunk
        ended = rest.rfind(b"\n")
        if ended >= 0:
            lines = bytes(rest[:ended]).split(b"\n")
            del rest[: ended + 1]
            if is_cut:
                lines, is_cut = lines[1:], False
            for start in range(0, len(lines), most):
                yield [_text(line) for line in lines[start : start + most]]
        elif len(rest) > LONGEST:
            if not is_cut:
                yield [_text(bytes(rest[:LONGEST]))]
            is_cut = True
            rest.clear()
    if rest and not is_cut:
        yield [_text(bytes(rest))]


def _text(line: bytes) -> str:
    return line.rstrip(b"\r").decode("utf-8", "replace")
