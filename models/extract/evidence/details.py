"""What rules read of software, books and recordings beside title and creator, with its place."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from schemas import Evidence

_LONGEST_TEXT = 512


class Detail(NamedTuple):
    """A value of a field, the rule that read it, and where it stands.

    `path` is set instead of the place if a file's path says so.
    """

    field: str
    value: str | int | tuple[str, ...]
    rule: str
    start: int = 0
    end: int = 0
    path: str | None = None


class Described(NamedTuple):
    """What rules say of the name of a program, a book or a recording.

    `said` is role, value and rule of what the tagger may contradict: title, creator, year.
    `is_sure` says that it need not be asked. `source` is what a recording was taped from.
    """

    said: tuple[tuple[str, str | int, str], ...] = ()
    details: tuple[Detail, ...] = ()
    languages: tuple[str, ...] = ()
    group: str | None = None
    is_repack: bool = False
    source: str | None = None
    is_sure: bool = False


def published(
    details: Iterable[Detail], confidence: Callable[[Detail], float]
) -> tuple[dict[str, Any], dict[str, Evidence]]:
    """The fields of details, and their evidence.

    Of a field that takes one value the first counts. Lists grow, and the evidence is the place of
    their first value.

    Args:
        details: what was read, the surest first.
        confidence: how often such a reading is right.
    """
    fields: dict[str, Any] = {}
    proofs: dict[str, Evidence] = {}
    for detail in details:
        before = fields.get(detail.field)
        if before is None:
            fields[detail.field] = _bounded(detail.value)
            proofs[detail.field] = _proof(detail, confidence(detail))
        elif isinstance(before, tuple) and isinstance(detail.value, tuple):
            fields[detail.field] = tuple(dict.fromkeys((*before, *detail.value)))
    return fields, proofs


def _bounded(value: str | int | tuple[str, ...]) -> str | int | tuple[str, ...]:
    return value[:_LONGEST_TEXT] if isinstance(value, str) else value


def _proof(detail: Detail, confidence: float) -> Evidence:
    source = f"rules:{detail.rule}"
    if detail.path is not None:
        return Evidence(source=source, confidence=confidence, path=detail.path)
    return Evidence(source=source, confidence=confidence, span=(detail.start, detail.end))
