"""Writes what was learnt as GGUF: an adapter beside its base, or both in one file as Q8_0."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.extract.llm.prompt import PROMPT_KEY, PROMPT_VERSION
from models.training.experiment.errors import TrainingError
from models.training.llm.decoder import PROJECTIONS
from models.training.llm.settings import Lora

Floats = NDArray[np.float32]

_ROWS = 32
"""Weights that share a scale in Q8_0; a row of another length stays in 16 bits."""

_LAYER = re.compile(r"\.layers\.(\d+)\.")


class NotExported(TrainingError):
    """The base cannot be written with what was learnt; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """The matrices of one product, as torch has them."""

    down: Floats
    up: Floats


def learnt(model: Any) -> dict[str, Learnt]:
    """Name of a product in GGUF -> what was learnt beside it."""
    found_in = {}
    for name, module in model.named_modules():
        last = name.rsplit(".", 1)[-1]
        layer = _LAYER.search(name)
        if last not in PROJECTIONS or layer is None or not hasattr(module, "lora_A"):
            continue
        down, up = module.lora_A["default"].weight, module.lora_B["default"].weight
        found_in[f"blk.{layer[1]}.{PROJECTIONS[last]}.weight"] = Learnt(_floats(down), _floats(up))
    return found_in


def write_adapter(products: Mapping[str, Learnt], base: Path, lora: Lora, path: Path) -> None:
    """Write the matrices in 16-bit floats, as llama.cpp reads them beside their base.

    Args:
        products: what was learnt.
        base: GGUF file of the base.
        lora: its settings.
        path: the file.
    """
    import gguf

    turned = Turned.of(gguf.GGUFReader(base))
    writer = gguf.GGUFWriter(path, turned.architecture)
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, float(lora.alpha))
    writer.add_uint32(PROMPT_KEY, PROMPT_VERSION)
    for name, parts in products.items():
        writer.add_tensor(f"{name}.lora_a", parts.down.astype(np.float16))
        writer.add_tensor(f"{name}.lora_b", turned.rows(name, parts.up).astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_merged(products: Mapping[str, Learnt], base: Path, lora: Lora, path: Path) -> None:
    """Write the base with what was learnt added to its weights, as Q8_0.

    Everything else of the file stays: tokenizer, chat template, licence. One product at a time is
    in memory.

    Args:
        products: what was learnt; nothing makes a Q8_0 of the base alone.
        base: GGUF file of the base.
        lora: its settings.
        path: the file.
    """
    import gguf

    reader = gguf.GGUFReader(base)
    turned = Turned.of(reader)
    writer = gguf.GGUFWriter(path, turned.architecture)
    _copy_facts(reader, writer)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    if products:
        writer.add_uint32(PROMPT_KEY, PROMPT_VERSION)
    for tensor in reader.tensors:
        kind = _kind(tensor)
        shape = tuple(int(length) for length in reversed(tensor.shape))
        if gguf.GGML_QUANT_SIZES[kind][0] > 1:
            shape = gguf.quant_shape_to_byte_shape(shape, kind)
            writer.add_tensor_info(tensor.name, shape, np.dtype(np.uint8), _bytes(tensor), kind)
        else:
            size = np.dtype(np.float16 if kind is gguf.GGMLQuantizationType.F16 else np.float32)
            writer.add_tensor_info(tensor.name, shape, size, _bytes(tensor), kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    scale = lora.alpha / lora.rank
    for tensor in reader.tensors:
        writer.write_tensor_data(_weights(tensor, products.get(tensor.name), turned, scale))
    writer.close()


@dataclass(frozen=True, slots=True)
class Turned:
    """In which order llama.cpp has the rows of queries and keys.

    Of a `llama` it turns pairs of neighbours by position, where transformers turns halves: what
    `LlamaModel.permute` of llama.cpp's converter does.
    """

    architecture: str
    queries: int
    keys: int

    @classmethod
    def of(cls, reader: Any) -> "Turned":
        """As a GGUF file says."""
        architecture = str(reader.fields["general.architecture"].contents())
        heads = int(reader.fields[f"{architecture}.attention.head_count"].contents())
        keys = reader.fields.get(f"{architecture}.attention.head_count_kv")
        return cls(architecture, heads, heads if keys is None else int(keys.contents()))

    def rows(self, name: str, weights: Floats) -> Floats:
        """The weights of a product (GGUF name) with their rows in that order."""
        if self.architecture != "llama":
            return weights
        if ".attn_q." in name:
            return turned_rows(weights, self.queries)
        return turned_rows(weights, self.keys) if ".attn_k." in name else weights


def turned_rows(weights: Floats, heads: int) -> Floats:
    """Rows so that what is turned together by position stands beside each other."""
    rows = weights.shape[0]
    rest = weights.shape[1:]
    return weights.reshape(heads, 2, rows // heads // 2, *rest).swapaxes(1, 2).reshape(rows, *rest)


def _kind(tensor: Any) -> Any:
    """In which type a tensor is written: matrices in Q8_0, all else as it is."""
    from gguf import GGMLQuantizationType as Type

    if len(tensor.shape) != 2:
        return tensor.tensor_type
    if int(tensor.shape[0]) % _ROWS:
        return Type.F16
    return Type.Q8_0


def _bytes(tensor: Any) -> int:
    """Bytes of a tensor in the type in which it is written."""
    import gguf

    block, size = gguf.GGML_QUANT_SIZES[_kind(tensor)]
    return int(tensor.n_elements) // block * size


def _weights(tensor: Any, parts: Learnt | None, turned: Turned, scale: float) -> Any:
    """What is written of a tensor."""
    import gguf

    kind = _kind(tensor)
    if parts is None and kind == tensor.tensor_type:
        return tensor.data
    weights = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
    if parts is not None:
        weights = weights + turned.rows(tensor.name, scale * (parts.up @ parts.down))
    return gguf.quants.quantize(weights, kind)


def _copy_facts(reader: Any, writer: Any) -> None:
    """Everything that the file says besides its weights."""
    import gguf

    own = {"general.architecture", "general.file_type", "general.quantization_version", PROMPT_KEY}
    for field in _facts(reader):
        if field.name in own:
            continue
        kind = field.types[0]
        inner = field.types[-1] if kind is gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, field.contents(), kind, sub_type=inner)


def _facts(reader: Any) -> Iterator[Any]:
    return (field for field in reader.fields.values() if not field.name.startswith("GGUF."))


def _floats(weights: torch.Tensor) -> Floats:
    floats: Floats = weights.detach().float().cpu().numpy()
    return floats


def check(products: Mapping[str, Learnt], base: Path) -> None:
    """See, before anything is taught, that the base's file has the products that will be.

    Args:
        products: what is to be learnt.
        base: GGUF file of the base.

    Raises:
        NotExported: it has not.
    """
    import gguf

    known = {tensor.name for tensor in gguf.GGUFReader(base).tensors}
    strays = sorted(products.keys() - known)
    if strays or not products:
        told = strays[0] if strays else "product that is taught"
        raise NotExported(
            f"{base} has no {told}: its architecture cannot be written; name another one by --base"
        )
