"""`python -m models match`: one JSON object a line in, one out, in order."""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from models.match.matcher import Matcher
from models.match.query import Query
from schemas import Match, Subcategory


class BadQuery(ValueError):
    """A line is no query; the message says what is wrong with it."""


def run(lines: Iterable[str], matcher: Matcher) -> Iterator[dict[str, Any]]:
    """Answer lines such as `{"artist": "A", "title": "B", "year": 2001, "tracks": ["C"]}`.

    A line that is no JSON object is read as "artist - title". A line that is no query is answered
    by `{"error": ...}`, so that output lines stay beside their input lines. Blank lines are
    skipped.
    """
    for line in lines:
        if not line.strip():
            continue
        try:
            query = parse(line)
        except BadQuery as error:
            yield {"error": str(error)}
            continue
        yield as_dict(matcher.match([query])[0])


def parse(line: str) -> Query:
    """The query of a line.

    Raises:
        BadQuery: a field has a value that it cannot have.
    """
    if not line.lstrip().startswith("{"):
        artist, _, title = line.strip().partition(" - ")
        return Query(artist.strip() or None, title.strip() or None)
    try:
        raw = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BadQuery(f"not JSON: {error}") from error
    year = raw.get("year")
    if isinstance(year, str) and year.strip().isascii() and year.strip().isdigit():
        year = int(year[:20])
    if year is not None and (not isinstance(year, int) or isinstance(year, bool)):
        raise BadQuery(f"year: {str(year)[:40]!r} is no year")
    tracks = raw.get("tracks") or []
    if not isinstance(tracks, list):
        raise BadQuery("tracks: a list of names is expected")
    names = tuple(
        str(track.get("name", "")) if isinstance(track, dict) else str(track) for track in tracks
    )
    try:
        subcategory = Subcategory(raw.get("subcategory") or Subcategory.ALBUM)
    except ValueError as error:
        raise BadQuery(f"subcategory: {error}") from error
    return Query(
        _text(raw, "artist"), _text(raw, "title"), year, names, subcategory, _text(raw, "album")
    )


def as_dict(match: Match) -> dict[str, Any]:
    """The answer as published: every key is there, `null` when unknown."""
    return {
        "status": match.status.value,
        "artist_mbid": match.artist_mbid,
        "release_group_mbid": match.release_group_mbid,
        "score": match.score,
        "margin": match.margin,
        "candidates": [
            candidate.model_dump(mode="json", exclude_none=True) for candidate in match.candidates
        ],
        "why": list(match.why),
    }


def _text(raw: dict[str, Any], name: str) -> str | None:
    value = raw.get(name)
    if value is not None and not isinstance(value, str):
        raise BadQuery(f"{name}: text is expected")
    return value.strip() or None if value else None
