"""Texts as vectors in the space of music: the network that `models.training music-text` makes."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from models import runtime
from models.registry import Manifest
from schemas import clean_text

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LONGEST_TEXT = 4000
"""Letters that are read of a text: a network reads a hundred words, and a text can be a book."""


def tokens_of(
    tokenizer: "Tokenizer", texts: Sequence[str], longest: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Texts as the network reads them.

    Args:
        tokenizer: of word pieces, as that of BERT.
        texts: any; what is too long is cut off.
        longest: pieces that the network reads, with those that begin and end a text.

    Returns:
        Ids and mask, (texts, pieces of the longest text).
    """
    vocabulary = (tokenizer.token_to_id(piece) for piece in ("[CLS]", "[SEP]"))
    first, last = (int(number or 0) for number in vocabulary)
    cut = [clean_text(text[:LONGEST_TEXT]) for text in texts]
    encoded = tokenizer.encode_batch(cut, add_special_tokens=False)
    rows = [[first, *row.ids[: longest - 2], last] for row in encoded]
    width = max(map(len, rows), default=2)
    ids = np.zeros((len(rows), width), np.int64)
    mask = np.zeros((len(rows), width), np.int64)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = row
        mask[place, : len(row)] = 1
    return ids, mask


class TextEmbedder:
    """The network, loaded.

    Args:
        model: the ONNX file.
        tokenizer: its `tokenizer.json`.
        longest: pieces that it reads.
        threads: that one run may use.

    Raises:
        MissingRuntime: the extra `onnx` is not installed.
    """

    def __init__(self, model: Path, tokenizer: Path, longest: int, threads: int = 1) -> None:
        try:
            from tokenizers import Tokenizer

            self._session = runtime.session(model, threads)
        except ImportError as error:
            raise runtime.MissingRuntime.of("the text embedder", error) from error
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        # Files of others may pad every text to one length, which would be read as words.
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._longest = longest

    @classmethod
    def of(cls, manifest: Manifest, folder: Path, threads: int = 1) -> Self:
        """The network of an experiment: its manifest and its folder."""
        paths = (folder / manifest.files[role].path for role in ("model", "tokenizer"))
        model, tokenizer = paths
        return cls(model, tokenizer, int(manifest.settings["longest"]), threads)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector of length 1 a text, (texts, dimensions); the same in any company."""
        answers = np.zeros((len(texts), self._session.get_outputs()[0].shape[1]), np.float32)
        ids, mask = tokens_of(self._tokenizer, texts, self._longest)
        lengths = mask.sum(axis=1).tolist()
        for width, rows, picked in runtime.runs(lengths, self._longest):
            given = {
                "ids": np.zeros((rows, width), np.int64),
                "mask": np.zeros((rows, width), np.int64),
            }
            given["mask"][:, 0] = 1
            for name, values in (("ids", ids), ("mask", mask)):
                part = values[picked, :width]
                given[name][: len(picked), : part.shape[1]] = part
            (vectors,) = self._session.run(["vector"], given)
            answers[picked] = vectors[: len(picked)]
        return answers
