"""Builds the known works (`models.text.known_works`): what a bare `Title (Year)` names but a film.

Games, books, albums and series stand there with their years, and titles that only one kind of work
is known to have without one: such a work is named with another edition's year as well. Films stand
there only if a word of their title counts parts, so that the models take them for seasons.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from models.text.folding import folded_words
from models.text.known_names import Known, KnownNames
from models.text.known_works import NAMED_SO, work_key
from models.training.classifier.data import read_json_lines
from models.training.classifier.known import (
    ALBUMS,
    ARTIST_NAMES,
    ARTISTS,
    CDDB,
    KNOWN_AS,
    RELEASE_GROUPS,
    TITLES,
)
from models.training.classifier.weak import TRACKERS

_FEWEST_WORDS = 2
"""Words of a title that is known without its year; a single word is a title of many works."""

_MOST_YEARS = 2
"""Years of a game that is known by its title alone.

A sport that has a game every year is broadcast every year, too.
"""

_GAME_LISTS = frozenset({"games_hydra_fitgirl", "jc141_games"})
"""Sources of trackers' names that hold games alone."""

_UNITS = frozenset({"season", "seasons", "series", "episode", "episodes"})
"""Words of a film's title that make a season of it to who does not know the film."""

_AFTER_TITLE = re.compile(r"\s*[\[(–—|+/]|\s-\s|\sv\.?\d")
_IN_BRACKETS = re.compile(r"[\[(](?P<year>(?:19[89]|20[0-3])\d)[\])]")

_BY_TITLE = (int(Known.GAME), int(Known.BOOK), int(Known.ALBUM))
"""As what a title may be known without its year. Of a series and a film the medium is the same."""

_FILM = int(Known.MOVIE | Known.ANIME)
_SERIES = int(Known.TV | Known.ANIME)
_UNLIKE = {int(Known.TV): _FILM, int(Known.MOVIE): _SERIES}
"""What may not have the title of a series or of a film in that time; of other works nothing may."""


@dataclass(slots=True)
class _Works:
    """Works as they are read from the lists. Kinds are sums of `Known`."""

    dated: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    """Games, books, albums and series by title and year."""
    shown: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    """Films, series and anime by title and year, also by the years beside: lists differ by one."""
    titles: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    """Every kind that is known to have a title."""
    years: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Years of the games of a title."""

    def add(self, title: str, kind: int, year: int | None = None) -> None:
        """Add a game, a book or an album."""
        checksum = work_key(title, year) if year else None
        if checksum is not None:
            self.dated[checksum] |= kind
        self.name(title, kind)
        alone = work_key(title)
        if alone is not None and year and kind == Known.GAME:
            self.years[alone].add(year)

    def show(self, title: str, kind: int, year: int | None, *, is_series: bool) -> None:
        """Add what is watched."""
        self.name(title, kind)
        for near in (year - 1, year, year + 1) if year else ():
            checksum = work_key(title, near)
            if checksum is None:
                continue
            self.shown[checksum] |= kind
            is_film = kind == Known.MOVIE and not _UNITS.isdisjoint(folded_words(title))
            if near == year and (is_series or is_film):
                self.dated[checksum] |= int(Known.TV) if is_series else kind

    def name(self, title: str, kind: int) -> None:
        """Add that some kind has a title."""
        checksum = work_key(title)
        if checksum is not None:
            self.titles[checksum] |= kind
            if len(folded_words(title)) < _FEWEST_WORDS:
                self.titles[checksum] |= _FILM

    def kept(self) -> Iterator[tuple[int, int]]:
        """What is known as one thing only."""
        film = int(Known.MOVIE)
        for checksum, kinds in self.dated.items():
            # A game or a book that is named like a film of its year is mostly that of the film.
            kind = film if kinds & film else kinds
            if kind in NAMED_SO and not self.shown[checksum] & _UNLIKE.get(kind, ~0):
                yield checksum, kind
        for checksum, kind in self.titles.items():
            if kind in _BY_TITLE and len(self.years[checksum]) <= _MOST_YEARS:
                yield checksum, kind


def known_works(data: Path) -> KnownNames:
    """Games, books, albums and series by title and year, and by titles that no other work has.

    Left out are those that are known as two of these, and those whose title a film has, too, in
    that year or one beside it; games, books and albums also if a series has it.
    """
    works = _Works()
    _add_titles(works, data)
    for source in (ALBUMS, RELEASE_GROUPS, CDDB):
        if (data / source).is_file():
            for raw in read_json_lines(data / source):
                year = int(raw["year"]) if raw.get("year") else None
                works.add(str(raw.get("title") or ""), int(Known.ALBUM), year)
    for source in (ARTISTS, ARTIST_NAMES):
        if (data / source).is_file():
            for raw in read_json_lines(data / source):
                works.name(str(raw["name"]), int(Known.ARTIST))
    for title, year in _listed_games(data):
        works.add(title, int(Known.GAME), year)
    return KnownNames.of(dict(works.kept()))


def _add_titles(works: _Works, data: Path) -> None:
    for raw in read_json_lines(data / TITLES):
        kind = int(KNOWN_AS[str(raw["kind"])])
        year = int(raw["year"]) if raw.get("year") else None
        for title in (raw["title"], *raw.get("aliases", ())):
            bare = str(title).split(" (")[0]
            if kind in (Known.GAME, Known.BOOK):
                works.add(bare, kind, year)
            elif kind == Known.SOFTWARE:
                works.name(bare, kind)
            else:
                works.show(bare, kind, year, is_series=raw["kind"] == "tv")


def _listed_games(data: Path) -> Iterator[tuple[str, int | None]]:
    """Titles of the trackers that list games alone, with their years where they tell them."""
    if not (data / TRACKERS).is_file():
        return
    for raw in read_json_lines(data / TRACKERS):
        if raw.get("source") not in _GAME_LISTS:
            continue
        text = str(raw["name"])
        if " " not in text.strip():
            text = text.replace(".", " ")
        title = _AFTER_TITLE.split(text.strip(), maxsplit=1)[0]
        year = _IN_BRACKETS.search(text)
        if title.strip():
            yield title, int(year["year"]) if year else None
