"""Decoders and labelled names that tests of language models share."""

from pathlib import Path

import pytest

from tests.training.conftest import require_training
from tests.training.llm import tiny


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with nothing but labelled names."""
    return tiny.labelled(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of decoders with random weights, by architecture."""
    require_training()
    require_training("peft")
    folder = tmp_path_factory.mktemp("bases")
    return {kind: tiny.decoder(folder / f"tiny-{kind}", kind) for kind in ("llama", "qwen2")}
