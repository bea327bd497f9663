"""Questions: a network that cannot be loaded is not tried again by each of them."""

from pathlib import Path
from typing import Never

import pytest

from models.embed import minilm
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
