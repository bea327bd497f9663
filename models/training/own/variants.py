"""More rows of each example: its wording around other subjects, and in other ways of writing.

Sixty examples name sixty works. Around other subjects it shows that the wording is what counts; in
dots, in small letters or without its ending it is what others upload.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from models.content.subject import NamedSubject
from models.evaluation.filesets.draw import Draw, dotted
from models.training.own.examples import Example
from models.training.own.negatives import subject_of, telling_words

_TITLES = ("album_names", "film_names", "bands", "last_names")
_ENDING = re.compile(r"\.\w{2,9}$|\s*[\[(]?\b(?:pdf|epub)\b[\])]?$", re.IGNORECASE)


def variants(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """So many more rows of each example, of its family."""
    own = [example for example in examples if example.is_own]
    telling = telling_words(own)
    subjects = [subject for row in own if (subject := subject_of(row.name, telling))]
    return [
        _variant(example, subject_of(example.name, telling), subjects, rng)
        for example in own
        for _ in range(count)
    ]


def _variant(
    example: Example, subject: str | None, subjects: Sequence[str], rng: random.Random
) -> Example:
    name = example.name
    if subject is not None:
        draw = Draw(f"own:{rng.random()}")
        other = rng.choice(subjects) if draw.chance(0.3) else draw.name(draw.choice(_TITLES[:3]))
        name = name.replace(subject, other, 1)
    if rng.random() < 0.25:
        name = _ENDING.sub("", name) or name
    written = rng.random()
    if written < 0.15:
        name = dotted(name) or name
    elif written < 0.25:
        name = name.replace(" ", "_")
    elif written < 0.35:
        name = name.lower()
    files = example.subject.files if rng.random() < 0.5 else None
    return replace(example, subject=NamedSubject(name, None, files))
