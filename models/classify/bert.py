"""The small BERT: one pass over a name and what is known of it gives all three answers.

They are medium, subcategory and nsfw. It runs on ONNX Runtime.

The same name gets the same answer, bit for bit, whatever batch it came in: large products are sums
of whole numbers with scales that were fixed in training, and `models.runtime` keeps inputs of one
padded length together.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.runtime import MissingRuntime, runs, session
from models.text.encoder_input import MAX_TOKENS, assemble, classified_text, tails_text
from models.text.known_names import KnownNames
from schemas.media import Medium, Subcategory

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

OUTPUTS = len(Medium) + len(Subcategory) + 1
"""Numbers of one answer: media, subcategories, nsfw."""


class Bert:
    """The loaded model. Not safe for use from several threads at once; make one for each.

    Args:
        model: path of the ONNX file.
        tokenizer: path of tokenizer.json.
        known: the names that the world knows.
        threads: threads of one run.
    """

    def __init__(self, model: Path, tokenizer: Path, known: KnownNames, threads: int = 1) -> None:
        try:
            import numpy
            from tokenizers import Tokenizer

            self._session = session(model, threads)
        except ImportError as error:
            raise MissingRuntime.of("the classifier's BERT", error) from error
        self._np: Any = numpy
        self._known = known
        self._tokenizer: Any = Tokenizer.from_file(str(tokenizer))
        self._cls = self._piece("[CLS]")
        self._sep = self._piece("[SEP]")

    def _piece(self, name: str) -> int:
        """The number of a word piece that the tokenizer has."""
        number: int = self._tokenizer.token_to_id(name)
        return number

    def logits(self, inputs: Sequence[tuple[str, Sequence[str]]]) -> "NDArray[float32]":
        """Raw outputs, one row an input: media, subcategories, nsfw."""
        return self.outputs(inputs, self._session, "logits", OUTPUTS)

    def outputs(
        self, inputs: Sequence[tuple[str, Sequence[str]]], network: Any, output: str, width: int
    ) -> "NDArray[float32]":
        """One output of a network that reads what this one reads, a row of that width an input."""
        np = self._np
        tokens = [self._tokens(name, paths) for name, paths in inputs]
        flags = self._known.flags([name for name, _ in inputs])
        answered: NDArray[float32] = np.zeros((len(inputs), width), dtype=np.float32)
        for length, rows, picked in runs([len(ids) for ids in tokens], MAX_TOKENS):
            ids = np.zeros((rows, length), dtype=np.int64)
            mask = np.zeros((rows, length), dtype=np.int64)
            mask[:, 0] = 1
            for row, index in enumerate(picked):
                ids[row, : len(tokens[index])] = tokens[index]
                mask[row, : len(tokens[index])] = 1
            known = np.zeros((rows, flags.shape[1]), dtype=np.float32)
            known[: len(picked)] = flags[picked]
            answers = network.run([output], {"ids": ids, "mask": mask, "flags": known})[0]
            answered[picked] = answers[: len(picked)]
        return answered

    def _tokens(self, name: str, paths: Sequence[str]) -> list[int]:
        # Input by input: the batch call starts a thread pool, and a worker is promised one core.
        encode = self._tokenizer.encode
        tails = encode(tails_text(paths), add_special_tokens=False).ids if paths else []
        words = encode(classified_text(name), add_special_tokens=False).ids
        return assemble(words, tails, self._cls, self._sep)
