"""How right the classes of one's own are on examples that nothing was learnt from."""

from collections.abc import Mapping, Sequence
from typing import Any

from models.classify.own_classes import OwnClasses
from models.evaluation.metrics import Share
from models.training.own.examples import Example
from models.training.own.features import input_of


def measured(own: OwnClasses, name: str, examples: Sequence[Example]) -> Mapping[str, Any]:
    """Recall and precision of a class on examples and names near it, with their counts."""
    answers = own.answers([input_of(example) for example in examples])
    told = [answer is not None and answer.own.name == name for answer in answers]
    right = sum(said and row.is_own for said, row in zip(told, examples, strict=True))
    examples_of = sum(row.is_own for row in examples)
    return {
        "examples": examples_of,
        "others": len(examples) - examples_of,
        "found": right,
        "false": sum(told) - right,
        "recall": percent(Share(right, examples_of)),
        "precision": percent(Share(right, sum(told))),
    }


def percent(share: Share) -> float:
    """A share in percent, 0 of nothing."""
    return round(100 * share.right / share.total, 1) if share.total else 0.0
