"""What is learnt in a step.

Names are read as when answering, batches hold names of alike lengths, and the loss is one
cross-entropy a piece.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from models.extract.tagger.encode import MAX_TOKENS, Belief, Reader, Reading, belief_row
from models.extract.tagger.known import unpacked
from models.extract.tagger.roles import TAGS
from models.training.classifier.model import Precision
from models.training.classifier.train import batches
from models.training.experiment.folder import Experiment
from models.training.experiment.loop import Loop, Measure, Plan, one_cycle
from models.training.experiment.precision import half_floats
from models.training.experiment.recipe import Machine, Schedule
from models.training.tagger.data import Example
from models.training.tagger.model import Net

_STEP = 8
_IGNORED = -100
_READ_AT_ONCE = 1024
_ASKED_AT_ONCE = 256
SOFT = 0.6
"""Share of the loss that asks for a teacher's opinion; the rest asks for the label."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Names read.

    - `ids`, `shapes`, `known`: (rows, MAX_TOKENS), the pieces with their flags of the catalogue
    - `beliefs`: (rows, BELIEFS)
    - `tags`: (rows, MAX_TOKENS), -100 where a piece is unlabelled
    - `open_roles`: (rows, TAGS), 1 for roles that are not labelled: `noise` may hide them
    - `weight`, `lengths`: one a row
    - `soft`: (rows, MAX_TOKENS, TAGS), a teacher's shares, where one was asked
    - `soft_share`: the part of the loss that asks for them; the rest asks for the labels
    """

    ids: NDArray[np.int32]
    shapes: NDArray[np.int8]
    known: NDArray[np.int32]
    beliefs: NDArray[np.float32]
    tags: NDArray[np.int16]
    open_roles: NDArray[np.float32]
    weight: NDArray[np.float32]
    lengths: NDArray[np.int64]
    soft: NDArray[np.float16] | None = None
    soft_share: float = SOFT

    def __len__(self) -> int:
        return len(self.ids)

    def batch(
        self, rows: NDArray[np.int64], device: str
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """What the network is given."""
        length = min(MAX_TOKENS, -(-int(self.lengths[rows].max()) // _STEP) * _STEP)
        mask = np.arange(length) < self.lengths[rows, None]
        return (
            torch.from_numpy(self.ids[rows, :length]).long().to(device),
            torch.from_numpy(mask).float().to(device),
            torch.from_numpy(self.shapes[rows, :length]).long().to(device),
            torch.from_numpy(unpacked(self.known[rows, :length])).to(device),
            torch.from_numpy(self.beliefs[rows]).to(device),
        )


def encode(reader: Reader, examples: Sequence[Example], beliefs: Sequence[Belief | None]) -> Inputs:
    """Examples as the network reads them."""
    count = len(examples)
    ids = np.zeros((count, MAX_TOKENS), np.int32)
    shapes = np.zeros((count, MAX_TOKENS), np.int8)
    known = np.zeros((count, MAX_TOKENS), np.int32)
    tags = np.full((count, MAX_TOKENS), _IGNORED, np.int16)
    open_roles = np.zeros((count, len(TAGS)), np.float32)
    lengths = np.zeros(count, np.int64)
    for start in range(0, count, _READ_AT_ONCE):
        part = examples[start : start + _READ_AT_ONCE]
        readings = reader.read([example.name for example in part])
        for row, (example, reading) in enumerate(zip(part, readings, strict=True), start):
            length = len(reading.ids)
            lengths[row] = length
            ids[row, :length] = reading.ids
            shapes[row, :length] = reading.shapes
            known[row, :length] = reading.known
            if not example.rehearsed:
                tags[row, 1 : length - 1] = tags_of(example, reading)
            for role in example.unknown:
                open_roles[row, TAGS.index(role)] = 1.0
    weight = np.array([example.weight for example in examples], np.float32)
    told = np.array([belief_row(belief) for belief in beliefs], np.float32)
    return Inputs(ids, shapes, known, told, tags, open_roles, weight, lengths)


def tags_of(example: Example, reading: Reading) -> list[int]:
    """The tag of each piece between [CLS] and [SEP]: the role whose place holds the piece."""
    out = []
    for start, end in reading.spans[1:-1]:
        tag = 0
        for role, (first, last) in example.spans.items():
            if start < last and end > first:
                tag = TAGS.index(role)
                break
        out.append(tag)
    return out


def soft_loss(logits: Tensor, shares: Tensor, mask: Tensor, weight: Tensor) -> Tensor:
    """Cross-entropy a piece with the teacher's shares."""
    of_pieces = -(functional.log_softmax(logits.float(), -1) * shares).sum(-1) * mask
    of_names = of_pieces.sum(1) / mask.sum(1).clamp_min(1).sqrt()
    return (of_names * weight).sum() / weight.sum()


