"""Learns classes of one's own: folds of the rows for the threshold, all for the weights."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.classify.own_classes import OwnClass
from models.training.experiment.errors import TrainingError
from models.training.own.features import Features
from models.training.own.fit import Fitted, Targets, fit
from models.training.own.recipe import OwnPart, OwnRecipe
from models.training.own.rows import LearntRow, folds, judged, targets
from models.training.own.threshold import Curve, Scale, calibrated, line_after

_FEWEST = 10
"""Families of examples that a class needs: with fewer no fold tells anything."""

_FORGIVEN = 0.01
"""Share of the rows found that may lie below the line of the n-grams alone."""

_MARGIN = 1.0
"""How far that line lies below them, as the folds saw fewer examples."""


class NotLearnt(TrainingError):
    """A class cannot be learnt from its examples; the message says what would help."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """A class as it was learnt."""

    own: OwnClass
    fitted: Fitted
    scale: Scale
    metrics: Mapping[str, float]


def learn(
    part: OwnPart,
    rows: Sequence[LearntRow],
    features: Features,
    recipe: OwnRecipe,
    step: Callable[[], None] = lambda: None,
) -> Learnt:
    """Learn one class.

    Args:
        part: of the recipe.
        rows: all rows.
        features: of the rows.
        recipe: the whole.
        step: called after each of `fitting.folds` + 1 fits.

    Raises:
        NotLearnt: there are too few examples, or the threshold is not reached.
    """
    _check(part, rows)
    target = targets(rows, part.name, recipe)
    of_fold = folds(rows, recipe.fitting.folds)
    scores, plain = np.zeros(len(rows)), np.zeros(len(rows))
    for fold in range(recipe.fitting.folds):
        is_apart = of_fold == fold
        weights = np.where(is_apart, 0.0, target.weights)
        fitted = fit(features, Targets(target.is_own, weights), recipe.fitting)
        scores[is_apart] = fitted.scores(features)[is_apart]
        plain[is_apart] = fitted.plain(features)[is_apart]
        step()
    is_judged = (judged(rows) > 0) & (target.weights > 0)
    curve = Curve.of(scores[is_judged], target.is_own[is_judged].astype(float))
    share, value = part.aim
    place = curve.reaching(share, value)
    if place is None:
        raise NotLearnt(
            f"{part.name}: a {share} of {value:g} is not reached on examples that were not learnt"
            " from; more examples help, names that are near the class most"
        )
    line = line_after(curve.scores, place)
    scale = calibrated(scores[is_judged], target.is_own[is_judged].astype(float))
    is_found = target.is_own & (scores >= line)
    hopeless = float(np.quantile(plain[is_found], _FORGIVEN)) - _MARGIN
    fitted = fit(features, target, recipe.fitting)
    step()
    own = OwnClass(part.name, part.subcategory, scale.probability(line), hopeless)
    metrics = {
        "examples": float(sum(row.is_of(part.name) and not row.is_variant for row in rows)),
        "recall": round(100 * float(curve.recall[place]), 1),
        "precision": round(100 * float(curve.precision[place]), 1),
        "read_by_bert": round(100 * float((plain[is_judged] >= hopeless).mean()), 1),
    }
    return Learnt(own, fitted, scale, metrics)


def _check(part: OwnPart, rows: Sequence[LearntRow]) -> None:
    families = {row.example.family for row in rows if row.is_of(part.name)}
    if len(families) < _FEWEST:
        raise NotLearnt(
            f"{part.name}: {part.examples} has examples of {len(families)} families;"
            f" {_FEWEST} are needed. Near-copies of a name are one family"
        )


def packed(learnt: Sequence[Learnt]) -> dict[str, Any]:
    """The arrays of the file that the classifier reads (`models.classify.own_classes`)."""
    tables = np.stack([head.fitted.table for head in learnt], axis=1)
    scale = np.maximum(np.abs(tables).max(axis=0), 1e-9) / 127
    shifts = [head.fitted.bias + head.scale.shift for head in learnt]
    return {
        "names": np.array([head.own.name for head in learnt]),
        "parents": np.array([head.own.parent or "" for head in learnt]),
        "thresholds": np.array([head.own.threshold for head in learnt]),
        "gates": np.array([head.own.hopeless for head in learnt]),
        "table": np.round(tables / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "bias": np.zeros(len(learnt), np.float32),
        "weights": np.stack([head.fitted.weights for head in learnt], axis=1).astype(np.float32),
        "head_bias": np.array(shifts, np.float32),
        "temperature": np.array([head.scale.temperature for head in learnt], np.float32),
    }
