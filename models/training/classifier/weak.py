"""Rows whose labels nobody read: scene and tracker categories, and bare titles of a catalogue.

They are other distributions (a model of scene names alone is right on 49 % of DHT names), so their
labels weigh little; what they give is words. Each source is capped, and so is each category in it.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from models.text import known_names as catalogue
from models.text.folding import folded_words
from models.training.classifier.data import NSFW_TRUST, Row, read_json_lines
from schemas.media import MEDIUM_OF, Medium, Subcategory

SCENE = "names/scene.jsonl.gz"
RARBG = "names/rarbg.jsonl.gz"
TRACKERS = "names/p2p_by_category.jsonl.gz"
TITLES = "catalogue/titles.jsonl.gz"
ARTISTS = "catalogue/artists.jsonl.gz"
ARTIST_NAMES = "catalogue/artist_names.jsonl.gz"
ALBUMS = "catalogue/albums.jsonl.gz"
CDDB = "catalogue/cddb_albums.jsonl.gz"
BOOKS = "fields/scene_book.jsonl.gz"
DUMPS = ("replay/torrents.csv.gz", "replay/dht.jsonl.gz")
SOURCES = (SCENE, RARBG, TRACKERS, TITLES, ARTISTS, ARTIST_NAMES, ALBUMS, CDDB, BOOKS)

WEIGHT = 0.35
TRUST = 0.3

_CAPS = {SCENE: 4_000, RARBG: 12_000, TRACKERS: 9_000}
"""Rows kept of one category of a source."""

_KINDS: dict[str, tuple[Medium, Subcategory | None, tuple[str, ...]]] = {
    "movie": (Medium.VIDEO, Subcategory.MOVIE, ("movie",)),
    "movie_or_tv": (Medium.VIDEO, None, ("movie", "tv")),
    "tv_or_movie": (Medium.VIDEO, None, ("movie", "tv")),
    "tv": (Medium.VIDEO, None, ("tv",)),
    "tv_episode": (Medium.VIDEO, Subcategory.EPISODE, ("tv",)),
    "anime": (Medium.VIDEO, None, ("anime",)),
    "anime_tv": (Medium.VIDEO, None, ("anime",)),
    "anime_movie": (Medium.VIDEO, None, ("anime", "movie")),
    "anime_ova": (Medium.VIDEO, None, ("anime",)),
    "anime_web": (Medium.VIDEO, None, ("anime",)),
    "game": (Medium.SOFTWARE, Subcategory.GAME, ("game",)),
    "book": (Medium.BOOK, Subcategory.EBOOK, ("book",)),
    "software": (Medium.SOFTWARE, Subcategory.APPLICATION, ("software",)),
}


def by_category(data: Path, source: str, cap: int, rng: random.Random) -> Iterator[Row]:
    """Rows of a list with categories, at most `cap` of each."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for raw in read_json_lines(data / source):
        groups[f"{raw.get('source')}|{raw.get('category')}|{raw.get('medium')}"].append(raw)
    for group in groups.values():
        for raw in rng.sample(group, min(cap, len(group))):
            medium = Medium(raw["medium"]) if raw.get("medium") else None
            sub = Subcategory(raw["sub"]) if raw.get("sub") else None
            if sub is not None and MEDIUM_OF[sub] != medium:
                sub = None
            nsfw = "XXX" in str(raw.get("category")).upper() if source == SCENE else None
            if nsfw or raw.get("nsfw"):
                nsfw = True
            trust = TRUST if medium else 0.0
            yield Row(
                str(raw["name"]),
                medium,
                sub,
                nsfw,
                sure=False,
                weight=WEIGHT,
                trust=trust,
                nsfw_trust=NSFW_TRUST,
            )


