"""Invented names: of plain files, none of them adult, and of books and albums by their authors.

On DHTs most bare `.mp4` are adult, and a model that has read only those flags any
`07 - Title.mp4`. And `Jane Doe - Title` may be a book or an album: names tell which.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.training.classifier.data import Row, read_json_lines
from models.training.classifier.known import ALBUMS, TITLES
from schemas.media import Medium, Subcategory

BOOKS = "fields/scene_book.jsonl.gz"

WEIGHT = 0.5
"""Weight of an invented name in the loss."""

_Work = dict[str, Any]

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
_PLAIN_WORDS = (
    "temp tmp test file files data readme license backup misc stuff download share archive dump log"
    " sample a b foo"
)
_SCRAP_WORDS = _PLAIN_WORDS.split()

_SHARES = (
    (_EPISODES, 0.6, Medium.VIDEO, Subcategory.EPISODE),
    (_FILMS, 0.3, Medium.VIDEO, Subcategory.MOVIE),
    (_SCRAPS, 0.1, Medium.OTHER, Subcategory.OTHER),
)
"""Forms of plain files, their share and what they are."""


def plain(data: Path, rng: random.Random, count: int) -> Iterator[Row]:
    """Names of plain files: episodes, films, and scraps that are no work at all."""
    known = [raw for raw in read_json_lines(data / TITLES) if 4 <= len(str(raw["title"])) <= 60]
    series = [raw for raw in known if str(raw["kind"]).startswith(("tv", "anime"))]
    films = [raw for raw in known if raw["kind"] == "movie"]
    words = [
        word
        for raw in rng.sample(known, min(len(known), 4000))
        for word in str(raw["title"]).split()
        if word.isalpha()
    ]
    for forms, share, medium, subcategory in _SHARES:
        for _ in range(int(share * count)):
            work = rng.choice(films if subcategory is Subcategory.MOVIE else series)
            name = _file_name(rng.choice(forms), work, words, rng)
            word = (
                rng.choice(_SCRAP_WORDS)
                if medium is Medium.OTHER
                else " ".join(rng.sample(words, rng.randint(1, 3)))
            )
            name = name.replace("{t}", str(work["title"])).replace("{w}", word)
            is_image = name.lower().endswith((".jpg", ".gif"))
            yield _row(name, medium, Subcategory.IMAGES if is_image else subcategory)


def _file_name(form: str, work: _Work, words: list[str], rng: random.Random) -> str:
    """A form with its numbers filled in; title and words are still to come."""
    return form.format(
        t="{t}",
        g=rng.choice(words),
        w="{w}",
        n=rng.randint(1, 31),
        s=rng.randint(1, 9),
        m=rng.randint(1, 12),
        y=work.get("year") or rng.randint(1970, 2024),
        x=f"{rng.randrange(16**8):08X}",
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

_SHARE_OF_SEVERAL = 0.08
"""Share of the books that are several works of one author."""

_MOST_TITLES = 8
"""Titles from which on an "author" of the scene's book list is a publisher."""


def authors(data: Path, rng: random.Random, count: int) -> Iterator[Row]:
    """Bare names of books and of albums, as many of each."""
    books = _books(data, rng)
    albums = [(str(raw["artist"]), str(raw["title"])) for raw in read_json_lines(data / ALBUMS)]
    for works, medium, subcategory in (
        (books, Medium.BOOK, Subcategory.EBOOK),
        (albums, Medium.AUDIO, Subcategory.ALBUM),
    ):
        for author, title in rng.sample(works, min(count // 2, len(works))):
            is_several = rng.random() < _SHARE_OF_SEVERAL and medium is Medium.BOOK
            form = rng.choice(_SEVERAL if is_several else _BY)
            year = str(rng.randint(1950, 2024))
            # The author goes in last: a title may hold the letters of a placeholder.
            name = form.replace("{y}", year).replace("{a}", "\0").replace("{t}", title)
            yield _row(name.replace("\0", author), medium, subcategory)


def _books(data: Path, rng: random.Random) -> list[tuple[str, str]]:
    """A book of each author of the scene's list."""
    by_author: dict[str, list[str]] = defaultdict(list)
    for raw in read_json_lines(data / BOOKS):
        words = str(raw.get("author") or "").split()
        is_name = 2 <= len(words) <= 3 and all(word.strip(".").isalpha() for word in words)
        if is_name and raw.get("title"):
            by_author[" ".join(words)].append(str(raw["title"]))
    return [
        (author, rng.choice(titles))
        for author, titles in sorted(by_author.items())
        if len(titles) <= _MOST_TITLES
    ]


def _row(name: str, medium: Medium, subcategory: Subcategory) -> Row:
    return Row(name, medium, subcategory, nsfw=False, sure=False, weight=WEIGHT)
