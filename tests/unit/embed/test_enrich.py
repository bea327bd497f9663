"""Enrichment is the formula to the letter: mean, robust sigma, mean change, of length 1."""

import numpy as np
import pytest

from models.embed.enrich import SIGMA, enrich
from models.embed.targets import UnknownTarget, target, targets

FOUR = [[0.0, 2.0], [1.0, 2.0], [2.0, 2.0], [9.0, 2.0]]
"""Two numbers at four times."""


def test_a_vector_worked_out_by_hand_is_met() -> None:
    # Mean 3; quartiles 0.75 and 3.75 of 0, 1, 2, 9; change (9 - 0) / 3. The other number rests.
    raw = np.array([3.0, 2.0, 3.0 / SIGMA, 0.0, 3.0, 0.0])
    golden = [0.577931, 0.385287, 0.428421, 0.0, 0.577931, 0.0]
    assert np.allclose(raw / np.linalg.norm(raw), golden, atol=1e-5)
    assert np.allclose(enrich(FOUR), golden, atol=1e-5)


def test_one_window_has_neither_spread_nor_change() -> None:
    assert np.allclose(enrich([[3.0, 4.0]]), [0.6, 0.8, 0, 0, 0, 0], atol=1e-7)


def test_the_change_knows_the_first_and_the_last_window_alone() -> None:
    rng = np.random.default_rng(1)
    frames = rng.standard_normal((50, 3))
    differences = np.diff(frames, axis=0).mean(0)
    assert np.allclose(differences, (frames[-1] - frames[0]) / 49)
    spread = np.subtract(*np.quantile(frames, (0.75, 0.25), axis=0)) / 1.34898
    whole = np.concatenate((frames.mean(0), spread, differences))
    assert np.allclose(enrich(frames), whole / np.linalg.norm(whole), atol=1e-6)


def test_silence_is_nought_and_not_a_division_by_it() -> None:
    assert not enrich(np.zeros((4, 3))).any()


@pytest.mark.parametrize("frames", [np.zeros((0, 3)), np.zeros(3), [[1.0, float("nan")]]])
def test_what_is_no_table_of_numbers_is_refused(frames: np.ndarray) -> None:
    with pytest.raises(ValueError, match="frames"):
        enrich(frames)


def test_the_targets_are_as_wide_as_the_plan_says() -> None:
    wide = {name: told.dimensions for name, told in targets().items()}
    assert wide == {
        "muq": 1536,
        "mert": 76_800,
        "music2latent": 576,
        "musicnn": 600,
        "musicnn-mean": 2259,
        "musicnn-pools": 4518,
    }
    assert target("mert").rank == 512
    with pytest.raises(UnknownTarget, match="there are: muq, mert"):
        target("clap")
