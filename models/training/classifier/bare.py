"""Names that say no more than a title and a year, of every medium, and years that were moved.

People name a folder `Title (Year)`, and next to such names training rows of one medium let the year
vote. So the lists of works give bare names of all media, half of them with another year than the
work's, up to `LAST_YEAR`; and rows that were read are shown once more with their year moved.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from models.text.years import LAST_YEAR, with_moved_year
from models.training.classifier.data import Row, read_json_lines
from models.training.classifier.known import ALBUMS, TITLES
from models.training.classifier.weak import CLASS_OF
from schemas.media import Medium, Subcategory

_WEIGHT = 0.5
_TRUST = 0.8
"""What a list says of its title is right, but a film and a game may share it."""

_FARTHEST = 25
"""Years by which the year of a row is moved at most."""

_MOVED = 0.5
"""Share of the bare names whose year is another than the work's."""

_COUNTS: Mapping[str, int] = {
    "movie": 12_000,
    "movie_or_tv": 1_000,
    "tv": 2_000,
    "anime": 500,
    "anime_tv": 1_000,
    "anime_movie": 500,
    "game": 6_000,
    "book": 2_000,
    "software": 2_000,
}
"""Bare names made of each kind of work: films are what is mostly named so."""

_CLEAN = frozenset({"tv", "anime_tv", "anime_movie", "anime_web"})
"""Kinds that are not adult: what is broadcast or shown.

The models take the transcribed title of an anime for adult, as most files so named without a
number are.
"""

_ALBUMS = 5_000

_FORMS = ("{t} ({y})", "{t} ({y})", "{t} ({y})", "{t} {y}", "{t} [{y}]", "{t}.{y}")
_ALBUM_FORMS = ("{a} - {t} ({y})", "{a} - {t} ({y})", "{a} - {y} - {t}", "{a} - {t} [{y}]")


def with_years_moved(rows: Sequence[Row], rng: random.Random, trust: float) -> list[Row]:
    """A copy of each row that has a year, with that year moved, trusted as much as `trust` says."""
    shown = []
    for row in rows:
        name = with_moved_year(row.name, rng.choice((-1, 1)) * rng.randint(1, _FARTHEST))
        if name != row.name:
            shown.append(replace(row, name=name, trust=min(row.trust, trust)))
    return shown


def works(data: Path, rng: random.Random) -> list[Row]:
    """Bare names of films, series, games, books, programs and albums."""
    return [*_titles(data, rng), *_albums(data, rng)]


def _titles(data: Path, rng: random.Random) -> Iterator[Row]:
    by_kind: dict[str, list[dict[str, Any]]] = {kind: [] for kind in _COUNTS}
    for raw in read_json_lines(data / TITLES):
        is_usable = raw.get("year") and len(str(raw["title"])) > 2
        if raw["kind"] in by_kind and is_usable:
            by_kind[raw["kind"]].append(raw)
    for kind, count in _COUNTS.items():
        medium, subcategory = CLASS_OF[kind]
        listed = by_kind[kind]
        for raw in rng.sample(listed, min(count, len(listed))):
            form, year = rng.choice(_FORMS), _year(int(raw["year"]), rng)
            name = form.replace("{y}", str(year)).replace("{t}", str(raw["title"]))
            yield replace(_row(name, medium, subcategory), nsfw=False if kind in _CLEAN else None)


def _albums(data: Path, rng: random.Random) -> Iterator[Row]:
    albums = [raw for raw in read_json_lines(data / ALBUMS) if raw.get("artist")]
    for raw in rng.sample(albums, min(_ALBUMS, len(albums))):
        year = _year(int(raw.get("year") or rng.randint(1960, 2020)), rng)
        form = rng.choice(_ALBUM_FORMS).replace("{y}", str(year)).replace("{a}", "\0")
        name = form.replace("{t}", str(raw["title"])).replace("\0", str(raw["artist"]))
        yield _row(name, Medium.AUDIO, Subcategory.ALBUM)


def _year(year: int, rng: random.Random) -> int:
    """The year, or another one for the share `_MOVED`."""
    return rng.randint(1950, LAST_YEAR) if rng.random() < _MOVED else year


def _row(name: str, medium: Medium, subcategory: Subcategory | None) -> Row:
    return Row(
        name,
        medium,
        subcategory,
        nsfw=None,
        sure=False,
        weight=_WEIGHT,
        trust=_TRUST,
        nsfw_trust=_TRUST,
    )
