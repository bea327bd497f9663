"""The objects of a stream of JSON that is not one a line: pretty-printed, joined, or in an array.

Nothing is held but the object in hand. Objects are cut out by their braces, so that a damaged one
costs itself, and what is between them (commas, brackets, blanks) does not matter.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from models.content.compression import PIECE
from streams.replay.lines import MAX_LINE

_TOKEN = re.compile(rb'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"|["{}]|\n([ \t]*+)(?=\{)')
"""A string; a quote that is never closed; a brace; a line that begins with one."""
_SECOND_LINE = re.compile(rb"\{[ \t]*\r?\n([ \t]*)")
_BETWEEN = re.compile(rb"[\s,\[\]\x00]*(?:\xef\xbb\xbf)?[\s,\[\]\x00]*")
_GARBAGE = re.compile(rb"[^{]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """An object, or what stood where an object should be."""

    data: bytes
    """Empty if it was too long to be kept."""
    end: int
    """Bytes of the stream up to its end."""
    reason: str | None = None
    """Why it is no object; None if it may be one."""


class ObjectSplitter:
    """Cuts pieces of bytes into objects."""

    def __init__(self, offset: int = 0, longest: int = MAX_LINE) -> None:
        self._longest = longest
        self._buffer = b""
        self._offset = offset
        """Bytes of the stream before the buffer."""
        self._scanned = 0
        """Bytes of the buffer whose braces were counted."""
        self._depth = 0
        self._wanted = 0
        """Bytes that the buffer must have before it is looked at again."""
        self._indent: bytes | None = None
        """What stands before the first brace of the object on its line."""

    def feed(self, piece: bytes) -> Iterator[Piece]:
        """The objects that end in this piece."""
        self._buffer += piece
        if len(self._buffer) < self._wanted:
            return
        while (cut := self._next()) is not None:
            yield cut
        # A long string is looked at again from its start: not for each piece of it.
        self._wanted = 2 * len(self._buffer) if len(self._buffer) > PIECE else 0
        if len(self._buffer) > self._longest:
            self._wanted = 0
            yield self._cut(len(self._buffer), "too_long")

    def end(self) -> Iterator[Piece]:
        """What is left at the end: objects, and one that is torn."""
        self._wanted = 0
        yield from self.feed(b"")
        if self._buffer.strip(b" \t\r\n,[]\0"):
            yield self._cut(len(self._buffer), "not_json")

    def _next(self) -> Piece | None:
        """The next object. Returns None if it ends behind the buffer."""
        if self._depth == 0:
            self._drop_between()
            if not self._buffer:
                return None
            if not self._buffer.startswith(b"{"):
                return self._garbage()
        for token in _TOKEN.finditer(self._buffer, self._scanned):
            mark = token[0]
            if mark == b'"':
                return self._unclosed(token.start())
            if mark.startswith(b"\n"):
                if self._depth and mark[1:] == self._indent and self._is_indented():
                    return self._cut(token.start() + 1, "not_json")  # the one before has no end
                self._scanned = token.end()
                continue
            self._scanned = token.end()
            if mark == b"{":
                self._depth += 1
            elif mark == b"}":
                self._depth -= 1
                if self._depth == 0:
                    return self._cut(token.end(), None)
        return None

    def _is_indented(self) -> bool:
        """Whether what is in the object cannot begin a line as the object itself does."""
        second = _SECOND_LINE.match(self._buffer)
        return second is None or len(second[1]) > len(self._indent or b"")

    def _unclosed(self, place: int) -> Piece | None:
        """A quote without a partner: the string goes on behind the buffer, or it is damaged."""
        line_end = self._buffer.find(b"\n", place)
        if line_end < 0:
            return None
        return self._cut(line_end + 1, "not_json")

    def _garbage(self) -> Piece | None:
        matched = _GARBAGE.match(self._buffer)
        end = matched.end() if matched else 1
        return self._cut(end, "not_json") if end < len(self._buffer) else None

    def _drop_between(self) -> None:
        matched = _BETWEEN.match(self._buffer)
        end = matched.end() if matched else 0
        if end or self._indent is None:
            self._indent = self._buffer[self._buffer.rfind(b"\n", 0, end) + 1 : end]
        self._buffer = self._buffer[end:]
        self._offset += end
        self._scanned = 0

    def _cut(self, end: int, reason: str | None) -> Piece:
        data = self._buffer[:end] if reason != "too_long" else b""
        self._buffer = self._buffer[end:]
        self._offset += end
        self._scanned = 0
        self._depth = 0
        return Piece(data, self._offset, reason)
