"""The small BERT: one pass over a name and its catalogue flags gives medium, subcategory and nsfw. Runs on ONNX Runtime.

The same name gets the same answer, bit for bit, whatever batch it came in: large products are sums of whole numbers with
scales that were fixed in training, every input is padded to the next multiple of 8 tokens and shares a run only with
inputs of that length, and a run is never a single row (matrix-vector products add floats in another order than
matrix-matrix products).
"""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.classify.catalogue import Catalogue
from models.classify.text import MAX_TOKENS, assemble, name_text, tails_text
from schemas.media import Medium, Subcategory

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

OUTPUTS = len(Medium) + len(Subcategory) + 1
"""Numbers of one answer: media, subcategories, nsfw."""

_STEP = 8
"""Tokens by which lengths are rounded up: 8 runs at most a call, and about 3 tokens of padding a name."""

_RUN = 64
"""Rows in one run. More is no faster on one core (the activations leave the cache)."""


class MissingRuntime(ImportError):
    """The packages of the extra `onnx` are not installed."""


class Bert:
    """The loaded model. Not safe for use from several threads at once; make one for each.

    Args:
        model: path of the ONNX file.
        tokenizer: path of tokenizer.json.
        works: the catalogue that names are looked up in.
        threads: threads of one run.
    """

    def __init__(self, model: Path, tokenizer: Path, works: Catalogue, threads: int = 1) -> None:
        try:
            import numpy
            import onnxruntime  # type: ignore[import-untyped]
            from tokenizers import Tokenizer
        except ImportError as error:
            raise MissingRuntime(
                f"the classifier's BERT needs the extra `onnx` ({error}): uv pip install 'mimmo-streams[onnx]'"
            ) from error
        self._np: Any = numpy
        self._works = works
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Folds the 8-bit embeddings into floats once, when the model is loaded.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        # Idle threads must not spin: on a small machine other workers need the core.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._tokenizer: Any = Tokenizer.from_file(str(tokenizer))
        pieces = self._tokenizer.get_vocab()
        self._cls: int = pieces["[CLS]"]
        self._sep: int = pieces["[SEP]"]

    def logits(self, inputs: Sequence[tuple[str, Sequence[str]]]) -> "NDArray[float32]":
        """Raw outputs, one row an input: media, subcategories, nsfw."""
        np = self._np
        tokens = self._tokens(inputs)
        by_length: dict[int, list[int]] = defaultdict(list)
        for index, ids in enumerate(tokens):
            by_length[min(MAX_TOKENS, -(-len(ids) // _STEP) * _STEP)].append(index)
        flags = self._works.flags([name for name, _ in inputs])
        out: NDArray[float32] = np.zeros((len(inputs), OUTPUTS), dtype=np.float32)
        for length, members in by_length.items():
            for start in range(0, len(members), _RUN):
                picked = members[start : start + _RUN]
                rows = max(2, len(picked))
                ids = np.zeros((rows, length), dtype=np.int64)
                mask = np.zeros((rows, length), dtype=np.int64)
                mask[:, 0] = 1
                for row, index in enumerate(picked):
                    ids[row, : len(tokens[index])] = tokens[index]
                    mask[row, : len(tokens[index])] = 1
                known = np.zeros((rows, flags.shape[1]), dtype=np.float32)
                known[: len(picked)] = flags[picked]
                answers = self._session.run(["logits"], {"ids": ids, "mask": mask, "flags": known})[0]
                out[picked] = answers[: len(picked)]
        return out

    def _tokens(self, inputs: Sequence[tuple[str, Sequence[str]]]) -> list[list[int]]:
        encode = self._tokenizer.encode
        out = []
        for name, paths in inputs:
            # One by one: the batch call starts a thread pool, and a worker is promised one core.
            tails = encode(tails_text(paths), add_special_tokens=False).ids if paths else []
            out.append(assemble(encode(name_text(name), add_special_tokens=False).ids, tails, self._cls, self._sep))
        return out
