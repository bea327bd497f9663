"""Questions in batches, and the loss of their answers' tokens."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from models.training.experiment.precision import half_floats
from models.training.experiment.recipe import Machine
from models.training.llm.data import Pair
from models.training.llm.settings import Taught

_BATCHES_SORTED = 40
"""Batches that are sorted by length together, so that each holds rows of alike lengths."""

Row = tuple[list[int], int]
"""Token ids of a question and its answer, and where the answer begins."""


def encoded(tokenizer: Any, pairs: Sequence[Pair], longest: int) -> list[Row]:
    """The pairs that are not too long, as token ids."""
    rows = []
    for pair in pairs:
        question = tokenizer(pair.question, add_special_tokens=False)["input_ids"]
        answer = tokenizer(pair.answer, add_special_tokens=False)["input_ids"]
        if len(question) + len(answer) <= longest:
            rows.append((question + answer, len(question)))
    return rows


def batches(rows: Sequence[Row], size: int, seed: int) -> list[list[int]]:
    """Numbers of rows of alike lengths, in random order."""
    rng = random.Random(seed)  # noqa: S311
    order = list(range(len(rows)))
    rng.shuffle(order)
    pool = size * _BATCHES_SORTED
    pools = [
        sorted(order[start : start + pool], key=lambda row: len(rows[row][0]))
        for start in range(0, len(order), pool)
    ]
    picked = [part[start : start + size] for part in pools for start in range(0, len(part), size)]
    rng.shuffle(picked)
    return picked


@dataclass(frozen=True)
class Questions:
    """What a language model is taught: the lessons of `experiment.loop`.

    An epoch of the loop is a round, a part of an epoch of the recipe, so that the held-out loss is
    taken more often than once in a pass.
    """

    model: Any
    rows: Sequence[Row]
    taught: Taught
    machine: Machine
    seed: int

    @property
    def rounds(self) -> int:
        """Rounds of the whole training."""
        return self.taught.epochs * self.taught.rounds

    @property
    def steps(self) -> int:
        """Steps of the whole training."""
        size = self.taught.batch
        return self.taught.epochs * (-(-len(self.rows) // size))

    def batches(self, epoch: int, rng: random.Random) -> Sequence[list[int]]:
        """Row numbers of the batches of a round."""
        del rng  # an epoch is the same whenever it is asked for
        number, piece = divmod(epoch, self.taught.rounds)
        whole = batches(self.rows, self.taught.batch, self.seed + number)
        bounds = [len(whole) * part // self.taught.rounds for part in (piece, piece + 1)]
        return whole[bounds[0] : bounds[1]]

    def loss(self, batch: Any) -> Tensor:
        """The loss of a batch: its value is that of all pieces, its gradient that of the last.

        The gradients of the pieces before are added to the weights here, so that one piece at a
        time is in memory.
        """
        size = -(-len(batch) // self.taught.pieces)
        pieces = [batch[start : start + size] for start in range(0, len(batch), size)]
        if len(pieces) == 1:
            return self._mean([self.rows[row] for row in batch])
        tokens = [
            sum(len(self.rows[row][0]) - self.rows[row][1] for row in part) for part in pieces
        ]
        before = torch.zeros((), device=self.machine.device)
        for part, count in zip(pieces[:-1], tokens, strict=False):
            share = self._mean([self.rows[row] for row in part]) * (count / sum(tokens))
            share.backward()
            before = before + share.detach()
        last = self._mean([self.rows[row] for row in pieces[-1]]) * (tokens[-1] / sum(tokens))
        return last + before

    def held_out(self, rows: Sequence[Row]) -> float:
        """The mean loss of the answers' tokens of rows that are not learnt from."""
        total = 0.0
        tokens = 0
        for part in _parts(rows, self.taught.batch):
            count = sum(len(ids) - begin for ids, begin in part)
            with torch.inference_mode(), half_floats(self.machine):
                total += float(self._mean(part)) * count
            tokens += count
        return total / tokens

    def _mean(self, rows: Sequence[Row]) -> Tensor:
        """Cross-entropy of the answers' tokens; the questions are not learnt."""
        base = self.model.get_base_model()
        length = max(len(tokens) for tokens, _ in rows)
        ids = torch.zeros((len(rows), length), dtype=torch.long)
        mask = torch.zeros((len(rows), length), dtype=torch.long)
        wanted = torch.zeros((len(rows), length), dtype=torch.bool)
        for index, (tokens, begin) in enumerate(rows):
            ids[index, : len(tokens)] = torch.tensor(tokens)
            mask[index, : len(tokens)] = 1
            wanted[index, begin - 1 : len(tokens) - 1] = True
        device = self.machine.device
        targets = ids.roll(-1, 1)[wanted].to(device)
        states = base.model(
            input_ids=ids.to(device), attention_mask=mask.to(device)
        ).last_hidden_state
        # The head is the dearest product: it is worked out only where an answer is.
        logits = base.lm_head(states[wanted.to(device)])
        return functional.cross_entropy(logits.float(), targets)


def _parts(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    in_order = sorted(rows, key=lambda row: len(row[0]))
    for start in range(0, len(in_order), size):
        yield in_order[start : start + size]
