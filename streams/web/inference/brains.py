"""The brains behind the HTTP API: three stages, one thread, and a queue that is never long.

What a stage lacks is known without loading anything, so that a process without a runtime says so
at once.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from infra.logging import get_logger
from infra.settings import Settings
from models.active import Stage
from models.match.errors import MatchError
from models.registry import WeightsError
from schemas import Offer
from schemas.inference import Asked, Lack, StageState
from streams.operate.memory import collect_seldom
from streams.operate.metrics import ProgressBoard
from streams.pipeline.chosen import chosen_weights

if TYPE_CHECKING:
    from models.classify.cascade import Classifier
    from models.extract.extractor import Extractor
    from models.match.matcher import Matcher

log = get_logger(__name__)

_ONNX = ("onnxruntime", "tokenizers", "ahocorasick_rs", "numpy")
"""What the extra `onnx` brings; classifier and tagger need all of it."""

_AGAIN_SECONDS = 30.0
"""Until a stage that could not be loaded is tried again: long enough that a client who asks all the
time does not keep the thread busy with it.
"""

Item = str | dict[str, Any]
Lines = Callable[[Iterable[str]], Iterable[dict[str, Any]]]


class Missing(Exception):
    """A stage is not answered for here."""

    def __init__(self, lack: Lack) -> None:
        super().__init__(f"{lack.stage} lacks {lack.runtime}: {lack.do}")
        self.lack = lack


class Busy(Exception):
    """So many batches wait that no more is taken."""


class Answered(NamedTuple):
    """What a batch came to."""

    results: list[dict[str, Any]]
    model: str
    revision: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Loaded:
    """A stage that can answer."""

    answer: Lines
    model: str
    revision: int
    is_stale: Callable[[], bool] = lambda: False
    """Whether it has to be loaded anew, because what it reads was replaced."""


@dataclass(frozen=True, slots=True)
class _Failed:
    lack: Lack
    at: float


class Brains:
    """Answers batches, one after the other, in a thread of its own.

    Args:
        settings: which weights answer, where the index is, how much may wait.
        board: where what was answered is counted.
    """

    def __init__(self, settings: Settings, board: ProgressBoard) -> None:
        self._settings = settings
        self._progress = {asked: board.add(asked.value) for asked in Asked}
        self._loads: dict[Asked, Callable[[], Loaded]] = {
            Asked.CLASSIFY: self._classify,
            Asked.EXTRACT: self._extract,
            Asked.MATCH: self._match,
        }
        self._loaded: dict[Asked, Loaded] = {}
        self._failed: dict[Asked, _Failed] = {}
        self._classifier: Classifier | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="brains")
        self._warming: list[asyncio.Future[None]] = []
        self.waiting = 0
        """Batches in work and in the queue."""

    def warm(self) -> None:
        """Loads in the background what can be loaded. Who asks meanwhile waits for it."""
        loop = asyncio.get_running_loop()
        for asked in Asked:
            if self.lack(asked) is None:
                self._warming.append(loop.run_in_executor(self._thread, self._warm, asked))
        self._warming.append(loop.run_in_executor(self._thread, collect_seldom))

    def stop(self) -> None:
        """Ends the thread after the batch in work."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def lack(self, asked: Asked) -> Lack | None:
        """What a stage lacks here. Returns None for one that answers, as far as can be told.

        Costs a few looks at the file system; nothing is imported or loaded.
        """
        if asked in self._loaded:
            return None
        failed = self._failed.get(asked)
        if failed is not None and time.monotonic() - failed.at < _AGAIN_SECONDS:
            return failed.lack
        if asked is Asked.MATCH:
            return None if (self._settings.index_dir / "current").exists() else _no_index()
        gone = [name for name in _ONNX if not _is_installed(name)]
        return _no_onnx(asked, gone) if gone else None

    def lacks(self) -> list[Lack]:
        """What the stages lack."""
        return [lack for asked in Asked if (lack := self.lack(asked)) is not None]

    def state(self, asked: Asked) -> StageState:
        """How far a stage is."""
        if asked in self._loaded:
            return StageState.READY
        return StageState.LOADING if self.lack(asked) is None else StageState.MISSING

    def offers(self) -> list[Offer]:
        """The stages that answer now, and with what."""
        return [
            Offer(stage=asked.value, model=stage.model, revision=stage.revision)
            for asked, stage in self._loaded.copy().items()
        ]

    async def ask(self, asked: Asked, items: Sequence[Item]) -> Answered:
        """The answers to items, in order.

        Raises:
            Missing: the stage has no runtime here, or it cannot be loaded.
            Busy: too many batches wait.
        """
        if (lack := self.lack(asked)) is not None:
            raise Missing(lack)
        if self.waiting > self._settings.inference_queue:
            raise Busy(f"{self.waiting} batches are in work or wait")
        self.waiting += 1
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, self._answer, asked, items)
        finally:
            self.waiting -= 1

    def _answer(self, asked: Asked, items: Sequence[Item]) -> Answered:
        stage = self._stage(asked)
        began = time.perf_counter()
        results = list(stage.answer(line_of(asked, item) for item in items))
        seconds = round(time.perf_counter() - began, 4)
        self._progress[asked].done += len(items)
        return Answered(results, stage.model, stage.revision, seconds)

    def _stage(self, asked: Asked) -> Loaded:
        """A stage, loaded when it is first asked. Only in the thread.

        Raises:
            Missing: it cannot be loaded.
        """
        stage = self._loaded.get(asked)
        if stage is not None and not stage.is_stale():
            return stage
        if (lack := self.lack(asked)) is not None:  # it failed while this batch waited
            raise Missing(lack)
        try:
            stage = self._loaded[asked] = self._loads[asked]()
        except (ImportError, WeightsError, MatchError) as error:
            self._loaded.pop(asked, None)
            lack = Lack(stage=asked, runtime=_runtime_of(error), do=" ".join(str(error).split()))
            self._failed[asked] = _Failed(lack, time.monotonic())
            log.warning("a stage cannot be loaded", stage=asked.value, why=lack.do)
            raise Missing(lack) from error
        self._failed.pop(asked, None)
        log.info("a stage is ready", stage=asked.value, model=stage.model)
        return stage

    def _warm(self, asked: Asked) -> None:
        try:
            self._stage(asked)
        except Missing:
            return  # it is noted and logged
        except Exception:
            log.exception("a stage could not be loaded", stage=asked.value)

    def _classify(self) -> Loaded:
        from models.classify import cli

        classifier = self._loaded_classifier()
        return Loaded(
            lambda lines: cli.run(lines, classifier), classifier.model, classifier.revision
        )

    def _extract(self) -> Loaded:
        from models import loading
        from models.extract import cli

        weights = chosen_weights(self._settings, Stage.TAGGER)
        extractor: Extractor = loading.extractor(weights)
        classifier = self._loaded_classifier()
        return Loaded(
            lambda lines: cli.run(lines, classifier, extractor), extractor.model, extractor.revision
        )

    def _match(self) -> Loaded:
        from models import loading
        from models.match import cli

        weights = chosen_weights(self._settings, Stage.MATCH)
        matcher: Matcher = loading.matcher(weights, self._settings.index_dir)
        return Loaded(
            lambda lines: cli.run(lines, matcher),
            matcher.model.label,
            matcher.revision,
            matcher.is_stale,
        )

    def _loaded_classifier(self) -> "Classifier":
        """The classifier, which names are extracted with, too."""
        from models import loading

        if self._classifier is None:
            weights = chosen_weights(self._settings, Stage.CLASSIFY)
            self._classifier = loading.classifier(weights, self._settings.bert_threads)
        return self._classifier


def line_of(asked: Asked, item: Item) -> str:
    """An item as the line that `python -m models` would read.

    A string is what it says even where it begins with a brace, or is empty.
    """
    if isinstance(item, dict):
        return json.dumps(item)
    if asked is Asked.MATCH:
        artist, _, title = item.partition(" - ")
        return json.dumps({"artist": artist, "title": title})
    return json.dumps({"name": item})


def _is_installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):  # something on the path refuses it
        return False


def _no_onnx(asked: Asked, gone: Sequence[str]) -> Lack:
    return Lack(
        stage=asked,
        runtime=", ".join(gone),
        do="install the extra `onnx`: uv pip install 'mimmo-streams[onnx]'; or ask a process that"
        " has it",
    )


def _no_index() -> Lack:
    return Lack(
        stage=Asked.MATCH,
        runtime="the MusicBrainz index",
        do="make it: python -m streams.musicbrainz import ARTISTS RELEASE_GROUPS",
    )


def _runtime_of(error: Exception) -> str:
    """What is missing, in a few words."""
    match error:
        case ImportError():
            return "the packages of the extra `onnx`"
        case MatchError():
            return "the MusicBrainz index"
        case _:
            return "the weights"
