"""Rows whose labels nobody read: scene and tracker categories, and bare titles of lists of works.

They are other distributions (a model of scene names alone is right on 49 % of DHT names), so their
labels weigh little; what they give is words. Each source is capped, and so is each category in it.
"""

import csv
import gzip
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from models.training.classifier.data import NSFW_TRUST, Row, read_json_lines
from models.training.classifier.known import ALBUMS, ARTISTS, TITLES
from schemas.media import MEDIUM_OF, Medium, Subcategory

SCENE = "names/scene.jsonl.gz"
RARBG = "names/rarbg.jsonl.gz"
TRACKERS = "names/p2p_by_category.jsonl.gz"
LISTS = (SCENE, RARBG, TRACKERS)
DUMPS = ("replay/torrents.csv.gz", "replay/dht.jsonl.gz")

WEIGHT = 0.35
"""Weight of such a row in the loss."""

TRUST = 0.3
"""How much of the target is its label, the rest being the teacher's opinion."""

_CAPS = {SCENE: 4_000, RARBG: 12_000, TRACKERS: 9_000}
"""Rows kept of one category of a source."""

_TITLES = 120_000
"""Bare titles made."""

CLASS_OF: dict[str, tuple[Medium, Subcategory | None]] = {
    "movie": (Medium.VIDEO, Subcategory.MOVIE),
    "movie_or_tv": (Medium.VIDEO, None),
    "tv_or_movie": (Medium.VIDEO, None),
    "tv": (Medium.VIDEO, None),
    "tv_episode": (Medium.VIDEO, Subcategory.EPISODE),
    "anime": (Medium.VIDEO, None),
    "anime_tv": (Medium.VIDEO, None),
    "anime_movie": (Medium.VIDEO, None),
    "anime_ova": (Medium.VIDEO, None),
    "anime_web": (Medium.VIDEO, None),
    "game": (Medium.SOFTWARE, Subcategory.GAME),
    "book": (Medium.BOOK, Subcategory.EBOOK),
    "software": (Medium.SOFTWARE, Subcategory.APPLICATION),
}
"""Medium and subcategory of the kinds of titles."""

_COMMON = {"movie": 1.0, "software": 0.5}
"""Of films and programs there are more than of the rest, so a smaller share is taken."""

_TITLE_FORMS = ("{t}", "{t} ({y})", "{t} {y}", "{t} [{y}]")
_ALBUM_FORMS = ("{a} - {t}", "{a} - {t} ({y})", "{a} - {y} - {t}", "{a}-{t}", "{t}")


def rows(data: Path, rng: random.Random, scale: float, allowed: Callable[[str], bool]) -> list[Row]:
    """All weak rows.

    Args:
        data: the data folder.
        rng: what is drawn with.
        scale: shrinks every cap.
        allowed: says of a name whether it may be learnt from.
    """
    weak: list[Row] = []
    for source, cap in _CAPS.items():
        if (data / source).is_file():
            weak += by_category(data, source, max(1, int(cap * scale)), rng)
    if (data / TITLES).is_file():
        weak += titles(data, rng, int(_TITLES * scale))
    weak += unlabelled(data)
    return [row for row in weak if row.name.strip() and allowed(row.name)]


def by_category(data: Path, source: str, cap: int, rng: random.Random) -> Iterator[Row]:
    """Rows of a list with categories, at most `cap` of each."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for raw in read_json_lines(data / source):
        groups[f"{raw.get('source')}|{raw.get('category')}|{raw.get('medium')}"].append(raw)
    for group in groups.values():
        for raw in rng.sample(group, min(cap, len(group))):
            yield _categorised(raw, source)


def _categorised(raw: dict[str, Any], source: str) -> Row:
    medium = Medium(raw["medium"]) if raw.get("medium") else None
    subcategory = Subcategory(raw["sub"]) if raw.get("sub") else None
    if subcategory is not None and MEDIUM_OF[subcategory] != medium:
        subcategory = None
    nsfw = "XXX" in str(raw.get("category")).upper() if source == SCENE else None
    return Row(
        str(raw["name"]),
        medium,
        subcategory,
        nsfw=True if raw.get("nsfw") else nsfw,
        sure=False,
        weight=WEIGHT,
        trust=TRUST if medium else 0.0,
        nsfw_trust=NSFW_TRUST,
    )


def titles(data: Path, rng: random.Random, count: int) -> Iterator[Row]:
    """Bare titles, alone or with a year, as people name a single file or folder.

    And artists, alone and with albums.
    """
    yield from _works(data, rng, count)
    yield from _albums(data, rng, count // 8)
    artists = list(read_json_lines(data / ARTISTS))
    for raw in rng.sample(artists, min(len(artists), count // 12)):
        yield _unread(str(raw["name"]), Medium.AUDIO, None, nsfw=False, weight=WEIGHT / 2)


def _works(data: Path, rng: random.Random, count: int) -> Iterator[Row]:
    known = [raw for raw in read_json_lines(data / TITLES) if len(str(raw["title"])) >= 4]
    picked = [
        raw
        for raw in known
        if rng.random() < _COMMON.get(str(raw["kind"]), 2.0) * count / (1.2 * len(known))
    ]
    for raw in picked:
        medium, subcategory = CLASS_OF[str(raw["kind"])]
        year = raw.get("year")
        form = rng.choice(_TITLE_FORMS) if year else "{t}"
        name = form.replace("{t}", str(raw["title"])).replace("{y}", str(year))
        yield _unread(name, medium, subcategory, nsfw=None)


def _albums(data: Path, rng: random.Random, count: int) -> Iterator[Row]:
    albums = list(read_json_lines(data / ALBUMS))
    for raw in rng.sample(albums, min(len(albums), count)):
        form = rng.choice(_ALBUM_FORMS)
        name = form.replace("{a}", str(raw["artist"])).replace("{t}", str(raw["title"]))
        name = name.replace("{y}", str(raw.get("year") or rng.randint(1965, 2022)))
        yield _unread(name, Medium.AUDIO, Subcategory.ALBUM, nsfw=False)


def _unread(
    name: str,
    medium: Medium,
    subcategory: Subcategory | None,
    *,
    nsfw: bool | None,
    weight: float = WEIGHT,
) -> Row:
    return Row(name, medium, subcategory, nsfw, sure=False, weight=weight, trust=TRUST)


def unlabelled(data: Path) -> Iterator[Row]:
    """Names of the dumps: only the teacher has an opinion on them."""
    for source in DUMPS:
        if not (data / source).is_file():
            continue
        for name in _dump_names(data / source):
            yield Row(name, None, None, None, sure=False, trust=0.0)


def _dump_names(path: Path) -> Iterator[str]:
    if path.name.endswith(".jsonl.gz"):
        yield from (str(raw["name"]) for raw in read_json_lines(path))
        return
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines, delimiter=";", quoting=csv.QUOTE_NONE):
            if len(row) >= 8 and row[0] != "infohash":
                yield ";".join(row[1:-6])
