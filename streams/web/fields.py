"""The fields of an extraction as a page lists them: value, ground, confidence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.postgres.search import Detail, Row
from schemas import Subcategory
from schemas.corrected_fields import canonical_field

_LISTS = frozenset({"tracks", "episodes", "albums"})
"""Shown as lists of their own."""
_UNIFORM = frozenset({"title", "creator", "year"})
"""Fields that a row has under one name, whatever the class calls them."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field and why it is believed."""

    name: str
    value: str
    source: str | None = None
    """The rule or model that said it."""
    confidence: float | None = None
    path: str | None = None
    """The file that it was read from; otherwise it stands in the name."""
    is_technical: bool = False
    corrected: str | None = None
    """What corrected it, if somebody did."""


def evidence_of(detail: Detail) -> Mapping[str, Mapping[str, Any]]:
    """Field -> its evidence in the current extraction."""
    extraction = detail.results.get("extract")
    evidence = extraction.result.get("evidence") if extraction else None
    return evidence if isinstance(evidence, Mapping) else {}


def fields(detail: Detail) -> list[Field]:
    """Every field that has a value, those of the work before those of the release."""
    evidence = evidence_of(detail)
    return [
        *_fields(detail.row, detail.row.metadata, evidence, is_technical=False),
        *_fields(detail.row, detail.row.technical, evidence, is_technical=True),
    ]


def _fields(
    row: Row,
    values: Mapping[str, Any],
    evidence: Mapping[str, Mapping[str, Any]],
    *,
    is_technical: bool,
) -> Iterable[Field]:
    for name, value in values.items():
        if name == "subcategory" or name in _LISTS or value in (None, [], "", False):
            continue
        ground = evidence.get(name, {})
        known = canonical_field(name, _subcategory(row))
        corrected = row.corrected.get(known)
        if corrected is not None and known in _UNIFORM:
            value = getattr(row, known)
        yield Field(
            name,
            shown(value),
            ground.get("source"),
            ground.get("confidence"),
            ground.get("path"),
            is_technical,
            None if corrected is None else str(corrected),
        )


def _subcategory(row: Row) -> Subcategory | None:
    try:
        return Subcategory(str(row.metadata.get("subcategory", row.subcategory)))
    except ValueError:
        return None


def shown(value: object) -> str:
    """A value for people."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(shown(part) for part in value)
    return str(value)


def listed(row: Row) -> list[tuple[str, list[str]]]:
    """The lists of a work: its tracks, episodes or albums, a line each."""
    return [
        (name, [_line(entry) for entry in value])
        for name, value in row.metadata.items()
        if name in _LISTS and isinstance(value, list) and value
    ]


def _line(entry: object) -> str:
    if not isinstance(entry, Mapping):
        return str(entry)
    number = entry.get("num", entry.get("episode_number"))
    before = [entry.get("disc"), entry.get("season_number"), number]
    name = entry.get("name", entry.get("episode_title"))
    parts = [".".join(str(part) for part in before if part is not None), name]
    return " ".join(str(part) for part in parts if part)
