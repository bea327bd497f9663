"""The text network: a BERT, the mean of what it says of each piece, and a vector of length 1."""

import math

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from models.training.classifier import vocabulary
from models.training.classifier.base import base_folder, config
from models.training.classifier.model import Layer, pretrained
from models.training.experiment.errors import RecipeError
from models.training.music_text.settings import MusicTextRecipe

_PADDED = -10_000.0
"""Added to the score of padding; a 16-bit float holds it."""


class Tower(nn.Module):  # type: ignore[misc,unused-ignore]
    """Token ids and mask (batch, length) to vectors (batch, dimensions) of length 1.

    Args:
        tokenizer: its pieces are the words.
        recipe: the base, its layers, and the width of the head.
        dimensions: numbers of a vector.
    """

    def __init__(self, tokenizer: Tokenizer, recipe: MusicTextRecipe, dimensions: int) -> None:
        super().__init__()
        settings = recipe.tower
        known = vocabulary.vocabulary_of(tokenizer)
        pieces = sorted(known, key=known.__getitem__)
        net = pretrained(base_folder(settings.base), pieces, known, settings.longest)
        self.words = net.words
        self.positions = net.positions
        self.norm = net.norm
        self.layers: nn.ModuleList = net.layers[: settings.layers]
        width = self.words.weight.shape[1]
        narrow = [] if recipe.rank is None else [nn.Linear(width, recipe.rank, bias=False)]
        self.head = nn.Sequential(*narrow, nn.Linear(recipe.rank or width, dimensions))
        self.dropout = settings.dropout

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Vectors of a batch."""
        x = self.norm(self.words(ids) + self.positions.weight[: ids.shape[1]])
        x = functional.dropout(x, self.dropout, self.training)
        bias = ((1.0 - mask) * _PADDED)[:, None, None, :]
        for layer in self.layers:
            assert isinstance(layer, Layer)
            x = layer(x, bias, self.dropout)
        pooled = (x * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        return functional.normalize(self.head(pooled).float(), dim=-1)


class Aligner(nn.Module):  # type: ignore[misc,unused-ignore]
    """The text network and what cosines are multiplied by, which is learnt with it.

    Args:
        tower: the text network.
        recipe: the scale at the start, and the largest one.
    """

    def __init__(self, tower: Tower, recipe: MusicTextRecipe) -> None:
        super().__init__()
        self.tower = tower
        self.log_scale = nn.Parameter(torch.tensor(math.log(recipe.scale)))
        self._largest = math.log(recipe.largest_scale)

    @property
    def scale(self) -> Tensor:
        """What cosines are multiplied by."""
        return self.log_scale.clamp(max=self._largest).exp()

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Vectors of a batch."""
        return self.tower(ids, mask)


def tokenizer_of(recipe: MusicTextRecipe) -> Tokenizer:
    """The tokenizer of the base.

    Raises:
        RecipeError: the base reads fewer pieces than the recipe says.
    """
    folder = base_folder(recipe.tower.base)
    most = int(config(folder)["max_position_embeddings"])
    if most < recipe.tower.longest:
        raise RecipeError(f"tower.longest: {recipe.tower.base} reads {most} pieces at most")
    return vocabulary.base_tokenizer(folder)
