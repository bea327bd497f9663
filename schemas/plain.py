"""What is wrong with a value, in plain words for the person who sent it."""

from collections.abc import Callable, Mapping
from typing import Any

_PATTERNS = {
    "^[0-9a-fA-F]{40}$": "40 hex digits are needed",
    "^[0-9a-f]{40}$": "40 hex digits are needed",
    "^[0-9a-f]{32}$": "32 hex digits are needed",
}

_NUMBER = "a whole number is needed, such as 50"
_DECIMAL = "a number is needed, such as 0.8"
_YES_OR_NO = "yes or no is needed"
_TEXT = "a text is needed"
_MBID = "an MBID is needed, such as 12345678-1234-1234-1234-123456789abc"
_OBJECT = "a JSON object is needed"

_FIXED = {
    "missing": "it is needed",
    "int_parsing": _NUMBER,
    "int_type": _NUMBER,
    "int_from_float": _NUMBER,
    "int_parsing_size": "this number is too large",
    "float_parsing": _DECIMAL,
    "float_type": _DECIMAL,
    "finite_number": _DECIMAL,
    "bool_parsing": _YES_OR_NO,
    "bool_type": _YES_OR_NO,
    "string_type": _TEXT,
    "string_unicode": "it holds characters that are none",
    "uuid_parsing": _MBID,
    "uuid_type": _MBID,
    "extra_forbidden": "there is no such name here",
    "json_invalid": "this is no JSON",
    "json_type": "this is no JSON",
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "list_type": "a list is needed",
    "tuple_type": "a list is needed",
}

_MEASURED: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than_equal": lambda told: f"{told['ge']} is the least",
    "greater_than": lambda told: f"it must be more than {told['gt']}",
    "less_than_equal": lambda told: f"{told['le']} is the most",
    "less_than": lambda told: f"it must be less than {told['lt']}",
    "string_too_long": lambda told: f"it has more than {told['max_length']} characters",
    "string_too_short": lambda told: "it is empty",
    "too_long": lambda told: f"there are more than {told['max_length']}",
    "too_short": lambda told: f"there are fewer than {told['min_length']}",
    "string_pattern_mismatch": lambda told: _PATTERNS.get(
        told["pattern"], "it is not written as it must be"
    ),
    "enum": lambda told: f"one of these is needed: {_listed(told['expected'])}",
    "literal_error": lambda told: f"one of these is needed: {_listed(told['expected'])}",
}


def sentence(fault: Mapping[str, Any]) -> str:
    """What is wrong with a value, without its name.

    Args:
        fault: one of `errors()` of a pydantic `ValidationError`, with its context.
    """
    kind = str(fault["type"])
    if kind in _FIXED:
        return _FIXED[kind]
    if kind in _MEASURED:
        return _MEASURED[kind](fault.get("ctx") or {})
    return str(fault["msg"]).removeprefix("Value error, ")


def place(location: tuple[int | str, ...]) -> str:
    """The name of a value; numbers of a list say nothing to whoever wrote it."""
    return ".".join(part for part in location if isinstance(part, str))


def _listed(expected: str) -> str:
    """The values of an enumeration, without the marks that pydantic puts around them."""
    return expected.replace("'", "").replace(" or ", ", ")
