"""Trains the linear member: a row of weights for each bucket of character n-grams.

The weights are then rounded to whole numbers.
"""

import logging
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
from models.training.classifier.train import Run, Targets, loss_of

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
    count = len(rows.starts) - 1
    flat, starts = torch.from_numpy(rows.flat).to(device), torch.from_numpy(rows.starts).to(device)
    order = torch.randperm(count, device=device)
    for first in range(0, count, BATCH):
        picked = order[first : first + BATCH]
        begins, counts = starts[picked], starts[picked + 1] - starts[picked]
        ends = counts.cumsum(0)
        offsets = ends - counts
        places = torch.arange(int(ends[-1]), device=device) + torch.repeat_interleave(
            begins - offsets, counts
        )
        yield picked, (flat[places].long(), offsets, counts)


def fit(rows: Bags, targets: Targets, *, epochs: int, run: Run) -> Linear:
    """Train on soft targets."""
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
