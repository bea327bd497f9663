"""What a vote costs: `python -m tests.benchmarks.labelled_by_votes DATA [--shared 0.5]`.

The names of DATA/names that people have read are labelled anew by four voters who are right on 70,
77, 83 and 90 % of them, and err as a table of confusions says: half of the errors of a class are
one and the same other class, of whatever medium. From the votes come labels, by
majority and by Dawid and Skene's rule. The linear member of the classifier learns from the truth,
from either, and from the best voter alone, and is measured on held-out truth. `ceiling` is how many
of the labels that were learnt from are right, `dropped` how many names no label was decided for.

`--shared` is the share of answers in which voters err together, on the same names and into the same
class: language models do, as they have read the same books. Voters who err on their own are
what the rule of Dawid and Skene assumes.
"""

import argparse
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.table import Table

from models.evaluation.metrics import Share
from models.training.classifier import data, linear
from models.training.classifier.data import UNSURE_WEIGHT, Row
from models.training.classifier.model import MEDIA, SUBS
from models.training.classifier.train import Run, hard_targets
from schemas.media import Subcategory
from streams.training.labels import dawid_skene
from streams.training.labels.ballot import (
    ContentDecision,
    Level,
    Thresholds,
    decide_by_posterior,
    decide_content,
)
from streams.training.labels.reading import Class

ACCURACIES = (0.70, 0.77, 0.83, 0.90)
ADULT_ERRORS = 0.05
EPOCHS = 8

FAVOURITE = 0.5
"""Share of a class's errors that are one and the same other class."""


@dataclass(frozen=True, slots=True)
class Voter:
    """A voter of known confusion.

    Attributes:
        accuracy: how often it says the right class.
        confusions: right class -> how likely each wrong one is where it errs.
    """

    accuracy: float
    confusions: Mapping[Subcategory, Sequence[float]]

    def vote(self, right: Subcategory, draw: tuple[float, float]) -> Subcategory:
        """What it says: `draw` decides whether it errs, and into what; both in [0, 1)."""
        if draw[0] < self.accuracy:
            return right
        bounds = np.cumsum(self.confusions[right])
        return SUBS[int(np.searchsorted(bounds, draw[1] * bounds[-1], side="right"))]


def voter(accuracy: float, rng: random.Random) -> Voter:
    """A voter with confusions of its own."""
    confusions = {}
    for right in SUBS:
        likely = [rng.random() for _ in SUBS]
        likely[SUBS.index(right)] = 0.0
        total = sum(likely)
        shares = [(1 - FAVOURITE) * value / total for value in likely]
        shares[int(np.argmax(likely))] += FAVOURITE
        confusions[right] = shares
    return Voter(accuracy, confusions)


def votes(rows: Sequence[Row], shared: float, rng: random.Random) -> Iterator[list[Class]]:
    """The votes of all voters on each row."""
    common = voter(0.0, rng).confusions
    voters = [voter(accuracy, rng) for accuracy in ACCURACIES]
    together = [replace(alone, confusions=common) for alone in voters]
    for row in rows:
        right, adult = row.subcategory, bool(row.nsfw)
        assert right is not None
        own = (rng.random(), rng.random())
        ballot = []
        for alone, alike in zip(voters, together, strict=True):
            is_shared = rng.random() < shared
            said = alike.vote(right, own) if is_shared else alone.vote(right, _draw(rng))
            ballot.append(Class(said.value, adult ^ (rng.random() < ADULT_ERRORS)))
        yield ballot


def _draw(rng: random.Random) -> tuple[float, float]:
    return rng.random(), rng.random()


def labelled(rows: Sequence[Row], decisions: Sequence[ContentDecision]) -> list[Row]:
    """Rows with the labels that were decided; without those of which nothing was."""
    return [
        replace(
            row,
            medium=decision.medium,
            subcategory=decision.subcategory,
            nsfw=decision.adult,
            weight=UNSURE_WEIGHT if decision.is_unsure else 1.0,
        )
        for row, decision in zip(rows, decisions, strict=True)
        if decision.medium is not None
    ]


def by_rule(rows: Sequence[Row], ballots: Sequence[Sequence[Class]]) -> dict[str, list[Row]]:
    """Labelled rows by how they were labelled."""
    majority = [decide_content(ballot) for ballot in ballots]
    unanimous = [
        decision if decision.level is Level.HIGH else replace(decision, medium=None)
        for decision in majority
    ]
    likely = dawid_skene.posteriors([[vote.label for vote in ballot] for ballot in ballots])
    weighed = [
        decide_by_posterior(posterior, ballot, Thresholds())
        for posterior, ballot in zip(likely, ballots, strict=True)
    ]
    alone = [decide_content([ballot[-1]]) for ballot in ballots]
    return {
        "truth": list(rows),
        "best voter alone": labelled(rows, alone),
        "unanimous": labelled(rows, unanimous),
        "majority": labelled(rows, majority),
        "Dawid and Skene": labelled(rows, weighed),
    }


def right(rows: Sequence[Row], truth: Mapping[str, Row]) -> tuple[Share, Share]:
    """How many labels are right: of the medium, and of the class."""
    media = [row.medium == truth[row.name].medium for row in rows]
    classes = [row.subcategory == truth[row.name].subcategory for row in rows]
    return Share(sum(media), len(rows)), Share(sum(classes), len(rows))


def measured(rows: Sequence[Row], held: Sequence[Row], seed: int) -> tuple[Share, Share]:
    """How many held-out names a linear member gets right that has learnt from rows."""
    net = linear.fit(linear.bags(rows), hard_targets(rows), epochs=EPOCHS, run=Run(seed))
    logits = linear.logits(net, held)
    media = logits[:, : len(MEDIA)].argmax(1)
    classes = logits[:, len(MEDIA) : len(MEDIA) + len(SUBS)].argmax(1)
    answers = [
        replace(row, medium=MEDIA[medium], subcategory=SUBS[sub])
        for row, medium, sub in zip(held, media, classes, strict=True)
    ]
    return right(answers, {row.name: row for row in held})


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with names/")
    parser.add_argument("--shared", type=float, default=0.0, help="share of errors in common (0)")
    parser.add_argument("--limit", type=int, help="rows that are labelled (all)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    rng = random.Random(chosen.seed)
    unique = {row.name: row for row in data.labelled(chosen.data)}
    rows, held = data.split(unique.values())
    rng.shuffle(rows)
    rows = rows[: chosen.limit]
    ballots = list(votes(rows, chosen.shared, rng))
    table = Table("labelled by", "rows", "dropped", "ceiling", "", "medium", "class", "points")
    best = None
    for name, learnt in by_rule(rows, ballots).items():
        ceiling, ceiling_class = right(learnt, unique)
        medium, sub = measured(learnt, held, chosen.seed)
        best = best or medium
        sys.stderr.write(f"{name}: medium {medium}, class {sub}\n")
        table.add_row(
            name,
            f"{len(learnt):,}",
            f"{1 - len(learnt) / len(rows):.1%}",
            f"{ceiling.value:.1%}",
            f"{ceiling_class.value:.1%}",
            f"{medium.value:.1%}",
            f"{sub.value:.1%}",
            f"{100 * (medium.value - best.value):+.1f}",
        )
    Console().print(table)
    sys.stdout.write(f"held out: {len(held):,} names; voters: {ACCURACIES}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
