"""The tagger that ships, as a start and as a teacher: its network in floats again."""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from models import registry
from models.classify.ensemble import MODEL as CLASSIFIER
from models.extract.tagger.run import MODEL
from models.training.classifier.model import Layer
from models.training.tagger.model import Net


def path(role: str) -> Path:
    """A verified file of the shipped tagger."""
    return registry.file_path(registry.load(MODEL), role)


def classifier(role: str) -> Path:
    """A verified file of the shipped classifier."""
    return registry.file_path(registry.load(CLASSIFIER), role)


def net() -> Net:
    """The network that ships, in floats."""
    return from_onnx(path("model"))


def from_onnx(model: Path) -> Net:
    """A network in floats from the ONNX file that `export` wrote.

    Its whole numbers are multiplied with their scales; what they lost when they were rounded is
    lost. The ranges of what comes into each product are those of the file.
    """
    graph = onnx.load(str(model)).graph
    value = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}

    def tensor(name: str) -> Tensor:
        return torch.from_numpy(value[name].astype(np.float32))

    def nodes(kind: str) -> list[onnx.NodeProto]:
        return [node for node in graph.node if node.op_type == kind]

    def told(source: str) -> Tensor:
        """What an input is multiplied with."""
        return tensor(next(node for node in nodes("MatMul") if node.input[0] == source).input[1])

    table = nodes("DequantizeLinear")[0]
    words = tensor(table.input[0]) * tensor(table.input[1])[:, None]
    shapes = next(node for node in nodes("Gather") if node.input[1] == "shapes")
    heads = int(value[nodes("Reshape")[0].input[1]][2])
    products, steps = nodes("MatMulIntegerToFloat"), nodes("QuantizeLinear")
    network = Net(len(words), len(products) // 4, words.shape[1], heads)
    with torch.no_grad():
        network.words.weight.copy_(words)
        places = tensor(nodes("Slice")[0].input[0])
        network.positions.weight[: len(places)].copy_(places)
        network.shapes.weight.copy_(tensor(shapes.input[0]))
        network.known.weight.copy_(told("known").T)
        network.beliefs.weight.copy_(told("beliefs").T)
        inner = [part for layer in network.layers for part in _products(layer)]
        for module, node, step in zip(inner, products, steps, strict=True):
            module.weight.copy_((tensor(node.input[1]) * tensor(node.input[3])).T)
            module.bias.copy_(tensor(node.input[6]))
            scale, zero = value[step.input[1]].item(), value[step.input[2]].item()
            module.low.fill_(-zero * scale)
            module.high.fill_((255 - zero) * scale)
        for norm, node in zip(_norms(network), nodes("LayerNormalization"), strict=True):
            norm.weight.copy_(tensor(node.input[1]))
            norm.bias.copy_(tensor(node.input[2]))
        network.head.weight.copy_(tensor(nodes("MatMul")[-1].input[1]).T)
        network.head.bias.copy_(tensor(nodes("Add")[-1].input[1]))
    network.eval()
    return network


def _products(layer: nn.Module) -> tuple[nn.Module, ...]:
    assert isinstance(layer, Layer)
    return layer.qkv, layer.out, layer.up, layer.down


def _norms(network: Net) -> list[nn.Module]:
    inner = [norm for layer in network.layers for norm in (layer.norm1, layer.norm2)]
    return [network.norm, *inner]
