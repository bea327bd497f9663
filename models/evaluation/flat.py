"""An extraction as flat fields, as the bench and the gold cases have them; other parsers' likewise.

The names are: title, series_title, artist, album, author, year, season, episode, date,
episode_title, and the technical fields.
"""

from collections.abc import Callable, Sequence
from typing import Any

from models.extract.extractor import Extracted
from models.extract.rules.recordings.compilation import VARIOUS_ARTISTS
from schemas import MEDIUM_OF, Medium, Subcategory, Technical, Verdict, title_and_creator_fields

FlatFields = dict[str, Any]
"""Name of a field -> value; what is not known is not there."""

_VARIOUS = (VARIOUS_ARTISTS, "Various Artist", "Various", "VA", "V.A.", "VVAA", "Сборник")
"""How several artists that are not named are written."""

Parser = Callable[[str], FlatFields]

_LONGEST_RANGE = 2_000
"""Seasons or episodes of one name that are listed: a hostile name may say any number."""


def flat(extracted: Extracted, verdict: Verdict | None = None) -> FlatFields:
    """What was extracted as flat fields; medium, subcategory and nsfw are the verdict's."""
    subcategory = Subcategory(extracted.metadata.subcategory)
    title_field, creator_field = title_and_creator_fields(subcategory)
    metadata = extracted.metadata.model_dump(exclude_none=True)
    title = metadata.get(title_field)
    fields = {
        "medium": MEDIUM_OF[subcategory].value,
        "subcategory": subcategory.value,
        "title": title,
        **_dated_and_numbered(metadata),
        **_credited(metadata, subcategory),
        "series_title": title if title_field == "series_title" else metadata.get("series"),
        "platform": list(metadata.get("platforms", ())),
        "version": metadata.get("version"),
        "author": _first(metadata.get("author")) if creator_field == "author" else None,
        **_technical(extracted.technical),
    }
    if verdict is not None:
        fields |= classified(verdict)
    return {name: value for name, value in fields.items() if value not in (None, [], ())}


def classified(verdict: Verdict) -> FlatFields:
    """What a verdict says, as flat fields."""
    return {
        "medium": verdict.medium.value,
        "subcategory": verdict.subcategory.value,
        "nsfw": verdict.nsfw,
    }


def parsers() -> dict[str, Parser]:
    """The parsers guessit and PTT as yardsticks, where they are installed (the dev group)."""
    known: dict[str, Parser] = {}
    try:
        known["guessit"] = _guessit()
        known["PTT"] = _ptt()
    except ImportError:
        pass
    return known


def _credited(metadata: dict[str, Any], subcategory: Subcategory) -> FlatFields:
    """Artist and album, of music."""
    if MEDIUM_OF[subcategory] is not Medium.AUDIO and subcategory is not Subcategory.MUSIC_VIDEO:
        return {}
    title_field, creator_field = title_and_creator_fields(subcategory)
    return {
        "artist": spellings(_first(metadata.get(creator_field) if creator_field else None)),
        # A single is a release named after its track, unless the name says which album the track
        # is on.
        "album": metadata.get("album") or metadata.get(title_field),
    }


def spellings(artist: Any) -> Any:
    """The ways to write artists that are not named; suites and readers write any. Else as it is."""
    return list(_VARIOUS) if artist == VARIOUS_ARTISTS else artist


def _first(value: Any) -> Any:
    """The first of several creators."""
    if isinstance(value, tuple):
        return value[0] if value else None
    return value


def _dated_and_numbered(metadata: dict[str, Any]) -> FlatFields:
    span = [metadata[name] for name in ("first_year", "last_year") if name in metadata]
    return {
        "year": span or metadata.get("year"),
        "season": _range(metadata, ("season_number", "first_season"), ("last_season",)),
        "episode": _range(
            metadata, ("episode_number", "first_episode"), ("last_episode_number", "last_episode")
        ),
        "date": metadata.get("air_date") or metadata.get("date"),
        "episode_title": metadata.get("episode_title"),
    }


def _range(
    metadata: dict[str, Any], firsts: Sequence[str], lasts: Sequence[str]
) -> list[int] | None:
    first = next((metadata[name] for name in firsts if name in metadata), None)
    if first is None:
        return None
    last = next((metadata[name] for name in lasts if name in metadata), first)
    return list(range(first, min(last, first + _LONGEST_RANGE) + 1))


def _technical(technical: Technical) -> FlatFields:
    return {
        "resolution": technical.resolution,
        "codec": technical.codec,
        "audio_codec": technical.audio_codec,
        "source": technical.source,
        "container": technical.containers[0] if technical.containers else None,
        "languages": list(technical.languages),
        "group": technical.release_group,
        "bitrate": f"{technical.bitrate}kbps" if technical.bitrate else None,
    }


_GUESSIT = {
    "title": "title",
    "episode_title": "episode_title",
    "date": "date",
    "year": "year",
    "season": "season",
    "screen_size": "resolution",
    "video_codec": "codec",
    "audio_codec": "audio_codec",
    "source": "source",
    "container": "container",
    "release_group": "group",
}
"""A name of guessit's -> ours."""
_PTT = {
    "title": "title",
    "episode_name": "episode_title",
    "date": "date",
    "year": "year",
    "resolution": "resolution",
    "codec": "codec",
    "audio": "audio_codec",
    "quality": "source",
    "container": "container",
    "group": "group",
    "languages": "languages",
    "seasons": "season",
    "episodes": "episode",
    "bitrate": "bitrate",
}
"""A name of PTT's -> ours."""


def _guessit() -> Parser:
    from guessit import guessit

    def parse(name: str) -> FlatFields:
        try:
            raw = guessit(name)
        except Exception:
            return {}
        fields = {ours: raw[theirs] for theirs, ours in _GUESSIT.items() if theirs in raw}
        episode = raw.get("episode", raw.get("absolute_episode"))
        if episode is not None:
            fields["episode"] = episode
        if "language" in raw:
            spoken = raw["language"] if isinstance(raw["language"], list) else [raw["language"]]
            fields["languages"] = [getattr(language, "name", str(language)) for language in spoken]
        return {name: _plain(value) for name, value in fields.items()}

    return parse


def _ptt() -> Parser:
    from PTT import parse_title  # type: ignore[import-not-found,import-untyped,unused-ignore]

    def parse(name: str) -> FlatFields:
        raw = parse_title(name)
        return {
            ours: raw[theirs]
            for theirs, ours in _PTT.items()
            if raw.get(theirs) not in (None, [], "")
        }

    return parse


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value if isinstance(value, int | str) else str(value)
