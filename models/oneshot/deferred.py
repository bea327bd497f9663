"""The brains that are loaded when they are first asked, not when the command starts.

Many names are decided by extensions and rules alone. A command that answers one of them need not
read 30 MB of weights first.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from models import loading
from models.active import Stage, Weights, chosen
from models.classify.cascade import Classifier
from models.classify.ensemble import (
    Ensemble,
    Input,
    Member,
    known_works,
    load_bert,
    load_ngrams,
)
from models.extract.extractor import Extractor, TagsNames

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from models.extract.tagger.decode import Tagged
    from models.extract.tagger.encode import Belief


class DeferredMember:
    """A member of the ensemble; `load` is called when it is first asked."""

    def __init__(self, load: Callable[[], Member]) -> None:
        self._load = load

    @cached_property
    def _member(self) -> Member:
        return self._load()

    def logits(self, inputs: Sequence[Input]) -> "NDArray[float32]":
        """The member's outputs, one row an input."""
        return self._member.logits(inputs)


class DeferredTagger:
    """The tagger of some weights, loaded when it is first asked."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    @cached_property
    def _tagger(self) -> TagsNames:
        from models.extract.tagger.run import Tagger

        weights = self._weights
        with loading.fitting(weights):
            return Tagger.load(weights.manifest, path=lambda _, role: weights.quick_path(role))

    def tag(
        self, names: Sequence[str], beliefs: "Sequence[Belief | None]"
    ) -> "Sequence[Mapping[str, Tagged]]":
        """Role -> place for each name, in order."""
        return self._tagger.tag(names, beliefs)


def classifier(weights_dir: Path | None = None) -> Classifier:
    """The cascade of the active weights. Nothing of the learnt stage is read yet.

    Errors of loading (`MissingRuntime`, `registry.WeightsError`) come with the first question.

    Args:
        weights_dir: folder of what is fetched, made or added here.

    Raises:
        registry.WeightsError: the active model is not there, or is none.
    """
    weights = chosen(Stage.CLASSIFY, weights_dir)
    path = weights.quick_path
    bert = DeferredMember(lambda: load_bert(path))
    ngrams = DeferredMember(lambda: load_ngrams(path))
    manifest = weights.manifest
    with loading.fitting(weights):
        learnt = Ensemble(bert, ngrams, manifest, known_works(path, manifest))
        return Classifier(learnt, manifest, own=loading.own_classes(weights))


def extractor(weights_dir: Path | None = None) -> Extractor:
    """Rules, and the active tagger where it is needed.

    Args:
        weights_dir: folder of what is fetched, made or added here.

    Raises:
        registry.WeightsError: the active model is not there, or is none.
    """
    weights = chosen(Stage.TAGGER, weights_dir)
    return Extractor(loading.answering(weights), DeferredTagger(weights), loading.believed(weights))
