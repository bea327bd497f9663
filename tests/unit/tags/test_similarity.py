"""Likeness to texts as probabilities; and the classifier over names as an adapter."""

from typing import Any

import numpy as np
import pytest

from models.embed.audio import Sound
from models.embed.targets import Target
from models.tags.adapters.adapter import Adapter, AdapterError
from models.tags.adapters.similarity import Similarity, calibrated, probabilities
from models.tags.aggregate import aggregated
from models.tags.builds import Maker
from schemas.tag_name import TagName
from schemas.tags import TagOrigin

ORIGIN = TagOrigin(
    framework="onnx", embedder="planted", embedder_build="1", head="prompts", head_build="1"
)
MAKER = Maker("nom:onnx_planted_1_prompts_1", ORIGIN)
RATE = 100
LABELS = ("calm", "wild", "odd")


class Planted:
    """Hears the first number of each second, as one of three directions."""

    target = Target(name="planted", about="", width=3, rate=RATE, channels=1, window=1, hop=1)
    is_stub = True
    version = "1"

    def frames(self, sound: Sound) -> Any:
        kinds = sound.samples[0, ::RATE].astype(int)
        return np.eye(3, dtype=np.float32)[kinds]


def like(kind: int) -> Any:
    """The vector of a sound that is of one kind throughout."""
    vector = np.zeros(9, dtype=np.float32)
    vector[kind] = 1
    return vector


def sound(*kinds: int) -> Sound:
    return Sound(np.repeat(np.array(kinds, dtype=np.float32), RATE)[None], RATE)


def similarity(temperature: float = 0.1) -> Similarity:
    vectors = {label: like(kind) for kind, label in enumerate(LABELS)}
    return Similarity(Planted(), vectors, temperature, MAKER, segment=2.0)


def test_a_sound_is_likeliest_what_it_is_like_in_each_segment() -> None:
    adapter: Adapter[Sound] = similarity()
    told = adapter.tags(sound(0, 0, 1, 1, 1, 1))
    assert [label for label in LABELS if told[label][0] > 0.9] == ["calm"]
    assert [label for label in LABELS if told[label][2] > 0.9] == ["wild"]
    assert np.allclose(np.array(list(told.values())).sum(0), 1)
    assert aggregated(told)[0].label == "wild"


def test_a_sound_shorter_than_a_segment_is_one() -> None:
    assert [len(scores) for scores in similarity().tags(sound(2)).values()] == [1, 1, 1]


def test_vectors_of_another_space_are_refused() -> None:
    with pytest.raises(AdapterError, match="vectors of 9 numbers"):
        Similarity(Planted(), {"calm": np.zeros(4, dtype=np.float32)}, 0.1, MAKER)
    with pytest.raises(AdapterError, match="vectors of 9 numbers"):
        Similarity(Planted(), {}, 0.1, MAKER)
    with pytest.raises(AdapterError, match="temperature"):
        similarity(temperature=0.0)


def test_a_calibrated_temperature_says_how_often_it_is_right() -> None:
    rng = np.random.default_rng(7)
    cosines = rng.uniform(-0.2, 0.6, size=(4_000, 3))
    shares = probabilities(cosines, 0.2)
    truth = [int(rng.choice(3, p=row)) for row in shares]
    temperature = calibrated(cosines, truth)
    assert temperature == pytest.approx(0.2, rel=0.1)
    believed = probabilities(cosines, temperature).max(1)
    right = probabilities(cosines, temperature).argmax(1) == np.array(truth)
    assert believed.mean() == pytest.approx(right.mean(), abs=0.02)


@pytest.mark.parametrize("truth", [[], [3], [-1], [0, 1]])
def test_labels_that_are_none_calibrate_nothing(truth: list[int]) -> None:
    with pytest.raises(ValueError, match="labels"):
        calibrated(np.zeros((1, 3)), truth)


@pytest.mark.parametrize("head", ["medium", "subcategory"])
def test_the_classifier_that_ships_is_an_adapter_over_names(head: Any) -> None:
    from models.tags.adapters.text import NameAdapter

    adapter: Adapter[str] = NameAdapter.load(head)
    told = adapter.tags("Paper Lighthouse - Low Tide (2006) [FLAC]")
    assert all(len(shares) == 1 for shares in told.values())
    assert sum(share for (share,) in told.values()) == pytest.approx(1)
    first = aggregated(told)[0]
    assert first.label == ("audio" if head == "medium" else "album")
    assert first.variance is None
    assert TagName.parse(f"{adapter.maker.prefix}_{first.label}").model == head
