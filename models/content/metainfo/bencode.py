"""Bencode, read without recursion and within bounds: hostile bytes cost little and never crash."""

import re
from dataclasses import dataclass
from typing import Any

DEEPEST = 200
"""Lists and dictionaries in one another; the deepest honest file tree has a few dozen."""

MOST_VALUES = 2_000_000
"""Values of one document; a torrent of 100,000 files has about 800,000."""

_STRING = re.compile(rb"([0-9]{1,9}):")
_INTEGER = re.compile(rb"i(-?[0-9]{1,20})e")

_LIST = ord("l")
_DICTIONARY = ord("d")
_END = ord("e")
_NUMBER = ord("i")


class NotBencoded(ValueError):
    """The bytes are no bencode, or more of it than is read."""


@dataclass(frozen=True, slots=True)
class Document:
    """A value, and where the value of the key `info` stands in the bytes."""

    value: Any
    """int, bytes, list or dict with bytes as keys."""
    info: slice | None
    """The exact bytes that an infohash is made of. None if the value has no such key."""


def decode(data: bytes, most_values: int = MOST_VALUES) -> Document:
    """Read the value that the bytes begin with. What stands behind it is not looked at.

    Raises:
        NotBencoded: it is torn, damaged, too deep or has too many values.
    """
    reading = _Reading(data)
    try:
        value = reading.run(most_values)
    except IndexError as error:  # it ends in the middle
        raise NotBencoded("torn") from error
    return Document(value, reading.info)


class _Reading:
    """The state of one decoding: a stack of containers instead of recursion."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0
        self._containers: list[Any] = []
        self._keys: list[bytes | None] = []
        """The key that waits for its value, for each open container."""
        self._info_start = 0
        self.info: slice | None = None

    def run(self, most_values: int) -> Any:
        """Read one value, with all that is in it."""
        for _ in range(most_values):
            mark = self._data[self._place]
            if mark in (_LIST, _DICTIONARY):
                self._open({} if mark == _DICTIONARY else [])
                continue
            value = self._closed() if mark == _END else self._scalar(mark)
            if not self._containers:
                return value
            self._add(value)
        raise NotBencoded("too many values")

    def _open(self, container: Any) -> None:
        if len(self._containers) == DEEPEST:
            raise NotBencoded("too deep")
        if self._containers:
            self._expect_value()
        self._containers.append(container)
        self._keys.append(None)
        self._place += 1

    def _closed(self) -> Any:
        if not self._containers or self._keys.pop() is not None:
            raise NotBencoded("an end where a value should be")
        self._place += 1
        return self._containers.pop()

    def _scalar(self, mark: int) -> int | bytes:
        if mark == _NUMBER:
            matched = _INTEGER.match(self._data, self._place)
            if matched is None:
                raise NotBencoded("no number")
            self._place = matched.end()
            return int(matched[1])
        matched = _STRING.match(self._data, self._place)
        if matched is None:
            raise NotBencoded("no value")
        end = matched.end() + int(matched[1])
        if end > len(self._data):
            raise NotBencoded("torn")
        self._place = end
        return self._data[matched.end() : end]

    def _expect_value(self) -> None:
        if isinstance(self._containers[-1], dict) and self._keys[-1] is None:
            raise NotBencoded("a key is no string")

    def _add(self, value: Any) -> None:
        container = self._containers[-1]
        if isinstance(container, list):
            container.append(value)
            return
        key = self._keys[-1]
        if key is None:
            if not isinstance(value, bytes):
                raise NotBencoded("a key is no string")
            self._keys[-1] = value
            if value == b"info" and len(self._containers) == 1:
                self._info_start = self._place
            return
        container[key] = value
        self._keys[-1] = None
        if key == b"info" and len(self._containers) == 1:
            self.info = slice(self._info_start, self._place)
