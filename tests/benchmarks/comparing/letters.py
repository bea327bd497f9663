"""Acronyms: which names may be one of which, as people write them, and what only looks like it."""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.benchmarks.comparing.pairs import Pair, plain

_SMALL_WORDS = "a an and at by de der des die el for from in la le los n of on the to y"
SMALL = frozenset(_SMALL_WORDS.split())
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|&|\+")
_DEFINED = re.compile(r"^(?P<long>.{5,60}?)\s*[(\[](?P<short>[A-Z][A-Z.&!0-9]{1,6})[)\]]$")


def words(name: str) -> list[str]:
    """The words of a name, "&" among them."""
    return [word.lower() for word in _WORD.findall(name)]


def letters(short: str) -> str:
    """The letters and digits of a name that may be an acronym; empty if it is a phrase."""
    tokens = re.split(r"[\s._*-]+", short.strip())
    is_spelled = all(len(plain(token)) <= 1 for token in tokens)
    characters = plain(short)
    return characters if is_spelled or len(tokens) == 1 else ""


def may_abbreviate(short: str, name: str) -> bool:
    """Whether a short name has its letters, in order, from a longer one. Loose on purpose."""
    wanted = letters(short)
    whole = [word for word in words(name) if word not in {"&", "+"}]
    if not 2 <= len(wanted) <= 6 or len(name.split()) < 2 or not wanted.isascii():
        return False
    text = "".join(map(plain, whole))
    if len(whole) < 2 or wanted in text or wanted[0] not in {word[0] for word in whole[:2]}:
        return False
    if wanted[-1] not in whole[-1] and wanted[-1] not in whole[-2]:
        return False
    rest = iter(text)
    return all(letter in rest for letter in wanted)


def defined(name: str) -> tuple[str, str] | None:
    """The acronym and the long name of "Long Name (LN)"."""
    match = _DEFINED.match(name.strip())
    if match and may_abbreviate(match["short"], match["long"]):
        return match["short"], match["long"].strip(" -_")
    return None


def abbreviated(name: str, rng: random.Random) -> str | None:
    """An acronym of a name as somebody may write it; None if it has too few or too many words."""
    spoken = words(name)
    style = rng.random()
    if style < 0.35 and spoken and spoken[0] in {"the", "a", "an"}:
        spoken = spoken[1:]
    elif style > 0.8:
        spoken = [word for word in spoken if word not in SMALL]
    conjunction = rng.choice(["n", "a", "&", ""])
    initials = "".join(
        conjunction if word in {"&", "+", "and", "n"} else word[0] for word in spoken
    )
    if not 3 <= len(plain(initials)) <= 6 or not initials.isascii() or initials.isdigit():
        return None
    casing = rng.random()
    if casing < 0.1:
        return ".".join(initials.upper()) + "."
    return initials.lower() if casing < 0.15 else initials.upper()


@dataclass(frozen=True, slots=True)
class Acronyms:
    """Pairs of acronyms of one kind."""

    kind: str
    names: Sequence[str]
    """Names of several words."""
    shorts: Sequence[str]
    """Real names that look like acronyms."""
    rng: random.Random

    def built(self, count: int) -> Iterator[Pair]:
        """Acronyms of names, and for each an acronym that is another's."""
        by_letters = self._by_letters()
        spellings = [(abbreviated(name, self.rng), name) for name in self.names]
        usable = [(short, name) for short, name in spellings if short]
        for short, name in usable[:count]:
            yield Pair(self.kind, "acronym", short, name, True, "built")
            other = self._one_letter_off(plain(short), by_letters)
            if other:
                yield Pair(self.kind, "acronym", short, other, False, "built")
            namesake = self._namesake(short, name, by_letters)
            if namesake:
                yield Pair(self.kind, "acronym clash", short, namesake, False, "built")

    def unrelated(self, count: int) -> Iterator[Pair]:
        """Real short names with long ones of as many words and the same first letter."""
        by_shape: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for name in self.names:
            spoken = words(name)
            by_shape[spoken[0][0], len(spoken)].append(name)
        for short in self.rng.sample(list(self.shorts), min(count, len(self.shorts))):
            shaped = by_shape[letters(short)[0], len(letters(short))]
            if shaped:
                yield Pair(self.kind, "acronym", short, self.rng.choice(shaped), False, "real")

    def _by_letters(self) -> dict[str, list[str]]:
        by_letters: defaultdict[str, list[str]] = defaultdict(list)
        for name in self.names:
            by_letters["".join(word[0] for word in words(name))].append(name)
        return by_letters

    def _one_letter_off(self, short: str, by_letters: dict[str, list[str]]) -> str | None:
        for _ in range(60):
            place = self.rng.randrange(1, len(short))
            letter = self.rng.choice("abcdefghilmnoprstw")
            other = short[:place] + letter + short[place + 1 :]
            if other != short and by_letters.get(other):
                return self.rng.choice(by_letters[other])
        return None

    def _namesake(self, short: str, name: str, by_letters: dict[str, list[str]]) -> str | None:
        others = [
            other for other in by_letters.get(plain(short), ()) if plain(other) != plain(name)
        ]
        return self.rng.choice(others) if others else None


def acronym_like(names: Iterable[str]) -> list[str]:
    """Names of two to five capitals."""
    return [name for name in names if re.fullmatch(r"[A-Z]{2,5}|(?:[A-Z]\.){2,5}", name)]


def long_names(names: Iterable[str]) -> list[str]:
    """ASCII names of two to six words without brackets."""
    return [
        name
        for name in names
        if name.isascii() and 2 <= len(words(name)) <= 6 and re.fullmatch(r"[^()\[\]/:;]+", name)
    ]
