"""The training loop, the same for teachers and for what ships.

Batches of alike lengths, AdamW, one cycle, three losses.
"""

import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from models.text.encoder_input import MAX_TOKENS, assemble, classified_text, tails_text
from models.training.classifier.data import Row
from models.training.classifier.model import MEDIA, OUTPUTS, SUBS, Net, Precision

log = logging.getLogger(__name__)

SUB_LOSS = 0.6
NSFW_LOSS = 0.4
"""The medium is asked first; the other two share the encoder and must not outweigh it."""

_POOL = 50
"""Batches shuffled together before sorting by length.

Little padding, yet batches differ every epoch.
"""

_STEP = 8
"""Lengths are rounded up to multiples of this, as when answering."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Encoded rows: ids (rows, length) int32 padded with 0, lengths, flags (rows, FLAGS)."""

    ids: NDArray[np.int32]
    lengths: NDArray[np.int64]
    flags: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.ids)

    def batch(self, rows: NDArray[np.int64], device: str) -> tuple[Tensor, Tensor, Tensor]:
        """Ids, mask and flags of some rows, on the device."""
        length = min(self.ids.shape[1], -(-int(self.lengths[rows].max()) // _STEP) * _STEP)
        mask = np.arange(length) < self.lengths[rows, None]
        parts = (
            torch.from_numpy(self.ids[rows, :length]),
            torch.from_numpy(mask),
            torch.from_numpy(self.flags[rows]),
        )
        ids, known, flags = (part.to(device, non_blocking=True) for part in parts)
        return ids.long(), known.float(), flags


@dataclass(frozen=True, slots=True)
class Targets:
    """What is to be answered."""

    shares: NDArray[np.float32]
    """(rows, OUTPUTS)"""
    known: NDArray[np.float32]
    """(rows, 3): 0 where a source decides nothing of medium, subcategory or nsfw."""
    weight: NDArray[np.float32]
    """(rows,)"""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a network is trained."""

    epochs: int
    batch: int
    rate: float
    decay: float = 0.01
    warm: float = 0.1


@dataclass(frozen=True, slots=True)
class Run:
    """One training: what it is seeded with, where it runs, and what the log calls it."""

    seed: int
    device: str = "cpu"
    name: str = ""


def padded(
    tokens: Sequence[Sequence[int]], limit: int
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Ids in one table, and their lengths."""
    lengths = np.array([min(limit, len(row)) for row in tokens])
    table = np.zeros((len(tokens), limit), np.int32)
    for index, row in enumerate(tokens):
        table[index, : lengths[index]] = row[:limit]
    return table, lengths


def encode(tokenizer: Tokenizer, rows: Sequence[Row], flags: NDArray[np.float32]) -> Inputs:
    """Rows as the small BERT reads them."""
    pieces = tokenizer.get_vocab()
    cls, sep = pieces["[CLS]"], pieces["[SEP]"]
    names = tokenizer.encode_batch(
        [classified_text(row.name) for row in rows], add_special_tokens=False
    )
    tails = tokenizer.encode_batch(
        [tails_text(row.tails) for row in rows], add_special_tokens=False
    )
    tokens = [
        assemble(name.ids, tail.ids, cls, sep) for name, tail in zip(names, tails, strict=True)
    ]
    return Inputs(*padded(tokens, MAX_TOKENS), flags)


def hard_targets(rows: Sequence[Row]) -> Targets:
    """Targets of the labels alone."""
    shares = np.zeros((len(rows), OUTPUTS), np.float32)
    known = np.zeros((len(rows), 3), np.float32)
    for index, row in enumerate(rows):
        if row.medium is not None:
            shares[index, MEDIA.index(row.medium)] = known[index, 0] = 1.0
        if row.subcategory is not None:
            shares[index, len(MEDIA) + SUBS.index(row.subcategory)] = known[index, 1] = 1.0
        if row.nsfw is not None:
            shares[index, -1], known[index, 2] = row.nsfw, 1.0
    return Targets(shares, known, np.array([row.weight for row in rows], np.float32))


def soft_targets(rows: Sequence[Row], opinions: NDArray[np.floating]) -> Targets:
    """Labels mixed with the teacher's opinion (shares, as `OUTPUTS`), by each row's `trust`."""
    hard = hard_targets(rows)
    trust = (
        np.array([(row.trust, row.trust, row.nsfw_trust) for row in rows], np.float32) * hard.known
    )
    trusts = np.repeat(trust, [len(MEDIA), len(SUBS), 1], axis=1)
    shares = trusts * hard.shares + (1 - trusts) * opinions.astype(np.float32)
    return Targets(shares.astype(np.float32), np.ones_like(hard.known), hard.weight)


def loss_of(logits: Tensor, shares: Tensor, known: Tensor, weight: Tensor) -> Tensor:
    """Weighted mean of the three losses."""
    media, subs = len(MEDIA), len(SUBS)
    logits = logits.float()
    medium = -(functional.log_softmax(logits[:, :media], 1) * shares[:, :media]).sum(1)
    sub = -(
        functional.log_softmax(logits[:, media : media + subs], 1) * shares[:, media : media + subs]
    ).sum(1)
    nsfw = functional.binary_cross_entropy_with_logits(
        logits[:, -1], shares[:, -1], reduction="none"
    )
    losses = medium * known[:, 0] + SUB_LOSS * sub * known[:, 1] + NSFW_LOSS * nsfw * known[:, 2]
    return (losses * weight).sum() / weight.sum()


def batches(
    lengths: NDArray[np.int64], rng: random.Random, size: int
) -> Iterator[NDArray[np.int64]]:
    """Row numbers of each batch of one epoch."""
    order = list(range(len(lengths)))
    rng.shuffle(order)
    batches: list[list[int]] = []
    for start in range(0, len(order), size * _POOL):
        pool = sorted(order[start : start + size * _POOL], key=lengths.__getitem__)
        batches += [pool[i : i + size] for i in range(0, len(pool), size)]
    rng.shuffle(batches)
    for picked in batches:
        yield np.array(picked)


def fit(net: nn.Module, inputs: Inputs, targets: Targets, schedule: Schedule, run: Run) -> None:
    """Train in place, on the run's device; bfloat16 products where that is a GPU."""
    rng = random.Random(run.seed)  # noqa: S311
    device = run.device
    net.to(device).train()
    optimiser = _optimiser(net, schedule)
    # A pool may end in a short batch: a few steps more than counted must not stop the schedule.
    steps = max(
        20,
        schedule.epochs
        * (-(-len(inputs) // schedule.batch) + len(inputs) // (schedule.batch * _POOL) + 1),
    )
    cycle = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, schedule.rate, total_steps=steps + 1, pct_start=schedule.warm
    )
    shares, known, weight = (
        torch.from_numpy(part).to(device)
        for part in (targets.shares, targets.known, targets.weight)
    )
    start = time.monotonic()
    done = 0
    for epoch in range(1, schedule.epochs + 1):
        for picked in batches(inputs.lengths, rng, schedule.batch):
            rows = torch.from_numpy(picked).to(device)
            with torch.autocast("cuda", torch.bfloat16, enabled=device == "cuda"):
                logits = net(*inputs.batch(picked, device))
            loss = loss_of(logits, shares[rows], known[rows], weight[rows])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            cycle.step()
            done += 1
            if done % 100 == 0 or done == 1:
                seconds = (time.monotonic() - start) / done * (steps - done)
                log.info(
                    "%s epoch %d step %d/%d loss %.3f, %.0f s to go",
                    run.name,
                    epoch,
                    done,
                    steps,
                    loss.item(),
                    seconds,
                )
    net.eval()


def _optimiser(net: nn.Module, schedule: Schedule) -> torch.optim.Optimizer:
    """AdamW that lets only matrices decay.

    Biases and norms are few, and shrinking them only hurts.
    """
    decayed = [p for p in net.parameters() if p.ndim > 1]
    plain = [p for p in net.parameters() if p.ndim <= 1]
    groups = [
        {"params": decayed, "weight_decay": schedule.decay},
        {"params": plain, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=schedule.rate)


def observe(net: Net, inputs: Inputs, device: str, rows: int = 4096) -> None:
    """Fix the range of what comes into each product on the first rows, and switch to 8 bits."""
    net.eval()
    net.set_precision(Precision.OBSERVED)
    with torch.inference_mode():
        for start in range(0, min(rows, len(inputs)), 256):
            net(*inputs.batch(np.arange(start, min(start + 256, len(inputs))), device))
    net.set_precision(Precision.EIGHT_BITS)


def predict(
    net: nn.Module, inputs: Inputs, device: str = "cpu", size: int = 512
) -> NDArray[np.float32]:
    """Logits (rows, OUTPUTS), in order."""
    net.to(device).eval()
    order = np.argsort(inputs.lengths, kind="stable")
    logits = np.zeros((len(inputs), OUTPUTS), np.float32)
    with torch.inference_mode(), torch.autocast("cuda", torch.bfloat16, enabled=device == "cuda"):
        for start in range(0, len(order), size):
            picked = order[start : start + size]
            logits[picked] = net(*inputs.batch(picked, device)).float().cpu().numpy()
    return logits
