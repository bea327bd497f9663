"""How sure the tagger may be, measured on labelled names that it was not trained on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from models.extract.evidence.guard import alike
from models.extract.tagger.decode import Tagged
from models.extract.tagger.roles import ROLES
from models.training.tagger.data import Example

NEUTRAL: Mapping[str, float] = {
    f"{role}_{part}": value for role in ROLES for part, value in (("slope", 1.0), ("offset", 0.0))
}
"""Curves that leave the raw confidence as it is."""

_FEWEST = 5
"""A role that was met in fewer than four times as many names has no curve of its own."""


def curves(
    held: Sequence[Example],
    tags: Sequence[Mapping[str, Tagged]],
    otherwise: Mapping[str, float] = NEUTRAL,
) -> dict[str, float]:
    """A logistic curve for each role from raw confidence to the share that is right.

    It is the one of least log loss (Platt 1999).

    Args:
        held: names that the tagger was not trained on.
        tags: what it says of them, with neutral curves.
        otherwise: the curves of roles that were met too rarely.
    """
    pairs: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for example, said in zip(held, tags, strict=True):
        for role, tag in said.items():
            if role not in example.unknown:
                pairs[role].append((tag.confidence, _is_right(example, role, tag)))
    calibration = dict(otherwise)
    for role, measured in pairs.items():
        if len(measured) >= 4 * _FEWEST:
            calibration[f"{role}_slope"], calibration[f"{role}_offset"] = _platt(measured)
    return calibration


def _is_right(example: Example, role: str, tag: Tagged) -> bool:
    place = example.spans.get(role)
    said = example.name[tag.start : tag.end]
    return place is not None and alike(said, example.name[place[0] : place[1]])


def _platt(pairs: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    raw = np.clip(np.array([confidence for confidence, _ in pairs]), 1e-6, 1 - 1e-6)
    odds = np.log(raw / (1 - raw))
    # Targets a little inside 0 and 1, as Platt has them: few cases must not make certainty.
    good = np.array([ok for _, ok in pairs])
    target = np.where(good, (good.sum() + 1) / (good.sum() + 2), 1 / ((~good).sum() + 2))
    best = (np.inf, 1.0, 0.0)
    for slope in np.arange(0.1, 1.55, 0.05):
        for offset in np.arange(-2, 3.05, 0.1):
            share = 1 / (1 + np.exp(-(slope * odds + offset)))
            loss = float(
                -(target * np.log(share + 1e-9) + (1 - target) * np.log(1 - share + 1e-9)).mean()
            )
            best = min(best, (loss, float(slope), float(offset)))
    return round(best[1], 3), round(best[2], 3)
