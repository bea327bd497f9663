"""Questions and answers: the tagger's names, asked as a GGUF worker asks them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from models.extract.llm.prompt import ENDING, Prompt, answer_text, kind_of, normalised, opening
from models.extract.names.words import readable
from models.training.tagger.data import Example
from models.training.tagger.invented import invented
from models.training.tagger.synth import redressed, refilled
from models.training.tagger.works import Works
from schemas.media import MEDIUM_OF, Medium

_ASKED = (Medium.AUDIO, Medium.VIDEO, Medium.BOOK)


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the answer to learn, both as text."""

    question: str
    answer: str


@dataclass(frozen=True)
class Sources:
    """What questions are asked about: read names, scene names, and works to make others of."""

    read: Sequence[Example]
    scene: Sequence[Example]
    works: Works

    @cached_property
    def sure(self) -> Sequence[Example]:
        """The read names whose reader was sure; all if nobody was."""
        return [example for example in self.read if example.weight == 1.0] or list(self.read)


def pair(example: Example) -> Pair | None:
    """The example as a question. Returns None for what is never asked."""
    if MEDIUM_OF[example.subcategory] not in _ASKED:
        return None
    kind = kind_of(example.subcategory)
    fields = {
        role: readable(example.name[start:end])
        for role, (start, end) in example.spans.items()
        if role in kind.roles
    }
    if not fields:
        return None
    question = opening(Prompt(kind, normalised(example.name))) + ENDING
    values = {role: value.replace("|", " ") for role, value in fields.items()}
    return Pair(question, answer_text(kind, values) + "\n")


def pairs(sources: Sources, count: int, rng: random.Random) -> list[Pair]:
    """About `count` pairs: of the drawn names, those that may be asked about."""
    examples: list[Example] = []
    while len(examples) < count:
        example = _drawn(sources, rng)
        if example is not None:
            examples.append(example)
    asked = (pair(example) for example in examples)
    return [question for question in asked if question is not None]


def _drawn(sources: Sources, rng: random.Random) -> Example | None:
    """A name: half are read ones in their own dress.

    The rest are redressed, refilled, scene and invented ones. Returns None if it could not be
    refilled.
    """
    chance = rng.random()
    if chance < 0.5:
        return rng.choice(sources.sure if rng.random() < 0.8 else sources.read)
    if chance < 0.65:
        return redressed(rng.choice(sources.sure), rng)
    if chance < 0.85:
        return refilled(rng.choice(sources.sure), sources.works, rng)
    if chance < 0.92:
        return rng.choice(sources.scene)
    return invented(1, sources.works, rng)[0]
