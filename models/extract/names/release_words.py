"""The words that describe a release, as `release_words.toml` lists them."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_suffix(".toml")
_FIELDS = "fields"


@dataclass(frozen=True, slots=True)
class Field:
    """What a field takes, and how far its words are believed; the TOML file explains each."""

    name: str
    takes: str
    strong: bool = False
    weak: bool = False
    in_titles: bool = False


@dataclass(frozen=True, slots=True)
class ReleaseWord:
    """A rule: the field it fills, the value, how it is written, and its properties."""

    field: Field
    value: str
    pattern: str
    weak: frozenset[str] = frozenset()
    never_title: frozenset[str] = frozenset()
    vague: bool = False
    yields: bool = False


@cache
def fields() -> dict[str, Field]:
    """Every field by its name, in the order of the file."""
    return {name: Field(name, **table) for name, table in _tables()[_FIELDS].items()}


@cache
def release_words() -> tuple[ReleaseWord, ...]:
    """Every rule, in the order of the file: where several fit at one place, the first wins."""
    return tuple(
        _word(fields()[name], value, entry)
        for name, table in _tables().items()
        if name != _FIELDS
        for value, entry in table.items()
    )


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _word(field: Field, value: str, entry: str | dict[str, Any]) -> ReleaseWord:
    properties: dict[str, Any] = {"pattern": entry} if isinstance(entry, str) else dict(entry)
    for spellings in ("weak", "never_title"):
        properties[spellings] = frozenset(properties.get(spellings, ()))
    return ReleaseWord(field, value, **properties)