def titles(data: Path, rng: random.Random, count: int) -> Iterator[Row]:
    """Bare titles, alone or with a year, as people name a single file or folder; and artists with
    albums and tracks.
    """
    known = [raw for raw in read_json_lines(data / TITLES) if len(str(raw["title"])) >= 4]
    weights = {"movie": 1.0, "software": 0.5}
    picked = [
        raw
        for raw in known
        if rng.random() < weights.get(str(raw["kind"]), 2.0) * count / (1.2 * len(known))
    ]
    for raw in picked:
        medium, sub, _ = _KINDS[str(raw["kind"])]
        year = raw.get("year")
        form = rng.choice(("{t}", "{t} ({y})", "{t} {y}", "{t} [{y}]")) if year else "{t}"
        name = form.replace("{t}", str(raw["title"])).replace("{y}", str(year))
        yield Row(name, medium, sub, None, sure=False, weight=WEIGHT, trust=TRUST)
    albums = list(read_json_lines(data / ALBUMS))
    for raw in rng.sample(albums, min(len(albums), count // 8)):
        form = rng.choice(("{a} - {t}", "{a} - {t} ({y})", "{a} - {y} - {t}", "{a}-{t}", "{t}"))
        name = form.replace("{a}", str(raw["artist"])).replace("{t}", str(raw["title"]))
        name = name.replace("{y}", str(raw.get("year") or rng.randint(1965, 2022)))
        yield Row(
            name, Medium.AUDIO, Subcategory.ALBUM, False, sure=False, weight=WEIGHT, trust=TRUST
        )
    artists = list(read_json_lines(data / ARTISTS))
    for raw in rng.sample(artists, min(len(artists), count // 12)):
        yield Row(
            str(raw["name"]), Medium.AUDIO, None, False, sure=False, weight=WEIGHT / 2, trust=TRUST
        )


_EPISODES = (
    "{t} - {n:02d}.mp4",
    "{t} {n:03d}.mp4",
    "[{g}] {t} - {n:02d} [720p].mkv",
    "[{g}] {t} - {n:02d} [{x}].mkv",
    "{n:02d} - {w}.avi",
    "{n:02d} {w}.mp4",
    "{t} {s}x{n:02d} {w}.avi",
    "{t}.{s}{n:02d}.avi",
    "{t}_{s:02d}_{n:02d}.avi",
    "{t} - S{s} - 720p.mp4",
    "{t} - {s}{n:02d} - {w}.mp4",
    "{t} [cap. {n}].mp4",
    "{t} Ep {n}.mp4",
    "{t}_{n}_1080p.mp4",
    "{t}_{y}_{m:02d}_{n:02d}.mp4",
    "{t} {s}-{n:02d}.mp4",
    "【{g}】[{t}][{n:02d}][720p].mp4",
    "[{g}][{t}][{n:02d}][GB][1080P].mp4",
    "{t} - {s}x{n:02d} - {w}",
)
_FILMS = (
    "{t}.avi",
    "{t}.mp4",
    "{t} ({y}).mp4",
    "{t} {y} 720p.mkv",
    "{t} [{y}].avi",
    "{y} - {t}.mp4",
    "No.{n} {t} ({y}).mp4",
)
_SCRAPS = (
    "{w}",
    "{w}{n}",
    "{w}_{n}",
    "New folder ({n})",
    "test{n}",
    "IMG_{x}.jpg",
    "photo_{y}-{m:02d}-{n:02d}_{s}.jpg",
    "DSC{x}.JPG",
    "{w}.gif",
    "{x}",
    "{w}_dump.sql",
    "{w}_{y}{m:02d}{n:02d}.csv.gz",
    "{w}-dataset-{y}",
    "{w}_backup_{y}_{m:02d}",
    "untitled {n}",
)
_SCRAP_WORDS = (
    "temp",
    "tmp",
    "test",
    "file",
    "files",
    "data",
    "readme",
    "license",
    "backup",
    "misc",
    "stuff",
    "download",
    "share",
    "archive",
    "dump",
    "log",
    "sample",
    "a",
    "b",
    "foo",
)


def plain(data: Path, rng: random.Random, count: int) -> Iterator[Row]:
    """Invented names of plain files, none of them adult: episodes, films, and scraps that are no
    work at all.

    On DHTs most bare `.mp4` are adult, and a model that has read only those flags any `07 -
    Title.mp4`.
    """
    known = [raw for raw in read_json_lines(data / TITLES) if 4 <= len(str(raw["title"])) <= 60]
    series = [raw for raw in known if str(raw["kind"]).startswith(("tv", "anime"))]
    films = [raw for raw in known if raw["kind"] == "movie"]
    words = [
        word
        for raw in rng.sample(known, min(len(known), 4000))
        for word in str(raw["title"]).split()
        if word.isalpha()
    ]
    for forms, share, medium, sub in (
        (_EPISODES, 0.6, Medium.VIDEO, Subcategory.EPISODE),
        (_FILMS, 0.3, Medium.VIDEO, Subcategory.MOVIE),
        (_SCRAPS, 0.1, Medium.OTHER, Subcategory.OTHER),
    ):
        for _ in range(int(share * count)):
            raw = rng.choice(films if sub is Subcategory.MOVIE else series)
            form = rng.choice(forms)
            name = form.format(
                t="{t}",
                g=rng.choice(words),
                w="{w}",
                n=rng.randint(1, 31),
                s=rng.randint(1, 9),
                m=rng.randint(1, 12),
                y=raw.get("year") or rng.randint(1970, 2024),
                x=f"{rng.randrange(16**8):08X}",
            )
            word = (
                rng.choice(_SCRAP_WORDS)
                if medium is Medium.OTHER
                else " ".join(rng.sample(words, rng.randint(1, 3)))
            )
            name = name.replace("{t}", str(raw["title"])).replace("{w}", word)
            image = name.lower().endswith((".jpg", ".gif"))
            yield Row(
                name, medium, Subcategory.IMAGES if image else sub, False, sure=False, weight=0.5
            )


_BY = (
    "{a} - {t}",
    "{a} - {t}",
    "{a} - {t} ({y})",
    "{a} - {y} - {t}",
    "{a} {t}",
    "{t} - {a}",
    "{t} by {a}",
    "{t}",
)
_SEVERAL = ("Complete Works of {a}", "{a} collection", "{a} - Works")
_MOST_TITLES = 8
"""Titles from which on an "author" of the scene's book list is a publisher."""


def authors(data: Path, rng: random.Random, count: int) -> Iterator[Row]:
    """Invented bare names of books and of albums, as many of each: `Jane Doe - Title` may be
    either, and names tell.
    """
    by_author: dict[str, list[str]] = defaultdict(list)
    for raw in read_json_lines(data / BOOKS):
        words = str(raw.get("author") or "").split()
        if (
            2 <= len(words) <= 3
            and all(word.strip(".").isalpha() for word in words)
            and raw.get("title")
        ):
            by_author[" ".join(words)].append(str(raw["title"]))
    books = [
        (who, rng.choice(titles))
        for who, titles in sorted(by_author.items())
        if len(titles) <= _MOST_TITLES
    ]
    albums = [(str(raw["artist"]), str(raw["title"])) for raw in read_json_lines(data / ALBUMS)]
    for works, medium, sub in (
        (books, Medium.BOOK, Subcategory.EBOOK),
        (albums, Medium.AUDIO, Subcategory.ALBUM),
    ):
        for who, title in rng.sample(works, min(count // 2, len(works))):
            several = rng.random() < 0.08 and medium is Medium.BOOK
            form = rng.choice(_SEVERAL if several else _BY)
            year = str(rng.randint(1950, 2024))
            name = (
                form.replace("{y}", year)
                .replace("{a}", "\0")
                .replace("{t}", title)
                .replace("\0", who)
            )
            yield Row(name, medium, sub, False, sure=False, weight=0.5)


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
    import csv
    import gzip

    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines, delimiter=";", quoting=csv.QUOTE_NONE):
            if len(row) >= 8 and row[0] != "infohash":
                yield ";".join(row[1:-6])


def rows(data: Path, rng: random.Random, scale: float, allowed: Callable[[str], bool]) -> list[Row]:
    """All weak rows; `scale` shrinks every cap, `allowed` says of a name whether it may be learnt
    from.
    """
    out: list[Row] = []
    for source, cap in _CAPS.items():
        if (data / source).is_file():
            out += by_category(data, source, max(1, int(cap * scale)), rng)
    if (data / TITLES).is_file():
        out += titles(data, rng, int(120_000 * scale))
    out += unlabelled(data)
    return [row for row in out if row.name.strip() and allowed(row.name)]


def known_works(data: Path) -> catalogue.KnownNames:
    """The catalogue of checksums that the classifier looks names up in."""
    entries: dict[int, int] = {}

    def add(key: int, kinds: Iterable[str | int]) -> None:
        for kind in kinds:
            bit = kind if isinstance(kind, int) else catalogue.KINDS.index(kind)
            entries[key] = entries.get(key, 0) | 1 << bit

    for raw in read_json_lines(data / TITLES):
        kinds = _KINDS[str(raw["kind"])][2]
        for title in (raw["title"], *raw.get("aliases", ())):
            # "The Hunger Games (The Hunger Games, #1)": the series in brackets is not what a file
            # is called.
            words = folded_words(str(title).split(" (")[0])
            if not words or len(words) > catalogue.MAX_WORDS or len("".join(words)) < 3:
                continue
            key = catalogue.key(words)
            add(key, kinds)
            if raw.get("year"):
                add(catalogue.year_key(key, raw["year"]), kinds)
    for source in (ARTISTS, ARTIST_NAMES):
        for raw in read_json_lines(data / source):
            for name in (raw["name"], *raw.get("aliases", ())):
                words = folded_words(str(name))
                if words and len(words) <= catalogue.MAX_WORDS and len("".join(words)) >= 3:
                    add(catalogue.key(words), ("artist",))
    for source in (ALBUMS, CDDB):
        for raw in read_json_lines(data / source):
            artist, album = (
                folded_words(str(raw.get(part) or "")) for part in ("artist", "title")
            )
            if artist and album:
                words = album[: catalogue.MAX_WORDS]
                add(catalogue.album_key(catalogue.key(artist), words), (len(catalogue.KINDS),))
    return catalogue.KnownNames.of(entries)
