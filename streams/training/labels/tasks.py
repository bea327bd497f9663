"""What can be asked about a name: its class, or the fields of music or video in it."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from schemas.media import SUBCATEGORIES, Medium, Subcategory


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of question.

    Attributes:
        name: as `--task` names it.
        texts: fields whose value is a text of the name; empty for the content type.
        numbers: fields whose value is a whole number that the name says.
        answer_tokens: how many tokens an answer may have, if its endpoint says no number.
    """

    name: str
    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    answer_tokens: int

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields, texts first; none for the content type."""
        return (*self.texts, *self.numbers)

    @property
    def prompt(self) -> str:
        """The version of the shipped prompt that is asked by default."""
        return f"{self.name}-1"

    @property
    def schema(self) -> dict[str, Any]:
        """JSON schema of an answer. Every key is required, as OpenAI's strict mode wants it."""
        properties: dict[str, Any] = {
            "class": {"type": "string", "enum": list(CLASSES)},
            "adult": {"type": "boolean"},
        }
        if self.fields:
            properties = {field: {"type": ["string", "null"]} for field in self.texts}
            properties |= {field: {"type": ["integer", "null"]} for field in self.numbers}
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }


CLASSES: tuple[str, ...] = tuple(
    subcategory.value for subcategories in SUBCATEGORIES.values() for subcategory in subcategories
)
"""The classes of the content type, by medium."""

MEDIA = frozenset(Medium) - {Medium.OTHER}
"""Media whose word alone is an answer, too: it says no subcategory. `other` is a class itself."""

assert set(CLASSES) == set(Subcategory)

CONTENT = Task("content", (), (), answer_tokens=32)
MUSIC = Task("music", ("artist", "album", "track"), ("year",), answer_tokens=128)
VIDEO = Task("video", ("title",), ("year", "season", "episode"), answer_tokens=128)

TASKS: MappingProxyType[str, Task] = MappingProxyType(
    {task.name: task for task in (CONTENT, MUSIC, VIDEO)}
)
