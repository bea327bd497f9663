"""The grammar of an answer, as masks over a model's tokens."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.extract.llm.prompt import Kind


class Grammar:
    """Which tokens may come next in `text | text | year`.

    Everything but a line end until the last part, then only a year.
    """

    def __init__(self, pieces: Sequence[bytes], is_end: Sequence[bool]) -> None:
        """Make the masks.

        Args:
            pieces: the bytes of each token of the vocabulary; control tokens have none.
            is_end: whether a token ends what a model says.
        """
        line_end = np.array(
            [end or b"\n" in piece for piece, end in zip(pieces, is_end, strict=True)]
        )
        self.pipes = np.array([piece.count(b"|") for piece in pieces], dtype=np.int32)
        """Of each token, how many parts of the answer it ends."""
        body = np.array(
            [bool(piece) and not end for piece, end in zip(pieces, line_end, strict=True)]
        )
        digits = np.array(
            [set(piece.strip()) <= set(b"0123456789-") and len(piece) < 6 for piece in pieces]
        )
        self._stops = line_end
        self._text = body & (self.pipes <= 1)
        self._last = line_end | (digits & body & (self.pipes == 0))

    def allowed(self, kind: Kind, pipes: int) -> NDArray[np.bool_]:
        """Mask of the tokens that may come next.

        Args:
            kind: what is asked about.
            pipes: how many parts of the answer are at their end.
        """
        return self._last if pipes == len(kind.roles) - 1 else self._text

    def ends(self, token: int) -> bool:
        """Whether the answer ends with this token."""
        return bool(self._stops[token])
