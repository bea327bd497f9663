"""What was believed when, and what differs between two results."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.postgres.search import StageResult
from schemas import Method, Stage

_RANK = {method.value: rank for rank, method in enumerate(Method)}
_STAGES = [stage.value for stage in Stage]
_LONGEST = 2_000
"""Characters of a value that are shown."""


def as_of(history: Sequence[StageResult], moment: datetime) -> list[StageResult]:
    """The result of each stage that was current at a moment, by what was recorded until then.

    The rule is that of the tables: latest input, then latest reference data, then method, then
    revision. Which revision was the active one at the time is not kept, so the highest counts.
    """
    known = [result for result in history if result.recorded_at <= moment]
    best = []
    for stage in _STAGES:
        rivals = [result for result in known if result.stage == stage]
        if rivals:
            best.append(max(rivals, key=_order))
    return best


def _order(result: StageResult) -> tuple[datetime, str, int, int]:
    reference = result.reference_date.isoformat() if result.reference_date else ""
    return (result.observed_at, reference, _RANK.get(result.method, 0), result.revision)


@dataclass(frozen=True, slots=True)
class Difference:
    """One value of two results; None where it is not there."""

    name: str
    before: str | None
    after: str | None

    @property
    def is_change(self) -> bool:
        """Whether the two differ."""
        return self.before != self.after


def differences(before: StageResult, after: StageResult) -> list[Difference]:
    """Every value of two results side by side, in the order of their names."""
    older, newer = dict(flat(before.result)), dict(flat(after.result))
    return [Difference(name, older.get(name), newer.get(name)) for name in sorted({*older, *newer})]


def flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Names and values of a result, the names of what is within joined by dots."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from flat(inner, f"{name}.{key}" if name else str(key))
    elif value not in (None, [], ()):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield name, text[:_LONGEST]


def summary(result: StageResult) -> str:
    """What a result says, in a few words."""
    said = result.result
    match result.stage:
        case "classify":
            return f"{said.get('medium', '')}, {str(said.get('subcategory', '')).replace('_', ' ')}"
        case "extract":
            uniform = said.get("uniform") or {}
            parts = [uniform.get("title"), uniform.get("creator"), uniform.get("year")]
            return " · ".join(str(part) for part in parts if part) or "no title"
        case _:
            parts = [said.get("status"), said.get("artist"), said.get("title")]
            return " · ".join(str(part) for part in parts if part)
