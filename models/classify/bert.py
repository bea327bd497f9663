"""The small BERT: one pass over a name gives medium, subcategory and nsfw. Runs on ONNX Runtime, on the CPU.

The same name gets the same answer, bit for bit, whatever batch it came in: weights are 8-bit but activations float,
every input is padded to the next multiple of 8 tokens and shares a run only with inputs of that length, and a run is
never a single row (matrix-vector products add in another order than matrix-matrix products).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from models import registry
from models.classify.text import MAX_TOKENS, assemble, name_text, tails_text
from schemas.media import SUBCATEGORIES, Medium, Subcategory

if TYPE_CHECKING:
    from numpy import float32, float64
    from numpy.typing import NDArray

MODEL = "classify"

_STEP = 8
"""Tokens by which lengths are rounded up: 8 runs at most a call, and about 3 tokens of padding a name."""

_RUN = 64
"""Rows in one run. More is no faster on one core (the activations leave the cache)."""


class MissingRuntime(ImportError):
    """The packages of the extra `onnx` are not installed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the BERT believes of one input; probabilities are calibrated (temperature)."""

    media: dict[Medium, float]
    subcategories: dict[Subcategory, float]
    nsfw: float

    @property
    def medium(self) -> Medium:
        return max(self.media, key=self.media.__getitem__)

    @property
    def confidence(self) -> float:
        return max(self.media.values())

    def subcategory(self, medium: Medium) -> Subcategory:
        """The likeliest subcategory of a medium, which need not be the one that the BERT chose."""
        return max(SUBCATEGORIES[medium], key=lambda sub: self.subcategories[sub])


class Bert:
    """The loaded model. Not safe for use from several threads at once; make one for each.

    Args:
        model: path of the ONNX file.
        tokenizer: path of tokenizer.json.
        manifest: labels and calibration.
        threads: threads of one run.
    """

    def __init__(self, model: Path, tokenizer: Path, manifest: registry.Manifest, threads: int = 1) -> None:
        try:
            import numpy
            import onnxruntime  # type: ignore[import-untyped]
            from tokenizers import Tokenizer
        except ImportError as error:
            raise MissingRuntime(
                f"the classifier's BERT needs the extra `onnx` ({error}): uv pip install 'mimmo-streams[onnx]'"
            ) from error
        self._np: Any = numpy
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Lets the loader fold the 8-bit weights into floats once; otherwise they are converted on every run.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        # Idle threads must not spin: on a small machine other workers need the core.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._tokenizer: Any = Tokenizer.from_file(str(tokenizer))
        pieces = self._tokenizer.get_vocab()
        self._cls: int = pieces["[CLS]"]
        self._sep: int = pieces["[SEP]"]
        self._media = [Medium(label) for label in manifest.labels["medium"]]
        self._subs = [Subcategory(label) for label in manifest.labels["subcategory"]]
        self._temperatures = {part: manifest.calibration[f"temperature_{part}"] for part in ("medium", "subcategory", "nsfw")}

    @classmethod
    def load(cls, *, threads: int = 1) -> Self:
        """Load the model of the manifest.

        Raises:
            MissingRuntime: onnxruntime, tokenizers or numpy is not installed.
            registry.WeightsMissing, registry.WeightsMismatch: the files are not those of the manifest.
        """
        manifest = registry.load(MODEL)
        return cls(registry.file_path(manifest, "model"), registry.file_path(manifest, "tokenizer"), manifest, threads)

    def answer(self, inputs: Sequence[tuple[str, Sequence[str]]]) -> list[Answer]:
        """Answers in the order of `inputs`: (name, paths of its largest files)."""
        if not inputs:
            return []
        np = self._np
        logits = self.logits(inputs).astype(np.float64)
        split = len(self._media)
        media = self._softmax(logits[:, :split] / self._temperatures["medium"]).tolist()
        subs = self._softmax(logits[:, split:-1] / self._temperatures["subcategory"]).tolist()
        nsfw = (1 / (1 + np.exp(-logits[:, -1] / self._temperatures["nsfw"]))).tolist()
        return [
            Answer(dict(zip(self._media, medium, strict=True)), dict(zip(self._subs, sub, strict=True)), adult)
            for medium, sub, adult in zip(media, subs, nsfw, strict=True)
        ]

    def logits(self, inputs: Sequence[tuple[str, Sequence[str]]]) -> "NDArray[float32]":
        """Raw outputs, one row an input: media, subcategories, nsfw."""
        np = self._np
        tokens = self._tokens(inputs)
        by_length: dict[int, list[int]] = defaultdict(list)
        for index, ids in enumerate(tokens):
            by_length[min(MAX_TOKENS, -(-len(ids) // _STEP) * _STEP)].append(index)
        out: NDArray[float32] = np.zeros((len(inputs), len(self._media) + len(self._subs) + 1), dtype=np.float32)
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
                out[picked] = self._session.run(["logits"], {"ids": ids, "mask": mask})[0][: len(picked)]
        return out

    def _tokens(self, inputs: Sequence[tuple[str, Sequence[str]]]) -> list[list[int]]:
        encode = self._tokenizer.encode
        out = []
        for name, paths in inputs:
            # One by one: the batch call starts a thread pool, and a worker is promised one core.
            tails = encode(tails_text(paths), add_special_tokens=False).ids if paths else []
            out.append(assemble(encode(name_text(name), add_special_tokens=False).ids, tails, self._cls, self._sep))
        return out

    def _softmax(self, logits: "NDArray[float64]") -> "NDArray[float64]":
        np = self._np
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        result: NDArray[float64] = powers / powers.sum(axis=1, keepdims=True)
        return result
