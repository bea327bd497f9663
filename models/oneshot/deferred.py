"""The brains that are loaded when they are first asked, not when the command starts.

Many names are decided by extensions and rules alone. A command that answers one of them need not
read 30 MB of weights first.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from models import registry
from models.classify.cascade import Classifier
from models.classify.ensemble import (
    MODEL,
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
    """The tagger that ships, loaded when it is first asked."""

    @cached_property
    def _tagger(self) -> TagsNames:
        from models.extract.tagger.run import Tagger

        return Tagger.load(path=registry.sized_path)

    def tag(
        self, names: Sequence[str], beliefs: "Sequence[Belief | None]"
    ) -> "Sequence[Mapping[str, Tagged]]":
        """Role -> place for each name, in order."""
        return self._tagger.tag(names, beliefs)


def ensemble() -> Ensemble:
    """The learnt stage. Nothing of it is read yet.

    Errors of loading (`MissingRuntime`, `registry.WeightsError`) come with the first question.
    """
    manifest = registry.load(MODEL)
    path = partial(registry.sized_path, manifest)
    bert = DeferredMember(lambda: load_bert(path))
    ngrams = DeferredMember(lambda: load_ngrams(path))
    return Ensemble(bert, ngrams, manifest, known_works(path, manifest))


def classifier(learnt: Ensemble) -> Classifier:
    """The cascade over what `ensemble` gave."""
    return Classifier(learnt, registry.load(MODEL))


def extractor() -> Extractor:
    """Rules, and the tagger where it is needed."""
    return Extractor(registry.load("extract"), DeferredTagger())
