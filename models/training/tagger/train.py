"""The training loop: names are read as when answering, batches hold names of alike lengths, one
cross-entropy a piece.
"""

import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from models.extract.tagger.encode import MAX_TOKENS, Belief, Reader, Reading, belief_row, unpacked
from models.extract.tagger.roles import TAGS
from models.training.classifier.model import Precision
from models.training.classifier.train import Schedule, batches
from models.training.tagger.data import Example
from models.training.tagger.model import Net

log = logging.getLogger(__name__)

_STEP = 8
_IGNORED = -100
SOFT = 0.6
"""Share of the loss that asks for the teacher's opinion where there is one; the rest asks for the
label.
"""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Names read: ids, shapes (rows, length), known bits, beliefs (rows, BELIEFS), tags (-100 where
    unlabelled), weights, and what is wrong to say where the tag is `noise` but some roles are not
    labelled (bits of roles).
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
    """A teacher's shares (rows, MAX_TOKENS, TAGS), where one was asked."""

    def __len__(self) -> int:
        return len(self.ids)

    def batch(self, rows: NDArray[np.int64]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """What the network is given."""
        length = min(MAX_TOKENS, -(-int(self.lengths[rows].max()) // _STEP) * _STEP)
        mask = np.arange(length) < self.lengths[rows, None]
        return (
            torch.from_numpy(self.ids[rows, :length]).long(),
            torch.from_numpy(mask).float(),
            torch.from_numpy(self.shapes[rows, :length]).long(),
            torch.from_numpy(unpacked(self.known[rows, :length])),
            torch.from_numpy(self.beliefs[rows]),
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
    for start in range(0, count, 1024):
        part = examples[start : start + 1024]
        for row, (example, reading) in enumerate(
            zip(part, reader.read([one.name for one in part]), strict=True), start
        ):
            length = lengths[row] = len(reading.ids)
            ids[row, :length], shapes[row, :length], known[row, :length] = (
                reading.ids,
                reading.shapes,
                reading.known,
            )
            tags[row, 1 : length - 1] = tags_of(example, reading)
            for role in example.unknown:
                open_roles[row, TAGS.index(role)] = 1.0
    weight = np.array([one.weight for one in examples], np.float32)
    told = np.array([belief_row(one) for one in beliefs], np.float32)
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
    each = -(functional.log_softmax(logits.float(), -1) * shares).sum(-1) * mask
    each = each.sum(1) / mask.sum(1).clamp_min(1).sqrt()
    return (each * weight).sum() / weight.sum()


def loss_of(logits: Tensor, tags: Tensor, open_roles: Tensor, weight: Tensor) -> Tensor:
    """Cross-entropy a piece; where a name's `noise` may hide an unlabelled role, saying either is
    right.
    """
    log_shares = functional.log_softmax(logits.float(), -1)
    noise = torch.cat(
        [log_shares[..., :1], log_shares[..., 1:] + torch.log(open_roles[:, None, 1:] + 1e-9)], -1
    )
    log_shares = torch.cat([torch.logsumexp(noise, -1, keepdim=True), log_shares[..., 1:]], -1)
    seen = tags != _IGNORED
    picked = -log_shares.gather(-1, tags.clamp_min(0)[..., None])[..., 0] * seen
    each = picked.sum(1) / seen.sum(1).clamp_min(1).sqrt()
    return (each * weight).sum() / weight.sum()


def fit(
    net: Net, epochs: Sequence[Callable[[], Inputs]], schedule: Schedule, *, seed: int, name: str
) -> None:
    """Train in place. Each epoch has inputs of its own, made when it begins: no name is seen twice
    in the same dress.
    """
    rng = random.Random(seed)  # noqa: S311
    net.train()
    decayed = [p for p in net.parameters() if p.ndim > 1]
    plain = [p for p in net.parameters() if p.ndim <= 1]
    groups = [
        {"params": decayed, "weight_decay": schedule.decay},
        {"params": plain, "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=schedule.rate)
    cycle, done, steps, start = None, 0, 0, time.monotonic()
    for epoch, make in enumerate(epochs, 1):
        inputs = make()
        if cycle is None:
            steps = max(
                20,
                len(epochs)
                * (-(-len(inputs) // schedule.batch) + len(inputs) // (schedule.batch * 50) + 2),
            )
            cycle = torch.optim.lr_scheduler.OneCycleLR(
                optimiser, schedule.rate, total_steps=steps + len(epochs), pct_start=schedule.warm
            )
        for picked in batches(inputs.lengths, rng, schedule.batch):
            given = inputs.batch(picked)
            tags = torch.from_numpy(inputs.tags[picked, : given[0].shape[1]]).long()
            with torch.autocast("cpu", torch.bfloat16):
                logits = net(*given)
            weight = torch.from_numpy(inputs.weight[picked])
            loss = loss_of(logits, tags, torch.from_numpy(inputs.open_roles[picked]), weight)
            if inputs.soft is not None:
                shares = torch.from_numpy(
                    inputs.soft[picked, : given[0].shape[1]].astype(np.float32)
                )
                loss = (1 - SOFT) * loss + SOFT * soft_loss(logits, shares, given[1], weight)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            if done < steps:
                cycle.step()
            done += 1
            if done % 100 == 0 or done == 1:
                left = (time.monotonic() - start) / done * (steps - done)
                log.info(
                    "%s epoch %d step %d/%d loss %.3f, %.0f s left",
                    name,
                    epoch,
                    done,
                    steps,
                    loss.item(),
                    left,
                )
    net.eval()


def opinions(net: Net, inputs: Inputs, size: int = 256) -> NDArray[np.float16]:
    """A network's shares for each piece: (rows, MAX_TOKENS, TAGS)."""
    net.eval()
    out = np.zeros((len(inputs), MAX_TOKENS, len(TAGS)), np.float16)
    order = np.argsort(inputs.lengths, kind="stable")
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(order), size):
            picked = order[start : start + size]
            given = inputs.batch(picked)
            out[picked, : given[0].shape[1]] = net(*given).float().softmax(-1).half().numpy()
    return out


def observe(net: Net, inputs: Inputs, rows: int = 4096) -> None:
    """Fix the range of what comes into each product on the first rows, and switch to 8 bits."""
    net.eval()
    net.set_precision(Precision.OBSERVED)
    with torch.inference_mode():
        for start in range(0, min(rows, len(inputs)), 256):
            net(*inputs.batch(np.arange(start, min(start + 256, len(inputs)))))
    net.set_precision(Precision.EIGHT_BITS)
