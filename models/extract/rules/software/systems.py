"""Operating systems and distributions: their names, and the platform that each is."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FILE = Path(__file__).with_name("systems.toml")
_FIRST_WORD = re.compile(r"\W*([^\W_]+)")


class System(NamedTuple):
    """A system at the beginning of a title, and where its word ends in it."""

    name: str
    platform: str
    start: int
    end: int


def system(title: str) -> System | None:
    """The operating system that a title begins with. Returns None if it begins with none."""
    match = _FIRST_WORD.match(title)
    if match is None:
        return None
    known = _systems().get(match[1].lower())
    return None if known is None else System(*known, *match.span(1))


@cache
def _systems() -> dict[str, tuple[str, str]]:
    table: dict[str, list[str]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {name.lower(): (name, platform) for platform, names in table.items() for name in names}