def loss_of(logits: Tensor, tags: Tensor, open_roles: Tensor, weight: Tensor) -> Tensor:
    """Cross-entropy a piece; where `noise` may hide an unlabelled role, saying either is right."""
    log_shares = functional.log_softmax(logits.float(), -1)
    noise = torch.cat(
        [log_shares[..., :1], log_shares[..., 1:] + torch.log(open_roles[:, None, 1:] + 1e-9)], -1
    )
    log_shares = torch.cat([torch.logsumexp(noise, -1, keepdim=True), log_shares[..., 1:]], -1)
    seen = tags != _IGNORED
    of_pieces = -log_shares.gather(-1, tags.clamp_min(0)[..., None])[..., 0] * seen
    of_names = of_pieces.sum(1) / seen.sum(1).clamp_min(1).sqrt()
    return (of_names * weight).sum() / weight.sum()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a training: what the loop and the log call it, and how it goes."""

    experiment: Experiment[Any]
    name: str
    schedule: Schedule

    @property
    def device(self) -> str:
        """Where it runs."""
        device: str = self.experiment.recipe.machine.device
        return device


class TagLessons:
    """What a network is taught: each epoch has inputs of its own, made when it begins.

    No name is seen twice in the same dress.

    Args:
        net: what is trained.
        epochs: gives the inputs of an epoch, counted from 0; the same again if asked again.
        batch: names of a batch.
        device: where it runs.
    """

    def __init__(self, net: Net, epochs: Callable[[int], Inputs], batch: int, device: str) -> None:
        self._net = net
        self._epochs = epochs
        self._batch = batch
        self._device = device
        self._inputs = epochs(0)

    def batches(self, epoch: int, rng: random.Random) -> list[NDArray[np.int64]]:
        """Row numbers of each batch."""
        self._inputs = self._epochs(epoch)
        return list(batches(self._inputs.lengths, rng, self._batch))

    def loss(self, batch: NDArray[np.int64]) -> Tensor:
        """The loss of a batch."""
        inputs, device = self._inputs, self._device
        given = inputs.batch(batch, device)
        length = given[0].shape[1]
        logits = self._net(*given)
        weight = torch.from_numpy(inputs.weight[batch]).to(device)
        tags = torch.from_numpy(inputs.tags[batch, :length]).long().to(device)
        loss = loss_of(logits, tags, torch.from_numpy(inputs.open_roles[batch]).to(device), weight)
        if inputs.soft is None:
            return loss
        shares = torch.from_numpy(inputs.soft[batch, :length].astype(np.float32)).to(device)
        share = inputs.soft_share
        return (1 - share) * loss + share * soft_loss(logits, shares, given[1], weight)


def fit(
    net: Net, epochs: Callable[[int], Inputs], part: Part, measure: Measure | None = None
) -> None:
    """Train in place.

    Args:
        net: what is trained.
        epochs: gives the inputs of an epoch, counted from 0; the same again if asked again.
        part: which part of the training it is.
        measure: how right it is on what is held out; looked at after every epoch.
    """
    schedule = part.schedule
    rows = len(epochs(0))
    steps = _steps(rows, schedule)
    net.to(part.device)
    stepper = one_cycle(net, schedule, steps + schedule.epochs)
    seed = part.experiment.recipe.seed
    plan = Plan(part.name, schedule.epochs, steps, seed, schedule.clip, schedule.patience)
    lessons = TagLessons(net, epochs, schedule.batch, part.device)
    Loop(part.experiment, plan).train(net, lessons, stepper, measure)


def _steps(rows: int, schedule: Schedule) -> int:
    """About as many batches as all epochs have; later epochs may be a little longer."""
    full = -(-rows // schedule.batch)
    slack = rows // (schedule.batch * 50) + 2
    return max(20, schedule.epochs * (full + slack))


def opinions(net: Net, inputs: Inputs, machine: Machine) -> NDArray[np.float16]:
    """A network's shares for each piece: (rows, MAX_TOKENS, TAGS)."""
    net.to(machine.device).eval()
    out = np.zeros((len(inputs), MAX_TOKENS, len(TAGS)), np.float16)
    order = np.argsort(inputs.lengths, kind="stable")
    with torch.inference_mode(), half_floats(machine):
        for start in range(0, len(order), _ASKED_AT_ONCE):
            picked = order[start : start + _ASKED_AT_ONCE]
            given = inputs.batch(picked, machine.device)
            shares = net(*given).float().softmax(-1).half().cpu().numpy()
            out[picked, : given[0].shape[1]] = shares
    return out


def mixed(inputs: Inputs, shares: NDArray[np.float16], trust: float) -> NDArray[np.float16]:
    """A teacher's shares, mixed with the labels where there are any.

    Where `noise` may hide an unlabelled role, what the teacher thinks of that role stays.

    Args:
        inputs: names with their labels.
        shares: the teacher's, (rows, MAX_TOKENS, TAGS).
        trust: how much of the target of a labelled piece is its label.
    """
    seen = inputs.tags != _IGNORED
    labels = np.zeros(shares.shape, np.float32)
    np.put_along_axis(labels, inputs.tags.clip(0).astype(np.int64)[..., None], 1.0, -1)
    hidden = shares * inputs.open_roles[:, None, :] * (inputs.tags == 0)[..., None]
    labels[..., 0] -= hidden.sum(-1)
    labels += hidden
    target = trust * labels + (1 - trust) * shares
    return np.where(seen[..., None], target, shares).astype(np.float16)


def observe(net: Net, inputs: Inputs, device: str, rows: int = 4096) -> None:
    """Fix the range of what comes into each product on the first rows, and switch to 8 bits."""
    net.to(device).eval()
    net.set_precision(Precision.OBSERVED)
    with torch.inference_mode():
        for start in range(0, min(rows, len(inputs)), 256):
            net(*inputs.batch(np.arange(start, min(start + 256, len(inputs))), device))
    net.set_precision(Precision.EIGHT_BITS)
