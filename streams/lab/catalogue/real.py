"""The real entities of a catalogue: artists, release groups, albums that are known by name only."""

from collections import defaultdict

from rapidfuzz import fuzz

from models.match.candidates import VARIOUS_ARTISTS
from models.match.likeness import names_alike
from models.match.normalise import compact, distinguishing, fold, split_edition
from streams.lab.catalogue.data import Data
from streams.lab.catalogue.world import Group, Row, World

_MAYBE_ONE_ARTIST = 0.7
"""Likeness from which on two names may be of one artist."""
_MAYBE_ONE_TITLE = 85
"""Likewise of two titles, in percent."""

Real = tuple[Row, str]
"""The row of a release group, and its MBID."""


def real_entities(world: World, data: Data) -> list[Real]:
    """Add the entities whose MBIDs are real; returns the release groups."""
    various = {"type": "Other", "aliases": ["VA", "Various"]}
    world.artist("Various Artists", VARIOUS_ARTISTS, various)
    for row in data.catalogue("artists"):
        world.artist(row["name"], row["mbid"], row)
    for homonym in data.linking("homonyms"):
        for row in homonym["artists"]:
            world.artist(row["name"], row["mbid"], row)
    return [
        _add(world, row, mbid) for mbid, row in _release_groups(data).items() if row.get("artist")
    ]


def real_albums(world: World, real: list[Real], data: Data) -> None:
    """Add albums that are known by name only; their MBIDs are invented.

    What may be another spelling of an album that is there already is left out.
    """
    makers: dict[str, list[str]] = defaultdict(list)
    titles: dict[str, list[str]] = defaultdict(list)
    for row, _ in real:
        makers[compact(split_edition(row["title"])[0])].append(fold(row["artist"]))
        titles[compact(row["artist"])].append(fold(row["title"]))
    for row in data.catalogue("albums"):
        title = compact(split_edition(row["title"])[0])
        artist, full_title = fold(row["artist"]), fold(row["title"])
        if any(names_alike(artist, maker) >= _MAYBE_ONE_ARTIST for maker in makers[title]):
            continue
        if any(_may_be_one(full_title, other) for other in titles[compact(row["artist"])]):
            continue
        mbid = world.named(row["artist"])
        if (mbid, title) not in world.titles:
            world.group(Group(row["title"], [(mbid, row["artist"])], year=row.get("year")))


def _release_groups(data: Data) -> dict[str, Row]:
    """MBID -> what the files say of the release group, the most reliable one last."""
    groups: dict[str, Row] = {row["mbid"]: row for row in data.catalogue("release_groups")}
    for row in data.linking("albums_dev"):
        if "mbid" in row:
            groups[row["mbid"]] = {**row, **groups.get(row["mbid"], {})}
    for row in data.linking("queries_dev"):
        spelled = {
            "title": row["mb_title"],
            "artist": row["mb_artist"],
            "artist_mbid": row.get("artist_mbid"),
        }
        groups[row["mbid"]] = {**spelled, **groups.get(row["mbid"], {})}
    return groups


def _add(world: World, row: Row, mbid: str) -> Real:
    if row.get("artist_mbid"):
        artist = world.artist(row["artist"], row["artist_mbid"])
    else:
        artist = world.named(row["artist"])
    credited = [(artist, row["artist"])]
    if row.get("artist2_mbid"):
        credited.append((world.artist(row["artist2"], row["artist2_mbid"]), row["artist2"]))
    world.group(
        Group(
            row["title"],
            credited,
            mbid=mbid,
            year=row.get("year"),
            kind=row.get("type") or "Album",
            aliases=row.get("aliases", ()),
        )
    )
    return {**row, "artist_mbid": artist}, mbid


def _may_be_one(title: str, other: str) -> bool:
    """Whether two folded titles of one artist may be spellings of one album."""
    if distinguishing(title) - _years(title) != distinguishing(other) - _years(other):
        return False
    words = min(len(title.split()), len(other.split()))
    is_within = words >= 3 and fuzz.token_set_ratio(title, other) == 100
    return fuzz.ratio(title, other) >= _MAYBE_ONE_TITLE or is_within


def _years(title: str) -> set[str]:
    return {word for word in title.split() if len(word) == 4 and word.isdigit()}
