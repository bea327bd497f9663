"""Ranks both ways, by hand and against chance."""

import numpy as np
import pytest

from models.training.music_text import score

SOUNDS = np.eye(4)


def test_texts_that_say_all_find_all() -> None:
    told = score.score(SOUNDS, SOUNDS, np.arange(4))
    for way in ("text_to_music", "music_to_text"):
        assert told[way]["recall_at_1"] == 100
        assert told[way]["mrr"] == 1
        assert told[way]["median_rank"] == 1


def test_ranks_are_those_that_are_counted_by_hand() -> None:
    texts = np.array([[1, 0, 0, 0], [0.9, 0.8, 0, 0], [0.3, 0.2, 0.1, 0], [0.4, 0.3, 0.2, 0.1]])
    told = score.score(texts, SOUNDS, np.arange(4))["text_to_music"]
    # Ranks 1, 2, 3, 4.
    assert told["recall_at_1"] == 25
    assert told["mrr"] == pytest.approx((1 + 1 / 2 + 1 / 3 + 1 / 4) / 4, abs=1e-5)
    assert told["median_rank"] == 2.5


def test_a_sound_with_several_texts_is_found_by_the_nearest() -> None:
    texts = np.array([[0.1, 1.0], [1.0, 0.0], [0.0, 1.0]])
    told = score.score(texts, np.eye(2), np.array([0, 0, 1]))
    assert told["music_to_text"]["recall_at_1"] == 100
    assert told["text_to_music"]["recall_at_1"] == pytest.approx(66.667)


def test_who_says_the_same_of_everything_finds_nothing() -> None:
    told = score.score(np.ones((50, 8)), np.ones((50, 8)), np.arange(50))
    assert told["text_to_music"]["recall_at_10"] == 0
    assert told["text_to_music"]["median_rank"] == 50


def test_noise_is_as_good_as_chance() -> None:
    rng = np.random.default_rng(2)
    texts, sounds = rng.standard_normal((2000, 32)), rng.standard_normal((200, 32))
    told = score.score(texts, sounds, np.arange(2000) % 200)
    assert told["text_to_music"]["recall_at_10"] == pytest.approx(5, abs=1.5)
    assert told["chance"]["recall_at_10"] == 5
    assert told["text_to_music"]["mrr"] == pytest.approx(told["chance"]["mrr"], abs=0.006)


def test_a_sound_that_is_near_to_all_is_a_hub() -> None:
    rng = np.random.default_rng(2)
    texts = rng.standard_normal((300, 16)) + 1
    sounds = rng.standard_normal((100, 16))
    even = score.score(texts, sounds, np.arange(300) % 100)["hubs"]
    sounds[0] = 1
    told = score.score(texts, sounds, np.arange(300) % 100)["hubs"]
    assert told["largest"] > 95
    assert told["largest"] > even["largest"]


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="texts"):
        score.score(np.eye(3), np.eye(4), np.arange(3))
