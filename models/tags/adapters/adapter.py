"""What every inference adapter is: something in, `label -> a score of each segment` out."""

from collections.abc import Mapping
from typing import Protocol, TypeVar

from models.registry import WeightsError
from models.tags.builds import Maker

Input = TypeVar("Input", contravariant=True)
"""What a model is asked about: a sound, a text."""


class AdapterError(WeightsError):
    """A model cannot answer, or answers nonsense; the message says why."""


class Adapter(Protocol[Input]):
    """Runs a model, whichever framework it is of. One adapter answers one question (a head)."""

    @property
    def maker(self) -> Maker:
        """What its tags are made by: the prefix of their names, and the bundle of provenance."""
        ...

    def tags(self, given: Input) -> Mapping[str, list[float]]:
        """Label -> its score in [0, 1] in each segment; all lists are of one length.

        `models.tags.aggregate.aggregated` makes mean, variance and tier of it.

        Raises:
            AdapterError: the model fails, or its answer has another shape than its manifest says.
        """
        ...
