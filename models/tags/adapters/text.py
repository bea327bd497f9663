"""The classifier as an adapter over names: a name is one segment.

It tells the probabilities of the learnt stage alone. What rules and files decide is in the verdict
of the cascade, and comes before it.
"""

from typing import Literal, Self

from models.active import Stage, Weights, shipped
from models.classify.ensemble import Ensemble
from models.registry import Manifest
from models.tags.builds import Maker, maker_of
from schemas import clean_text

Head = Literal["medium", "subcategory"]


class NameAdapter:
    """What the classifier believes of a name.

    Args:
        learnt: its learnt stage.
        manifest: of its weights.
        head: what is asked.
    """

    def __init__(self, learnt: Ensemble, manifest: Manifest, head: Head) -> None:
        self._learnt = learnt
        self._head = head
        self.maker: Maker = maker_of(manifest, "onnx", head)

    @classmethod
    def load(cls, head: Head, weights: Weights | None = None) -> Self:
        """The classifier of some weights; without them the one that ships.

        Raises:
            MissingRuntime: the extra `onnx` is not installed.
            WeightsError: a file is missing or another one.
        """
        chosen = weights or shipped(Stage.CLASSIFY)
        return cls(Ensemble.load(chosen.manifest, path=chosen.path), chosen.manifest, head)

    def tags(self, given: str) -> dict[str, list[float]]:
        """Class -> its calibrated probability, which sum up to 1."""
        inputs = [(clean_text(given), ())]
        (answer,) = self._learnt.answer(inputs, self._learnt.linear(inputs))
        believed = answer.media if self._head == "medium" else answer.subcategories
        return {str(label.value): [share] for label, share in believed.items()}
