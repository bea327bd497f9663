"""What these tests share: musicnn's weights, and a BERT of a moment."""

import os
from pathlib import Path

import pytest

from models.embed.embedders import musicnn
from models.fetch import FetchFailed
from tests.training.conftest import require_training
from tests.training.music_text import planted

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = [*planted.INSTRUMENTS, *planted.PACES, *planted.MOODS, "a", "and", "tune", "on", "the", ","]


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The weights of musicnn out of its wheel, and the ONNX file made of them."""
    require_training("onnx")
    folder = tmp_path_factory.mktemp("weights")
    try:
        musicnn.fetched(folder)
    except FetchFailed as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"the wheel cannot be had here: {error}")
    return folder


@pytest.fixture(scope="session")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of one narrow layer that knows the words and nothing of them."""
    require_training("torch")
    import torch
    from transformers import BertConfig, BertModel

    from models.training.classifier.vocabulary import build

    folder = tmp_path_factory.mktemp("bert")
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(PIECES) + len(WORDS),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=128,
        max_position_embeddings=48,
    )
    BertModel(config).save_pretrained(folder)
    build([*PIECES, *WORDS]).save(str(folder / "tokenizer.json"))
    return folder
