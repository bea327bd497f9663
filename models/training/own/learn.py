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
        is_left = of_fold == fold
        weights = np.where(is_left, 0.0, target.weights)
        fitted = fit(features, Targets(target.is_own, weights), recipe.fitting)
        scores[is_left] = fitted.scores(features)[is_left]
        plain[is_left] = fitted.plain(features)[is_left]
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
    found = target.is_own & (scores >= line)
    hopeless = float(np.quantile(plain[found], _FORGIVEN)) - _MARGIN
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
    tables = np.stack([made.fitted.table for made in learnt], axis=1)
    scale = np.maximum(np.abs(tables).max(axis=0), 1e-9) / 127
    shifts = [made.fitted.bias + made.scale.shift for made in learnt]
    return {
        "names": np.array([made.own.name for made in learnt]),
        "parents": np.array([made.own.parent or "" for made in learnt]),
        "thresholds": np.array([made.own.threshold for made in learnt]),
        "gates": np.array([made.own.hopeless for made in learnt]),
        "table": np.round(tables / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "bias": np.zeros(len(learnt), np.float32),
        "weights": np.stack([made.fitted.weights for made in learnt], axis=1).astype(np.float32),
        "head_bias": np.array(shifts, np.float32),
        "temperature": np.array([made.scale.temperature for made in learnt], np.float32),
    }
