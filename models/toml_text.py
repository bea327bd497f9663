"""Writes TOML: all that a manifest, a recipe or the note of what is active holds."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def to_toml(tables: Mapping[str, Any], prefix: str = "") -> str:
    """TOML of nested dicts, lists of scalars and lists of dicts; no value and NaN are left out.

    >>> print(to_toml({"name": "tiny", "training": {"epochs": 2, "a.b": 1}}), end="")
    name = "tiny"
    <BLANKLINE>
    [training]
    epochs = 2
    "a.b" = 1
    """
    plain, nested = [], []
    for name, value in tables.items():
        if value is None or (isinstance(value, float) and math.isnan(value)):
            continue
        key = name if _BARE.fullmatch(name) else _text(name)
        if isinstance(value, Mapping):
            inner = to_toml(value, f"{prefix}{key}.")
            has_plain = any(not isinstance(v, Mapping) for v in value.values())
            nested.append(f"\n[{prefix}{key}]\n{inner}" if has_plain else inner)
        elif _is_array_of_tables(value):
            nested += [f"\n[[{prefix}{key}]]\n{to_toml(item, f'{prefix}{key}.')}" for item in value]
        else:
            plain.append(f"{key} = {_text(value)}\n")
    return "".join(plain) + "".join(nested)


def _text(value: object) -> str:
    """JSON's strings, numbers, booleans and arrays are TOML's, but for a character it refuses."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _is_array_of_tables(value: object) -> bool:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return False
    return bool(value) and isinstance(value[0], Mapping)
