"""Pairs of names of artists."""

import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from tests.benchmarks.comparing.corpus import Corpus, rows
from tests.benchmarks.comparing.letters import (
    SMALL,
    Acronyms,
    acronym_like,
    defined,
    long_names,
    may_abbreviate,
    words,
)
from tests.benchmarks.comparing.pairs import Pair, plain
from tests.benchmarks.comparing.slips import near, slip

KIND = "artist"


def pairs(data: Path, corpus: Corpus, rng: random.Random) -> Iterator[Pair]:
    """All pairs of artists."""
    known = list(rows(data, "catalogue/artists"))
    names = sorted({row["name"] for row in known})
    long = long_names(names)
    rng.shuffle(long)
    acronyms = Acronyms(KIND, long, acronym_like(names), rng)
    yield from acronyms.built(700)
    yield from acronyms.unrelated(300)
    yield from _real(data, corpus, known, rng)
    yield from _defined(data, corpus)
    yield from _sharing_a_word(long, corpus, rng)
    yield from _slips(long, rng)
    yield from _impostors(long, rng)


def _real(data: Path, corpus: Corpus, known: list[dict], rng: random.Random) -> Iterator[Pair]:
    """Aliases of one MBID, and spellings of artists with the same albums."""
    for row in known:
        for alias in row.get("aliases", ()):
            yield _alias(alias, row["name"])
            if not alias.isascii():
                yield Pair(KIND, "script", alias, rng.choice(known)["name"], False, "real")
        sort_name = row.get("sort_name") or ""
        if sort_name and plain(sort_name) != plain(row["name"]) and row["name"].isascii():
            yield Pair(KIND, "order", sort_name, row["name"], True, "real")
    for row in rows(data, "linking/artist_aliases"):
        yield _alias(row["a"], row["b"])
    shared = list(corpus.sharing())
    rng.shuffle(shared)
    spelled = 0
    for mine, theirs in shared:
        short, name = sorted((mine, theirs), key=len)
        if may_abbreviate(short, name):
            yield Pair(KIND, "acronym", short, name, True, "real")
        elif spelled < 600 and fuzz.ratio(short.lower(), name.lower()) >= 80:
            spelled += 1
            yield Pair(KIND, "spelling", short, name, True, "real")


def _alias(alias: str, name: str) -> Pair:
    short, longer = sorted((alias, name), key=len)
    if may_abbreviate(short, longer):
        return Pair(KIND, "acronym", short, longer, True, "real")
    if sorted(map(plain, words(alias))) == sorted(map(plain, words(name))):
        return Pair(KIND, "order", alias, name, True, "real")
    is_romanised = alias.isascii() == name.isascii()
    return Pair(KIND, "alias" if is_romanised else "script", alias, name, True, "real")


def _defined(data: Path, corpus: Corpus) -> Iterator[Pair]:
    spellings = [row["name"] for row in rows(data, "catalogue/artist_names")]
    for name in [*spellings, *map(corpus.spelled, corpus.titles)]:
        definition = defined(name)
        if definition:
            yield Pair(KIND, "acronym", *definition, True, "real")


def _sharing_a_word(names: list[str], corpus: Corpus, rng: random.Random) -> Iterator[Pair]:
    """Other artists with a word in common; of one album they would be one in two spellings."""
    by_word = defaultdict(list)
    for name in names:
        for word in set(words(name)) - SMALL:
            by_word[word].append(name)
    for name in names[:1500]:
        word = rng.choice(words(name))
        other = rng.choice(by_word.get(word, [name]))
        if not corpus.share(name, other) and not _is_part(name, other):
            yield Pair(KIND, rng.choice(["alias", "order"]), other, name, False, "real")


def _is_part(mine: str, theirs: str) -> bool:
    """Whether one name may be a fuller form of the other."""
    mine_words, their_words = set(words(mine)) - SMALL, set(words(theirs)) - SMALL
    return mine_words <= their_words or their_words <= mine_words


def _slips(names: list[str], rng: random.Random) -> Iterator[Pair]:
    for name in names[:400]:
        yield Pair(KIND, "spelling", slip(name, rng), name, True, "built")
    for mine, theirs in near(names):
        if DamerauLevenshtein.distance(mine.lower(), theirs.lower()) <= 2:
            yield Pair(KIND, "spelling", mine, theirs, False, "real")


def _impostors(names: list[str], rng: random.Random) -> Iterator[Pair]:
    """Bands that play another one's songs."""
    forms = [
        "{} Tribute Band",
        "Tribute to {}",
        "{} Karaoke",
        "The Australian {}",
        "{} Revival",
        "{} Tribute",
        "The {} Experience Tribute Show",
        "Karaoke {}",
        "Not {}",
        "{} Cover Band",
    ]
    for name in names[:200]:
        yield Pair(KIND, "impostor", rng.choice(forms).format(name), name, False, "built")
