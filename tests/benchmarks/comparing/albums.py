"""Pairs of titles of albums."""

import random
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from rapidfuzz import fuzz

from tests.benchmarks.comparing import tails
from tests.benchmarks.comparing.corpus import Corpus, rows
from tests.benchmarks.comparing.letters import SMALL, Acronyms, acronym_like, long_names, words
from tests.benchmarks.comparing.numbers import counted, renumbered, value
from tests.benchmarks.comparing.pairs import Pair, plain
from tests.benchmarks.comparing.slips import near, slip

KIND = "album"

_TAILED = re.compile(
    r"^(?P<head>.{2,80}?)\s*(?:[(\[](?P<tail>[^()\[\]]{1,40})[)\]]|- (?P<dash>.+))$"
)
_NUMBER = re.compile(r"\b(?:\d{1,2}|[ivx]{2,5}|two|three|four|five)\b", re.IGNORECASE)


def pairs(data: Path, corpus: Corpus, rng: random.Random) -> Iterator[Pair]:
    """All pairs of albums."""
    known = sorted({row["title"] for row in rows(data, "catalogue/release_groups")})
    spelled = sorted({row["title"] for row in rows(data, "catalogue/albums")})
    rng.shuffle(known)
    long = long_names(spelled)
    rng.shuffle(long)
    acronyms = Acronyms(KIND, long, acronym_like(spelled), rng)
    yield from acronyms.built(500)
    yield from acronyms.unrelated(200)
    yield from _queries(data)
    yield from _tailed(corpus, rng)
    yield from _built_editions([*known, *spelled[:2000]], rng)
    yield from _numbers(corpus, rng)
    yield from _of_one_artist(corpus, rng)
    yield from _typed(data, long, rng)


def _queries(data: Path) -> Iterator[Pair]:
    """Spellings from outside with the release group that they mean."""
    for row in rows(data, "linking/queries_dev"):
        asked, title = row["query_album"], row["mb_title"]
        if plain(asked) == plain(title) or row["ambiguous"]:
            continue
        what = "edition" if plain(asked).startswith(plain(title)) else "spelling"
        yield Pair(KIND, what, asked, title, True, "real")


def _tailed(corpus: Corpus, rng: random.Random) -> Iterator[Pair]:
    """Titles of one artist, one of them with a tail that was sorted by hand."""
    makers = sorted(corpus.titles)
    rng.shuffle(makers)
    count = {True: 0, False: 0}
    for maker in makers:
        titles = corpus.titles[maker]
        for title in titles.values():
            match = _TAILED.match(title)
            tail = match and (match["tail"] or match["dash"])
            is_edition = tails.is_edition(tail) if tail else None
            bare = titles.get(plain(match["head"])) if match else None
            if is_edition is None or bare is None or count[is_edition] >= 500:
                continue
            count[is_edition] += 1
            yield Pair(KIND, "edition", title, bare, is_edition, "real")


def _built_editions(names: list[str], rng: random.Random) -> Iterator[Pair]:
    bare = [name for name in names if not re.search(r"[()\[\]]", name) and len(plain(name)) > 2]
    for name in bare[:800]:
        decorated = tails.attached(name, tails.drawn(tails.EDITIONS, name, rng), rng)
        if rng.random() < 0.2:
            decorated = tails.attached(decorated, tails.drawn(tails.EDITIONS, name, rng), rng)
        yield Pair(KIND, "edition", decorated, name, True, "built")
        other = tails.attached(name, tails.drawn(tails.OTHERS, name, rng), rng)
        against = decorated if rng.random() < 0.3 else name
        yield Pair(KIND, "edition", other, against, False, "built")


def _numbers(corpus: Corpus, rng: random.Random) -> Iterator[Pair]:
    """Volumes and parts: other spellings of a number, other numbers."""
    makers = sorted(corpus.titles)
    rng.shuffle(makers)
    count = 0
    for maker in makers:
        for title in corpus.titles[maker].values():
            respelled = renumbered(title, rng) or counted(title)
            if respelled and count < 500:
                count += 1
                yield Pair(KIND, "number", respelled, title, True, "built")
                higher = renumbered(title, rng, step=1)
                if higher:
                    yield Pair(KIND, "number", higher, title, False, "built")
        yield from _volumes(list(corpus.titles[maker].values()), count < 500)


def _volumes(titles: list[str], is_wanted: bool) -> Iterator[Pair]:
    """Real titles of one artist that differ by a number and nothing else."""
    numbered = [title for title in titles if is_wanted and _NUMBER.search(title)][:6]
    for mine, theirs in combinations(numbered, 2):
        bare = {_NUMBER.sub("", plain_words(title)) for title in (mine, theirs)}
        values = [[value(number) for number in _NUMBER.findall(title)] for title in (mine, theirs)]
        if len(bare) == 1 and values[0] != values[1]:
            yield Pair(KIND, "number", mine, theirs, False, "real")


def plain_words(title: str) -> str:
    """A title as plain words, so that a number in it is a word."""
    return " ".join(map(plain, words(title)))


def _of_one_artist(corpus: Corpus, rng: random.Random) -> Iterator[Pair]:
    """Other albums of one artist that share a word."""
    makers = sorted(maker for maker, titles in corpus.titles.items() if len(titles) > 2)
    rng.shuffle(makers)
    count = 0
    for maker in makers:
        titles = [
            title for title in corpus.titles[maker].values() if not re.search(r"[(\[]", title)
        ]
        for mine, theirs in combinations(titles[:8], 2):
            shared = (set(words(mine)) & set(words(theirs))) - SMALL
            if shared and fuzz.token_set_ratio(mine.lower(), theirs.lower()) < 85:
                count += 1
                yield Pair(KIND, "spelling", mine, theirs, False, "real")
        if count > 400:
            return


def _typed(data: Path, names: list[str], rng: random.Random) -> Iterator[Pair]:
    """Albums as users typed them, slips, and titles that are a letter apart."""
    for row in rows(data, "linking/cddb_pairs"):
        mine, theirs = (row[side].partition(" - ")[2] for side in "ab")
        if row["match"] and plain(mine) != plain(theirs):
            yield Pair(KIND, "spelling", mine, theirs, True, "real")
    for name in names[:300]:
        yield Pair(KIND, "spelling", slip(name, rng), name, True, "built")
    for count, (mine, theirs) in enumerate(near(names)):
        if count < 400:
            yield Pair(KIND, "spelling", mine, theirs, False, "real")
