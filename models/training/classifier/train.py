"""What is learnt in a step, the same for teachers and for what ships.

Batches of alike lengths, AdamW, one cycle, three losses.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from models.text.encoder_input import MAX_TOKENS, assemble, classified_text, tails_text
from models.training.classifier.data import Row
from models.training.classifier.model import MEDIA, OUTPUTS, SUBS, Net, Precision
from models.training.experiment import recipe as settings
from models.training.experiment.folder import Experiment
from models.training.experiment.loop import Loop, Measure, Plan, one_cycle
from schemas.media import MEDIUM_OF, Subcategory

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
    """How the tagger is trained."""

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
        if row.shares is not None:
            _vote(shares[index], known[index], row)
    return Targets(shares, known, np.array([row.weight for row in rows], np.float32))


def _vote(shares: NDArray[np.float32], known: NDArray[np.float32], row: Row) -> None:
    """What voters said in place of the label: the shares of one row, changed in place.

    A vote for a medium alone says nothing of the subcategory, which counts the less for it.
    """
    assert row.shares is not None
    media = {medium.value: index for index, medium in enumerate(MEDIA)}
    subs = {sub.value: index for index, sub in enumerate(SUBS)}
    votes = np.zeros(OUTPUTS, np.float32)
    for label, share in row.shares.items():
        if label in media:
            votes[media[label]] += share
        elif label in subs:
            votes[media[MEDIUM_OF[Subcategory(label)].value]] += share
            votes[len(MEDIA) + subs[label]] += share
    of_media, of_subs = votes[: len(MEDIA)].sum(), votes[len(MEDIA) : -1].sum()
    if of_media <= 0:
        return
    shares[: len(MEDIA)] = votes[: len(MEDIA)] / of_media
    if of_subs > 0:
        shares[len(MEDIA) : -1] = votes[len(MEDIA) : -1] / of_subs
        known[1] = of_subs / of_media
    if row.adult_share is not None:
        shares[-1] = row.adult_share


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


def step_count(rows: int, schedule: settings.Schedule) -> int:
    """As many batches as all epochs can have: a pool may end in a short one."""
    batch = schedule.batch
    return max(20, schedule.epochs * (-(-rows // batch) + rows // (batch * _POOL) + 1))


@dataclass(frozen=True, slots=True)
class NameLessons:
    """What a network is taught that reads names, in batches of alike lengths."""

    net: nn.Module
    inputs: Inputs
    targets: Targets
    batch: int
    device: str

    def batches(self, epoch: int, rng: random.Random) -> list[NDArray[np.int64]]:
        """Row numbers of each batch."""
        del epoch
        return list(batches(self.inputs.lengths, rng, self.batch))

    def loss(self, batch: NDArray[np.int64]) -> Tensor:
        """The loss of a batch."""
        parts = (self.targets.shares, self.targets.known, self.targets.weight)
        shares, known, weight = (torch.from_numpy(part[batch]).to(self.device) for part in parts)
        return loss_of(self.net(*self.inputs.batch(batch, self.device)), shares, known, weight)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a training: what the loop and the log call it, and its seed."""

    experiment: Experiment[Any]
    name: str
    seed: int

    @property
    def device(self) -> str:
        """Where it runs."""
        device: str = self.experiment.recipe.machine.device
        return device


def fit(
    net: nn.Module,
    taught: tuple[Inputs, Targets],
    schedule: settings.Schedule,
    part: Part,
    measure: Measure | None = None,
) -> None:
    """Train in place.

    Args:
        net: what is trained.
        taught: what it reads, and what is to be answered.
        schedule: how long and how fast.
        part: which part of the training it is.
        measure: how right it is on what is held out; looked at after every epoch.
    """
    inputs, targets = taught
    steps = step_count(len(inputs), schedule)
    net.to(part.device)
    stepper = one_cycle(net, schedule, steps + 1)
    lessons = NameLessons(net, inputs, targets, schedule.batch, part.device)
    plan = Plan(
        part.name, schedule.epochs, steps, part.seed, schedule.clip, patience=schedule.patience
    )
    Loop(part.experiment, plan).train(net, lessons, stepper, measure)


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


def right_share(net: nn.Module, held: Inputs, rows: Sequence[Row], device: str) -> float:
    """Share of the rows whose medium a network says."""
    answered = predict(net, held, device)[:, : len(MEDIA)].argmax(1)
    right = sum(MEDIA[index] == row.medium for index, row in zip(answered, rows, strict=True))
    return float(right) / len(rows)
