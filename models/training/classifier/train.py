"""The training loop: length-sorted batches, AdamW, one-cycle rate, three losses in one pass."""

import logging
import random
import time
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from models.classify.text import assemble, name_text, tails_text
from models.training.classifier.data import Row
from models.training.classifier.model import MEDIA, SUBS, Net

log = logging.getLogger(__name__)

BATCH = 32
RATE = 1.2e-4
SUB_LOSS = 0.6
NSFW_LOSS = 0.4
"""The medium is the question asked first; the other two share the encoder and must not outweigh it."""

_POOL = 50
"""Batches shuffled together before sorting by length: little padding, yet batches differ every epoch."""


def encode(tokenizer: Tokenizer, rows: Sequence[Row]) -> list[list[int]]:
    """Token ids of each row, as at inference."""
    pieces = tokenizer.get_vocab()
    cls, sep = pieces["[CLS]"], pieces["[SEP]"]
    names = tokenizer.encode_batch([name_text(row.name) for row in rows], add_special_tokens=False)
    tails = tokenizer.encode_batch([tails_text(row.tails) for row in rows], add_special_tokens=False)
    return [assemble(name.ids, tail.ids, cls, sep) for name, tail in zip(names, tails, strict=True)]


def padded(ids: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Ids and mask as tensors; [PAD] is 0."""
    length = max(map(len, ids))
    table = torch.zeros(len(ids), length, dtype=torch.long)
    mask = torch.zeros(len(ids), length)
    for index, row in enumerate(ids):
        table[index, : len(row)] = torch.tensor(row)
        mask[index, : len(row)] = 1.0
    return table, mask


def batches(lengths: Sequence[int], rng: random.Random, size: int = BATCH) -> Iterator[list[int]]:
    """Indices of each batch of one epoch."""
    order = list(range(len(lengths)))
    rng.shuffle(order)
    made = []
    for start in range(0, len(order), size * _POOL):
        pool = sorted(order[start : start + size * _POOL], key=lengths.__getitem__)
        made += [pool[i : i + size] for i in range(0, len(pool), size)]
    rng.shuffle(made)
    yield from made


def loss_of(logits: Tensor, medium: Tensor, sub: Tensor, nsfw: Tensor, weight: Tensor) -> Tensor:
    """Weighted mean of the three losses."""
    media, subs = len(MEDIA), len(SUBS)
    each = functional.cross_entropy(logits[:, :media], medium, reduction="none")
    each = each + SUB_LOSS * functional.cross_entropy(logits[:, media : media + subs], sub, reduction="none")
    each = each + NSFW_LOSS * functional.binary_cross_entropy_with_logits(logits[:, -1], nsfw, reduction="none")
    return (each * weight).sum() / weight.sum()


def train(net: Net, tokenizer: Tokenizer, epochs: Sequence[Sequence[Row]], seed: int, device: str = "cpu") -> None:
    """Train in place; `epochs` holds the rows of each epoch (their tails differ)."""
    rng = random.Random(seed)  # noqa: S311
    net.to(device).train()
    decayed = [p for p in net.parameters() if p.ndim > 1]
    plain = [p for p in net.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}], lr=RATE)
    steps = sum(-(-len(rows) // BATCH) for rows in epochs)
    # A pool may end in a short batch; a few steps more than counted must not stop the schedule.
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps + 2, pct_start=0.1)
    start, done, mean = time.monotonic(), 0, 0.0
    for epoch, rows in enumerate(epochs, 1):
        ids = encode(tokenizer, rows)
        for picked in batches([len(i) for i in ids], rng):
            table, mask = padded([ids[i] for i in picked])
            medium = torch.tensor([MEDIA.index(rows[i].medium) for i in picked])
            sub = torch.tensor([SUBS.index(rows[i].subcategory) for i in picked])
            nsfw = torch.tensor([float(rows[i].nsfw) for i in picked])
            weight = torch.tensor([rows[i].weight for i in picked])
            logits = net(table.to(device), mask.to(device))
            loss = loss_of(logits, *(t.to(device) for t in (medium, sub, nsfw, weight)))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            done += 1
            mean = loss.item() if done == 1 else 0.98 * mean + 0.02 * loss.item()
            if done % 50 == 0:
                left = (time.monotonic() - start) / done * (steps - done)
                log.info("epoch %d step %d/%d loss %.3f, %.0f s left", epoch, done, steps, mean, left)
    net.to("cpu").eval()


def predict(net: Net, tokenizer: Tokenizer, rows: Sequence[Row], size: int = 64) -> np.ndarray:
    """Logits (rows, OUTPUTS), in order."""
    net.eval()
    ids = encode(tokenizer, rows)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    out: np.ndarray | None = None
    for start in range(0, len(order), size):
        picked = order[start : start + size]
        with torch.inference_mode():
            logits = net(*padded([ids[i] for i in picked])).numpy()
        if out is None:
            out = np.zeros((len(rows), logits.shape[1]), dtype=np.float32)
        out[picked] = logits
    assert out is not None
    return out
