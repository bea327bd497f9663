"""Generated artists and release groups that stand in the way of the real ones."""

import random
from collections.abc import Sequence
from itertools import accumulate

from streams.lab.catalogue.cases import Words, typo
from streams.lab.catalogue.data import Data
from streams.lab.catalogue.real import Real
from streams.lab.catalogue.world import Credited, Group, Row, World

_TYPES = ("Album", "EP", "Single")
_TYPE_WEIGHTS = (0.6, 0.12, 0.28)
_SECONDARY = ("Live", "Compilation", "Remix")
_NAMED_AFTER = (
    ("{} (Live)", "Live"),
    ("{} II", None),
    ("The Best of {}", "Compilation"),
    ("{} Remixes", "Remix"),
)
"""How a release group is named after another of the same artist, and its secondary type."""
_HOMONYM = 1 / 12
"""Artists with the very name of another."""
_LETTER_OFF = 1 / 40
"""Artists a letter off a real one."""
_DRAWN = 10_000
"""Pairs of artists that are drawn at a time."""


def distract(world: World, real: list[Real], data: Data, artists: int, groups: int) -> None:
    """Fill the catalogue up to the sizes that are asked for."""
    _add_artists(world, data, artists)
    titles = [row["title"] for row, _ in real]
    titles += [row["title"] for row in data.catalogue("albums")]
    names = _Titles(titles, world.rng)
    for row, _ in real:
        _add_beside(world, row, names)
    _add_groups(world, names, groups)


class _Titles:
    """Titles of real release groups, and titles in their likeness."""

    def __init__(self, titles: list[str], rng: random.Random) -> None:
        self._titles = titles
        self._rng = rng
        self._words = Words(titles, rng)
        self._lengths = _lengths(titles, 6)

    def invented(self) -> str:
        return self._words.name(self._lengths)

    def any(self) -> str:
        """One in six is the title of a real release group."""
        return self._rng.choice(self._titles) if self._rng.random() < 1 / 6 else self.invented()


def _add_artists(world: World, data: Data, count: int) -> None:
    rng = world.rng
    names = [row["name"] for row in data.catalogue("artist_names")]
    true_names = [name for _, name in world.artists]
    for name in names:
        if len(world.artists) < count:
            world.named(name)
    words = Words(names, rng)
    lengths = _lengths(names, 3)
    while len(world.artists) < count:
        kind = rng.random()
        if kind < _HOMONYM:
            world.artist(rng.choice(world.artists)[1])
        elif kind < _HOMONYM + _LETTER_OFF:
            world.artist(typo(rng.choice(true_names), rng))
        else:
            world.artist(words.name(lengths))


def _add_beside(world: World, row: Row, titles: _Titles) -> None:
    """Release groups of a real one's artist: named after it, a single of it, and any others."""
    rng = world.rng
    credited = [(row["artist_mbid"], row["artist"])]
    year = row.get("year") or 2000
    if rng.random() < 0.3:
        form, kind = rng.choice(_NAMED_AFTER)
        secondary = [kind] if kind else []
        title = form.format(row["title"])
        world.distractor(Group(title, credited, year=year + 2, secondary=secondary))
    if rng.random() < 0.3:
        world.distractor(Group(row["title"], credited, year=year, kind="Single"))
    for _ in range(rng.randrange(6)):
        title = titles.invented()
        world.distractor(Group(title, credited, year=year + rng.randrange(-9, 10)))


def _add_groups(world: World, titles: _Titles, count: int) -> None:
    """Release groups of any artists, the first of them by Zipf's law."""
    rng = world.rng
    order = rng.sample(world.artists, len(world.artists))
    zipf = list(accumulate(1 / (rank + 20) for rank in range(len(order))))
    while world.groups < count:
        firsts = rng.choices(order, cum_weights=zipf, k=_DRAWN)
        seconds = rng.choices(order, cum_weights=zipf, k=_DRAWN)
        for first, second in zip(firsts, seconds, strict=True):
            if world.groups >= count:
                break
            world.distractor(_group(first, second, titles, rng))


def _group(first: Credited, second: Credited, titles: _Titles, rng: random.Random) -> Group:
    title = titles.any()
    is_joint = rng.random() < 1 / 20 and first != second
    secondary = [rng.choice(_SECONDARY)] if rng.random() < 0.15 else []
    kind = rng.choices(_TYPES, _TYPE_WEIGHTS)[0]
    credited = [first, second] if is_joint else [first]
    year = rng.randrange(1955, 2026)
    return Group(title, credited, year=year, kind=kind, secondary=secondary)


def _lengths(names: Sequence[str], longest: int) -> list[int]:
    """How many words names have, at least one and at most `longest`."""
    return [min(max(len(name.split()), 1), longest) for name in names]
