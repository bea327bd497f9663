"""The linear member: hashed character n-grams of a name, a row of weights for each.

It errs differently from the BERT. Weights are whole numbers, so sums are exact and an answer does
not depend on what else is in the batch. Everything is done over the characters of a whole batch at
once: a name costs some 20 microseconds.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from models.text.encoder_input import classified_text, tails_text

if TYPE_CHECKING:
    from numpy import float32, int64
    from numpy.typing import NDArray

SIZES = (2, 3, 4, 5)
"""Characters of an n-gram. It lies inside a word, with the space before or after it."""

BUCKETS = 1 << 18
"""Rows of the table.

28,000 names have 350,000 different n-grams; those that share a row are mostly rare.
"""

_SPACE = 32


def text_of(name: str, paths: Sequence[str] = ()) -> str:
    """The characters that n-grams are taken of."""
    text = classified_text(name).lower()
    if paths:
        text = f"{text} | {tails_text(paths).lower()}"
    return f" {' '.join(text.split())} "


def hashed(texts: Sequence[str]) -> "tuple[NDArray[int64], NDArray[int64]]":
    """N-grams of texts made by `text_of`.

    Returns:
        The bucket of each n-gram, those of one text together, and the place where each text's
        n-grams start, with the count of all at the end.
    """
    import numpy as np

    joined = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), "<u4").astype(
        np.uint32
    )
    owner = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    space = joined == _SPACE
    buckets, owners = [], []
    for size in SIZES:
        count = len(joined) - size + 1
        if count <= 0:
            continue
        ends = np.flatnonzero(_inside(np, space, size, count))
        hashes = joined[ends]
        for offset in range(1, size):
            hashes = hashes * np.uint32(0x01000193) ^ joined[ends + offset]
        hashes ^= hashes >> np.uint32(15)
        hashes = hashes * np.uint32(0x85EBCA6B) + np.uint32(size)
        hashes ^= hashes >> np.uint32(13)
        buckets.append(hashes & np.uint32(BUCKETS - 1))
        owners.append(owner[ends])
    flat, owned = np.concatenate(buckets), np.concatenate(owners)
    order = np.argsort(owned, kind="stable")
    starts = np.searchsorted(owned[order], np.arange(len(texts) + 1))
    return flat[order].astype(np.int64), starts.astype(np.int64)


def _inside(np: Any, space: "NDArray[Any]", size: int, count: int) -> "NDArray[Any]":
    """Where an n-gram may start: no space lies inside it.

    Texts meet with two spaces, so no n-gram reaches from one into the next.
    """
    if size == SIZES[0]:
        apart: NDArray[Any] = ~(space[:count] & space[1 : count + 1])
        return apart
    free: NDArray[Any] = np.ones(count, bool)
    for offset in range(1, size - 1):
        free &= ~space[offset : offset + count]
    return free


class Ngrams:
    """The loaded table.

    Args:
        table: int8, (BUCKETS, outputs).
        scale: float32, (outputs,): what one step of the table is worth.
        bias: float32, (outputs,).
    """

    def __init__(self, table: "NDArray[Any]", scale: "NDArray[Any]", bias: "NDArray[Any]") -> None:
        self._table = table
        self._scale = scale
        self._bias = bias

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read an .npz with `table`, `scale` and `bias`."""
        import numpy

        with numpy.load(path) as parts:
            return cls(parts["table"], parts["scale"], parts["bias"])

    def logits(self, inputs: Sequence[tuple[str, Sequence[str]]]) -> "NDArray[float32]":
        """A row of outputs for each (name, paths of its largest files)."""
        return self.logits_of([text_of(name, paths) for name, paths in inputs])

    def logits_of(self, texts: Sequence[str]) -> "NDArray[float32]":
        """A row of outputs for each text; there is one at least."""
        import numpy as np

        flat, starts = hashed(texts)
        sums = np.zeros((len(texts), self._table.shape[1]), np.int32)
        # A segment without n-grams would get the first row of the next.
        filled = np.flatnonzero(np.diff(starts))
        if len(filled):
            rows = self._table.take(flat, axis=0)
            sums[filled] = np.add.reduceat(rows, starts[filled], axis=0, dtype=np.int32)
        total = sums.astype(np.float32)
        counts = np.maximum(np.diff(starts), 1).astype(np.float32)[:, None]
        logits: NDArray[float32] = total * self._scale / np.sqrt(counts) + self._bias
        return logits
