"""Which partition a key is of: the hash by which Kafka's own clients choose it."""

import sys
from array import array
from collections.abc import Sequence

from aiokafka.partitioner import murmur2

KEY_BYTES = 40
"""Our keys are infohashes in hex. Others, such as those of foreign dead letters, are rare."""

_WORDS = KEY_BYTES // 4
_SEED = 0x9747B28C ^ KEY_BYTES
_FACTOR = 0x5BD1E995


def hashes_of(keys: Sequence[bytes]) -> list[int]:
    """Returns the 32-bit MurmurHash2 of each key, as Apache Kafka's `Utils.murmur2` has it.

    All infohashes of a batch are hashed at once: one by one, aiokafka's own function took twenty
    microseconds a message, a tenth of all that was spent on Kafka.
    """
    usual = [key for key in keys if len(key) == KEY_BYTES]
    hashed = iter(_of_infohashes(usual) if usual else ())
    return [next(hashed) if len(key) == KEY_BYTES else murmur2(key) for key in keys]


def partition_of(hashed: int, count: int) -> int:
    """Returns the partition, of `count`, that a key with this hash is of."""
    return (hashed & 0x7FFFFFFF) % count


def _of_infohashes(keys: Sequence[bytes]) -> list[int]:
    """The arithmetic of all keys in one long integer, where each key has a lane of 64 bits.

    A product of two 32-bit numbers stays in its lane, and `low` cuts what is above 32 bits. It
    costs 0.7 µs a key, where numpy takes 0.2; in return, who only replays or stores needs no numpy.
    """
    ones = int.from_bytes(b"\1\0\0\0\0\0\0\0" * len(keys), "little")
    low = ones * 0xFFFFFFFF
    words = _numbers("I", b"".join(keys))
    value = ones * _SEED
    for column in range(_WORDS):
        lanes = array("Q", words[column::_WORDS])
        mixed = _integer(lanes) * _FACTOR & low
        mixed = ((mixed ^ mixed >> 24) & low) * _FACTOR & low
        value = value * _FACTOR & low ^ mixed
    value = ((value ^ value >> 13) & low) * _FACTOR & low
    value = (value ^ value >> 15) & low
    return _numbers("Q", value.to_bytes(8 * len(keys), "little")).tolist()


def _numbers(code: str, data: bytes) -> "array[int]":
    """Numbers of little-endian bytes, on a processor of either kind."""
    return _swapped(array(code, data))


def _integer(lanes: "array[int]") -> int:
    return int.from_bytes(_swapped(lanes).tobytes(), "little")


def _swapped(numbers: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
