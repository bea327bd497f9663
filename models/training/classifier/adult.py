"""`python -m models.training.classifier.adult --data DATA`: how many adult works are found.

Cross-validated over all labelled names: each fold is read by a linear model that learnt from the
other folds alone, with labels only and no teacher, so that nothing of the fold is known to it.
Folds are by release family, so near-copies never stand on both sides. The shipped models together
find more; but they have read most of these names, and the few hundred that they have not are few.
"""

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from models.evaluation.folds import folds
from models.evaluation.metrics import Share
from models.training import command
from models.training.classifier import data, weak
from models.training.classifier.data import Row
from models.training.held_out import family
from models.training.row_files import NAMES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.training.classifier.linear import Linear

RATES = (0.001, 0.005, 0.01)
"""Shares of the clean names that are flagged, at which the recall is told."""

_FOLDS = 5
_EPOCHS = 8
_SCENE = 8_000
"""Scene names read beside the labelled ones: so many that are adult, and as many that are not."""


def recall_at(
    scores: "NDArray[np.floating]", adult: "NDArray[np.bool_]", rate: float
) -> tuple[Share, Share]:
    """Adult works found, and clean ones flagged, at the lowest threshold that keeps to a rate.

    Args:
        scores: how adult each name is; only their order counts.
        adult: its label.
        rate: the most clean names that may be flagged, as a share of them.
    """
    import numpy as np

    clean = np.sort(scores[~adult])[::-1]
    allowed = int(rate * len(clean))
    threshold = clean[allowed] if allowed < len(clean) else -np.inf
    flagged = scores > threshold
    return (
        Share(int((flagged & adult).sum()), int(adult.sum())),
        Share(int((flagged & ~adult).sum()), len(clean)),
    )


def out_of_fold(rows: Sequence[Row], more: Sequence[Row], seed: int) -> "NDArray[np.floating]":
    """How adult each row is to a linear model that has not read its fold.

    Args:
        rows: labelled names.
        more: rows that are learnt from beside them, unless a near-copy is in the fold.
        seed: of the training.
    """
    import numpy as np

    from models.training.classifier import linear

    fold_of = np.array(folds([[family(row.name)] for row in rows], _FOLDS))
    scores = np.zeros(len(rows), np.float32)
    for fold in range(_FOLDS):
        held = [row for row, of in zip(rows, fold_of, strict=True) if of == fold]
        banned = {family(row.name) for row in held}
        learnt = [row for row, of in zip(rows, fold_of, strict=True) if of != fold]
        learnt += [row for row in more if family(row.name) not in banned]
        scores[fold_of == fold] = linear.logits(_learn(learnt, seed), held)[:, 0]
    return scores


def _learn(rows: Sequence[Row], seed: int) -> "Linear":
    """A linear model that tells adult names, and nothing else."""
    import torch
    from torch.nn import functional

    from models.training.classifier import linear

    torch.manual_seed(seed)
    net = linear.Linear(1)
    optimiser = torch.optim.Adam(net.parameters(), lr=linear.RATE)
    adult = torch.tensor([float(bool(row.nsfw)) for row in rows])
    weight = torch.tensor([row.weight for row in rows])
    bags = linear.bags(rows)
    for _ in range(_EPOCHS):
        for picked, read in linear.batches(bags, "cpu"):
            loss = functional.binary_cross_entropy_with_logits(
                net(*read)[:, 0], adult[picked], weight[picked]
            )
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
    return net


def scene(folder: Path, seed: int) -> list[Row]:
    """Scene names, half of them adult, of which only that is believed."""
    rng = random.Random(seed)  # noqa: S311
    groups: dict[bool, list[Row]] = {True: [], False: []}
    for raw in data.read_json_lines(folder / weak.SCENE):
        is_adult = "XXX" in str(raw.get("category")).upper()
        if rng.random() < (0.5 if is_adult else 0.05):
            groups[is_adult].append(Row(str(raw["name"]), None, None, nsfw=is_adult, weight=0.35))
    return [row for group in groups.values() for row in group[:_SCENE]]


def main(arguments: list[str] | None = None) -> int:
    """Train the folds and print. Returns 0, or 1 with a message on standard error."""
    parser = argparse.ArgumentParser(
        prog="python -m models.training.classifier.adult",
        description="Cross-validate how many adult works are found, at several shares of false "
        "flags. Needs the extra `train`; some minutes on two cores.",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with names/")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    if not (options.data / NAMES).is_file():
        return command.lacks_data(options.data / NAMES, "names")
    try:
        import numpy as np
        import torch
    except ImportError as error:
        return command.lacks_packages(error, "train,onnx")
    torch.set_num_threads(2)
    command.logger(__name__)
    labelled = data.labelled(options.data)
    rows = [replace(row, weight=1.0) for row in labelled if row.nsfw is not None]
    scores = out_of_fold(rows, scene(options.data, options.seed), options.seed)
    adult = np.array([bool(row.nsfw) for row in rows])
    lines = [f"{len(rows)} labelled names, {int(adult.sum())} adult, {_FOLDS} folds by family"]
    for rate in RATES:
        recall, false = recall_at(scores, adult, rate)
        lines.append(f"adult works found {recall} where {false} of the clean names are flagged")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
