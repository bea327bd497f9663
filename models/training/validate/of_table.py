"""A table of titles as a catalogue: CSV with title, year, kind and artist. Hostile text."""

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from models.match.dump import decompressed
from models.match.keys import bare_title, deletions, words
from models.match.normalise import compact, fold
from models.training.validate.entry import Fields, Work
from schemas import MAX_TEXT, clean_text
from schemas.media import SUBCATEGORIES, Medium, Subcategory

LONGEST_FIELD = 1 << 20
"""Characters of a field: more is an unclosed quote, and only that record is lost."""

PER_KEY = 200
"""Works that are looked at under one key."""

_NAMES = {
    "title": "title name album work original_title primary_title primarytitle",
    "artist": "artist author creator credit artist_name",
    "year": "year date released release_year first_year startyear",
    "kind": "kind type medium category subcategory titletype",
}
_COLUMNS = {name: column for column, names in _NAMES.items() for name in names.split()}
_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")

_S = Subcategory
_SHOWS = frozenset({_S.EPISODE, _S.SEASON, _S.SERIES})
_BOOKS = frozenset({_S.EBOOK, _S.COMIC, _S.MAGAZINE, _S.BOOK_OTHER, _S.AUDIOBOOK})
_MUSIC = frozenset({_S.ALBUM, _S.TRACK, _S.COLLECTION})
_KINDS: Mapping[str, frozenset[Subcategory]] = {
    **{medium.value: frozenset(subs) for medium, subs in SUBCATEGORIES.items()},
    **{sub.value: frozenset({sub}) for sub in Subcategory},
    **dict.fromkeys(("film", "movie", "tvmovie"), frozenset({_S.MOVIE})),
    **dict.fromkeys(("tv", "show", "series", "season", "episode", "tvseries"), _SHOWS),
    "anime": _SHOWS | {_S.MOVIE},
    "album": _MUSIC,
    "book": _BOOKS,
}
"""What tables call kinds; any other word says nothing."""

assert Medium.OTHER.value in _KINDS


class TableUnreadable(Exception):
    """The table cannot be read; the message says why, and what it needs."""


class TableCatalogue:
    """Works of a table, in memory."""

    def __init__(self, works: Iterable[Work]) -> None:
        self._works: list[Work] = []
        self._by_key: dict[str, list[int]] = defaultdict(list)
        self.bad: Counter[str] = Counter()
        """Records that are no work, by why."""
        for work in works:
            self._add(work)

    def _add(self, work: Work) -> None:
        for title in work.titles:
            for key in _keys(title):
                places = self._by_key[key]
                if len(places) < PER_KEY:
                    places.append(len(self._works))
        self._works.append(work)

    def __len__(self) -> int:
        return len(self._works)

    def candidates(self, fields: Fields) -> Iterator[Work]:
        """Works whose titles share words or all letters but one, and that may be of the class."""
        if not fields.title:
            return
        keys = [key for key in _keys(fields.title) if key in self._by_key]
        for at in dict.fromkeys(at for key in keys for at in self._by_key[key]):
            work = self._works[at]
            if not work.kinds or fields.subcategory in (None, *work.kinds):
                yield work

    @classmethod
    def read(cls, path: Path) -> "TableCatalogue":
        """The works of a CSV file, compressed or not; `,`, `;` and tabs are told apart.

        Raises:
            TableUnreadable: it cannot be read, or has no column of titles.
        """
        catalogue = cls(())
        before = csv.field_size_limit(LONGEST_FIELD)
        try:
            with path.open("rb") as raw, decompressed(raw) as content:
                text = io.TextIOWrapper(content, encoding="utf-8-sig", errors="replace", newline="")
                catalogue._read(path, text)
        except (OSError, EOFError, ValueError) as error:
            raise TableUnreadable(f"{path} cannot be read: {error}") from error
        finally:
            csv.field_size_limit(before)
        if not catalogue:
            raise TableUnreadable(f"{path} holds no title; {_EXPECTED}")
        return catalogue

    def _read(self, path: Path, text: io.TextIOWrapper) -> None:
        head = text.readline(LONGEST_FIELD)
        delimiter = max(",;\t", key=head.count)
        columns = _columns_of(next(csv.reader([head], delimiter=delimiter), []))
        if "title" not in columns:
            raise TableUnreadable(f"{path} has no column of titles; {_EXPECTED}")
        records = csv.reader(text, delimiter=delimiter)
        while True:
            try:
                record = next(records)
            except StopIteration:
                return
            except csv.Error:
                self.bad["damaged"] += 1
                continue
            work = _work(record, columns, records.line_num + 1)
            if work is None:
                self.bad["no title"] += bool(record)
            else:
                self._add(work)


_EXPECTED = "its first line must name columns: title, and if known artist, year, kind"


def _columns_of(names: Sequence[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for at, name in enumerate(names):
        column = _COLUMNS.get(name.strip().lower().replace(" ", "_"))
        if column is not None:
            columns.setdefault(column, at)
    return columns


def _work(record: Sequence[str], columns: Mapping[str, int], line: int) -> Work | None:
    """The work of a record; None if it has no title."""
    values = {
        column: clean_text(record[at])[:MAX_TEXT] if at < len(record) else ""
        for column, at in columns.items()
    }
    if not fold(values["title"]):
        return None
    year = _YEAR.search(values.get("year", ""))
    artist = values.get("artist", "")
    return Work(
        titles=(values["title"],),
        artists=(artist,) if artist else (),
        year=int(year[1]) if year else None,
        key=f"line {line}",
        kinds=_KINDS.get(values.get("kind", "").lower(), frozenset()),
    )


def _keys(title: str) -> list[str]:
    """All letters of a title; its two longest words, together and each; of a lone word slips."""
    bare = bare_title(title)
    key = compact(bare)
    telling = words(bare, 2)
    if len(telling) < 2:
        return list(dict.fromkeys((key, *deletions(key))))
    return list(dict.fromkeys((key, " ".join(sorted(telling)), *(f"{word} " for word in telling))))
