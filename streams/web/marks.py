"""A name cut into parts: which field was read where, and characters that would turn the line.

Places are counted in characters, as evidence counts them; what does not fit the name is left out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from models.oneshot.safe import TURNING

COLOURS = 8
"""Colours that fields are marked with; `m0` to `m7` in the style sheet."""

LONGEST = 4_096
"""Characters of a name that are shown; no stored name is longer than 1,024."""

_TURNING = re.compile(f"[{''.join(map(chr, TURNING))}]")
"""Characters that change the direction of what follows. They are shown, not obeyed."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text. `control` is set for a character that is named instead of shown."""

    text: str
    fields: tuple[str, ...] = ()
    colour: int | None = None
    control: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A field and the characters it was read from, the last one not included."""

    field: str
    start: int
    end: int


def colours(fields: Sequence[str]) -> dict[str, int]:
    """A colour for each field, in their order."""
    return {field: number % COLOURS for number, field in enumerate(fields)}


def spans(evidence: Mapping[str, Mapping[str, Any]], length: int) -> list[Span]:
    """The spans of evidence that fit into a name of so many characters."""
    fitting = []
    for field, ground in evidence.items():
        span = ground.get("span")
        if isinstance(span, list | tuple) and len(span) == 2:
            start, end = span
            if isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= length:
                fitting.append(Span(field, start, end))
    return fitting


def marked(text: str, spans: Sequence[Span], colour_of: Mapping[str, int]) -> list[Part]:
    """A text as parts, each with the fields that were read from it."""
    shown = text[:LONGEST]
    ends = {0, len(shown)}
    for span in spans:
        ends |= {min(span.start, len(shown)), min(span.end, len(shown))}
    cuts = sorted(ends)
    parts: list[Part] = []
    for start, end in pairwise(cuts):
        fields = tuple(span.field for span in spans if span.start <= start and end <= span.end)
        colour = colour_of.get(fields[0]) if fields else None
        parts += _plain(shown[start:end], fields, colour)
    if len(text) > LONGEST:
        parts.append(Part("…"))
    return parts


def _plain(text: str, fields: tuple[str, ...], colour: int | None) -> list[Part]:
    """A piece as parts: characters that turn the line stand alone."""
    parts = []
    at = 0
    for turning in _TURNING.finditer(text):
        if turning.start() > at:
            parts.append(Part(text[at : turning.start()], fields, colour))
        character = turning.group()
        parts.append(Part("", fields, colour, control=f"U+{ord(character):04X}"))
        at = turning.end()
    if at < len(text):
        parts.append(Part(text[at:], fields, colour))
    return parts


def found_in(path: str, value: object, field: str) -> list[Span]:
    """Where a field's value stands in the path that it was read from; the whole path if nowhere."""
    text = str(value)
    start = path.casefold().find(text.casefold()) if text else -1
    # Folding may change lengths; a place that does not fit would mark other characters.
    if start < 0 or path[start : start + len(text)].casefold() != text.casefold():
        return [Span(field, 0, len(path))]
    return [Span(field, start, start + len(text))]
