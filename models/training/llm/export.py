"""Writes the adapter as GGUF, as llama.cpp reads it beside its base."""

from pathlib import Path
from typing import Any

import numpy as np
import torch

from models.training.llm.train import ALPHA

_NAMES = {
    "q_proj": "attn_q",
    "k_proj": "attn_k",
    "v_proj": "attn_v",
    "o_proj": "attn_output",
    "gate_proj": "ffn_gate",
    "up_proj": "ffn_up",
    "down_proj": "ffn_down",
}
"""Names of the products in transformers and in GGUF (gguf.constants.MODEL_TENSOR)."""


def export(model: Any, path: Path) -> None:
    """Write all adapters of `model` to `path` in 16-bit floats (9.8 MB at rank 16)."""
    import gguf

    config = model.base_model.model.config
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, float(ALPHA))
    heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}
    for name, module in model.named_modules():
        last = name.rsplit(".", 1)[-1]
        if last not in _NAMES or not hasattr(module, "lora_A"):
            continue
        layer = name.split(".layers.")[1].split(".")[0]
        down, up = module.lora_A["default"].weight, module.lora_B["default"].weight
        if last in heads:
            up = _rotary(up, heads[last])
        target = f"blk.{layer}.{_NAMES[last]}.weight"
        writer.add_tensor(f"{target}.lora_a", _half(down))
        writer.add_tensor(f"{target}.lora_b", _half(up))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _half(weights: torch.Tensor) -> np.ndarray:
    half: np.ndarray = weights.detach().float().cpu().numpy().astype(np.float16)
    return half


def _rotary(weights: torch.Tensor, heads: int) -> torch.Tensor:
    """Rows in the order in which llama.cpp turns them by position: pairs beside each other.

    It is what `LlamaModel.permute` does.
    """
    rows, columns = weights.shape
    return (
        weights.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)
    )
