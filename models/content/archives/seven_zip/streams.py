"""How the contents of a 7z are packed, and the sizes of the files in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.content.archives.seven_zip.fields import (
    MOST_FILES,
    MOST_STREAMS,
    Fields,
    Mark,
    checked,
)

AES = b"\x06\xf1\x07\x01"
"""The method of what is encrypted."""


@dataclass(frozen=True, slots=True)
class Packing:
    """How a stream is packed: the method of its first step, and what that needs."""

    method: bytes
    properties: bytes
    size: int
    """Bytes when unpacked."""
    has_checksum: bool


@dataclass(frozen=True, slots=True)
class Streams:
    """Where packed streams stand, and the size of each stream in them."""

    place: int
    packed_sizes: Sequence[int]
    packings: Sequence[Packing]
    sizes: Sequence[int]


def streams(fields: Fields) -> Streams:
    """Where streams stand and how they are packed."""
    place = 0
    packed_sizes: list[int] = []
    packings: list[Packing] = []
    sizes: list[int] | None = None
    while (kind := fields.byte()) != Mark.END:
        if kind == Mark.PACKS:
            place = fields.number()
            packed_sizes = _packs(fields)
        elif kind == Mark.FOLDERS:
            packings = _packings(fields)
        elif kind == Mark.SUBSTREAMS:
            sizes = _substreams(fields, packings)
        else:
            raise IndexError
    if sizes is None:
        sizes = [packing.size for packing in packings]
    return Streams(place, packed_sizes, packings, sizes)


def _packs(fields: Fields) -> list[int]:
    count = checked(fields.number(), MOST_FILES)
    sizes: list[int] = []
    while (kind := fields.byte()) != Mark.END:
        if kind == Mark.SIZE:
            sizes = [fields.number() for _ in range(count)]
        elif kind == Mark.CHECKSUM:
            _checksums(fields, count)
        else:
            raise IndexError
    return sizes


def _checksums(fields: Fields, count: int) -> Sequence[bool]:
    """Pass checksums. Returns which streams have one."""
    is_all = fields.byte()
    defined = [True] * checked(count, MOST_FILES) if is_all else fields.bits(count)
    fields.bytes(4 * sum(defined))
    return defined


def _packings(fields: Fields) -> list[Packing]:
    fields.expect(Mark.FOLDER)
    count = checked(fields.number(), MOST_STREAMS)
    fields.expect(0)  # they stand here, and not elsewhere
    chains = [_chain(fields) for _ in range(count)]
    fields.expect(Mark.UNPACKED_SIZE)
    sizes = [[fields.number() for _ in range(chain.outputs)] for chain in chains]
    has_checksum: Sequence[bool] = [False] * len(chains)
    while (kind := fields.byte()) != Mark.END:
        if kind != Mark.CHECKSUM:
            raise IndexError
        has_checksum = _checksums(fields, len(chains))
    return [
        Packing(chain.method, chain.properties, sizes[place][chain.last], has_checksum[place])
        for place, chain in enumerate(chains)
    ]


_MOST_STEPS = 32
"""Methods in a chain; honest ones have up to four."""
_MOST_PORTS = 64
"""Inputs and outputs of them."""


@dataclass(frozen=True, slots=True)
class _Chain:
    """Methods of which each takes what others gave."""

    method: bytes
    """The first."""
    properties: bytes
    outputs: int
    last: int
    """The output that no other method takes: the content."""


def _chain(fields: Fields) -> _Chain:
    methods: list[tuple[bytes, bytes]] = []
    inputs = outputs = 0
    for _ in range(checked(fields.number(), _MOST_STEPS)):
        flags = fields.byte()
        method = fields.bytes(flags & 0x0F)
        is_simple = not flags & 0x10
        inputs += 1 if is_simple else fields.number()
        outputs += 1 if is_simple else fields.number()
        properties = fields.bytes(fields.number()) if flags & 0x20 else b""
        methods.append((method, properties))
    checked(inputs, _MOST_PORTS)
    taken = _taken(fields, checked(outputs, _MOST_PORTS) - 1)
    packed = inputs - outputs + 1
    for _ in range(packed if packed > 1 else 0):
        fields.number()
    last = [output for output in range(outputs) if output not in taken]
    if any(method == AES for method, _ in methods):
        return _Chain(AES, b"", outputs, last[0])
    return _Chain(*methods[0], outputs, last[0])


def _taken(fields: Fields, bonds: int) -> set[int]:
    """The outputs that other methods of the chain take."""
    pairs = [(fields.number(), fields.number()) for _ in range(bonds)]
    return {output for _, output in pairs}


def _substreams(fields: Fields, packings: Sequence[Packing]) -> list[int]:
    """The sizes of the files that are packed together in each stream."""
    counts = [1] * len(packings)
    sizes: list[int] = []
    is_sized = False
    while (kind := fields.byte()) != Mark.END:
        if kind == Mark.SUBSTREAM_COUNT:
            counts = [fields.number() for _ in packings]
            checked(sum(counts), MOST_FILES)
        elif kind == Mark.SIZE:
            sizes = _sizes(fields, packings, counts)
            is_sized = True
        elif kind == Mark.CHECKSUM:
            # Streams of a single file have theirs already.
            unknown = sum(
                count
                for packing, count in zip(packings, counts, strict=True)
                if count != 1 or not packing.has_checksum
            )
            _checksums(fields, unknown)
        else:
            raise IndexError
    return sizes if is_sized else _sizes(None, packings, counts)


def _sizes(fields: Fields | None, packings: Sequence[Packing], counts: Sequence[int]) -> list[int]:
    """All sizes of a stream but the last are written down: that is what remains."""
    sizes: list[int] = []
    for packing, count in zip(packings, counts, strict=True):
        if count == 0:
            continue
        if fields is None and count > 1:
            raise IndexError
        written = [fields.number() for _ in range(count - 1)] if fields is not None else []
        sizes += [*written, packing.size - sum(written)]
    return sizes
