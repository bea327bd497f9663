"""Slips of the pen, and real names that are a slip apart."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from tests.benchmarks.comparing.pairs import plain


def slip(name: str, rng: random.Random) -> str:
    """The name with a letter less, doubled, swapped or replaced, not the first one."""
    place = rng.randrange(1, max(2, len(name) - 1))
    before, letter, after = name[:place], name[place : place + 1], name[place + 1 :]
    changed = rng.choice(["", letter * 2, rng.choice("aeiounrst"), "swap"])
    if changed == "swap":
        return before + after[:1] + letter + after[1:]
    return before + changed + after


def near(names: Iterable[str], shortest: int = 4) -> Iterator[tuple[str, str]]:
    """Different names that are equal when one letter of either is left out."""
    by_key: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        key = plain(name)
        if shortest <= len(key) <= 20:
            shorter_by_one = (key[:at] + key[at + 1 :] for at in range(len(key)))
            for shorter in dict.fromkeys((key, *shorter_by_one)):
                by_key[shorter].append(name)
    for neighbours in by_key.values():
        for mine, theirs in pairwise(neighbours):
            if plain(mine) != plain(theirs):
                yield mine, theirs
