"""Artists and release groups as they are collected, and the lines that they become."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from models.match.normalise import compact, split_edition

DATED = "2026-11-21"
SAMPLED_EVERY = 300
"""Distractors of which one becomes a case."""
SAMPLED = 1500
"""Cases made of distractors, at most."""

Row = dict[str, Any]
Credited = tuple[str, str]
"""MBID and name of an artist."""


@dataclass(frozen=True, slots=True)
class Group:
    """A release group; without an MBID it gets an invented one."""

    title: str
    credited: Sequence[Credited]
    mbid: str | None = None
    year: int | None = None
    kind: str = "Album"
    secondary: Sequence[str] = ()
    aliases: Sequence[str] = ()
    joins: str = " & "


class World:
    """What is in the catalogue so far; every entity is written as it comes."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.rng = rng
        self.artists: list[Credited] = []
        self.by_name: dict[str, str] = {}
        """Compact name -> MBID of the first artist of it."""
        self.titles: dict[tuple[str, str], str] = {}
        """MBID of an artist and compact title -> MBID of the release group; not of distractors."""
        self.groups = 0
        self.sampled: list[Row] = []
        """Distractors as cases."""
        self._aside = random.Random(17)
        self._seen: set[str] = set()
        (folder / "mbdump").mkdir(parents=True, exist_ok=True)
        (folder / "TIMESTAMP").write_text(f"{DATED} 00:00:00.000000+00\n")
        self._files = {
            kind: (folder / "mbdump" / kind).open("wb")
            for kind in ("artist", "release-group", "release")
        }

    def mbid(self) -> str:
        """An invented MBID."""
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def artist(self, name: str, mbid: str | None = None, row: Row | None = None) -> str:
        """Add an artist, unless its MBID is there; returns its MBID."""
        mbid = mbid or self.mbid()
        row = row or {}
        if mbid in self._seen:
            return mbid
        self._seen.add(mbid)
        self.artists.append((mbid, name))
        self.by_name.setdefault(compact(name), mbid)
        line = {
            "id": mbid,
            "name": name,
            "sort-name": row.get("sort_name") or _sort_name(name),
            "type": row.get("type"),
            "country": row.get("country"),
            "disambiguation": "",
            "aliases": [{"name": alias} for alias in row.get("aliases", [])],
        }
        self._write("artist", line)
        return mbid

    def named(self, name: str) -> str:
        """The artist of a name, made if there is none."""
        return self.by_name.get(compact(name)) or self.artist(name)

    def group(self, group: Group) -> str:
        """Add a release group that may be asked for; returns its MBID."""
        mbid = group.mbid or self.mbid()
        self.groups += 1
        for artist, _ in group.credited:
            for form in (group.title, split_edition(group.title)[0]):
                self.titles.setdefault((artist, compact(form)), mbid)
        self._write("release-group", _line(mbid, group))
        return mbid

    def distractor(self, group: Group) -> None:
        """Add a release group that stands in the way; a few of them become cases."""
        mbid = self.mbid()
        self.groups += 1
        self._write("release-group", _line(mbid, group))
        if self.groups % SAMPLED_EVERY == 0 and len(self.sampled) < SAMPLED:
            self.sampled.append(
                {
                    "artist": " & ".join(name for _, name in group.credited),
                    "title": group.title,
                    "year": as_told(group.year, self._aside),
                    "artist_mbid": group.credited[0][0],
                    "release_group_mbid": mbid,
                    "kind": "generated",
                }
            )

    def release(self, group: str, tracks: Sequence[str]) -> None:
        """Add a release of a release group, with its tracks."""
        numbered = [{"position": at, "title": track} for at, track in enumerate(tracks, 1)]
        media = [{"position": 1, "tracks": numbered}]
        self._write("release", {"id": self.mbid(), "release-group": {"id": group}, "media": media})

    def close(self) -> None:
        """Bring everything to disk."""
        for stream in self._files.values():
            stream.close()

    def _write(self, kind: str, row: Row) -> None:
        self._files[kind].write(orjson.dumps(row) + b"\n")


def as_told(year: int | None, rng: random.Random) -> int | None:
    """A first year as torrents tell it: half do not, a tenth is one off, a tenth is a reissue's."""
    kind = rng.random()
    if year is None or kind < 0.5:
        return None
    if kind < 0.8:
        return year
    return year + (rng.choice((-1, 1)) if kind < 0.9 else rng.randrange(2, 30))


def _line(mbid: str, group: Group) -> Row:
    last = len(group.credited) - 1
    return {
        "id": mbid,
        "title": group.title,
        "first-release-date": f"{group.year}-01-01" if group.year else "",
        "primary-type": group.kind,
        "secondary-types": list(group.secondary),
        "aliases": [{"name": alias} for alias in group.aliases],
        "disambiguation": "",
        "artist-credit": [
            {
                "name": name,
                "joinphrase": "" if at == last else group.joins,
                "artist": {"id": artist, "name": name},
            }
            for at, (artist, name) in enumerate(group.credited)
        ],
    }


def _sort_name(name: str) -> str:
    first, _, rest = name.partition(" ")
    return f"{rest}, {first}" if rest else name
