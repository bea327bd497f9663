"""Few rows of one's own beside many that are rehearsed: both count alike, whatever their number.

Without this a hundred names of one's own are lost among thousands of invented ones, whose targets
are what the network says anyway.
"""

import numpy as np
from numpy.typing import NDArray

from models.training.classifier.train import Targets

MOST_SHOWN = 12
"""Times that a row of one's own is shown in an epoch at most; beyond that it would be learnt by
heart."""

_HEAVIEST = 2.0
"""What a rehearsed row may weigh at most: many rows of one's own are worth more than few invented
ones."""


def order(own: int, rehearsed: int) -> NDArray[np.int64]:
    """Row numbers of an epoch: all once, then one's own again until there are as many of both.

    Args:
        own: rows of one's own; they come first in the data.
        rehearsed: rows that follow them.
    """
    times = min(MOST_SHOWN, max(1, round(rehearsed / own)))
    again = np.tile(np.arange(own), times - 1)
    return np.concatenate((np.arange(own + rehearsed), again)).astype(np.int64)


def weighed(targets: Targets, own: int, shown: NDArray[np.int64]) -> Targets:
    """The targets of the rows that are shown; rehearsed ones weigh as much as one's own together.

    Args:
        targets: of all rows, those of one's own first.
        own: how many those are.
        shown: row numbers, as `order` gives them.
    """
    weight = targets.weight[shown]
    is_own = shown < own
    total = float(weight[~is_own].sum())
    if total > 0:
        heaviest = _HEAVIEST / float(weight[~is_own].max())
        weight[~is_own] *= min(heaviest, float(weight[is_own].sum()) / total)
    return Targets(targets.shares[shown], targets.known[shown], weight)
