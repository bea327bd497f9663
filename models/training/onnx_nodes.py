"""Writes a network as ONNX, node by node; the package `onnx` is all that it needs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 20
IR = 10
MICROSOFT = "com.microsoft"
"""Opset 20 has Gelu; IR 10 is read by every onnxruntime from 1.18."""


class Nodes:
    """Collects nodes and weights; `op` returns the name of a node's output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def op(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:
        """Add a node. Returns the name of its output, or the names of several."""
        names = [f"{kind}_{len(self.nodes)}_{index}" for index in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names

    def constant(self, value: np.ndarray) -> str:
        """Add a constant. Returns its name."""
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def model(
        self, name: str, inputs: Mapping[str, onnx.TypeProto], outputs: Mapping[str, onnx.TypeProto]
    ) -> onnx.ModelProto:
        """The nodes as a checked model."""
        takes, gives = (
            [helper.make_value_info(key, kind) for key, kind in part.items()]
            for part in (inputs, outputs)
        )
        model = helper.make_model(
            helper.make_graph(self.nodes, name, takes, gives, self.weights),
            opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)],
            ir_version=IR,
            producer_name="mimmo-streams",
        )
        onnx.checker.check_model(model)
        return model


def whole_numbers(*shape: str | int) -> onnx.TypeProto:
    """int64 of a shape; (batch, length) if none is given."""
    return helper.make_tensor_type_proto(TensorProto.INT64, shape or ("batch", "length"))


def floats(*shape: str | int) -> onnx.TypeProto:
    """float32 of a shape."""
    return helper.make_tensor_type_proto(TensorProto.FLOAT, shape)
