"""What is kept of MusicBrainz's entities, and how it is read of a line of their JSON dumps.

A line is what the web service gives for the entity
(https://musicbrainz.org/doc/Development/JSON_Data_Dumps).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from schemas import MAX_TEXT, clean_text

TRACKS_KEPT = 200
"""Tracks of one release that are kept: a box set has as many, more tell nothing new."""


class Kind(StrEnum):
    """Which dump: also the name of the tar's member."""

    ARTIST = "artist"
    RELEASE_GROUP = "release-group"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Artist:
    """What is kept of an artist."""

    mbid: str
    name: str
    sort_name: str | None = None
    aliases: tuple[str, ...] = ()
    disambiguation: str | None = None
    type: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """One artist of a release group's credit: as credited, and what joins it to the next."""

    mbid: str
    name: str
    credited: str
    join: str = ""
    """Such as " feat. " or " & "; empty behind the last."""


@dataclass(frozen=True, slots=True)
class ReleaseGroup:
    """What is kept of a release group."""

    mbid: str
    title: str
    credits: tuple[Credit, ...] = ()
    first_year: int | None = None
    primary_type: str | None = None
    secondary_types: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    disambiguation: str | None = None

    @property
    def credit_text(self) -> str:
        """The credit as printed: "A feat. B"."""
        return "".join(credit.credited + credit.join for credit in self.credits).strip()[:MAX_TEXT]


@dataclass(frozen=True, slots=True)
class Release:
    """What is kept of a release: the names of its tracks, for its release group."""

    mbid: str
    group_mbid: str
    tracks: tuple[str, ...] = ()


Entity = Artist | ReleaseGroup | Release

_MBID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def parse_artist(raw: dict[str, Any]) -> Artist:
    """An artist of a line.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: it is none.
    """
    return Artist(
        mbid=_mbid(raw["id"]),
        name=_required(raw["name"]),
        sort_name=_text(raw.get("sort-name")),
        aliases=_aliases(raw),
        disambiguation=_text(raw.get("disambiguation")),
        type=_text(raw.get("type")),
        country=_text(raw.get("country")),
    )


def parse_release_group(raw: dict[str, Any]) -> ReleaseGroup:
    """A release group of a line; raises as `parse_artist`."""
    parts = []
    for part in raw.get("artist-credit") or ():
        name = _required(part["artist"]["name"])
        join = clean_text(str(part.get("joinphrase") or ""))[:MAX_TEXT]
        parts.append(
            Credit(_mbid(part["artist"]["id"]), name, _text(part.get("name")) or name, join)
        )
    return ReleaseGroup(
        mbid=_mbid(raw["id"]),
        title=_required(raw["title"]),
        credits=tuple(parts),
        first_year=_year(raw.get("first-release-date")),
        primary_type=_text(raw.get("primary-type")),
        secondary_types=tuple(filter(None, map(_text, raw.get("secondary-types") or ()))),
        aliases=_aliases(raw),
        disambiguation=_text(raw.get("disambiguation")),
    )


def parse_release(raw: dict[str, Any]) -> Release:
    """A release of a line; raises as `parse_artist`."""
    names = (
        _text(track.get("title"))
        for medium in raw.get("media") or ()
        for track in medium.get("tracks") or ()
    )
    tracks = tuple(name for name in names if name)[:TRACKS_KEPT]
    return Release(_mbid(raw["id"]), _mbid(raw["release-group"]["id"]), tracks)


PARSERS: dict[Kind, Callable[[dict[str, Any]], Entity]] = {
    Kind.ARTIST: parse_artist,
    Kind.RELEASE_GROUP: parse_release_group,
    Kind.RELEASE: parse_release,
}


def _aliases(raw: dict[str, Any]) -> tuple[str, ...]:
    names = (_text(alias.get("name")) for alias in raw.get("aliases") or ())
    return tuple(dict.fromkeys(name for name in names if name))


def _mbid(value: object) -> str:
    text = str(value).lower()
    if not _MBID.fullmatch(text):
        raise ValueError(f"not an MBID: {text[:60]!r}")
    return text


def _text(value: object) -> str | None:
    return clean_text(value)[:MAX_TEXT].strip() or None if isinstance(value, str) else None


def _required(value: object) -> str:
    text = _text(value)
    if text is None:
        raise ValueError("an empty name")
    return text


def _year(value: object) -> int | None:
    if not isinstance(value, str) or not (value[:4].isascii() and value[:4].isdigit()):
        return None
    year = int(value[:4])
    return year if 1000 <= year <= 2100 else None  # the limits of schemas.Year
