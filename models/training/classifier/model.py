"""The network: a small BERT that also gets what is known of a name.

Mean pooling, and one linear head for all three answers. Its products can be trained as they will
run: with 8-bit weights (a scale an output) and 8-bit activations (one scale a product, fixed when
the training is nearly done).
"""

import math
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from models.text.encoder_input import MAX_TOKENS
from models.text.known_names import FLAGS
from models.training.classifier.base import config
from schemas.media import Medium, Subcategory

EPSILON = 1e-12
MEDIA = list(Medium)
SUBS = list(Subcategory)
OUTPUTS = len(MEDIA) + len(SUBS) + 1
"""Logits in one row: media, subcategories, nsfw."""

_TAIL = 1e-4
"""Share of activations cut off on either side when scales are fixed.

Rare spikes would coarsen all others.
"""


class Precision(Enum):
    """How products are computed."""

    FLOAT = "float"
    OBSERVED = "observed"
    """In floats, noting the range of what comes in."""
    EIGHT_BITS = "8 bits"


class Product(nn.Linear):  # type: ignore[misc,unused-ignore]
    """A linear layer that can behave as its 8-bit form. `low` and `high` bound what comes in."""

    low: Tensor
    high: Tensor

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs)
        self.precision = Precision.FLOAT
        self.register_buffer("low", torch.zeros(()))
        self.register_buffer("high", torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        """The product, as its precision says."""
        if self.precision is Precision.EIGHT_BITS:
            scale, zero = self.scale_and_zero()
            x = x + (scale * ((x / scale + zero).round().clamp(0, 255) - zero) - x).detach()
            return functional.linear(x, self.rounded(), self.bias)
        if self.precision is Precision.OBSERVED:
            flat = x.detach().float().flatten()
            if len(flat) > 1 << 20:
                flat = flat[:: len(flat) // (1 << 20) + 1]
            bounds = torch.quantile(flat, torch.tensor([_TAIL, 1 - _TAIL], device=x.device))
            self.low.copy_(torch.minimum(self.low, bounds[0]))
            self.high.copy_(torch.maximum(self.high, bounds[1]))
        return super().forward(x)

    def scale_and_zero(self) -> tuple[Tensor, Tensor]:
        """What one step of the unsigned 8-bit input is worth, and which step is nought."""
        scale = ((self.high - self.low) / 255).clamp_min(1e-8)
        return scale, (-self.low / scale).round().clamp(0, 255)

    def rounded(self) -> Tensor:
        """The weights on their 8-bit grid; gradients pass as if they were not."""
        scale = self.weight.detach().abs().amax(1, keepdim=True).clamp_min(1e-8) / 127
        grid = (self.weight.detach() / scale).round().clamp(-127, 127) * scale
        return self.weight + (grid - self.weight).detach()


class Layer(nn.Module):  # type: ignore[misc,unused-ignore]
    """One post-norm transformer layer, with queries, keys and values in one matrix."""

    def __init__(self, width: int, inner: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = Product(width, 3 * width)
        self.out = Product(width, width)
        self.norm1 = nn.LayerNorm(width, eps=EPSILON)
        self.up = Product(width, inner)
        self.down = Product(inner, width)
        self.norm2 = nn.LayerNorm(width, eps=EPSILON)

    def forward(self, x: Tensor, bias: Tensor, dropout: float) -> Tensor:
        """Attention, then the inner layers; `bias` is very low at padding."""
        batch, length, width = x.shape
        q, k, v = (
            self.qkv(x)
            .view(batch, length, 3, self.heads, width // self.heads)
            .permute(2, 0, 3, 1, 4)
        )
        scores = (q @ k.transpose(-1, -2)) / math.sqrt(width // self.heads) + bias
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, width)
        x = self.norm1(x + functional.dropout(self.out(mixed), dropout, self.training))
        inner = self.down(functional.gelu(self.up(x)))
        return self.norm2(x + functional.dropout(inner, dropout, self.training))


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a network: layers, numbers a token, attention heads."""

    layers: int = 3
    width: int = 256
    heads: int = 4

    @property
    def inner(self) -> int:
        """Width inside a layer: four times the outer, as in BERT."""
        return 4 * self.width


class Net(nn.Module):  # type: ignore[misc,unused-ignore]
    """Token ids and mask (batch, length) and flags (batch, FLAGS) to logits (batch, OUTPUTS)."""

    def __init__(
        self, vocabulary: int, size: Size, dropout: float = 0.1, tokens: int = MAX_TOKENS
    ) -> None:
        super().__init__()
        width = size.width
        self.words = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(tokens, width)
        self.flags = nn.Linear(len(FLAGS), width, bias=False)
        self.norm = nn.LayerNorm(width, eps=EPSILON)
        self.layers = nn.ModuleList(
            Layer(width, size.inner, size.heads) for _ in range(size.layers)
        )
        self.head = nn.Linear(width, OUTPUTS)
        self.dropout = dropout
        for table in (self.words, self.positions):
            nn.init.normal_(table.weight, std=0.05)
        nn.init.zeros_(self.flags.weight)

    def forward(self, ids: Tensor, mask: Tensor, flags: Tensor) -> Tensor:
        """Logits of a batch."""
        x = self.words(ids) + self.positions.weight[: ids.shape[1]] + self.flags(flags)[:, None, :]
        x = functional.dropout(self.norm(x), self.dropout, self.training)
        bias = ((1.0 - mask) * -10_000.0)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, bias, self.dropout)
        pooled = (x * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        return self.head(functional.dropout(pooled, self.dropout, self.training))

    def set_precision(self, precision: Precision) -> None:
        """Switch all products."""
        for module in self.modules():
            if isinstance(module, Product):
                module.precision = precision


def pretrained_words(model_dir: Path, pieces: list[str], base: dict[str, int]) -> Tensor:
    """A BERT's vectors of the pieces; new characters start at the mean of all."""
    words = _weights(model_dir)["embeddings.word_embeddings.weight"]
    mean = words.mean(0)
    known = [base.get(piece) for piece in pieces]
    return torch.stack(
        [words[i] if i is not None else mean + 0.01 * torch.randn_like(mean) for i in known]
    )


def narrowed(words: Tensor, width: int) -> Tensor:
    """The vectors in fewer dimensions, their principal components.

    They are brought to the scale that a fresh network likes.
    """
    centred = words - words.mean(0)
    _, _, directions = torch.linalg.svd(centred, full_matrices=False)
    small = centred @ directions[:width].T
    return 0.05 * small / small.std()


def pretrained(
    model_dir: Path, pieces: list[str], base: dict[str, int], tokens: int = MAX_TOKENS
) -> Net:
    """A BERT's embeddings and layers: a teacher.

    The type embedding of the first segment is added to the positions: names have no second segment.
    """
    weights = _weights(model_dir)
    told = config(model_dir)
    size = Size(told["num_hidden_layers"], told["hidden_size"], told["num_attention_heads"])
    net = Net(len(pieces), size, tokens=tokens)
    with torch.no_grad():
        net.words.weight.copy_(pretrained_words(model_dir, pieces, base))
        types = weights["embeddings.token_type_embeddings.weight"][0]
        places = weights["embeddings.position_embeddings.weight"][:tokens] + types
        net.positions.weight[: len(places)].copy_(places)
        _copy(net.norm, weights, "embeddings.LayerNorm")
        for index, layer in enumerate(net.layers):
            prefix = f"encoder.layer.{index}"
            assert isinstance(layer, Layer)
            for kind in ("weight", "bias"):
                parts = [
                    weights[f"{prefix}.attention.self.{part}.{kind}"]
                    for part in ("query", "key", "value")
                ]
                getattr(layer.qkv, kind).copy_(torch.cat(parts))
            _copy(layer.out, weights, f"{prefix}.attention.output.dense")
            _copy(layer.norm1, weights, f"{prefix}.attention.output.LayerNorm")
            _copy(layer.up, weights, f"{prefix}.intermediate.dense")
            _copy(layer.down, weights, f"{prefix}.output.dense")
            _copy(layer.norm2, weights, f"{prefix}.output.LayerNorm")
    return net


def _weights(model_dir: Path) -> dict[str, Tensor]:
    """The weights of a BERT by their names, without the prefix that heads put before them."""
    read = load_file(model_dir / "model.safetensors")
    return {name.removeprefix("bert."): value.float() for name, value in read.items()}


def _copy(module: nn.Linear | nn.LayerNorm, weights: dict[str, Tensor], name: str) -> None:
    module.weight.copy_(weights[f"{name}.weight"])
    assert module.bias is not None
    module.bias.copy_(weights[f"{name}.bias"])
