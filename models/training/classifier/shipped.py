"""What ships, as a start and as a teacher: its networks in floats again, and its opinion."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

from models import registry
from models.classify.ensemble import MODEL, Ensemble
from models.text.known_names import KnownNames
from models.training.classifier.data import Row
from models.training.classifier.linear import Linear
from models.training.classifier.model import Net, Product, Size

_READ_AT_ONCE = 4096


def path(role: str) -> Path:
    """The verified file of the shipped classifier."""
    return registry.file_path(registry.load(MODEL), role)


def known_names() -> KnownNames:
    """The catalogue that ships."""
    return KnownNames.load(path("catalogue"))


def opinion(rows: Sequence[Row], threads: int) -> NDArray[np.float32]:
    """The logits of both shipped members together, a row each."""
    both = Ensemble.load(threads=threads)
    parts = [
        both.logits([(row.name, row.tails) for row in rows[start : start + _READ_AT_ONCE]])
        for start in range(0, len(rows), _READ_AT_ONCE)
    ]
    return np.concatenate(parts).astype(np.float32)


def linear_table() -> Linear:
    """The table of n-grams that ships, in floats."""
    with np.load(path("ngrams")) as parts:
        table, scale, bias = parts["table"], parts["scale"], parts["bias"]
    net = Linear(table.shape[1])
    with torch.no_grad():
        net.table.weight.copy_(torch.from_numpy(table.astype(np.float32) * scale))
        net.bias.copy_(torch.from_numpy(bias))
    return net


def small_net() -> Net:
    """The network that ships, in floats."""
    return from_onnx(path("model"))


def from_onnx(model: Path) -> Net:
    """A network in floats from the ONNX file that `export` wrote.

    Its whole numbers are multiplied with their scales; what they lost when they were rounded is
    lost.
    """
    graph = onnx.load(str(model)).graph
    value = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}

    def tensor(name: str) -> Tensor:
        return torch.from_numpy(value[name].copy())

    def nodes(kind: str) -> list[onnx.NodeProto]:
        return [node for node in graph.node if node.op_type == kind]

    table = nodes("DequantizeLinear")[0]
    words = tensor(table.input[0]).float() * tensor(table.input[1])[:, None]
    places = tensor(nodes("Slice")[0].input[0])
    shapes = [node.input[1] for node in nodes("Reshape")]
    products, steps = nodes("MatMulIntegerToFloat"), nodes("QuantizeLinear")
    size = Size(len(products) // 4, words.shape[1], int(value[shapes[0]][2]))
    net = Net(len(words), size)
    with torch.no_grad():
        net.words.weight.copy_(words)
        net.positions.weight[: len(places)].copy_(places)
        inner = [part for layer in net.layers for part in _products(layer)]
        for module, node, step in zip(inner, products, steps, strict=True):
            module.weight.copy_((tensor(node.input[1]).float() * tensor(node.input[3])).T)
            module.bias.copy_(tensor(node.input[6]))
            scale, zero = value[step.input[1]].item(), value[step.input[2]].item()
            module.low.fill_(-zero * scale)
            module.high.fill_((255 - zero) * scale)
        for norm, node in zip(_norms(net), nodes("LayerNormalization"), strict=True):
            norm.weight.copy_(tensor(node.input[1]))
            norm.bias.copy_(tensor(node.input[2]))
        told = next(node for node in nodes("MatMul") if node.input[0] == "flags")
        net.flags.weight.copy_(tensor(told.input[1]).T)
        head, after = nodes("MatMul")[-1], nodes("Add")[-1]
        net.head.weight.copy_(tensor(head.input[1]).T)
        net.head.bias.copy_(tensor(after.input[1]))
    return net


def _products(layer: nn.Module) -> Iterable[Product]:
    return layer.qkv, layer.out, layer.up, layer.down


def _norms(net: Net) -> list[nn.LayerNorm]:
    return [net.norm, *(norm for layer in net.layers for norm in (layer.norm1, layer.norm2))]
