"""Types of JSON Schema in words, with links to those that have a name."""

from html import escape
from typing import Any

_BOUNDS = {
    "minimum": "from {}",
    "maximum": "to {}",
    "minLength": "at least {} long",
    "maxLength": "at most {} long",
    "maxItems": "at most {}",
    "maxProperties": "at most {}",
}
_FORMATS = {"date-time": "moment, UTC, RFC 3339", "date": "date, YYYY-MM-DD", "uuid": "UUID"}


def type_name(schema: dict[str, Any]) -> str:
    """What a value is, as HTML: `integer, from 0`, `list of Flag`."""
    if reference := schema.get("$ref"):
        label = escape(reference.rpartition("/")[2])
        return f'<a href="#{label}">{label}</a>'
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        known = [choice for choice in choices if choice.get("type") != "null"]
        return " or ".join(type_name(choice) for choice in known)
    if values := schema.get("enum", [schema["const"]] if "const" in schema else None):
        return " or ".join(f"<code>{escape(str(value))}</code>" for value in values)
    if schema.get("type") == "array":
        return f"list of {type_name(_items(schema))}{_bounds(schema)}"
    if schema.get("type") == "object":
        return f"map of {type_name(_values(schema))}{_bounds(schema)}"
    kind = _FORMATS.get(schema.get("format", ""), schema.get("type", "anything"))
    pattern = schema.get("pattern")
    shape = f", <code>{escape(pattern)}</code>" if pattern else ""
    return f"{escape(kind)}{_bounds(schema)}{shape}"


def _items(schema: dict[str, Any]) -> dict[str, Any]:
    items = schema.get("items") or (schema.get("prefixItems") or [{}])[0]
    return dict(items)


def _values(schema: dict[str, Any]) -> dict[str, Any]:
    patterns = list(schema.get("patternProperties", {}).values())
    values = schema.get("additionalProperties") or (patterns or [{}])[0]
    return dict(values) if isinstance(values, dict) else {}


def _bounds(schema: dict[str, Any]) -> str:
    told = [text.format(f"{schema[key]:,}") for key, text in _BOUNDS.items() if key in schema]
    return f", {', '.join(told)}" if told else ""
