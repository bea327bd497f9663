"""The year in a name, and the same name with another year."""

import re

LAST_YEAR = 2035
"""The latest year that is written into a name: models live longer than what they learnt from."""

FIRST_YEAR = 1930

_YEAR = re.compile(
    r"(?<!\d)(?<!\d\d[-. _]\d\d[-. _])(?:19[3-9]\d|20[0-3]\d)(?!\d|[-. _]\d\d(?!\d)|[pi]\b)"
)
"""A year that is no part of a date, a longer number or a resolution."""


def with_moved_year(name: str, years: int) -> str:
    """The name with its last year moved, within `FIRST_YEAR` and `LAST_YEAR`.

    It is the same if it has no year. A year at the very beginning may be the title and stays.

    >>> with_moved_year("Lantern Street (1999) 1080p", 10)
    'Lantern Street (2009) 1080p'
    >>> with_moved_year("1942 - Low Tide", 10)
    '1942 - Low Tide'
    """
    years_in_it = [match for match in _YEAR.finditer(name) if match.start()]
    if not years_in_it:
        return name
    year = years_in_it[-1]
    moved = min(max(int(year[0]) + years, FIRST_YEAR), LAST_YEAR)
    return f"{name[: year.start()]}{moved}{name[year.end() :]}"
