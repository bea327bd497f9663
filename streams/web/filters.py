"""What templates do with values: sizes, ages, shares. All of it is escaped by Jinja."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from infra.ranges import said_size

_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_AGES = ((365 * 86_400, "year"), (30 * 86_400, "month"), (86_400, "day"), (3_600, "hour"))


def size(value: int | None) -> str:
    """Bytes for people: `1.4 GiB`; empty if unknown."""
    return "" if value is None else said_size(value)


def count(value: int | None) -> str:
    """A number with commas; empty if unknown."""
    return "" if value is None else f"{value:,}"


def age(value: datetime | None) -> str:
    """How long ago, in the largest unit that fits; empty if unknown."""
    if value is None:
        return ""
    seconds = (datetime.now(UTC) - value).total_seconds()
    for length, unit in _AGES:
        if seconds >= length:
            number = int(seconds // length)
            return f"{number} {unit}{'s' if number > 1 else ''}"
    return "just now"


def moment(value: datetime | None) -> str:
    """A time in UTC, to the minute; empty if unknown."""
    return "" if value is None else value.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def percent(value: float | None) -> str:
    """A share of one as a percentage; empty if unknown. Only 1 itself is 100 %."""
    if value is None:
        return ""
    return "100 %" if value >= 1 else f"{min(int(value * 1000) / 10, 99.9):.1f} %"


def clip(value: str, length: int) -> str:
    """A text of at most so many characters, an ellipsis behind what was cut.

    Characters that turn what follows become a mark: they would show other words than there are.
    """
    cut = value if len(value) <= length else value[: length - 1] + "…"
    return _TURNING.sub("\ufffd", cut)


def spaced(value: str) -> str:
    """A name of ours for people: `music_video` as `music video`."""
    return value.replace("_", " ")


def hidden(name: str, value: str) -> Markup:
    """A hidden field of a form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(name, value)


FILTERS: dict[str, Callable[..., Any]] = {
    "clip": clip,
    "spaced": spaced,
    "size": size,
    "count": count,
    "age": age,
    "moment": moment,
    "percent": percent,
}
