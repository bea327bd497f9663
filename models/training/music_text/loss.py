"""What a text network is taught: to be nearer to its own sound than to all others of a batch."""

import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from models.training.experiment.checkpoints import random_states, set_random_states
from models.training.music_text.model import Aligner
from models.training.music_text.pairs import Pairs, Read, Rows
from models.training.music_text.settings import Stage

Batch = tuple[Rows, Rows]
"""Rows of the store, and which of the texts of each is read."""


def info_nce(texts: Tensor, sounds: Tensor, scale: Tensor) -> Tensor:
    """Cross entropy of the right sound for each text and of the right text for each sound.

    Args:
        texts: (batch, dimensions) of length 1.
        sounds: the same; each belongs to the text in its row.
        scale: what cosines are multiplied by, one by the temperature.

    Source: van den Oord et al. 2018 (CPC); both ways as Radford et al. 2021 (CLIP).
    """
    near = scale * texts @ sounds.T
    right = torch.arange(len(texts), device=near.device)
    return (functional.cross_entropy(near, right) + functional.cross_entropy(near.T, right)) / 2


def distance(texts: Tensor, sounds: Tensor) -> Tensor:
    """Mean over a batch of the squared distance, summed over the dimensions.

    A mean over the dimensions would be the smaller, the more there are: of unit vectors it is at
    most 4 by their number.
    """
    return (texts - sounds).square().sum(1).mean()


@dataclass(frozen=True, slots=True)
class Lessons:
    """Texts and sounds of one stage, in batches."""

    net: Aligner
    pairs: Pairs
    read: Read
    stage: Stage
    device: str

    def batches(self, epoch: int, rng: random.Random) -> list[Batch]:
        """Rows of each batch, each with one of its texts; a sound comes once in an epoch."""
        del epoch
        order = self.pairs.learnt.tolist()
        rng.shuffle(order)
        batches = []
        for place in range(0, len(order), self.stage.batch):
            rows = np.array(order[place : place + self.stage.batch], np.int64)
            if len(rows) < 2:  # nothing to be told from
                continue
            counts = self.read.begins[rows + 1] - self.read.begins[rows]
            texts = [begin + rng.randrange(count) for begin, count in self._spans(rows, counts)]
            batches.append((rows, np.array(texts, np.int64)))
        return batches

    def _spans(self, rows: Rows, counts: Rows) -> list[tuple[int, int]]:
        return list(zip(self.read.begins[rows].tolist(), counts.tolist(), strict=True))

    def loss(self, batch: Batch) -> Tensor:
        """The loss of a batch; in pieces, all but the last one add their gradients themselves.

        The vectors of all pieces are made without gradients, the loss of the whole batch says where
        each vector is to go, and each piece is then made once more and sent there (Gao et al. 2021,
        GradCache). Random states are set back, so that dropout drops the same both times.
        """
        rows, texts = batch
        sounds = torch.from_numpy(self.pairs.store.rows(rows)).to(self.device)
        sounds = functional.normalize(sounds, dim=-1)
        pieces = [piece for piece in np.array_split(texts, self.stage.pieces) if len(piece)]
        if len(pieces) == 1:
            return self._of(self._vectors(texts), sounds)
        states = []
        with torch.no_grad():
            parts = []
            for piece in pieces:
                states.append(random_states())
                parts.append(self._vectors(piece))
        vectors = torch.cat(parts).requires_grad_()
        with torch.enable_grad():
            whole = self._of(vectors, sounds)
            moved, scaled = torch.autograd.grad(whole, (vectors, self.net.log_scale))
        aims = torch.split(moved, [len(piece) for piece in pieces])
        for piece, state, aim in list(zip(pieces, states, aims, strict=True))[:-1]:
            (self._again(piece, state) * aim).sum().backward()
        towards = (self._again(pieces[-1], states[-1]) * aims[-1]).sum()
        towards = towards + self.net.log_scale * scaled
        return whole.detach() + towards - towards.detach()

    def _again(self, piece: Rows, state: dict[str, object]) -> Tensor:
        set_random_states(state)
        return self._vectors(piece)

    def _vectors(self, texts: Rows) -> Tensor:
        vectors: Tensor = vectors_of(self.net, self.read, texts, self.device)
        return vectors

    def _of(self, vectors: Tensor, sounds: Tensor) -> Tensor:
        # In 32 bits: cosines of music differ in the third digit.
        with torch.autocast(self.device, enabled=False):
            loss = info_nce(vectors.float(), sounds, self.net.scale)
            if self.stage.mse:
                loss = loss + self.stage.mse * distance(vectors.float(), sounds)
        return loss


def vectors_of(
    net: Callable[[Tensor, Tensor], Tensor], read: Read, texts: Rows, device: str
) -> Tensor:
    """Vectors of some texts, in pieces as long as the longest of them."""
    length = int(read.mask[texts].sum(1).max())
    parts = (read.ids[texts, :length], read.mask[texts, :length])
    ids, mask = (torch.from_numpy(part).to(device) for part in parts)
    return net(ids, mask.float())
