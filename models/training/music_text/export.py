"""Writes the text network as ONNX in floats, node by node, and holds both against each other."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from onnx import helper
from tokenizers import Tokenizer

from models import runtime
from models.embed.text import tokens_of
from models.training.classifier.export import Graph, encoder
from models.training.classifier.model import Product
from models.training.experiment.errors import TrainingError
from models.training.music_text.model import Tower
from models.training.onnx_nodes import floats, whole_numbers

MOST = 1e-4
"""Largest difference between a number of the file and one of the network."""


class _Floats(Graph):
    """A graph whose products stay in floats: a cosine is the third digit of a number."""

    def product(self, x: str, module: Product) -> str:
        """The product of a layer, in floats."""
        return self.linear(x, module)


def export(tower: Tower, path: Path, graph: Graph | None = None) -> None:
    """Write the network.

    In go `ids` and `mask` (batch, length) int64; out comes `vector` (batch, dimensions).

    Args:
        tower: the network.
        path: of the file.
        graph: an empty one that says how products are computed. None: in floats.
    """
    graph = graph or _Floats()
    length = graph.op("Shape", "ids", start=1, end=2)
    zero, across, deep = (graph.constant(np.array([n], dtype=np.int64)) for n in (0, 1, 2))
    places = graph.op("Slice", graph.tensor(tower.positions.weight), zero, length, zero)
    words = graph.op("Gather", graph.tensor(tower.words.weight), "ids", axis=0)
    x = graph.norm(graph.op("Add", words, places), tower.norm)
    x, mask = encoder(graph, x, tower.layers)
    total = graph.op(
        "ReduceSum", graph.op("Mul", x, graph.op("Unsqueeze", mask, deep)), across, keepdims=0
    )
    x = graph.op("Div", total, graph.op("ReduceSum", mask, across, keepdims=1))
    *narrow, last = tower.head
    for layer in narrow:
        x = graph.op("MatMul", x, graph.tensor(layer.weight.T))
    x = graph.linear(x, last)
    x = graph.op("LpNormalization", x, axis=-1, p=2)
    graph.nodes.append(helper.make_node("Identity", [x], ["vector"]))
    inputs = {"ids": whole_numbers(), "mask": whole_numbers()}
    model = graph.model("music-text", inputs, {"vector": floats("batch", last.out_features)})
    path.write_bytes(model.SerializeToString(deterministic=True))


def checked(
    tower: Tower, tokenizer: Tokenizer, longest: int, path: Path, texts: Sequence[str]
) -> float:
    """The largest difference between the file and the network on some texts.

    Raises:
        TrainingError: it is larger than it may be.
    """
    ids, mask = tokens_of(tokenizer, texts, longest)
    with torch.inference_mode():
        expected = tower(torch.from_numpy(ids), torch.from_numpy(mask).float()).numpy()
    (answered,) = runtime.session(path).run(["vector"], {"ids": ids, "mask": mask})
    difference = float(np.abs(answered - expected).max())
    if not difference <= MOST:
        raise TrainingError(f"{path} differs from the network by {difference:g}: not kept")
    return difference
