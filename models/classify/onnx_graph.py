"""What a network knows before its last layer, read from an ONNX file that only gives its answers.

An ONNX file is a message of Protocol Buffers, and two of them written one behind the other are one
message with the fields of both. So naming one more output takes a few bytes at the end, and the
package `onnx` is not needed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_GRAPH, _NODE, _OUTPUT = 7, 1, 12
"""Fields of ModelProto and GraphProto (onnx.proto)."""

_INPUTS, _OUTPUTS, _KIND = 1, 2, 4
"""Fields of NodeProto."""

_NAME = 1
"""Field of ValueInfoProto."""

_BYTES = 2
"""Wire type of what has a length."""


class UnfitNetwork(ValueError):
    """The network has no last layer of the kind that is expected."""


@dataclass(frozen=True, slots=True)
class _Node:
    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def last_state(model: bytes, output: str = "logits") -> str:
    """The name of what the last layer multiplies to make an output.

    Raises:
        UnfitNetwork: there is no such layer.
    """
    made_by = {name: node for node in _nodes(model) for name in node.outputs}
    name = output
    while name in made_by:
        node = made_by[name]
        if node.kind in ("MatMul", "Gemm", "MatMulIntegerToFloat"):
            return node.inputs[0]
        if node.kind not in ("Identity", "Add"):
            break
        name = next((given for given in node.inputs if given in made_by), "")
    raise UnfitNetwork(f"no last layer makes `{output}`")


def with_output(model: bytes, name: str) -> bytes:
    """The model with one more output."""
    return model + _field(_GRAPH, _field(_OUTPUT, _field(_NAME, name.encode())))


def _nodes(model: bytes) -> Iterator[_Node]:
    for graph in _parts(model, _GRAPH):
        for node in _parts(graph, _NODE):
            yield _Node(
                "".join(_texts(node, _KIND)),
                tuple(_texts(node, _INPUTS)),
                tuple(_texts(node, _OUTPUTS)),
            )


def _texts(message: memoryview, field: int) -> Iterator[str]:
    for part in _parts(message, field):
        yield bytes(part).decode()


def _parts(message: bytes | memoryview, wanted: int) -> Iterator[memoryview]:
    """The values of a field that have a length; everything else is stepped over."""
    view, place = memoryview(message), 0
    while place < len(view):
        key, place = _number(view, place)
        match key & 7:
            case 0:
                _, place = _number(view, place)
            case 1:
                place += 8
            case 5:
                place += 4
            case 2:
                length, place = _number(view, place)
                if key >> 3 == wanted:
                    yield view[place : place + length]
                place += length
            case _:
                raise UnfitNetwork("no ONNX file")


def _number(view: memoryview, place: int) -> tuple[int, int]:
    """A varint, and the place behind it."""
    number = shift = 0
    while place < len(view):
        byte = view[place]
        place += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, place
        shift += 7
    raise UnfitNetwork("no ONNX file")


def _field(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(value)) + value


def _varint(number: int) -> bytes:
    digits = bytearray()
    while number > 127:
        digits.append(number & 127 | 128)
        number >>= 7
    digits.append(number)
    return bytes(digits)
