"""The training loop.

Names are read as when answering, batches hold names of alike lengths, and the loss is one
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

from models.extract.tagger.encode import MAX_TOKENS, Belief, Reader, Reading, belief_row
from models.extract.tagger.known import unpacked
from models.extract.tagger.roles import TAGS
from models.training.classifier.model import Precision
from models.training.classifier.train import Schedule, batches
from models.training.tagger.data import Example
from models.training.tagger.model import Net

log = logging.getLogger(__name__)

_STEP = 8
_IGNORED = -100
_READ_AT_ONCE = 1024
_STEPS_A_LINE = 100
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
    for start in range(0, count, _READ_AT_ONCE):
        part = examples[start : start + _READ_AT_ONCE]
        readings = reader.read([example.name for example in part])
        for row, (example, reading) in enumerate(zip(part, readings, strict=True), start):
            length = len(reading.ids)
            lengths[row] = length
            ids[row, :length] = reading.ids
            shapes[row, :length] = reading.shapes
            known[row, :length] = reading.known
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


def fit(
    net: Net, epochs: Sequence[Callable[[], Inputs]], schedule: Schedule, *, seed: int, name: str
) -> None:
    """Train in place.

    Each epoch has inputs of its own, made when it begins: no name is seen twice in the same dress.

    Args:
        net: what is trained.
        epochs: make the inputs of each epoch.
        schedule: how it is trained.
        seed: of the order of the batches.
        name: of the training, for the log.
    """
    rng = random.Random(seed)  # noqa: S311
    net.train()
    optimiser = _optimiser(net, schedule)
    cycle: torch.optim.lr_scheduler.OneCycleLR | None = None
    done, steps, start = 0, 0, time.monotonic()
    for epoch, make in enumerate(epochs, 1):
        inputs = make()
        if cycle is None:
            steps = _steps(len(inputs), len(epochs), schedule)
            cycle = torch.optim.lr_scheduler.OneCycleLR(
                optimiser, schedule.rate, total_steps=steps + len(epochs), pct_start=schedule.warm
            )
        for picked in batches(inputs.lengths, rng, schedule.batch):
            loss = _loss(net, inputs, picked)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            if done < steps:
                cycle.step()
            done += 1
            if done % _STEPS_A_LINE == 0 or done == 1:
                seconds = (time.monotonic() - start) / done * (steps - done)
                progress = f"{name} epoch {epoch} step {done}/{steps}"
                log.info("%s loss %.3f, %.0f s to go", progress, loss.item(), seconds)
    net.eval()


def _half_floats() -> torch.autocast:
    """Products of 16-bit floats where the processor has them.

    Where it has none, they are three times as slow as 32 bits (71 against 222 names a second).
    """
    has: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    is_fast = any(has.get(kind) for kind in ("avx512_bf16", "amx_bf16", "arm_bf16"))
    return torch.autocast("cpu", torch.bfloat16, enabled=is_fast)


def _optimiser(net: Net, schedule: Schedule) -> torch.optim.Optimizer:
    decayed = [weights for weights in net.parameters() if weights.ndim > 1]
    plain = [weights for weights in net.parameters() if weights.ndim <= 1]
    groups = [
        {"params": decayed, "weight_decay": schedule.decay},
        {"params": plain, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=schedule.rate)


def _steps(rows: int, epochs: int, schedule: Schedule) -> int:
    """About as many batches as all epochs have; later epochs may be a little longer."""
    full = -(-rows // schedule.batch)
    slack = rows // (schedule.batch * 50) + 2
    return max(20, epochs * (full + slack))


def _loss(net: Net, inputs: Inputs, picked: NDArray[np.int64]) -> Tensor:
    """The loss of a batch."""
    given = inputs.batch(picked)
    length = given[0].shape[1]
    with _half_floats():
        logits = net(*given)
    weight = torch.from_numpy(inputs.weight[picked])
    tags = torch.from_numpy(inputs.tags[picked, :length]).long()
    loss = loss_of(logits, tags, torch.from_numpy(inputs.open_roles[picked]), weight)
    if inputs.soft is None:
        return loss
    shares = torch.from_numpy(inputs.soft[picked, :length].astype(np.float32))
    return (1 - SOFT) * loss + SOFT * soft_loss(logits, shares, given[1], weight)


def opinions(net: Net, inputs: Inputs, size: int = 256) -> NDArray[np.float16]:
    """A network's shares for each piece: (rows, MAX_TOKENS, TAGS)."""
    net.eval()
    out = np.zeros((len(inputs), MAX_TOKENS, len(TAGS)), np.float16)
    order = np.argsort(inputs.lengths, kind="stable")
    with torch.inference_mode(), _half_floats():
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
