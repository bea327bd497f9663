"""Makes the ONNX file of musicnn from its checkpoint: sixty nodes, written by hand.

The network is that of `musicnn/models.py` in the wheel (ISC licence): a norm, five bands of
convolutions over the spectrogram, each reduced to its strongest pitch, three residual convolutions
over time, and maxima and means of all 753 maps, which a dense layer reads. Norms are folded into a
factor and a sum. Dropout does nothing here.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.embed.embedders import checkpoint
from models.embed.embedders.mel import BANDS

if TYPE_CHECKING:
    from models.training.onnx_nodes import Nodes

_EPSILON = 1e-3
"""Of `tf.layers.batch_normalization`, by default."""

_TIMBRES = 2
"""Convolutions over pitches, which come first; the others are over time alone."""

_FRONT = 5
_MIDDLE = 3

Weights = Mapping[str, NDArray[np.float32]]


def make(source: Path, target: Path) -> None:
    """Write the network.

    Args:
        source: the numbers of the checkpoint; its index lies beside as `.index`.
        target: the ONNX file.

    Raises:
        BadCheckpoint: the files are no checkpoint of musicnn.
        ImportError: the package `onnx` is not installed.
    """
    weights = checkpoint.read(source.with_suffix(".index"), source)
    try:
        content = build(weights)
    except KeyError as error:
        raise checkpoint.BadCheckpoint(f"{source} has no {error}") from error
    target.write_bytes(content)


def build(weights: Weights) -> bytes:
    """The network as an ONNX file.

    In goes `mel` (windows, frames, 96). Out come `tags` (windows, 50) between 0 and 1,
    `penultimate` (windows, 200), `means` and `maxima` (windows, 753).
    """
    from models.training.onnx_nodes import Nodes, floats

    graph = Nodes()
    x = graph.op("Unsqueeze", "mel", _whole(graph, 1))
    x = _norm(graph, x, weights, 0, 4)
    bands = [_band(graph, x, weights, number) for number in range(_FRONT)]
    front = graph.op("Concat", *bands, axis=1)
    features = [front]
    before = ""
    for number in range(_FRONT, _FRONT + _MIDDLE):
        inner = _over_time(graph, before or front, weights, number)
        before = graph.op("Add", inner, before) if before else inner
        features.append(before)
    maps = graph.op("Concat", *features, axis=1)
    outputs = _pooled(graph, maps, weights)
    model = graph.model(
        "musicnn",
        {"mel": floats("windows", "frames", BANDS)},
        {name: floats("windows", width) for name, width in outputs.items()},
    )
    content: bytes = model.SerializeToString(deterministic=True)
    return content


def _band(graph: "Nodes", x: str, weights: Weights, number: int) -> str:
    """A convolution over the spectrogram, the strongest pitch of each map: (windows, maps, T)."""
    kernel = weights[_named("conv2d", number) + "/kernel"]
    is_timbre = number < _TIMBRES
    ends = kernel.shape[0] - 1
    # Where a kernel has an even length, TensorFlow pads less before than behind.
    pads = [ends // 2, 0, ends - ends // 2, 0]
    inputs = (x, graph.constant(kernel.transpose(3, 2, 0, 1)), _bias(graph, weights, number))
    x = graph.op("Relu", graph.op("Conv", *inputs, pads=pads))
    assert is_timbre == (kernel.shape[1] > 1)
    x = _norm(graph, x, weights, number + 1, 4)
    return str(graph.op("ReduceMax", x, _whole(graph, 3), keepdims=0))


def _over_time(graph: "Nodes", x: str, weights: Weights, number: int) -> str:
    """A convolution over time of all maps: (windows, 64, T)."""
    kernel = weights[_named("conv2d", number) + "/kernel"][:, :, 0, :]
    inputs = (x, graph.constant(kernel.transpose(2, 1, 0)), _bias(graph, weights, number))
    ends = kernel.shape[0] // 2
    x = graph.op("Relu", graph.op("Conv", *inputs, pads=[ends, ends]))
    return _norm(graph, x, weights, number + 1, 3)


def _pooled(graph: "Nodes", maps: str, weights: Weights) -> dict[str, int]:
    """Maxima, means and the dense layers; returns the outputs with their widths."""
    from onnx import helper

    over_time = _whole(graph, 2)
    maxima = graph.op("ReduceMax", maps, over_time, keepdims=0)
    means = graph.op("ReduceMean", maps, over_time, keepdims=0)
    # Each map's maximum and mean lie side by side, as TensorFlow's flatten leaves them.
    pair = [graph.op("Unsqueeze", part, over_time) for part in (maxima, means)]
    flat = graph.op("Flatten", graph.op("Concat", *pair, axis=2), axis=1)
    x = _norm(graph, flat, weights, 9, 2)
    x = _norm(graph, graph.op("Relu", _dense(graph, x, weights, 0)), weights, 10, 2)
    tags = graph.op("Sigmoid", _dense(graph, x, weights, 1))
    width = weights["conv2d_5/kernel"].shape[1] + _MIDDLE * weights["conv2d_5/bias"].shape[0]
    outputs = {
        "tags": (tags, weights["dense_1/bias"].shape[0]),
        "penultimate": (x, weights["dense/bias"].shape[0]),
        "means": (means, width),
        "maxima": (maxima, width),
    }
    for name, (made_by, _) in outputs.items():
        graph.nodes.append(helper.make_node("Identity", [made_by], [name]))
    return {name: width for name, (_, width) in outputs.items()}


def _dense(graph: "Nodes", x: str, weights: Weights, number: int) -> str:
    name = _named("dense", number)
    product = graph.op("MatMul", x, graph.constant(weights[f"{name}/kernel"]))
    return str(graph.op("Add", product, graph.constant(weights[f"{name}/bias"])))


def _norm(graph: "Nodes", x: str, weights: Weights, number: int, rank: int) -> str:
    """A norm over the second axis, as a factor and a sum."""
    name = _named("batch_normalization", number)
    parts = ("gamma", "beta", "moving_mean", "moving_variance")
    gamma, beta, mean, variance = (weights[f"{name}/{part}"].astype(np.float64) for part in parts)
    factor = gamma / np.sqrt(variance + _EPSILON)
    shape = (1, -1) + (1,) * (rank - 2)
    terms = (factor, beta - mean * factor)
    scale, shift = (graph.constant(part.astype(np.float32).reshape(shape)) for part in terms)
    return str(graph.op("Add", graph.op("Mul", x, scale), shift))


def _bias(graph: "Nodes", weights: Weights, number: int) -> str:
    return graph.constant(weights[_named("conv2d", number) + "/bias"])


def _whole(graph: "Nodes", axis: int) -> str:
    return graph.constant(np.array([axis], dtype=np.int64))


def _named(kind: str, number: int) -> str:
    """TensorFlow's name of a layer of a kind: the first has no number."""
    return f"{kind}_{number}" if number else kind
