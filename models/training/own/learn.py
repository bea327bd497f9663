"""Learns classes of one's own: folds of the rows for the threshold, all for the weights."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.classify.own_classes import OwnClass
from models.classify.own_words import OwnWords
from models.training.experiment.errors import TrainingError
from models.training.own.class_rows import ClassRows
from models.training.own.examples import Example
from models.training.own.features import Floats
from models.training.own.fit import Fitted
from models.training.own.recipe import OwnPart
from models.training.own.threshold import Curve, Scale, calibrated

_FEWEST = 10
"""Families of examples that a class needs: with fewer no fold tells anything."""

_FORGIVEN = 0.02
"""Share of the examples found that the BERT may not be asked about."""

_MOST_READ = 0.03
"""Share of the background that the BERT is asked about at most: it costs most of the time."""


class NotLearnt(TrainingError):
    """A class cannot be learnt from its examples; the message says what would help."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """A class as it was learnt.

    Attributes:
        own: its name and thresholds.
        words: that the user listed.
        fitted: what counts beside the BERT.
        before: what is asked before it.
        scale: makes a probability of a score.
        left_out: names of the background that may be of the class.
        metrics: of the folds; shares are in percent.
    """

    own: OwnClass
    words: OwnWords
    fitted: Fitted
    before: Fitted
    scale: Scale
    left_out: Sequence[Example]
    metrics: Mapping[str, float]


def fits_of(folds: int) -> int:
    """How often weights are fitted for a class."""
    return 2 * (folds + 1)


def learn(rows: ClassRows, words: OwnWords, step: Callable[[], None] = lambda: None) -> Learnt:
    """Learn one class.

    Args:
        rows: as the class sees them.
        words: that the user listed.
        step: called after each fit.

    Raises:
        NotLearnt: there are too few examples, or the threshold is not reached.
    """
    part = rows.part
    _check(rows)
    before = rows.without_states.apart(step)
    rows = rows.harder(before)
    scores = rows.apart(step)
    curves = rows.curves(scores)
    line = _line(part, curves)
    picked, weights = rows.all_torrents
    own = rows.target.is_own[picked].astype(float)
    scale = calibrated(scores[picked], own, weights)
    hopeless = _hopeless(rows, before, scores >= line)
    fitted = rows.fitted()
    step()
    fitted_before = rows.without_states.fitted()
    step()
    background = rows.background
    recall, precision = curves[0].at(line)
    metrics = {
        "examples": int(rows.examples.sum()),
        "recall": _percent(recall),
        "precision": _percent(precision),
        "precision_near": _percent(curves[1].at(line)[1]),
        "background": int(background.sum()),
        "background_false": int((scores[background] >= line).sum()),
        "background_left_out": int(rows.left_out.sum()),
        "read_by_bert": _percent(float((before[background] >= hopeless).mean())),
    }
    return Learnt(
        OwnClass(part.name, part.subcategory, scale.probability(line), hopeless),
        words,
        fitted,
        fitted_before,
        scale,
        [row.example for row, is_out in zip(rows.rows, rows.left_out, strict=True) if is_out],
        metrics,
    )


def _line(part: OwnPart, curves: Sequence[Curve]) -> float:
    """The score from which all curves are as right as is asked for."""
    share, value = part.aim
    lines = [curve.line(share, value) for curve in curves]
    reached = [line for line in lines if line is not None]
    if len(reached) < len(lines):
        raise NotLearnt(
            f"{part.name}: a {share} of {value:g} is not reached on names that were not learnt"
            " from; more examples help, names that are near the class most, and a list of words"
        )
    return max(reached)


def _hopeless(rows: ClassRows, before: Floats, is_told: Any) -> float:
    """The score before the BERT below which a name is not of the class."""
    kept = float(np.quantile(before[rows.examples & is_told], _FORGIVEN))
    return max(kept, float(np.quantile(before[rows.background], 1 - _MOST_READ)))


def _percent(share: float) -> float:
    return round(100 * share, 1)


def _check(rows: ClassRows) -> None:
    part = rows.part
    families = {row.example.family for row in rows.rows if row.is_of(part.name)}
    if len(families) < _FEWEST:
        raise NotLearnt(
            f"{part.name}: {part.examples} has examples of {len(families)} families;"
            f" {_FEWEST} are needed. Near-copies of a name are one family"
        )


def packed(learnt: Sequence[Learnt]) -> dict[str, Any]:
    """The arrays of the file that the classifier reads (`models.classify.own_classes`)."""
    fits = [*(head.fitted for head in learnt), *(head.before for head in learnt)]
    tables = np.stack([fitted.table for fitted in fits], axis=1)
    scale = np.maximum(np.abs(tables).max(axis=0), 1e-9) / 127
    # What counts beside the BERT has its bias with the head's.
    bias = [*(0.0 for _ in learnt), *(head.before.bias for head in learnt)]
    shifts = [head.fitted.bias + head.scale.shift for head in learnt]
    words: dict[str, Any] = {}
    for head in learnt:
        words[f"words_{head.own.name}"] = np.array(head.words.words, dtype=np.str_)
        both = np.stack([head.fitted.words, head.before.words], axis=1)
        words[f"word_weights_{head.own.name}"] = both.astype(np.float32)
    return words | {
        "names": np.array([head.own.name for head in learnt]),
        "parents": np.array([head.own.parent or "" for head in learnt]),
        "thresholds": np.array([head.own.threshold for head in learnt]),
        "gates": np.array([head.own.hopeless for head in learnt]),
        "table": np.round(tables / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "bias": np.array(bias, np.float32),
        "weights": np.stack([head.fitted.weights for head in learnt], axis=1).astype(np.float32),
        "head_bias": np.array(shifts, np.float32),
        "temperature": np.array([head.scale.temperature for head in learnt], np.float32),
    }
