"""Entities of which several spellings are known: one is in the catalogue, others are cases."""

import random
from collections import defaultdict

from models.match.normalise import compact, split_edition
from streams.lab.catalogue.cases import typo
from streams.lab.catalogue.data import Data
from streams.lab.catalogue.world import Group, Row, World

_UNKNOWN = {"", "null", "unknown", "[unknown]", "none"}
_SLIPPED = 0.1
"""Share of the CDDB albums that become a case with slips."""
_HEARD = 0.9
"""Share of the words of their tracks that stay."""


def cddb(world: World, data: Data) -> list[Row]:
    """Add CDDB albums with their track lists; returns the cases.

    Of spellings of one album the last is in the catalogue, the others are cases.
    """
    albums = {
        f"{row['artist']} - {row['title']}": row
        for row in data.catalogue("cddb_albums")
        if row.get("title")
    }
    spelled_as = _representatives(albums, data)
    cases = []
    rng = random.Random(13)
    # Representatives first: their albums must be there when the other spellings are looked up.
    for name in sorted(albums, key=lambda name: spelled_as[name] != name):
        row, kept = albums[name], albums[spelled_as[name]]
        artist = world.named(kept["artist"])
        title = compact(split_edition(kept["title"])[0])
        if spelled_as[name] == name:
            group = world.titles.get((artist, title)) or world.group(
                Group(kept["title"], [(artist, kept["artist"])], year=kept.get("year"))
            )
            world.release(group, [kept["tracks"]])
            if rng.random() < _SLIPPED:
                cases.append({**_slipped(row, rng), **_truth(artist, group, "cddb_slips")})
        else:
            group = world.titles[artist, title]
            asked = {
                "artist": row["artist"],
                "title": row["title"],
                "year": row.get("year"),
                "tracks": [row["tracks"]],
            }
            cases.append({**asked, **_truth(artist, group, "cddb")})
    return cases


def musicbrainz20k(world: World, data: Data) -> list[Row]:
    """Add clusters of records of one track, corrupted on purpose; returns the cases.

    One spelling is in the catalogue, another is a case.
    """
    clusters: dict[str, list[Row]] = defaultdict(list)
    for row in data.linking("musicbrainz20k"):
        names = {row.get(name, "null").strip().lower() for name in ("artist", "album")}
        if not names & _UNKNOWN:
            clusters[row["CID"]].append(row)
    cases = []
    for records in clusters.values():
        if len(records) < 2:
            continue
        kept, asked = records[0], records[1]
        artist = world.named(kept["artist"])
        title = split_edition(kept["album"].removesuffix("(unknown)"))[0]
        group = world.titles.get((artist, compact(title))) or world.group(
            Group(title, [(artist, kept["artist"])])
        )
        query = {"artist": asked["artist"], "title": asked["album"]}
        cases.append({**query, **_truth(artist, group, "mb20k")})
    return cases


def _representatives(albums: dict[str, Row], data: Data) -> dict[str, str]:
    """Name of an album -> the spelling of it that stands for all of them (union-find)."""
    parents = {name: name for name in albums}

    def root(name: str) -> str:
        while parents[name] != name:
            name = parents[name]
        return name

    for pair in data.linking("cddb_pairs"):
        if pair["match"] and pair["a"] in parents and pair["b"] in parents:
            parents[root(pair["a"])] = root(pair["b"])
    return {name: root(name) for name in albums}


def _slipped(row: Row, rng: random.Random) -> Row:
    artist = typo(row["artist"], rng)
    title = typo(typo(row["title"], rng), rng)
    heard = [word for word in row["tracks"].split() if rng.random() < _HEARD]
    return {"artist": artist, "title": title, "tracks": [" ".join(heard)]}


def _truth(artist: str, group: str, kind: str) -> Row:
    return {"artist_mbid": artist, "release_group_mbid": group, "kind": kind}
