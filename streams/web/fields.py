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
    """Who corrected it, if somebody did. The ground and the confidence are then of nobody."""
    models_say: str | None = None
    """What the models say of a corrected field, empty for nothing, and in `models_source` why."""
    models_source: str | None = None


def evidence_of(detail: Detail) -> Mapping[str, Mapping[str, Any]]:
    """Field -> its evidence in the current extraction."""
    extraction = detail.results.get("extract")
    evidence = extraction.result.get("evidence") if extraction else None
    return evidence if isinstance(evidence, Mapping) else {}


def shown_evidence(detail: Detail) -> Mapping[str, Mapping[str, Any]]:
    """Field -> its evidence, of the fields alone that are shown as the models say them.

    What a person said stands nowhere in the name, so nothing is marked there for it.
    """
    told = _machine_of(detail)
    kind = _subcategory(detail.row)
    return {
        name: ground
        for name, ground in evidence_of(detail).items()
        if canonical_field(name, kind) not in detail.row.corrected
        or bool(told.get(canonical_field(name, kind), {}).get("machine_agrees"))
    }


def machine_of(detail: Detail, field: str) -> str | None:
    """What the models say of a corrected field, empty for nothing; None: it is not corrected."""
    if field not in detail.row.corrected:
        return None
    value = _machine_of(detail).get(field, {}).get("machine")
    return "" if value is None else shown(value)


def judged_before(detail: Detail) -> list[str]:
    """What a link was judged by and was corrected since: a link reads what the models say."""
    return [field for field in ("creator", "title", "year") if field in detail.row.corrected]


def _machine_of(detail: Detail) -> Mapping[str, Mapping[str, Any]]:
    """Field -> what was said of it, with what the models say beside it."""
    return {str(said["field"]): said for said in detail.corrections}


def fields(detail: Detail) -> list[Field]:
    """Every field that has a value, those of the work before those of the release."""
    evidence = evidence_of(detail)
    return [
        *_fields(detail, detail.row.metadata, evidence, is_technical=False),
        *_fields(detail, detail.row.technical, evidence, is_technical=True),
    ]


def _fields(
    detail: Detail,
    values: Mapping[str, Any],
    evidence: Mapping[str, Mapping[str, Any]],
    *,
    is_technical: bool,
) -> Iterable[Field]:
    row = detail.row
    for name, value in values.items():
        if name == "subcategory" or name in _LISTS or value in (None, [], "", False):
            continue
        ground = evidence.get(name, {})
        known = canonical_field(name, _subcategory(row))
        reporter = row.corrected.get(known)
        if reporter is None:
            source, confidence, path = (ground.get(k) for k in ("source", "confidence", "path"))
            yield Field(name, shown(value), source, confidence, path, is_technical)
            continue
        if known in _UNIFORM:
            value = getattr(row, known)
        yield Field(
            name,
            shown(value),
            is_technical=is_technical,
            corrected=str(reporter),
            models_say=machine_of(detail, known),
            models_source=ground.get("source"),
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
