"""The network: the classifier's small BERT, with one answer a piece.

It reads pieces with their shapes and with what the catalogue knows of them.
"""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from models.extract.tagger.encode import BELIEFS, MAX_TOKENS
from models.extract.tagger.known import KNOWN
from models.extract.tagger.roles import TAGS
from models.extract.tagger.shapes import SHAPES
from models.training.classifier.model import EPSILON, Layer, Precision, Product
from models.training.classifier.model import pretrained as classifier_pretrained


class Net(nn.Module):  # type: ignore[misc,unused-ignore]
    """From what is read of names to logits (batch, length, TAGS).

    It reads ids, mask and shapes (batch, length), known (batch, length, KNOWN) and beliefs (batch,
    BELIEFS).
    """

    def __init__(
        self,
        vocabulary: int,
        layers: int = 3,
        width: int = 256,
        heads: int = 4,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(MAX_TOKENS, width)
        self.shapes = nn.Embedding(SHAPES, width)
        self.known = nn.Linear(len(KNOWN), width, bias=False)
        self.beliefs = nn.Linear(BELIEFS, width, bias=False)
        self.norm = nn.LayerNorm(width, eps=EPSILON)
        self.layers = nn.ModuleList(Layer(width, 4 * width, heads) for _ in range(layers))
        self.head = nn.Linear(width, len(TAGS))
        self.dropout = dropout
        for fresh in (self.shapes, self.known, self.beliefs):
            nn.init.normal_(fresh.weight, std=0.01)

    def forward(
        self, ids: Tensor, mask: Tensor, shapes: Tensor, known: Tensor, beliefs: Tensor
    ) -> Tensor:
        """The logits of each piece."""
        x = self.words(ids) + self.positions.weight[: ids.shape[1]] + self.shapes(shapes)
        x = x + self.known(known) + self.beliefs(beliefs)[:, None, :]
        x = functional.dropout(self.norm(x), self.dropout, self.training)
        bias = ((1.0 - mask) * -10_000.0)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, bias, self.dropout)
        return self.head(functional.dropout(x, self.dropout, self.training))

    def set_precision(self, precision: Precision) -> None:
        """Switch all products."""
        for module in self.modules():
            if isinstance(module, Product):
                module.precision = precision


def started(classifier: Path, vocabulary: int) -> Net:
    """A network that starts with what the classifier's ONNX file knows of words and styles."""
    graph = onnx.load(str(classifier)).graph
    value = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    tables = [node for node in graph.node if node.op_type == "DequantizeLinear"]
    places = next(node for node in graph.node if node.op_type == "Slice")
    products = [node for node in graph.node if node.op_type == "MatMulIntegerToFloat"]
    norms = [node for node in graph.node if node.op_type == "LayerNormalization"]
    net = Net(vocabulary, layers=len(products) // 4)
    with torch.no_grad():
        whole, scale = value[tables[0].input[0]], value[tables[0].input[1]]
        net.words.weight.copy_(torch.from_numpy(whole.astype(np.float32) * scale[:, None]))
        net.positions.weight.copy_(torch.from_numpy(value[places.input[0]].copy())[:MAX_TOKENS])
        inner = [
            part for layer in net.layers for part in (layer.qkv, layer.out, layer.up, layer.down)
        ]
        for module, node in zip(inner, products, strict=True):
            steps, scales, bias = value[node.input[1]], value[node.input[3]], value[node.input[6]]
            module.weight.copy_(torch.from_numpy((steps.astype(np.float32) * scales).T.copy()))
            module.bias.copy_(torch.from_numpy(bias.copy()))
        outer = [net.norm, *(norm for layer in net.layers for norm in (layer.norm1, layer.norm2))]
        for module, node in zip(outer, norms, strict=True):
            module.weight.copy_(torch.from_numpy(value[node.input[1]].copy()))
            module.bias.copy_(torch.from_numpy(value[node.input[2]].copy()))
    return net


def pretrained(model_dir: Path, pieces: list[str], base: dict[str, int]) -> Net:
    """All layers of a BERT (MiniLM has six) over the same pieces: a teacher."""
    start = classifier_pretrained(model_dir, pieces, base)
    width, heads = start.words.weight.shape[1], start.layers[0].heads
    net = Net(len(pieces), layers=len(start.layers), width=width, heads=heads)
    for part in ("words", "positions", "norm", "layers"):
        getattr(net, part).load_state_dict(getattr(start, part).state_dict())
    return net
