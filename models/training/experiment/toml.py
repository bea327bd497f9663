"""Writes TOML: all that a manifest or a recipe holds."""

import json
from collections.abc import Mapping, Sequence
from typing import Any


def to_toml(tables: Mapping[str, Any], prefix: str = "") -> str:
    """TOML of nested dicts, lists of scalars and lists of dicts; keys without a value are left out.

    >>> print(to_toml({"name": "tiny", "training": {"epochs": 2}}), end="")
    name = "tiny"
    <BLANKLINE>
    [training]
    epochs = 2
    """
    plain, nested = [], []
    for key, value in tables.items():
        if value is None:
            continue
        if isinstance(value, Mapping):
            inner = to_toml(value, f"{prefix}{key}.")
            has_plain = any(not isinstance(v, Mapping) for v in value.values())
            nested.append(f"\n[{prefix}{key}]\n{inner}" if has_plain else inner)
        elif _is_array_of_tables(value):
            nested += [f"\n[[{prefix}{key}]]\n{to_toml(item, f'{prefix}{key}.')}" for item in value]
        else:
            # JSON's strings, numbers, booleans and arrays of them are TOML, but for one character
            # that JSON writes as it is and TOML does not take.
            text = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
            plain.append(f"{key} = {text}\n")
    return "".join(plain) + "".join(nested)


def _is_array_of_tables(value: object) -> bool:
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return bool(is_list and value and isinstance(value[0], Mapping))  # type: ignore[index]
