"""The network: the first layers of MiniLM, mean pooling, and one linear head for all three answers."""

import math
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from models.classify.text import MAX_TOKENS
from schemas.media import Medium, Subcategory

HEADS = 12
EPSILON = 1e-12
MEDIA = list(Medium)
SUBS = list(Subcategory)
OUTPUTS = len(MEDIA) + len(SUBS) + 1
"""Logits in one row: media, subcategories, nsfw."""


class Layer(nn.Module):  # type: ignore[misc,unused-ignore]
    """One post-norm transformer layer, with queries, keys and values in one matrix."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm1 = nn.LayerNorm(width, eps=EPSILON)
        self.up = nn.Linear(width, inner)
        self.down = nn.Linear(inner, width)
        self.norm2 = nn.LayerNorm(width, eps=EPSILON)

    def forward(self, x: Tensor, bias: Tensor, dropout: float) -> Tensor:
        batch, length, width = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, HEADS, width // HEADS).permute(2, 0, 3, 1, 4)
        scores = (q @ k.transpose(-1, -2)) / math.sqrt(width // HEADS) + bias
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, width)
        x = self.norm1(x + functional.dropout(self.out(mixed), dropout, self.training))
        inner = self.down(functional.gelu(self.up(x)))
        return self.norm2(x + functional.dropout(inner, dropout, self.training))


class Net(nn.Module):  # type: ignore[misc,unused-ignore]
    """Token ids (batch, length) to logits (batch, OUTPUTS)."""

    def __init__(self, vocabulary: int, layers: int, width: int = 384, inner: int = 1536, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(MAX_TOKENS, width)
        self.norm = nn.LayerNorm(width, eps=EPSILON)
        self.layers = nn.ModuleList(Layer(width, inner) for _ in range(layers))
        self.head = nn.Linear(width, OUTPUTS)
        self.dropout = dropout

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        x = self.norm(self.words(ids) + self.positions.weight[: ids.shape[1]])
        x = functional.dropout(x, self.dropout, self.training)
        bias = ((1.0 - mask) * -10_000.0)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, bias, self.dropout)
        pooled = (x * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        return self.head(functional.dropout(pooled, self.dropout, self.training))


def pretrained(model_dir: Path, pieces: list[str], base: dict[str, int], layers: int) -> Net:
    """The network with MiniLM's weights in its embeddings and first layers.

    The type embedding of the first segment is added to the positions: names have no second segment. New characters
    start at the mean of all pieces.
    """
    weights = load_file(model_dir / "model.safetensors")
    net = Net(len(pieces), layers)
    words = weights["embeddings.word_embeddings.weight"]
    mean = words.mean(0)
    with torch.no_grad():
        for index, piece in enumerate(pieces):
            known = base.get(piece)
            net.words.weight[index] = words[known] if known is not None else mean + 0.01 * torch.randn_like(mean)
        types = weights["embeddings.token_type_embeddings.weight"][0]
        net.positions.weight.copy_(weights["embeddings.position_embeddings.weight"][:MAX_TOKENS] + types)
        _copy(net.norm, weights, "embeddings.LayerNorm")
        for index, layer in enumerate(net.layers):
            prefix = f"encoder.layer.{index}"
            assert isinstance(layer, Layer)
            for kind in ("weight", "bias"):
                parts = [weights[f"{prefix}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
                getattr(layer.qkv, kind).copy_(torch.cat(parts))
            _copy(layer.out, weights, f"{prefix}.attention.output.dense")
            _copy(layer.norm1, weights, f"{prefix}.attention.output.LayerNorm")
            _copy(layer.up, weights, f"{prefix}.intermediate.dense")
            _copy(layer.down, weights, f"{prefix}.output.dense")
            _copy(layer.norm2, weights, f"{prefix}.output.LayerNorm")
    return net


def _copy(module: nn.Linear | nn.LayerNorm, weights: dict[str, Tensor], name: str) -> None:
    module.weight.copy_(weights[f"{name}.weight"])
    assert module.bias is not None
    module.bias.copy_(weights[f"{name}.bias"])
