"""Questions and answers: the tagger's names, asked as a GGUF worker asks them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from models.extract.llm.prompt import ENDING, Prompt, answer_text, kind_of, normalised, opening
from models.extract.names.words import readable
from models.training.tagger import synth
from models.training.tagger.data import Example
from models.training.tagger.synth import Works
from schemas.media import MEDIUM_OF, Medium

_ASKED = (Medium.AUDIO, Medium.VIDEO, Medium.BOOK)


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the answer to learn, both as text."""

    question: str
    answer: str


def pair(example: Example) -> Pair | None:
    """The example as a question; `None` for what is never asked."""
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
    prompt = Prompt(kind, normalised(example.name))
    return Pair(
        opening(prompt) + ENDING,
        answer_text(kind, {role: value.replace("|", " ") for role, value in fields.items()}) + "\n",
    )


def pairs(
    read: Sequence[Example], scene: Sequence[Example], works: Works, count: int, rng: random.Random
) -> list[Pair]:
    """`count` pairs: half read names in their own dress, the rest redressed, refilled, scene and
    invented ones.
    """
    sure = [one for one in read if one.weight == 1.0] or list(read)
    drawn: list[Example] = []
    while len(drawn) < count:
        chance = rng.random()
        if chance < 0.5:
            one: Example | None = rng.choice(sure if rng.random() < 0.8 else read)
        elif chance < 0.65:
            one = synth.redressed(rng.choice(sure), rng)
        elif chance < 0.85:
            one = synth.refilled(rng.choice(sure), works, rng)
        elif chance < 0.92:
            one = rng.choice(scene)
        else:
            one = synth.invented(1, works, rng)[0]
        if one is not None:
            drawn.append(one)
    return [made for one in drawn if (made := pair(one)) is not None]
