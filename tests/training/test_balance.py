"""Few rows of one's own count as much as the many that are rehearsed."""

import pytest

from tests.training.conftest import require_training

require_training()

import numpy as np  # noqa: E402

from models.training.classifier import balance  # noqa: E402
from models.training.classifier.model import OUTPUTS  # noqa: E402
from models.training.classifier.train import Targets  # noqa: E402


def targets(own: int, rehearsed: int) -> Targets:
    rows = own + rehearsed
    weight = np.repeat(np.array([1.0, 0.5], np.float32), [own, rehearsed])
    return Targets(np.zeros((rows, OUTPUTS), np.float32), np.ones((rows, 3), np.float32), weight)


@pytest.mark.parametrize(("own", "rehearsed"), [(20, 6000), (300, 3000), (2000, 3000)])
def test_both_weigh_the_same_together(own: int, rehearsed: int) -> None:
    shown = balance.order(own, rehearsed)
    weighed = balance.weighed(targets(own, rehearsed), own, shown)
    assert len(weighed.weight) == len(weighed.shares) == len(shown)
    of_own, of_others = weighed.weight[shown < own].sum(), weighed.weight[shown >= own].sum()
    assert of_own == pytest.approx(of_others, rel=1e-3)


def test_every_row_is_shown_and_none_of_ones_own_too_often() -> None:
    times = np.bincount(balance.order(20, 6000))
    assert times[:20].tolist() == [balance.MOST_SHOWN] * 20
    assert times[20:].tolist() == [1] * 6000


def test_many_rows_of_ones_own_are_not_outweighed_by_few_rehearsed_ones() -> None:
    shown = balance.order(10_000, 100)
    weighed = balance.weighed(targets(10_000, 100), 10_000, shown)
    assert len(shown) == 10_100
    assert weighed.weight.max() <= 2.0
    assert weighed.weight[:10_000].tolist() == [1.0] * 10_000
