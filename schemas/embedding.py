"""The meaning of a work as numbers: what the role embed says of an extraction."""

import struct
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, StringConstraints

from schemas.base import Contract, Hash, Infohash, Label, Moment, digest
from schemas.result import LAST_REVISION, Method

DIMENSIONS = 384
"""Numbers of a vector. A network of another width is a topic and a column of its own."""

_FORM = f"<{DIMENSIONS}e"
_DIGITS = struct.calcsize(_FORM) * 4 // 3
"""Of base64, which needs no padding here: 768 bytes are 256 times three."""

Vector = Annotated[
    str, StringConstraints(pattern=rf"^[A-Za-z0-9+/]{{{_DIGITS}}}$", strip_whitespace=False)
]
"""384 floats of 16 bits, the low byte first, in base64: a third of what digits take."""


class TorrentEmbedding(Contract):
    """What a torrent's work means. Key: infohash.

    Vectors have length 1, so that their product is their likeness; only those of one model and
    revision may be compared.
    """

    infohash: Infohash
    revision: Annotated[int, Field(ge=1, le=LAST_REVISION)]
    """Of the network and of the text that it is given."""
    model: Label
    """`name@version` of the network."""
    input_hash: Hash
    """Names the text that was read; torrents of one work have the same."""
    extraction_id: Hash
    """Result id of the extraction that the text was made of."""
    extraction_revision: Annotated[int, Field(ge=1, le=LAST_REVISION)]
    method: Method
    """Of the extraction."""
    observed_at: Moment
    vector: Vector | None = None
    """None: there is nothing to read, and what was known before holds no more."""

    @property
    def event_id(self) -> str:
        """CloudEvents id: the same extraction read again by the same network has the same."""
        return digest("embed", self.extraction_id, self.model, self.revision)

    @property
    def numbers(self) -> tuple[float, ...] | None:
        """The vector; None where there is none."""
        return None if self.vector is None else struct.unpack(_FORM, b64decode(self.vector))


def packed(numbers: Sequence[float]) -> str:
    """384 numbers as an event has them.

    Raises:
        struct.error: there are fewer or more.
        OverflowError: a number is too large for 16 bits.
    """
    return b64encode(struct.pack(_FORM, *numbers)).decode("ascii")
