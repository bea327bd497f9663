"""An extraction as one flat record, as the bench and the gold cases have them; other parsers'
answers likewise.
"""

from collections.abc import Callable, Sequence
from typing import Any

from models.extract.extractor import Extracted
from schemas import MEDIUM_OF, Medium, Subcategory, Verdict, title_and_creator_fields

Record = dict[str, Any]
"""title, series_title, artist, album, author, year, season, episode, date, episode_title, and the
technical fields.
"""

Parser = Callable[[str], Record]


def flat(found: Extracted, verdict: Verdict | None = None) -> Record:
    """A record of what was found; medium, subcategory and nsfw are the verdict's."""
    metadata = found.metadata.model_dump(exclude_none=True)
    subcategory = Subcategory(found.metadata.subcategory)
    title, creator = title_and_creator_fields(subcategory)
    made_by = metadata.get(creator) if creator else None
    made_by = (made_by[0] if made_by else None) if isinstance(made_by, tuple) else made_by
    spanned = [metadata[key] for key in ("first_year", "last_year") if key in metadata]
    record: Record = {
        "medium": MEDIUM_OF[subcategory].value,
        "subcategory": subcategory.value,
        "title": metadata.get(title),
        "year": spanned or metadata.get("year"),
        "season": _range(metadata, ("season_number", "first_season"), ("last_season",)),
        "episode": _range(
            metadata, ("episode_number", "first_episode"), ("last_episode_number", "last_episode")
        ),
        "date": metadata.get("air_date"),
        "episode_title": metadata.get("episode_title"),
    }
    if MEDIUM_OF[subcategory] is Medium.AUDIO or subcategory is Subcategory.MUSIC_VIDEO:
        record["artist"] = made_by
        # A single is a release named after its track, unless the name says which album the track is
        # on.
        record["album"] = metadata.get("album") or record["title"]
    if title == "series_title":
        record["series_title"] = record["title"]
    if creator == "author":
        record["author"] = made_by
    technical = found.technical
    record |= {
        "resolution": technical.resolution,
        "codec": technical.codec,
        "audio_codec": technical.audio_codec,
        "source": technical.source,
        "container": technical.containers[0] if technical.containers else None,
        "languages": list(technical.languages),
        "group": technical.release_group,
        "bitrate": f"{technical.bitrate}kbps" if technical.bitrate else None,
    }
    if verdict is not None:
        record |= {
            "medium": verdict.medium.value,
            "subcategory": verdict.subcategory.value,
            "nsfw": verdict.nsfw,
        }
    return {name: value for name, value in record.items() if value not in (None, [], ())}


def _range(
    metadata: dict[str, Any], firsts: Sequence[str], lasts: Sequence[str]
) -> list[int] | None:
    first = next((metadata[name] for name in firsts if name in metadata), None)
    if first is None:
        return None
    last = next((metadata[name] for name in lasts if name in metadata), first)
    return list(range(first, min(last, first + 2_000) + 1))


def parsers() -> dict[str, Parser]:
    """guessit and PTT as yardsticks, where they are installed (the dev group)."""
    found: dict[str, Parser] = {}
    try:
        found["guessit"] = _guessit()
        found["PTT"] = _ptt()
    except ImportError:
        pass
    return found


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


def _guessit() -> Parser:
    from guessit import guessit

    def parse(name: str) -> Record:
        try:
            raw = guessit(name)
        except Exception:
            return {}
        record = {ours: raw[theirs] for theirs, ours in _GUESSIT.items() if theirs in raw}
        episode = raw.get("episode", raw.get("absolute_episode"))
        if episode is not None:
            record["episode"] = episode
        if "language" in raw:
            spoken = raw["language"] if isinstance(raw["language"], list) else [raw["language"]]
            record["languages"] = [getattr(one, "name", str(one)) for one in spoken]
        return {name: _plain(value) for name, value in record.items()}

    return parse


def _ptt() -> Parser:
    from PTT import parse_title  # type: ignore[import-not-found,import-untyped,unused-ignore]

    def parse(name: str) -> Record:
        raw = parse_title(name)
        return {
            ours: raw[theirs]
            for theirs, ours in _PTT.items()
            if raw.get(theirs) not in (None, [], "")
        }

    return parse


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value if isinstance(value, int | str) else str(value)
