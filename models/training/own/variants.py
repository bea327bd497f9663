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
_LISTED = 0.4
"""Share of the variants that are in the user's words, if he listed some."""

_ENDING = re.compile(r"\.\w{2,9}$|\s*[\[(]?\b(?:pdf|epub)\b[\])]?$", re.IGNORECASE)


def variants(
    examples: Sequence[Example], count: int, rng: random.Random, words: Sequence[str] = ()
) -> list[Example]:
    """So many more rows of each example, of its family; some in the words that the user listed."""
    own = [example for example in examples if example.is_own]
    telling = telling_words(own)
    subjects = [subject for row in own if (subject := subject_of(row.name, telling))]
    rows = []
    for example in own:
        subject = subject_of(example.name, telling)
        for _ in range(count):
            if words and rng.random() < _LISTED:
                rows.append(_listed(example, subject, words, rng))
            else:
                rows.append(_variant(example, subject, subjects, rng))
    return rows


def _listed(
    example: Example, subject: str | None, words: Sequence[str], rng: random.Random
) -> Example:
    """What an example is of, or something else, with one of the user's words."""
    draw = Draw(f"own:{rng.random()}")
    if subject is None or draw.chance(0.3):
        subject = draw.name(draw.choice(_TITLES[:3]))
    form = draw.choice(("{s} - {w}", "{s} {w}", "{s} ({w})", "{w} - {s}", "{s} - {w} pdf"))
    name = form.replace("{w}", rng.choice(words)).replace("{s}", subject)
    if draw.chance(0.15):
        name = dotted(name) or name
    return replace(example, subject=NamedSubject(name, None, None))


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
