"""A BERT of the user's own, as transformers saves it, is a teacher and a start."""

import json
from pathlib import Path
from typing import Any

import pytest

from models.registry import Manifest
from models.training.experiment.results import read_manifest
from tests.training import invented_names
from tests.training.conftest import require_training, training

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
LAYERS, WIDTH = 2, 32


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two narrow layers with random weights, and its tokenizer."""
    require_training("torch")
    require_training("transformers")
    import torch
    from transformers import BertConfig, BertModel

    from models.training.classifier.vocabulary import build

    folder = tmp_path_factory.mktemp("bert")
    letters = "abcdefghijklmnopqrstuvwxyz0123456789-.()[]"
    pieces = [*PIECES, *letters, *(f"##{letter}" for letter in letters)]
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=2,
        intermediate_size=4 * WIDTH,
        max_position_embeddings=96,
    )
    BertModel(config).save_pretrained(folder)
    build(pieces).save(str(folder / "tokenizer.json"))
    return folder


def test_a_bert_is_read_from_its_folder_as_transformers_reads_it(bert: Path) -> None:
    import torch
    from transformers import BertModel

    from models.text.known_names import FLAGS
    from models.training.classifier import vocabulary
    from models.training.classifier.model import pretrained

    known = vocabulary.vocabulary_of(vocabulary.base_tokenizer(bert))
    net = pretrained(bert, sorted(known, key=known.__getitem__), known).eval()
    ids = torch.tensor([[2, 7, 11, 60, 3], [2, 20, 3, 0, 0]])
    mask = (ids > 0).float()
    theirs = BertModel.from_pretrained(bert).eval()
    with torch.inference_mode():
        hidden = theirs(input_ids=ids, attention_mask=mask).last_hidden_state
        pooled = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        expected = net.head(pooled)
        answered = net(ids, mask, torch.zeros(2, len(FLAGS)))
    assert torch.allclose(answered, expected, atol=1e-4)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_it_teaches_and_its_first_layers_are_the_start(bert: Path, tmp_path: Path) -> None:
    data = invented_names.write(tmp_path / "data", 400)
    settings = [
        *(f"teachers.bert={bert}", f"small.base={bert}", "small.start=layers", "small.layers=1"),
        *("small.training.epochs=1", "linear.epochs=1", "rows.limit=120"),
        "teachers.bert_lesson.read_epochs=1",
    ]
    options = [word for setting in settings for word in ("--set", setting)]
    command = ["classifier", "--recipe", "classifier-tiny", "--force", *options]
    told = training(*command, "--data", data, "--out", tmp_path / "out")
    assert told.returncode == 0, told.stderr
    manifest = read_manifest(tmp_path / "out")
    assert isinstance(manifest, Manifest)
    assert f"1 layers ({WIDTH} wide" in manifest.summary
    log = (tmp_path / "out" / "progress.jsonl").read_text(encoding="utf-8")
    parts = {json.loads(line)["part"] for line in log.splitlines()}
    assert {"teacher-bert", "small"} <= parts


def changed(folder: Path, **values: Any) -> None:
    """Changes what the config of a BERT says."""
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_a_folder_that_is_no_bert_is_refused_with_what_is_wanted(
    bert: Path, tmp_path: Path
) -> None:
    from models.training.classifier.base import base_folder
    from models.training.experiment.errors import RecipeError

    with pytest.raises(RecipeError, match=r"model\.safetensors, tokenizer\.json"):
        base_folder(str(tmp_path))
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        (tmp_path / name).write_bytes((bert / name).read_bytes())
    assert base_folder(str(tmp_path)) == tmp_path
    changed(tmp_path, intermediate_size=3 * WIDTH)
    with pytest.raises(RecipeError, match="four times hidden_size"):
        base_folder(str(tmp_path))
    changed(tmp_path, model_type="gpt2")
    with pytest.raises(RecipeError, match="must be a BERT"):
        base_folder(str(tmp_path))
