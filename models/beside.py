"""Beside which classifier classes of one's own were learnt: they are right beside that one alone.

Their head reads the states of one network, and that network's files are copied with it. So a head
is never asked about the states of another one; but with the head comes the network, and another
classifier that was active would answer no more, without a word.
"""

from models import registry
from models.active import SHIPPED, Stage, Weights
from models.registry import Manifest

NETWORK = "model"
"""The role of the file whose states are read."""

_OWN = "own"
"""The role of the head (`models.classify.own_classes.ROLE`)."""


def start_name(manifest: Manifest, role: str) -> str:
    """How a manifest calls a file of weights that its training began with."""
    return f"{manifest.label}, revision {manifest.revision}: {role}"


def own_class_names(weights: Weights) -> frozenset[str]:
    """Names of the classes of one's own that a classifier knows.

    Raises:
        WeightsError: the file is missing or another one.
        ImportError: numpy, which reads it, is not installed.
    """
    if _OWN not in weights.manifest.files:
        return frozenset()
    import numpy as np

    with np.load(weights.path(_OWN), allow_pickle=False) as parts:
        return frozenset(map(str, parts["names"].tolist()))


def is_of_another(weights: Weights, active: Manifest) -> bool:
    """Whether weights have classes of one's own that were learnt beside another classifier.

    Args:
        weights: of a classifier.
        active: the classifier that is active.
    """
    files = weights.manifest.files
    if _OWN not in files or NETWORK not in active.files:
        return False
    return files[NETWORK].sha256 != active.files[NETWORK].sha256


def stale(weights: Weights) -> str | None:
    """What to say of classes that were learnt beside a classifier which ships no more.

    Returns None where there are no such classes, or nothing is wrong with them.
    """
    if weights.stage is not Stage.CLASSIFY or _OWN not in weights.manifest.files:
        return None
    ships = registry.load(SHIPPED[Stage.CLASSIFY])
    for start in weights.manifest.data:
        before, _, role = start.name.partition(": ")
        is_network = start.use == "start" and role == NETWORK
        is_old = start.sha256 != ships.files[NETWORK].sha256
        if is_network and before.startswith(f"{ships.name}@") and is_old:
            return (
                f"its classes of your own were learnt beside {before}, which answers with them;"
                f" {ships.label}, revision {ships.revision}, ships now. To have both: `python -m"
                " models activate --reset classify`, then `python -m models.training own` again"
            )
    return None
