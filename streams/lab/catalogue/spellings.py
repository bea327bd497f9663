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


def musicbrainz20k(world: World, data: Data) -> tuple[list[Row], list[Row]]:
    """Add clusters of records of one track, corrupted on purpose.

    Returns:
        The cases and the unseen ones. The first spelling of a cluster is in the catalogue and the
        second is a case. All further ones that are not spelled like these are unseen: nothing is
        learned from them.
    """
    clusters: dict[str, list[Row]] = defaultdict(list)
    for row in data.linking("musicbrainz20k"):
        names = {row.get(name, "null").strip().lower() for name in ("artist", "album")}
        if not names & _UNKNOWN:
            clusters[row["CID"]].append(row)
    cases = []
    unseen = []
    for kept, *others in clusters.values():
        if not others:
            continue
        artist = world.named(kept["artist"])
        title = split_edition(kept["album"].removesuffix("(unknown)"))[0]
        group = world.titles.get((artist, compact(title))) or world.group(
            Group(title, [(artist, kept["artist"])])
        )
        truth = _truth(artist, group, "mb20k")
        asked, *rest = others
        cases.append({**_query(asked), **truth})
        seen = {_folded(kept), _folded(asked)}
        for row in rest:
            if _folded(row) not in seen:
                unseen.append({**_query(row), **truth})
                seen.add(_folded(row))
    return cases, unseen


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


def _query(row: Row) -> Row:
    return {"artist": row["artist"], "title": row["album"]}


def _folded(row: Row) -> tuple[str, str]:
    return compact(row["artist"]), compact(row["album"])


def _slipped(row: Row, rng: random.Random) -> Row:
    artist = typo(row["artist"], rng)
    title = typo(typo(row["title"], rng), rng)
    heard = [word for word in row["tracks"].split() if rng.random() < _HEARD]
    return {"artist": artist, "title": title, "tracks": [" ".join(heard)]}


def _truth(artist: str, group: str, kind: str) -> Row:
    return {"artist_mbid": artist, "release_group_mbid": group, "kind": kind}
