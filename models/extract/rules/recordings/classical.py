"""Composer, work and performers of classical music, where a name says so.

The composer is the creator where the name begins with him, as releases and catalogues file such
music; who plays is kept beside.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from models.extract.evidence.details import Detail
from models.extract.evidence.guard import find
from models.extract.names.words import EDGES, is_words
from models.extract.rules.recordings import musicians
from models.extract.rules.recordings.parts import MOST_CHARACTERS, parts_of_name, words_among

COMPOSER_WORK = "composer-work"
"""The rule that parts a composer from a work."""

_ROUND = re.compile(r"\(([^()]{3,160})\)")
_BETWEEN_PEOPLE = re.compile(r"\s*[,;/+&]\s*|\s+(?:and|und|et|with|mit|avec)\s+", re.IGNORECASE)
_YEAR = re.compile(r"\s*(?:19|20)\d\d\s*")
_YEAR_BEHIND = re.compile(r"[\s,]+(?:live\s+)?(?:19|20)\d\d$", re.IGNORECASE)
_CONDUCTED = re.compile(
    r"^(?:conduct(?:ed|or)\s*(?:by|:)?|cond\.|dir\.|dirigent:?|dirigiert von)\s+", re.IGNORECASE
)
_COLON = re.compile(r"\s*:\s+|[’']s\s+")
_MOST_PEOPLE = 12


class Performance(NamedTuple):
    """What a name says of classical music; `creator` and `title` are set where it splits."""

    creator: str | None
    title: str | None
    details: tuple[Detail, ...]


class _People(NamedTuple):
    """Who plays.

    `is_known` says that a conductor or an ensemble is among them; else they are mere capitals.
    """

    conductor: str | None
    performers: tuple[str, ...]
    is_known: bool


class _Composed(NamedTuple):
    """A composer, his work, and the people who play it."""

    composer: str
    work: str | None
    people: Sequence[_People] = ()


def performance(name: str) -> Performance | None:
    """What a name says of classical music. Returns None if it names no composer as such."""
    name = name[:MOST_CHARACTERS]
    if not musicians.may_name_composer(name):
        return None
    parts = words_among(parts_of_name(name))
    if not parts:
        return None
    brackets = map(_people, _ROUND.findall(name))
    beside = [people for people in brackets if people is not None and people.is_known]
    if (first := _of_composer(parts)) is not None:
        details = _details(name, first, [*first.people, *beside])
        return Performance(first.composer, first.work, tuple(details))
    if (second := _of_performer(parts)) is not None:
        details = _details(name, second, [*second.people, *beside])
        return Performance(None, None, tuple(details))
    return None


def _of_composer(parts: Sequence[str]) -> _Composed | None:
    """`Composer - Work - People` in any order behind the composer, or `Composer: Work - People`."""
    first, *others = parts
    if musicians.is_composer(first):
        work = _work_among(others)
        composed = _Composed(first, work)
        others = [part for part in others if part != work]
    else:
        begun = _composed(first)
        if begun is None:
            return None
        composed = begun
    people = [_people(part) for part in others]
    is_named = composed.work is not None and musicians.is_work(composed.work)
    if not all(_may_stand_alone(playing, is_named) for playing in people):
        return None
    return composed._replace(people=[playing for playing in people if playing is not None])


def _may_stand_alone(people: _People | None, is_work_named: bool) -> bool:
    """Whether a part behind a composer names people; one word is as likely another work."""
    if people is None or people.is_known or is_work_named:
        return people is not None
    return all(len(person.split()) > 1 for person in people.performers)


def _work_among(parts: Sequence[str]) -> str | None:
    """The part that is named as works are, else the first that is not known to play."""
    works = [part for part in parts if musicians.is_work(part)]
    others = [part for part in parts if not _is_known(_people(part))]
    return next(iter([*works, *others]), None)


def _of_performer(parts: Sequence[str]) -> _Composed | None:
    """`Performer - Composer: Work`: the creator is who plays, as the name has it."""
    if len(parts) != 2:
        return None
    composed, people = _composed(parts[1]), _people(parts[0])
    return composed._replace(people=[people]) if composed and people else None


def _composed(text: str) -> _Composed | None:
    """Composer and work of `Composer: Work` or `Composer Symphony No 5`."""
    words = musicians.words_of(text)
    for count in range(min(len(words) - 1, musicians.MOST_WORDS), 0, -1):
        end = words[count - 1].end
        composer, behind = text[:end], text[end:]
        if not musicians.is_composer(composer):
            continue
        colon = _COLON.match(behind)
        if colon is None and not musicians.begins_work(words[count].text):
            return None
        work = (behind[colon.end() :] if colon else behind).strip(EDGES)
        work = _YEAR_BEHIND.sub("", work).strip(EDGES)
        return _Composed(composer, work) if is_words(work) else None
    return None


def _is_known(people: _People | None) -> bool:
    return people is not None and people.is_known


def _people(text: str) -> _People | None:
    """Who plays. Returns None if a text says anything else, too."""
    conductor = None
    performers = []
    is_known = False
    pieces = [piece for piece in _BETWEEN_PEOPLE.split(text) if is_words(piece)]
    for piece in pieces[:_MOST_PEOPLE]:
        if _YEAR.fullmatch(piece):
            continue
        person = _YEAR_BEHIND.sub("", piece.strip(EDGES)).strip(EDGES)
        conducting = _CONDUCTED.match(person)
        person = person[conducting.end() :] if conducting else person
        first, _, ensemble = person.partition(" ")
        if conductor is None and musicians.is_conductor(first) and musicians.is_ensemble(ensemble):
            conductor, person = first, ensemble  # `Karajan BPO`
        if not musicians.may_play(person):
            return None
        conducts = conducting is not None or musicians.is_conductor(person)
        is_known = is_known or conducts or musicians.is_ensemble(person)
        if conducts and conductor is None:
            conductor = person
        else:
            performers.append(person)
    if conductor is None and not performers:
        return None
    return _People(conductor, tuple(performers), is_known)


def _details(name: str, composed: _Composed, people: Sequence[_People]) -> Iterator[Detail]:
    """What was read, with its places in the name."""
    conductors = [playing.conductor for playing in people]
    values = [("composer", composed.composer), ("work", composed.work)]
    values += [("conductor", conductor) for conductor in conductors]
    for field, value in values:
        if value and (span := find(value, name)) is not None:
            yield Detail(field, value, COMPOSER_WORK, *span)
    for person in dict.fromkeys(person for playing in people for person in playing.performers):
        if (span := find(person, name)) is not None:
            yield Detail("performers", (person,), COMPOSER_WORK, *span)
