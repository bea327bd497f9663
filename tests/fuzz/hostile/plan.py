"""Which hostile records go to which topic, drawn by a seed, and honest ones among them."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random
from typing import TypeVar

from schemas import DeadLetter
from schemas import topics as t
from schemas.topics import Topic
from streams.kafka.publisher import Message, dead_letter_message
from tests.fuzz.hostile.documents import Shape, document, infohash_of, letter
from tests.fuzz.hostile.kinds import KINDS, Draft, Fate, Kind
from tests.fuzz.hostile.letters import LETTER_KINDS, LetterKind

HONEST_SHARE = 10
"""One record of so many is honest."""

HEAVY_OF = 400
"""One record of so many is large. The ban list reads every byte of what is refused."""

AnyKind = TypeVar("AnyKind", Kind, LetterKind)


@dataclass(frozen=True, slots=True)
class Planned:
    """A record to publish, and what must become of it.

    `row` is the id of its row where it goes through: an infohash, or the id of a dead letter.
    """

    topic: Topic
    kind: str
    fate: Fate
    reason: str
    make: Callable[[], Message]
    row: str

    @property
    def is_honest(self) -> bool:
        """Whether there is nothing hostile about it."""
        return self.kind == HONEST


HONEST = "honest"


def planned(shape: Shape, count: int, seed: int) -> Iterator[Planned]:
    """Yields `count` hostile records for a topic of documents, and honest ones among them."""
    kinds = [kind for kind in KINDS if kind.is_for(shape.topic)]
    topic = shape.topic
    for number, kind in enumerate(_drawn(kinds, count, f"{seed} {topic.name}")):
        name = f"{kind.name} {number}"
        draft = Draft(shape, name, Random(f"{seed} {name}"))
        yield Planned(
            topic,
            kind.name,
            kind.fate,
            kind.reason,
            lambda kind=kind, draft=draft: kind.make(draft),
            infohash_of(topic, name),
        )
        if number % HONEST_SHARE == 0:
            yield honest(topic, f"honest {number}")


def planned_letters(count: int, seed: int) -> Iterator[Planned]:
    """Yields `count` hostile records for the topic of the dead letters, and honest ones."""
    for number, kind in enumerate(_drawn(LETTER_KINDS, count, str(seed))):
        name = f"{kind.name} {number}"
        yield Planned(
            t.DEAD_LETTER,
            kind.name,
            kind.fate,
            kind.reason,
            lambda kind=kind, name=name: kind.make(name, Random(f"{seed} {name}")),
            _row_of(kind, name),
        )
        if number % HONEST_SHARE == 0:
            yield honest(t.DEAD_LETTER, f"honest {number}")


def _row_of(kind: LetterKind, name: str) -> str:
    """The id of the letter that a record of the dead-letter topic says it is."""
    if kind.fate is not Fate.THROUGH or kind.heavy:
        return letter(name).event_id
    sent = kind.make(name, Random(0))
    return DeadLetter.from_record(list(sent.headers), sent.key, sent.value).event_id


def honest(topic: Topic, name: str) -> Planned:
    """A record that must go through everywhere."""
    if topic is t.DEAD_LETTER:
        told = letter(name)
        return Planned(
            topic, HONEST, Fate.THROUGH, "", lambda: dead_letter_message(told), told.event_id
        )
    infohash = infohash_of(topic, name)
    value = json.dumps(document(topic, name)).encode()
    sent = Message(topic.name, infohash.encode(), value)
    return Planned(topic, HONEST, Fate.THROUGH, "", lambda: sent, infohash)


def _drawn(kinds: Sequence[AnyKind], count: int, seed: str) -> list[AnyKind]:
    """So many kinds in a random order: of the light ones each once at least, and equally often."""
    dice = Random(seed)
    heavy = [kind for kind in kinds if kind.heavy]
    light = [kind for kind in kinds if not kind.heavy]
    dice.shuffle(heavy)
    large = list(islice(cycle(heavy), 1 + count // HEAVY_OF))
    drawn = large + list(islice(cycle(light), max(len(light), count - len(large))))
    dice.shuffle(drawn)
    return drawn
