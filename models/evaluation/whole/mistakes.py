"""What kind of mistake a wrong value is."""

from typing import Any

from models.evaluation.fields import plain
from models.evaluation.whole.answers import Mistake

_LONGEST = 80
"""Characters of a value that a report shows."""


def of_class(wanted: str, given: str) -> Mistake:
    """A medium or a subcategory that is wrong."""
    return Mistake(f"{wanted} called {given}", wanted, given)


def of_field(field: str, wanted: Any, given: Any) -> Mistake:
    """A field that is wrong. Of several right values the first is told."""
    options = wanted if isinstance(wanted, list | tuple) else (wanted,)
    first = options[0] if options else None
    return Mistake(f"{field}: {_kind(plain(first), _plain(given))}", _shown(first), _shown(given))


def _plain(given: Any) -> str:
    return plain(given[0] if isinstance(given, list | tuple) and given else given or None)


def _kind(wanted: str, given: str) -> str:
    if not given:
        return "missed"
    if not wanted:
        return "said of a name that has none"
    if given in wanted:
        return "cut short"
    if wanted in given:
        return "run on"
    return "another"


def _shown(value: Any) -> str:
    text = "nothing" if value in (None, "", [], ()) else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
