"""The year of the work, and spans of years."""

import re
from datetime import UTC, datetime

_IN_BRACKETS = re.compile(r"[\[({]\s*((?:18|19|20)\d\d)(?:\s*[-–,.;/\s].{0,40}?)?\s*[\])}]")
_SPAN = re.compile(r"(?<![\dA-Za-z])((?:19|20)\d\d)[\s_]*[-–~/][\s_]*((?:19|20)\d\d)(?![\dA-Za-z])")
_BARE = re.compile(
    r"(?<![A-Za-z0-9])(?<!(?:19|20)\d\d[-–])(?<!(?:19|20)\d\d [-–] )((?:19|20)\d\d)(?![A-Za-z0-9])"
    r"(?!\s*[-–]\s*(?:19|20)\d\d)(?![.\-_](?:0?[1-9]|1[0-2])[.\-_]\d)"
)


def latest() -> int:
    """The last year that a work can be of: next year's are announced."""
    return datetime.now(UTC).year + 1


def span(name: str) -> tuple[int, int, int, int] | None:
    """(first year, last year, from, to) of a range such as 1969-1982."""
    match = _SPAN.search(name)
    if match and int(match[1]) < int(match[2]) <= latest():
        return int(match[1]), int(match[2]), match.start(), match.end()
    return None


def year(name: str) -> tuple[int, int, str] | None:
    """(year, place, rule): in brackets, else the last bare one that does not begin the name.

    A year in a range or a date is none.
    """
    top = latest()
    for match in _IN_BRACKETS.finditer(name):
        if int(match[1]) <= top and not _SPAN.match(name, match.start(1)):
            return int(match[1]), match.start(1), "year-brackets"
    bare = [match for match in _BARE.finditer(name) if int(match[1]) <= top]
    later = [match for match in bare if match.start() > 0]
    if later:
        return int(later[-1][1]), later[-1].start(1), "year-bare"
    return None
