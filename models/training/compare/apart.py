"""What chose or taught the weights of a side, and so cannot judge them."""

import tomllib
from dataclasses import replace
from typing import Any

from models.active import Origin, Weights
from models.training.compare.cases import Evaluation

RECIPE = "recipe.toml"
JUDGING = "judging.jsonl"
"""Cases that an experiment held out from its learning and choosing, in its folder."""


def apart(evaluation: Evaluation, before: Weights, after: Weights) -> Evaluation:
    """The evaluation without the rows that chose one of the sides or taught the second one.

    Args:
        evaluation: what two sides are to be compared on.
        before: the first side.
        after: the second side: what is judged.
    """
    kept = after.folder / JUDGING if _is_experiment(after) else None
    return replace(
        evaluation,
        is_spent=evaluation.is_spent or any(map(_has_spent, (before, after))),
        kept=kept if kept is not None and kept.is_file() else None,
        learnt=frozenset(file.sha256 for file in after.manifest.data),
    )


def _is_experiment(weights: Weights) -> bool:
    return weights.origin is Origin.GIVEN and (weights.folder / RECIPE).is_file()


def _has_spent(weights: Weights) -> bool:
    """Whether all held-out rows chose these weights."""
    return _is_experiment(weights) and _recipe(weights).get("chosen_on") == "all"


def _recipe(weights: Weights) -> dict[str, Any]:
    return tomllib.loads((weights.folder / RECIPE).read_text(encoding="utf-8"))
