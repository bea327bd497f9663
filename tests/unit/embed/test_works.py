"""What a text network reads of a work."""

from typing import Any

import pytest

from models.embed.works import KINDS, text_of
from schemas.media import SUBCATEGORIES, Medium
from tests.support import extracted, torrent


def said(**fields: Any) -> str | None:
    return text_of(extracted(torrent(), metadata=fields))


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (
            {
                "subcategory": "album",
                "album_name": "Low Tide",
                "artist": "Aurora Vale",
                "year": 1994,
            },
            "Low Tide by Aurora Vale, music album, 1994, 1990s",
        ),
        ({"subcategory": "movie", "title": "The Quiet Harbour"}, "The Quiet Harbour, movie"),
        (
            {"subcategory": "episode", "series_title": "Harbour", "episode_title": "The Storm"},
            "Harbour, The Storm, episode of a television series",
        ),
        ({"subcategory": "track", "artist": "Aurora Vale"}, "Aurora Vale, song"),
        (
            {"subcategory": "collection", "collection_name": "Best", "artists": ["A", "B", "C"]},
            "Best by A, B, C, collection of music",
        ),
    ],
)
def test_a_work_is_a_sentence(fields: dict[str, Any], text: str) -> None:
    assert said(**fields) == text


def test_nothing_is_said_of_other_media_or_of_nothing() -> None:
    assert said(subcategory="application", title="Harbour Tools") is None
    assert said(subcategory="movie", year=1990) is None


def test_all_music_and_video_has_a_word_for_its_kind() -> None:
    assert set(KINDS) == {*SUBCATEGORIES[Medium.AUDIO], *SUBCATEGORIES[Medium.VIDEO]}
