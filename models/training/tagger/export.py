"""Writes the tagger as ONNX, with the classifier's 8-bit products."""

from pathlib import Path

import numpy as np
import onnx
from onnx import helper

from models.extract.tagger.encode import BELIEFS
from models.extract.tagger.known import KNOWN
from models.extract.tagger.roles import TAGS
from models.training.classifier.export import Graph, encoder
from models.training.onnx_nodes import floats, whole_numbers
from models.training.tagger.model import Net


def build(net: Net) -> onnx.ModelProto:
    """The network as an ONNX model.

    It has the inputs of `Net.forward`, whole numbers as int64, and the output `logits` (batch,
    length, TAGS).
    """
    graph = Graph()
    length = graph.op("Shape", "ids", start=1, end=2)
    zero = graph.constant(np.array([0], dtype=np.int64))
    one_axis = graph.constant(np.array([1], dtype=np.int64))
    places = graph.op("Slice", graph.tensor(net.positions.weight), zero, length, zero)
    x = graph.op(
        "Add", graph.op("Gather", graph.quantised(net.words.weight, axis=0), "ids", axis=0), places
    )
    x = graph.op("Add", x, graph.op("Gather", graph.tensor(net.shapes.weight), "shapes", axis=0))
    x = graph.op("Add", x, graph.op("MatMul", "known", graph.tensor(net.known.weight.T)))
    told = graph.op(
        "Unsqueeze", graph.op("MatMul", "beliefs", graph.tensor(net.beliefs.weight.T)), one_axis
    )
    x = graph.norm(graph.op("Add", x, told), net.norm)
    x, _ = encoder(graph, x, net.layers)
    graph.nodes.append(helper.make_node("Identity", [graph.linear(x, net.head)], ["logits"]))
    inputs = {name: whole_numbers() for name in ("ids", "mask", "shapes")}
    told_of = {"known": floats("batch", "length", len(KNOWN)), "beliefs": floats("batch", BELIEFS)}
    return graph.model("tagger", inputs | told_of, {"logits": floats("batch", "length", len(TAGS))})


def export(net: Net, path: Path) -> None:
    """Write the network to `path`."""
    path.write_bytes(build(net).SerializeToString(deterministic=True))
