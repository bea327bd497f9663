"""The tagger: a small BERT that says of each word of a name which field it belongs to. Runs on ONNX
Runtime.

As the classifier's BERT, it answers the same whatever batch a name came in (`models.runtime`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from models import registry
from models.extract.tagger.encode import (
    BELIEFS,
    MAX_TOKENS,
    Belief,
    Reader,
    Reading,
    belief_row,
    joins,
    unpacked,
)
from models.extract.tagger.roles import TAGS
from models.runtime import MissingRuntime, runs, session
from models.text.known_names import KnownNames

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

MODEL = "tagger"

_LOWEST = 1e-6
_UNSPACED = "\u2e80"
"""Where the CJK blocks begin; from here on every letter may begin a word."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A field that the tagger sees: characters of the name from `start` to `end`, and how likely it
    is right (calibrated).
    """

    start: int
    end: int
    confidence: float


class Tagger:
    """The loaded model. Not safe for use from several threads at once; make one for each.

    Args: model: path of the ONNX file. reader: reads names for it. calibration: for each role
        `ROLE_slope` and `ROLE_offset` of a logistic curve over the raw confidence. threads: threads
        of one run.
    """

    def __init__(
        self, model: Path, reader: Reader, calibration: Mapping[str, float], threads: int = 1
    ) -> None:
        import numpy

        self._np: Any = numpy
        self._session = session(model, threads)
        self._reader = reader
        self._calibration = calibration

    @classmethod
    def load(cls, manifest: registry.Manifest | None = None, *, threads: int = 1) -> Self:
        """Load what ships.

        Raises: MissingRuntime: onnxruntime, tokenizers or numpy is not installed.
            registry.WeightsMissing, registry.WeightsMismatch: the files are not those of the
            manifest.
        """
        manifest = manifest or registry.load(MODEL)
        try:
            from tokenizers import Tokenizer

            tokenizer = Tokenizer.from_file(str(registry.file_path(manifest, "tokenizer")))
            reader = Reader(tokenizer, KnownNames.load(registry.file_path(manifest, "catalogue")))
            return cls(registry.file_path(manifest, "model"), reader, manifest.calibration, threads)
        except ImportError as error:
            raise MissingRuntime.of("the tagger", error) from error

    def tag(
        self, names: Sequence[str], beliefs: Sequence[Belief | None]
    ) -> list[dict[str, Tagged]]:
        """Role -> place for each name, in order; a role that is not there is left out."""
        readings = self._reader.read(names)
        answers = self._logits(readings, beliefs)
        return [
            self._calibrated(decode(reading, answer))
            for reading, answer in zip(readings, answers, strict=True)
        ]

    def _calibrated(self, found: dict[str, Tagged]) -> dict[str, Tagged]:
        curve = self._calibration
        return {
            role: Tagged(
                one.start,
                one.end,
                _curve(one.confidence, curve[f"{role}_slope"], curve[f"{role}_offset"]),
            )
            for role, one in found.items()
        }

    def _logits(
        self, readings: Sequence[Reading], beliefs: Sequence[Belief | None]
    ) -> list["NDArray[float32]"]:
        np = self._np
        out: list[Any] = [None] * len(readings)
        for length, rows, picked in runs([len(reading.ids) for reading in readings], MAX_TOKENS):
            ids, mask, shapes, known = (np.zeros((rows, length), dtype=np.int64) for _ in range(4))
            mask[:, 0] = 1
            told = np.zeros((rows, BELIEFS), dtype=np.float32)
            for row, index in enumerate(picked):
                reading = readings[index]
                size = len(reading.ids)
                ids[row, :size], shapes[row, :size], known[row, :size] = (
                    reading.ids,
                    reading.shapes,
                    reading.known,
                )
                mask[row, :size] = 1
                told[row] = belief_row(beliefs[index])
            given = {
                "ids": ids,
                "mask": mask,
                "shapes": shapes,
                "known": unpacked(known),
                "beliefs": told,
            }
            answers = self._session.run(["logits"], given)[0]
            for row, index in enumerate(picked):
                out[index] = answers[row, 1 : len(readings[index].ids) - 1]
        return out


def decode(reading: Reading, logits: "NDArray[float32]") -> dict[str, Tagged]:
    """The likeliest place of each role: one run of words, no two roles on a word. Confidence is not
    yet calibrated: the least share among the words in it and, for the word on either side, of not
    being in it.

    Args:
        reading: the name, read.
        logits: (pieces without [CLS] and [SEP], TAGS).
    """
    import numpy as np

    powers = (
        np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
        if len(logits)
        else logits
    )
    shares = (powers / powers.sum(axis=1, keepdims=True)).tolist() if len(logits) else []
    words = _words(reading, shares)
    free = [True] * len(words)
    found: dict[str, Tagged] = {}
    open_roles = set(range(1, len(TAGS)))
    while open_roles:
        best = max(
            ((*_best([w[2][role] for w in words], free), role) for role in open_roles),
            key=lambda one: one[0],
        )
        gain, first, last, role = best
        if gain <= 0:
            break
        for place in range(first, last + 1):
            free[place] = False
        around = [
            1 - words[place][2][role] for place in (first - 1, last + 1) if 0 <= place < len(words)
        ]
        least = min([words[place][2][role] for place in range(first, last + 1)] + around)
        found[TAGS[role]] = Tagged(words[first][0], words[last][1], least)
        open_roles.discard(role)
    return found


def _words(reading: Reading, shares: list[list[float]]) -> list[tuple[int, int, list[float]]]:
    """(from, to, share of each tag) of each word: pieces that touch are one, but for scripts that
    write no spaces.
    """
    out: list[tuple[int, int, list[float]]] = []
    counts: list[int] = []
    for (start, end), shape, share in zip(
        reading.spans[1:-1], reading.shapes[1:-1], shares, strict=True
    ):
        if joins(shape) and out and out[-1][1] == start and reading.name[start] < _UNSPACED:
            first, _, sums = out[-1]
            out[-1] = first, end, [a + b for a, b in zip(sums, share, strict=True)]
            counts[-1] += 1
        else:
            out.append((start, end, share))
            counts.append(1)
    return [
        (start, end, [s / count for s in sums])
        for (start, end, sums), count in zip(out, counts, strict=True)
    ]


def _best(shares: list[float], free: list[bool]) -> tuple[float, int, int]:
    """(gain, first, last) of the run of free words with the greatest sum of log odds (Kadane)."""
    best, at = (0.0, 0, -1), 0
    running = 0.0
    for place, share in enumerate(shares):
        if not free[place]:
            running = 0.0
            continue
        if running <= 0:
            running, at = 0.0, place
        running += _odds(share)
        if running > best[0]:
            best = running, at, place
    return best


def _odds(share: float) -> float:
    share = min(max(share, _LOWEST), 1 - _LOWEST)
    return log(share / (1 - share))


def _curve(raw: float, slope: float, offset: float) -> float:
    return 1 / (1 + exp(-(slope * _odds(raw) + offset)))


__all__ = ["Tagged", "Tagger", "decode"]
