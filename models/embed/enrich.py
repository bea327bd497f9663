"""One vector of many over time: `L2norm([mean, IQR / 1.34898, mean of first differences])`.

The formula is that of the music server whose audio vectors are to be met (Navidrome's embedders of
MuQ, MERT and Music2Latent), so that a text and a track lie in one space.

The third part telescopes: the mean of `x[t + 1] - x[t]` is `(x[T - 1] - x[0]) / (T - 1)`. It knows
the first and the last window alone, nears nought as tracks get longer, and is exactly nought where
there is one window. It is kept because the vectors have it, and it is learnt as it is; a text side
that fills it with noise spoils a third of every vector.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from torch import Tensor

PARTS = 3
"""Mean, robust sigma, mean change."""

SIGMA = 1.34898
"""Quartiles of a normal distribution are so many standard deviations apart."""

_SHORTEST = 1e-12
"""Length below which a vector is left as it is, as `torch.nn.functional.normalize` does."""


def enrich(frames: ArrayLike) -> NDArray[np.float32]:
    """One vector of vectors over time.

    Args:
        frames: (T, D), one row a window, in their order; T is at least 1.

    Returns:
        (3 D,) of length 1; all noughts if all frames are.

    Raises:
        ValueError: there is no frame, or a number is not finite.
    """
    rows = np.asarray(frames, dtype=np.float64)
    if rows.ndim != 2 or not len(rows):
        raise ValueError(f"frames are a table of at least one row, not of shape {rows.shape}")
    if not np.isfinite(rows).all():
        raise ValueError("frames hold a number that is not finite")
    low, high = np.quantile(rows, (0.25, 0.75), axis=0)
    change = (rows[-1] - rows[0]) / max(1, len(rows) - 1)
    vector = np.concatenate((rows.mean(0), (high - low) / SIGMA, change))
    return (vector / max(float(np.linalg.norm(vector)), _SHORTEST)).astype(np.float32)


def enrich_torch(frames: "Tensor") -> "Tensor":
    """The same of tensors, on any device and with gradients.

    Args:
        frames: (..., T, D) floats.

    Returns:
        (..., 3 D) of length 1.

    Raises:
        ValueError: there is no frame.
    """
    import torch
    from torch.nn import functional

    count = frames.shape[-2]
    if count == 0:
        raise ValueError("frames are a table of at least one row")
    # Sorted, because torch.quantile refuses more than 16 million numbers: MERT in eleven minutes.
    order = frames.sort(dim=-2).values
    sigma = (_quantile(order, 0.75) - _quantile(order, 0.25)) / SIGMA
    change = (frames[..., -1, :] - frames[..., 0, :]) / max(1, count - 1)
    vector = torch.cat((frames.mean(dim=-2), sigma, change), dim=-1)
    return functional.normalize(vector, dim=-1, eps=_SHORTEST)


def _quantile(order: "Tensor", share: float) -> "Tensor":
    """A quantile of sorted rows, between two of them by its share, as numpy has it."""
    place = share * (order.shape[-2] - 1)
    below = int(place)
    above = min(below + 1, order.shape[-2] - 1)
    part = place - below
    return order[..., below, :] * (1 - part) + order[..., above, :] * part
