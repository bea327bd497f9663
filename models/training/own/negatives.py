"""Rows that are no examples: invented torrents of other classes, and the examples' subjects.

They are made of what ships, so that a class can be learnt without data. A class that was only ever
seen beside `Bach` and `PDF` would take either for itself: so what the examples are of comes as a
recording, a film, a program and a book as well.
"""

import random
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from models.content.subject import NamedSubject
from models.evaluation.filesets.draw import Draw
from models.evaluation.filesets.shapes import torrents
from models.extract.rules.recordings import musicians
from models.training.own.examples import Example

FORMS = Path(__file__).with_name("forms.toml")

_SHARES = {"recordings": 0.4, "videos": 0.25, "software": 0.15, "books": 0.15, "others": 0.05}
"""Kinds of the invented names, about as they are seen on the DHT."""

_MUSICIANS = Path(musicians.__file__).with_suffix(".toml")

_TITLES = ("album_names", "film_names", "bands", "series_names", "game_names", "magazine_names")

_SEPARATOR = re.compile(r"\s*(?:\s[-–—]\s|_-_|[:(\[\]|])\s*")
_WORD = re.compile(r"[^\W_]+")

_FEWEST_FAMILIES = 2
"""Families in which a word stands that tells the class, rather than what one example is of."""


def invented(count: int, rng: random.Random) -> Iterator[Example]:
    """Names of other classes and whole torrents of them, half and half."""
    for shape, torrent in torrents(count // 2):
        files = torrent.files if rng.random() < 0.5 else None
        yield _negative(NamedSubject(torrent.name, None, files), f"shape:{shape}:{torrent.name}")
    for _ in range(count - count // 2):
        make = rng.choices((_plain, _about, _classical), (0.5, 0.3, 0.2))[0]
        yield make(Draw(f"own:{rng.random()}"), rng)


def _plain(draw: Draw, rng: random.Random) -> Example:
    """An invented title in the form of a recording, a film, a program, a book or something else."""
    title = draw.name(draw.choice(_TITLES))
    subject = f"{draw.person()} - {title}" if draw.chance(0.3) else title
    kind = rng.choices([*_SHARES], [*_SHARES.values()])[0]
    return _negative(NamedSubject(_filled(draw.choice(forms()[kind]), subject, rng)), subject)


def _about(draw: Draw, rng: random.Random) -> Example:
    """A book, a course or a program about something."""
    topic = draw.choice(forms()["topics"])
    return _negative(NamedSubject(_filled(draw.choice(forms()["about"]), topic, rng)), topic)


def _classical(draw: Draw, rng: random.Random) -> Example:
    """A recording of classical music."""
    known = _musicians()
    family = draw.choice([*known["composers"]])
    given = draw.choice([*known["composers"][family], ""])
    conductor = draw.choice([*known["conductors"]])
    form = draw.choice(forms()["classical"])
    for mark, words in (
        ("{w}", [word.title() for word in known["words"]["works"]]),
        ("{i}", forms()["instruments"]),
    ):
        while mark in form:
            form = form.replace(mark, draw.choice(words), 1)
    form = form.replace("{c}", f"{given} {family}".strip().title())
    ensemble = f"{conductor}, {draw.choice(known['words']['ensembles'])}"
    name = _filled(form.replace("{e}", ensemble.title()), "", rng)
    return _negative(NamedSubject(name), f"composer:{family}")


@cache
def _musicians() -> dict[str, dict[str, list[str]]]:
    """Composers, conductors, and words of their works."""
    read: dict[str, dict[str, list[str]]] = tomllib.loads(_MUSICIANS.read_text(encoding="utf-8"))
    return read


def counterparts(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """What the examples are of, as other classes; of the family of its example."""
    telling = telling_words([example for example in examples if example.is_own])
    rows = []
    for example in examples:
        subject = subject_of(example.name, telling) if example.is_own else None
        if subject is None:
            continue
        for kind in _SHARES:
            for form in rng.sample(forms()[kind], count):
                name = _filled(form, subject, rng)
                rows.append(_negative(NamedSubject(name), example.family))
    return rows


def subject_of(name: str, telling: frozenset[str]) -> str | None:
    """What a name is of: its first part, if that says nothing of the class.

    Returns None where the name has one part only, or the first says more.

    >>> subject_of("Anna Berg - Sonata - score", frozenset({"score"}))
    'Anna Berg'
    """
    parts = _SEPARATOR.split(name)
    first = parts[0].strip()
    words = _WORD.findall(first.lower())
    if len(parts) == 1 or not words or not telling.isdisjoint(words):
        return None
    return first


@cache
def forms() -> dict[str, list[str]]:
    """Forms of names by kind."""
    read: dict[str, list[str]] = tomllib.loads(FORMS.read_text(encoding="utf-8"))
    return read


def telling_words(examples: Sequence[Example]) -> frozenset[str]:
    """Words that stand in examples of several families."""
    families: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        for word in _WORD.findall(example.name.lower()):
            families[word].add(example.family)
    return frozenset(word for word, of in families.items() if len(of) >= _FEWEST_FAMILIES)


def _filled(form: str, subject: str, rng: random.Random) -> str:
    numbers = {"y": rng.randint(1950, 2024), "n": rng.randint(1, 12)}
    # The subject goes in last: it may hold a brace.
    return form.replace("{s}", "\0").format(**numbers).replace("\0", subject)


def _negative(subject: NamedSubject, family: str) -> Example:
    return Example(subject, family, is_own=False)
