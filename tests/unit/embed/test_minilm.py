"""Questions: a network that cannot be loaded is not tried again by each of them."""

from pathlib import Path
from typing import Never

import pytest

from models.embed import minilm
from models.embed.minilm_graph import MissingTraining
from models.registry import WeightsMissing


def test_what_cannot_be_loaded_is_tried_again_after_a_while(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tries = []

    def load(weights_dir: Path) -> Never:
        tries.append(weights_dir)
        raise WeightsMissing("run it")

    now = [100.0]
    monkeypatch.setattr(minilm, "load", load)
    monkeypatch.setattr("models.embed.minilm.time.monotonic", lambda: now[0])
    questions = minilm.Questions(tmp_path)
    for _ in range(3):
        with pytest.raises(WeightsMissing, match="run it"):
            questions.vector("piano")
    assert len(tries) == 1
    now[0] += 11
    with pytest.raises(WeightsMissing):
        questions.vector("piano")
    assert len(tries) == 2


def test_nothing_is_fetched_that_could_not_be_made_into_a_network(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def no_export(name: str) -> Never:
        raise ModuleNotFoundError(f"No module named {name!r}", name="onnx")

    monkeypatch.setattr("models.embed.minilm_graph.importlib.import_module", no_export)
    monkeypatch.setattr(minilm, "fetch", lambda *_: pytest.fail("it was fetched in vain"))
    with pytest.raises(MissingTraining, match=r"onnx is missing.*mimmo-streams\[train\]"):
        minilm.fetched(tmp_path)
