"""Networks that hear and have three labels: a folder with a manifest and an ONNX file of 500 bytes.

Their bytes are written here, so that the package `onnx` is not needed. A network takes the mean
over time, a product, and what else a test wants.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.toml_text import to_toml

LABELS = ("guitar", "Hip-Hop", "female vocalists")
RATE = 8_000
BANDS = 8

Shape = Sequence[str | int]


def _varint(number: int) -> bytes:
    digits = []
    while number > 0x7F:
        digits.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*digits, number])


def _whole(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number)


def _part(field: int, content: bytes | str) -> bytes:
    data = content.encode() if isinstance(content, str) else content
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _value(name: str, shape: Shape) -> bytes:
    axes = (_whole(1, axis) if isinstance(axis, int) else _part(2, axis) for axis in shape)
    dims = b"".join(_part(1, axis) for axis in axes)
    return _part(1, name) + _part(2, _part(1, _whole(1, 1) + _part(2, dims)))


def _floats(name: str, value: NDArray[np.float32]) -> bytes:
    dims = b"".join(_whole(1, axis) for axis in value.shape)
    return dims + _whole(2, 1) + _part(8, name) + _part(9, value.astype("<f4").tobytes())


def _node(kind: str, inputs: Sequence[str], output: str, axes: Sequence[int] = ()) -> bytes:
    names = b"".join(_part(1, name) for name in inputs) + _part(2, output)
    said = _part(4, kind)
    if axes:
        whole = b"".join(_whole(8, axis) for axis in axes)
        said += _part(5, _part(1, "axes") + whole + _whole(20, 7))
        said += _part(5, _part(1, "keepdims") + _whole(3, 0) + _whole(20, 2))
    return names + said


def network(
    weights: NDArray[np.float32],
    shape: Shape,
    axes: Sequence[int],
    last: str = "Identity",
) -> bytes:
    """An ONNX file.

    Args:
        weights: of the product, (what is left of the input, labels).
        shape: of the input.
        axes: over which the mean is taken.
        last: an operation behind the product, `Sqrt` for example.
    """
    nodes = (
        _node("ReduceMean", ["sound"], "mean", axes),
        _node("MatMul", ["mean", "weights"], "product"),
        _node(last, ["product"], "scores"),
    )
    graph = b"".join(_part(1, node) for node in nodes) + _part(2, "tiny")
    graph += _part(5, _floats("weights", weights)) + _part(11, _value("sound", shape))
    graph += _part(12, _value("scores", ("batch", weights.shape[1])))
    return _whole(1, 8) + _part(7, graph) + _part(8, _part(1, "") + _whole(2, 13))


def mel_weights(labels: int = len(LABELS)) -> NDArray[np.float32]:
    """Of a network over bands: low ones speak for the first label, high ones for the last."""
    places = np.linspace(-1, 1, BANDS)[:, None] * np.linspace(-1, 1, labels)[None]
    return places.astype(np.float32)


def settings(**changes: Any) -> dict[str, Any]:
    """The table `[settings.adapter]` of `folder`; what is None is left out."""
    told = {
        "head": "tiny",
        "input": "log-mel",
        "input_name": "sound",
        "output_name": "scores",
        "activation": "sigmoid",
        "frames": 20,
        "hop": 20,
        "mel": {"rate": RATE, "size": 256, "step": 128, "bands": BANDS},
    }
    return {key: value for key, value in {**told, **changes}.items() if value is not None}


def write(
    folder: Path,
    content: bytes | None = None,
    name: str = "tiny",
    labels: Sequence[str] = LABELS,
    adapter: dict[str, Any] | None = None,
    **fields: Any,
) -> Path:
    """Write a folder with a manifest; by default of a network that can be used.

    Args:
        folder: is made.
        content: of the ONNX file.
        name: of the model.
        labels: of it.
        adapter: `[settings.adapter]`.
        fields: of the manifest, in place of what it has.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if content is None:
        content = network(mel_weights(), ("batch", "frames", BANDS), [1])
    (folder / "tiny.onnx").write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    manifest = {
        "name": name,
        "version": "1.0.0",
        "revision": 1,
        "stage": "audio",
        "runtime": "onnx",
        "licence": "CC0-1.0",
        "summary": "Tells low from high.",
        "files": {"model": {"path": "tiny.onnx", "sha256": sha256, "size": len(content)}},
        "labels": {"tags": list(labels)},
        "settings": {"adapter": settings() if adapter is None else adapter},
        **fields,
    }
    (folder / "manifest.toml").write_text(to_toml(manifest), encoding="utf-8")
    return folder
