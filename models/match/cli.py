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
    return Query(
        artist=_text(raw, "artist"),
        title=_text(raw, "title"),
        year=_year(raw.get("year")),
        tracks=_tracks(raw.get("tracks") or []),
        subcategory=_subcategory(raw.get("subcategory")),
        album=_text(raw, "album"),
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


def _year(value: object) -> int | None:
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = int(value[:20])
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise BadQuery(f"year: {str(value)[:40]!r} is no year")


def _tracks(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise BadQuery("tracks: a list of names is expected")
    return tuple(
        str(track.get("name", "")) if isinstance(track, dict) else str(track) for track in value
    )


def _subcategory(value: Any) -> Subcategory:
    try:
        return Subcategory(value or Subcategory.ALBUM)
    except ValueError as error:
        raise BadQuery(f"subcategory: {error}") from error
