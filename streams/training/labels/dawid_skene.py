"""Dawid and Skene's rule: voters are weighed by how they err, which is learnt from the votes alone.

A. P. Dawid and A. M. Skene, "Maximum Likelihood Estimation of Observer Error-Rates Using the EM
Algorithm", Applied Statistics 28 (1979). From the shares of the votes it estimates how often a
voter says B where A is right, from that what is right, and so on until nothing changes. Pure.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

ROUNDS = 100
"""At most; some ten are usual."""

SETTLED = 1e-6
"""Change of every probability under which it is settled."""

SMOOTHING = 0.1
"""Votes of each kind that are taken as seen: a class that is rare makes no voter infallible."""


def posteriors(
    votes: Sequence[Sequence[str | None]], smoothing: float = SMOOTHING
) -> list[dict[str, float]]:
    """How probable each label is for each question.

    Args:
        votes: for each question a vote of each voter, in the same order; None where there is none.
        smoothing: votes of each kind that are taken as seen.

    Returns:
        For each question label -> probability; nothing where nobody voted.
    """
    labels = sorted({vote for row in votes for vote in row if vote is not None})
    if not labels:
        return [{} for _ in votes]
    places = {label: place for place, label in enumerate(labels)}
    said = np.array(
        [[-1 if vote is None else places[vote] for vote in row] for row in votes], dtype=np.int64
    )
    probabilities = _shares(said, len(labels))
    for _ in range(ROUNDS):
        before = probabilities
        errors, classes = _errors(said, before, smoothing)
        probabilities = _expected(said, errors, classes)
        if float(np.abs(probabilities - before).max()) < SETTLED:
            break
    return [
        {label: float(value) for label, value in zip(labels, row, strict=True)}
        if (voted >= 0).any()
        else {}
        for row, voted in zip(probabilities, said, strict=True)
    ]


def _shares(said: NDArray[np.int64], labels: int) -> NDArray[np.float64]:
    """The shares of the votes, (questions, labels); even where nobody voted."""
    counts = (said[:, :, None] == np.arange(labels)).sum(axis=1).astype(np.float64)
    sums = counts.sum(axis=1, keepdims=True)
    even: NDArray[np.float64] = np.full_like(counts, 1 / labels)
    np.divide(counts, sums, out=even, where=sums > 0)
    return even


def _errors(
    said: NDArray[np.int64], probabilities: NDArray[np.float64], smoothing: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How voters err, (voters, right, said), and how frequent labels are."""
    labels = probabilities.shape[1]
    errors = np.full((said.shape[1], labels, labels), smoothing)
    for voter in range(said.shape[1]):
        for label in range(labels):
            errors[voter, :, label] += probabilities[said[:, voter] == label].sum(axis=0)
    errors /= errors.sum(axis=2, keepdims=True)
    classes = probabilities.sum(axis=0) + smoothing
    return errors, classes / classes.sum()


def _expected(
    said: NDArray[np.int64], errors: NDArray[np.float64], classes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What is right, given how voters err."""
    logs = np.tile(np.log(classes), (said.shape[0], 1))
    for voter in range(said.shape[1]):
        voted = said[:, voter] >= 0
        logs[voted] += np.log(errors[voter][:, said[voted, voter]]).T
    logs -= logs.max(axis=1, keepdims=True)
    probabilities: NDArray[np.float64] = np.exp(logs)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    return probabilities
