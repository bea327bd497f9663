"""The teachers: networks too large to ship, whose opinions on names the small one learns.

SmolLM2-135M (from the wheel of `models/manifests/smollm2.toml`) has read the world and knows works
that MiniLM does not; it needs a GPU here. MiniLM alone teaches on two cores.
"""

import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.text.encoder_input import plain_years, tails_text
from models.training.classifier.data import Row
from models.training.classifier.model import MEDIA, OUTPUTS, SUBS
from models.training.classifier.train import Inputs, padded

log = logging.getLogger(__name__)

LENGTH = 64
"""Tokens that SmolLM2 reads of a name; its own vocabulary cuts a name into some 25."""


class Smol(nn.Module):  # type: ignore[misc,unused-ignore]
    """SmolLM2 with a head over its last and its mean state."""

    def __init__(self, model_dir: Path, gguf: str) -> None:
        super().__init__()
        from transformers import AutoModel

        self.body: Any = AutoModel.from_pretrained(model_dir, gguf_file=gguf, dtype=torch.float32)
        self.body.config.use_cache = False
        self.head = nn.Linear(2 * self.body.config.hidden_size, OUTPUTS)

    def forward(self, ids: Tensor, mask: Tensor, flags: Tensor) -> Tensor:
        """Logits of a batch. It is told no flags: it knows the names itself."""
        del flags
        states = self.body(input_ids=ids, attention_mask=mask.long()).last_hidden_state
        count = mask.sum(1, keepdim=True)
        last = states[torch.arange(len(ids), device=ids.device), count[:, 0].long() - 1]
        mean = (states * mask[:, :, None]).sum(1) / count
        return self.head(torch.cat([last, mean], 1))


@cache
def _tokenizer(model_dir: Path, gguf: str) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(model_dir, gguf_file=gguf)


def smol_inputs(model_dir: Path, gguf: str, rows: Sequence[Row]) -> Inputs:
    """Rows as SmolLM2 reads them: the name as it is but for late years, then the tails."""
    tokenizer = _tokenizer(model_dir, gguf)
    texts = [
        f"{plain_years(row.name[:300])}\n{tails_text(row.tails) if row.tails else ''}"
        for row in rows
    ]
    tokens: list[list[int]] = []
    for start in range(0, len(texts), 50_000):
        tokens += tokenizer(texts[start : start + 50_000], add_special_tokens=False)["input_ids"]
    return Inputs(*padded(tokens, LENGTH), np.zeros((len(rows), 1), np.float32))


def shares(logits: NDArray[np.float32], temperature: float = 1.0) -> NDArray[np.float32]:
    """Logits as shares: media, subcategories, nsfw."""
    media, subs = len(MEDIA), len(SUBS)
    out = np.empty_like(logits)
    for part in (slice(0, media), slice(media, media + subs)):
        powers = np.exp((logits[:, part] - logits[:, part].max(1, keepdims=True)) / temperature)
        out[:, part] = powers / powers.sum(1, keepdims=True)
    out[:, -1] = 1 / (1 + np.exp(-logits[:, -1] / temperature))
    return out
