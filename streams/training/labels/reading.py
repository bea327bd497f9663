"""What an answer says: one rule for whatever wrote it. Pure.

An answer is a JSON object of the task's shape or, for the content type, exactly the word of a
class. Nothing is looked for inside a text: "not an album" holds the word album. All else is
`unparsed`, which is an answer and is kept as such.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from models.extract.evidence.guard import find
from schemas.media import MEDIUM_OF, Medium, Subcategory
from streams.training.labels.tasks import CLASSES, MEDIA, Task

Value = str | int

LONGEST = 2000
"""Characters of an answer that are read."""

_FENCED = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.DOTALL)
_WORDS = re.compile(r"[a-z_]+")
_ADULT = "adult"
_YEARS = range(1000, 2100)
_MOST = 9999
"""A season or an episode has no more than four digits."""


@dataclass(frozen=True, slots=True)
class Class:
    """A vote on the content type.

    Attributes:
        label: a subcategory, or the medium alone.
        adult: whether it is adult.
    """

    label: str
    adult: bool

    @property
    def medium(self) -> Medium:
        """The medium that it is for."""
        return medium_of(self.label)


@dataclass(frozen=True, slots=True)
class Fields:
    """A vote on fields.

    Attributes:
        values: the fields that it says; the others it says are absent.
        untrue: fields whose value is not in the name. They are not taken, and not absent either.
    """

    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    untrue: frozenset[str] = frozenset()


def medium_of(label: str) -> Medium:
    """The medium of a label, which may be that medium itself."""
    return Medium(label) if label in MEDIA else MEDIUM_OF[Subcategory(label)]


def read(task: Task, answer: str, name: str) -> Class | Fields | None:
    """What an answer says. Returns None if it is unparsed.

    Args:
        task: what was asked.
        answer: what came.
        name: what it is about; fields that are not in it are not taken.
    """
    text = answer[:LONGEST].strip()
    given = _object(text)
    if task.fields:
        return None if given is None else _fields(task, given, name)
    return _word(text) if given is None else _class(given)


def _object(text: str) -> dict[str, Any] | None:
    """The JSON object that the whole text is, without a fence around it."""
    fenced = _FENCED.fullmatch(text)
    try:
        given = json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError):
        return None
    return given if isinstance(given, dict) else None


def _class(given: dict[str, Any]) -> Class | None:
    if not given.keys() <= {"class", _ADULT}:
        return None
    label = given.get("class")
    adult = given.get(_ADULT, False)
    if not isinstance(label, str) or not isinstance(adult, bool):
        return None
    return Class(label, adult) if label in CLASSES or label in MEDIA else None


def _word(text: str) -> Class | None:
    """Exactly the word of a class, with `adult` before or behind it where it is."""
    words = text.lower().rstrip(".").split()
    if not all(_WORDS.fullmatch(word) for word in words):
        return None
    labels = [word for word in words if word != _ADULT]
    if len(labels) != 1 or len(words) - len(labels) > 1:
        return None
    label = labels[0]
    return Class(label, _ADULT in words) if label in CLASSES or label in MEDIA else None


def _fields(task: Task, given: dict[str, Any], name: str) -> Fields | None:
    if not given.keys() <= set(task.fields):
        return None
    values: dict[str, Value] = {}
    untrue = set()
    for key in task.fields:
        value = _value(given.get(key), is_number=key in task.numbers)
        if value is _WRONG:
            return None
        if value is None:
            continue
        assert isinstance(value, str | int)
        if _is_said(key, value, name):
            values[key] = value
        else:
            untrue.add(key)
    return Fields(MappingProxyType(values), frozenset(untrue))


_WRONG = object()
"""A value of a kind that the schema does not allow."""


def _value(value: Any, *, is_number: bool) -> Any:
    """A text or a number. Returns None if it is absent, `_WRONG` if it is something else."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if not is_number:
        return value.strip() if isinstance(value, str) else _WRONG
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = int(value.strip()[:5])
    return value if isinstance(value, int) and not isinstance(value, bool) else _WRONG


def _is_said(field_name: str, value: Value, name: str) -> bool:
    """Whether a value stands in the name."""
    if isinstance(value, str):
        return find(value, name) is not None
    if value < 0 or value > _MOST or (field_name == "year" and value not in _YEARS):
        return False
    return re.search(rf"(?<!\d)0*{value}(?!\d)", name, re.ASCII) is not None
