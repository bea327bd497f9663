"""Pairs of titles of films, series, books and games."""

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from anyascii import anyascii
from rapidfuzz import fuzz

from tests.benchmarks.comparing.corpus import Row, rows
from tests.benchmarks.comparing.letters import (
    Acronyms,
    acronym_like,
    defined,
    long_names,
    may_abbreviate,
)
from tests.benchmarks.comparing.numbers import counted, renumbered
from tests.benchmarks.comparing.pairs import Pair, plain
from tests.benchmarks.comparing.slips import near, slip

KIND = "title"

_WITH_ALIAS = 6_000
"""Titles whose aliases are taken; of the others only the acronyms."""

_SUBTITLED = re.compile(r"^(?P<head>[^:]{3,40}): (?P<tail>[^:]{3,60})$")
_SERIES = re.compile(r"^(?P<head>.+) \((?P<series>.+?),? #\d+(?:\.\d)?\)$")
_DEFINED = re.compile(r"\b((?:[A-Z]\w+|of|the|and|in|a|to|&)(?: \w+| &){1,5}) \(([A-Z]{3,6})\)")


def pairs(data: Path, rng: random.Random) -> Iterator[Pair]:
    """All pairs of titles."""
    known = list(rows(data, "catalogue/titles"))
    works = [row for row in known if row["kind"] != "software"]
    names = sorted({row["title"] for row in works})
    long = long_names(names)
    rng.shuffle(long)
    acronyms = Acronyms(KIND, long, acronym_like(names), rng)
    yield from acronyms.built(500)
    yield from acronyms.unrelated(200)
    yield from _defined(data)
    yield from _aliases(works, rng)
    yield from _years(works, rng)
    yield from _countries(works, rng)
    yield from _numbers(names, rng)
    yield from _subtitles(works, rng)
    yield from _slips(long, rng)


def _defined(data: Path) -> Iterator[Pair]:
    """Acronyms that stand in brackets behind the name in the name of a torrent."""
    named = [*rows(data, "names/p2p_by_category"), *rows(data, "names/p2p_labelled")]
    for row in named:
        for name, short in _DEFINED.findall(row["name"]):
            tokens = name.split()
            for start in range(len(tokens) - 1):
                definition = defined(f"{' '.join(tokens[start:])} ({short})")
                if definition and tokens[start][0] == short[0]:
                    yield Pair(KIND, "acronym", *definition, True, "real")
                    break


def _aliases(works: list[Row], rng: random.Random) -> Iterator[Pair]:
    with_alias = [row for row in works if row.get("aliases")]
    rng.shuffle(with_alias)
    for count, row in enumerate(with_alias):
        title = row["title"]
        for alias in row["aliases"]:
            short, name = sorted((alias, title), key=len)
            if may_abbreviate(short, name) and short.isupper():
                yield Pair(KIND, "acronym", short, name, True, "real")
            elif count >= _WITH_ALIAS:
                continue
            elif _SERIES.match(title) and plain(alias) in plain(title):
                yield Pair(KIND, "series", title, alias, True, "real")
            elif plain(anyascii(alias)) == plain(anyascii(title)) != plain(alias):
                yield Pair(KIND, "script", alias, title, True, "real")
            elif fuzz.ratio(alias.lower(), title.lower()) >= 80:
                yield Pair(KIND, "spelling", alias, title, True, "real")
            elif _SUBTITLED.match(name) and plain(short) in map(plain, name.split(": ")):
                yield Pair(KIND, "subtitle", name, short, True, "real")


def _years(works: list[Row], rng: random.Random) -> Iterator[Pair]:
    """Works of one name, told apart by their years."""
    by_title: defaultdict[str, set[int]] = defaultdict(set)
    for row in works:
        if row.get("year") and row["kind"] in {"movie", "tv", "game"}:
            by_title[row["title"]].add(row["year"])
    titles = sorted(by_title)
    rng.shuffle(titles)
    for title in titles[:300]:
        year = min(by_title[title])
        yield Pair(KIND, "year", f"{title} ({year})", title, True, "built")
    several = [title for title in titles if max(by_title[title]) - min(by_title[title]) > 3]
    for title in several[:300]:
        first, last = min(by_title[title]), max(by_title[title])
        yield Pair(KIND, "year", f"{title} ({first})", f"{title} ({last})", False, "built")


def _countries(works: list[Row], rng: random.Random) -> Iterator[Pair]:
    series = sorted({row["title"] for row in works if row["kind"] == "tv"})
    rng.shuffle(series)
    for title in series[:200]:
        mine, theirs = rng.sample(["US", "UK", "AU", "CA", "NZ"], 2)
        yield Pair(KIND, "country", f"{title} ({mine})", f"{title} ({theirs})", False, "built")
        yield Pair(KIND, "country", f"{title} {mine}", f"{title} ({mine})", True, "built")


def _numbers(names: list[str], rng: random.Random) -> Iterator[Pair]:
    titles = [title for title in names if renumbered(title, rng) or counted(title)]
    rng.shuffle(titles)
    for title in titles[:500]:
        respelled = renumbered(title, rng) or counted(title) or title
        yield Pair(KIND, "number", respelled, title, True, "built")
        higher = renumbered(title, rng, step=1)
        if higher:
            yield Pair(KIND, "number", higher, title, False, "built")
    known = set(names)
    sequels = [name for name in names if re.search(r" (?:[2-9]|II|III|IV)$", name)]
    rng.shuffle(sequels)
    for name in sequels[:600]:
        first = name.rpartition(" ")[0]
        if first in known:
            yield Pair(KIND, "number", name, first, False, "real")


def _subtitles(works: list[Row], rng: random.Random) -> Iterator[Pair]:
    """A work beside another one that continues it; catalogues have both."""
    films = [row for row in works if row["kind"] in {"movie", "tv", "game"}]
    known = {row["title"]: row for row in films}
    subtitled = [row for row in films if _SUBTITLED.match(row["title"])]
    rng.shuffle(subtitled)
    by_head: defaultdict[str, list[str]] = defaultdict(list)
    count = 0
    for row in subtitled:
        head, tail = row["title"].split(": ", 1)
        others = by_head[head]
        if head in known and known[head].get("year") != row.get("year") and count < 300:
            count += 1
            yield Pair(KIND, "subtitle", row["title"], head, False, "real")
        elif others and count < 300:
            yield Pair(KIND, "subtitle", row["title"], others[-1], False, "real")
        elif len(tail.split()) > 2 and tail not in known and count < 300:
            yield Pair(KIND, "subtitle", row["title"], tail, True, "built")
        others.append(row["title"])


def _slips(names: list[str], rng: random.Random) -> Iterator[Pair]:
    for name in names[:400]:
        yield Pair(KIND, "spelling", slip(name, rng), name, True, "built")
    for count, (mine, theirs) in enumerate(near(names[:30_000])):
        if count < 400:
            yield Pair(KIND, "spelling", mine, theirs, False, "real")
    for name in names[400:600]:
        article, _, rest = name.partition(" ")
        if article in {"The", "A", "An"}:
            yield Pair(KIND, "order", f"{rest}, {article}", name, True, "built")
