"""The tagger: a small BERT that says of each word of a name which field it belongs to.

It runs on ONNX Runtime and answers the same whatever batch a name came in (`models.runtime`).
"""

from collections.abc import Callable, Mapping, Sequence
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from models import registry
from models.extract.tagger.decode import Tagged, decode_all, odds
from models.extract.tagger.encode import BELIEFS, MAX_TOKENS, Belief, Reader, Reading, belief_row
from models.extract.tagger.known import unpacked
from models.runtime import MissingRuntime, runs, session
from models.text.known_names import KnownNames

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

MODEL = "tagger"


class Tagger:
    """The loaded model. Not safe for use from several threads at once; make one for each.

    Args:
        model: path of the ONNX file.
        reader: reads names for it.
        calibration: for each role `ROLE_slope` and `ROLE_offset` of a logistic curve over the raw
            confidence.
        threads: threads of one run.
    """

    def __init__(
        self, model: Path, reader: Reader, calibration: Mapping[str, float], threads: int = 1
    ) -> None:
        import numpy

        self._np: Any = numpy
        self._session = session(model, threads)
        self._reader = reader
        self._calibration = calibration
        self.works = reader.works

    @classmethod
    def load(
        cls,
        manifest: registry.Manifest | None = None,
        *,
        threads: int = 1,
        path: Callable[[registry.Manifest, str], Path] = registry.file_path,
    ) -> Self:
        """Load what ships.

        Args:
            manifest: the one that ships if not given.
            threads: threads of one run.
            path: where a file of the manifest is, verified.

        Raises:
            MissingRuntime: onnxruntime, tokenizers or numpy is not installed.
            registry.WeightsError: the files are not those of the manifest.
        """
        manifest = manifest or registry.load(MODEL)
        try:
            from tokenizers import Tokenizer

            tokenizer = Tokenizer.from_file(str(path(manifest, "tokenizer")))
            reader = Reader(tokenizer, KnownNames.load(path(manifest, "catalogue")))
            return cls(path(manifest, "model"), reader, manifest.calibration, threads)
        except ImportError as error:
            raise MissingRuntime.of("the tagger", error) from error

    def tag(
        self, names: Sequence[str], beliefs: Sequence[Belief | None]
    ) -> list[dict[str, Tagged]]:
        """Role -> place for each name, in order; a role that is not there is left out."""
        readings = self._reader.read(names)
        answers = self._logits(readings, beliefs)
        return [calibrated(places, self._calibration) for places in decode_all(readings, answers)]

    def _logits(
        self, readings: Sequence[Reading], beliefs: Sequence[Belief | None]
    ) -> list["NDArray[float32]"]:
        """The network's outputs for the pieces of each name, without [CLS] and [SEP]."""
        logits: list[Any] = [None] * len(readings)
        lengths = [len(reading.ids) for reading in readings]
        for length, rows, picked in runs(lengths, MAX_TOKENS):
            inputs = self._inputs(
                [readings[index] for index in picked],
                [beliefs[index] for index in picked],
                (rows, length),
            )
            answers = self._session.run(["logits"], inputs)[0]
            for row, index in enumerate(picked):
                logits[index] = answers[row, 1 : lengths[index] - 1]
        return logits

    def _inputs(
        self,
        readings: Sequence[Reading],
        beliefs: Sequence[Belief | None],
        shape: tuple[int, int],
    ) -> dict[str, Any]:
        """What the network is given, of `shape` (rows, length): the rest of it is empty."""
        np = self._np
        ids, mask, shapes, known = (np.zeros(shape, dtype=np.int64) for _ in range(4))
        mask[:, 0] = 1
        told = np.zeros((shape[0], BELIEFS), dtype=np.float32)
        for row, (reading, belief) in enumerate(zip(readings, beliefs, strict=True)):
            size = len(reading.ids)
            ids[row, :size] = reading.ids
            shapes[row, :size] = reading.shapes
            known[row, :size] = reading.known
            mask[row, :size] = 1
            told[row] = belief_row(belief)
        return {
            "ids": ids,
            "mask": mask,
            "shapes": shapes,
            "known": unpacked(known),
            "beliefs": told,
        }


def calibrated(places: Mapping[str, Tagged], calibration: Mapping[str, float]) -> dict[str, Tagged]:
    """The places with the share that is right of those that are as sure.

    Args:
        places: role -> place, with raw confidence.
        calibration: `ROLE_slope` and `ROLE_offset` of each role's logistic curve.
    """
    return {
        role: Tagged(tag.start, tag.end, _share(role, tag.confidence, calibration))
        for role, tag in places.items()
    }


def _share(role: str, raw: float, calibration: Mapping[str, float]) -> float:
    slope, offset = calibration[f"{role}_slope"], calibration[f"{role}_offset"]
    return 1 / (1 + exp(-(slope * odds(raw) + offset)))
