"""Trains the linear member: a row of weights for each bucket of character n-grams.

The weights are then rounded to whole numbers.
"""

import logging
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.classify import ngrams
from models.training.classifier.data import Row
from models.training.classifier.model import OUTPUTS
from models.training.classifier.train import Part, Run, Targets, loss_of
from models.training.experiment.loop import Loop, Plan, Stepper

log = logging.getLogger(__name__)

BATCH = 1024
RATE = 0.02
"""Rows of the table are met rarely: Adam needs a rate far above a network's."""

_CUT = 0.9999
"""Quantile of the weights' sizes that the largest whole number stands for."""


@dataclass(frozen=True, slots=True)
class Bags:
    """N-grams of all rows, one after another; `starts` has the end of the last, too."""

    flat: NDArray[np.int32]
    starts: NDArray[np.int64]


def bags(rows: Sequence[Row], size: int = 4096) -> Bags:
    """Hash the rows as they are hashed when answering."""
    flat, starts, total = [], [np.zeros(1, np.int64)], 0
    for first in range(0, len(rows), size):
        part, places = ngrams.hashed(
            [ngrams.text_of(row.name, row.tails) for row in rows[first : first + size]]
        )
        flat.append(part.astype(np.int32))
        starts.append(places[1:] + total)
        total += len(part)
    return Bags(np.concatenate(flat), np.concatenate(starts))


class Linear(nn.Module):  # type: ignore[misc,unused-ignore]
    """The table in floats."""

    def __init__(self, outputs: int = OUTPUTS) -> None:
        super().__init__()
        self.table = nn.EmbeddingBag(ngrams.BUCKETS, outputs, mode="sum")
        self.bias = nn.Parameter(torch.zeros(outputs))
        nn.init.zeros_(self.table.weight)

    def forward(self, flat: Tensor, offsets: Tensor, counts: Tensor) -> Tensor:
        """Logits of names whose n-grams lie one after another in `flat`."""
        return self.table(flat, offsets) / counts.clamp_min(1).sqrt()[:, None] + self.bias


def batches(rows: Bags, device: str) -> Iterator[tuple[Tensor, tuple[Tensor, Tensor, Tensor]]]:
    """Row numbers of each batch of an epoch in a random order, and what the table reads of them."""
    for picked in torch.randperm(len(rows.starts) - 1, device=device).split(BATCH):
        yield picked, read(rows, picked, device)


def read(rows: Bags, picked: Tensor, device: str) -> tuple[Tensor, Tensor, Tensor]:
    """What the table reads of a batch: n-grams, where each row's begin, and how many there are."""
    flat, starts = torch.from_numpy(rows.flat), torch.from_numpy(rows.starts)
    chosen = picked.cpu()
    begins, counts = starts[chosen], starts[chosen + 1] - starts[chosen]
    ends = counts.cumsum(0)
    offsets = ends - counts
    places = torch.arange(int(ends[-1])) + torch.repeat_interleave(begins - offsets, counts)
    return flat[places].long().to(device), offsets.to(device), counts.to(device)


@dataclass(frozen=True, slots=True)
class BagLessons:
    """What the table is taught: bags and targets, in batches of a random order."""

    net: Linear
    rows: Bags
    targets: Targets
    device: str
    size: int = BATCH

    def batches(self, epoch: int, rng: random.Random) -> list[Tensor]:
        """Row numbers of each batch."""
        del epoch, rng
        count = len(self.rows.starts) - 1
        return list(torch.randperm(count, device=self.device).split(self.size))

    def loss(self, batch: Tensor) -> Tensor:
        """The loss of a batch."""
        picked = batch.cpu().numpy()
        parts = (self.targets.shares, self.targets.known, self.targets.weight)
        shares, known, weight = (torch.from_numpy(part[picked]).to(self.device) for part in parts)
        return loss_of(self.net(*read(self.rows, batch, self.device)), shares, known, weight)


def fit_in(part: Part, net: Linear, rows: Bags, targets: Targets) -> None:
    """Train a table on soft targets, as one part of a training."""
    settings = part.experiment.recipe.linear
    net.to(part.device)
    optimiser = torch.optim.Adam(net.parameters(), lr=settings.rate)
    count = len(rows.starts) - 1
    steps = settings.epochs * -(-count // settings.batch)
    rates = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - step / steps)
    plan = Plan(part.name, settings.epochs, steps, part.seed, clip=None)
    lessons = BagLessons(net, rows, targets, part.device, settings.batch)
    Loop(part.experiment, plan).train(net, lessons, Stepper(optimiser, rates))
    net.to("cpu")


def fit(rows: Bags, targets: Targets, *, epochs: int, run: Run) -> Linear:
    """Train on soft targets in one go: for measurements that nobody goes on with."""
    torch.manual_seed(run.seed)
    device = run.device
    net = Linear()
    net.to(device)
    optimiser = torch.optim.Adam(net.parameters(), lr=RATE)
    count = len(rows.starts) - 1
    steps = epochs * -(-count // BATCH)
    rates = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - step / steps)
    shares, known, weight = (
        torch.from_numpy(p).to(device) for p in (targets.shares, targets.known, targets.weight)
    )
    for epoch in range(epochs):
        for picked, (flat, offsets, counts) in batches(rows, device):
            loss = loss_of(
                net(flat, offsets, counts), shares[picked], known[picked], weight[picked]
            )
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            rates.step()
        log.info("linear epoch %d/%d loss %.3f", epoch + 1, epochs, loss.item())
    net.to("cpu")
    return net


def logits(net: Linear, rows: Sequence[Row]) -> NDArray[np.float32]:
    """The outputs of a table in floats, a row each."""
    bag = bags(rows)
    with torch.inference_mode():
        counts = torch.from_numpy(np.diff(bag.starts))
        flat = torch.from_numpy(bag.flat).long()
        result: NDArray[np.float32] = net(flat, torch.from_numpy(bag.starts[:-1]), counts).numpy()
    return result


def save(net: Linear, path: Path) -> None:
    """Write whole numbers and what a step of each output is worth."""
    weights = net.table.weight.detach().numpy()
    scale = np.quantile(np.abs(weights), _CUT, axis=0).astype(np.float32) / 127
    scale[scale == 0] = 1.0
    table = np.clip(np.rint(weights / scale), -127, 127).astype(np.int8)
    np.savez(path, table=table, scale=scale, bias=net.bias.detach().numpy())
