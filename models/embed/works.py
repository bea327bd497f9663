"""What a text network reads of a work: a sentence of title, creator, kind and year.

A torrent says no more: there are no descriptions in it, so that a question about what happens in a
film finds it only where its title hints at it.
"""

from types import MappingProxyType
from typing import Any

from schemas import Extraction, Subcategory, uniform

KINDS = MappingProxyType(
    {
        Subcategory.TRACK: "song",
        Subcategory.ALBUM: "music album",
        Subcategory.COLLECTION: "collection of music",
        Subcategory.AUDIOBOOK: "audiobook",
        Subcategory.AUDIO_OTHER: "recording",
        Subcategory.MOVIE: "movie",
        Subcategory.EPISODE: "episode of a television series",
        Subcategory.SEASON: "season of a television series",
        Subcategory.SERIES: "television series",
        Subcategory.MUSIC_VIDEO: "music video",
        Subcategory.VIDEO_OTHER: "video",
    }
)
"""Subcategory -> what people call it. What is none of these has no vector."""

_DETAILS = ("episode_title", "album", "work", "composer")
"""Fields that some subcategories have beside title and creator, and that say something of them."""

_MOST_ARTISTS = 5


def text_of(extraction: Extraction) -> str | None:
    """The sentence: `Paper Lanterns by Aurora Vale, music album, 2011, 2010s`.

    Returns None where it is neither music nor video, or nothing is known to write about.
    """
    kind = KINDS.get(extraction.subcategory)
    told = uniform(extraction.metadata)
    named = _named(told.title, told.creator or _artists(extraction.metadata))
    if kind is None or named is None:
        return None
    details = (getattr(extraction.metadata, field, None) for field in _DETAILS)
    parts = [named, *(str(detail) for detail in details if detail), kind]
    if told.year is not None:
        parts += [str(told.year), f"{told.year // 10 * 10}s"]
    return ", ".join(parts)


def _named(title: str | None, creator: str | None) -> str | None:
    if title and creator:
        return f"{title} by {creator}"
    return title or creator


def _artists(metadata: Any) -> str | None:
    return ", ".join(getattr(metadata, "artists", ())[:_MOST_ARTISTS]) or None
