"""Days in the names of recorded concerts: `1977-05-08`, `77-05-08` of a tape, `May 8, 1977`."""

import re
from datetime import date
from typing import NamedTuple

from models.extract.names.words import MONTHS
from models.extract.rules.recordings.parts import MOST_CHARACTERS
from models.extract.rules.years import latest

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year>(?:19[2-9]\d|20\d\d))"
_NUMBERS = re.compile(
    rf"(?<![\d.-]){_YEAR}(?P<mark>[-._/ ])(?P<month>0[1-9]|1[0-2])(?P=mark)(?P<day>[0-3]\d)"
    r"(?![\d-])"
)
_NUMBERS_BACK = re.compile(
    rf"(?<![\d.-])(?P<day>[0-3]\d)(?P<mark>[-./])(?P<month>0[1-9]|1[0-2])(?P=mark){_YEAR}(?![\d-])"
)
_MONTH_FIRST = re.compile(
    rf"\b{_MONTH}[ ._](?P<day>[0-3]?\d)(?:st|nd|rd|th)?,?[ ._]{_YEAR}(?!\d)", re.IGNORECASE
)
_DAY_FIRST = re.compile(
    rf"(?<!\d)(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?: of)?[ ._]{_MONTH},?[ ._]{_YEAR}(?!\d)",
    re.IGNORECASE,
)
_WORDED = (_MONTH_FIRST, _DAY_FIRST)
_NUMBERED = (_NUMBERS, _NUMBERS_BACK)
_ANY_YEAR = re.compile(r"(?<!\d)(?:19[2-9]\d|20\d\d)(?!\d)")


class Day(NamedTuple):
    """A day as YYYY-MM-DD, and where it stands in the name."""

    text: str
    start: int
    end: int
    is_numeric: bool = True
    """Whether its month is a number."""

    @property
    def year(self) -> int:
        """Its year."""
        return int(self.text[:4])


def concert_day(name: str) -> Day | None:
    """The day that a name gives. Returns None if it gives none that was.

    Of `03-04-1977` it is not known which is the month; a day that cannot be a month tells.
    """
    name = name[:MOST_CHARACTERS]
    if _ANY_YEAR.search(name) is None:
        return None
    has_months = any(month in name.lower() for month in MONTHS)
    for pattern in (*_NUMBERED, *(_WORDED if has_months else ())):
        for match in pattern.finditer(name):
            day = day_of(match["year"], match["month"], match["day"])
            is_sure = pattern is not _NUMBERS_BACK or int(match["day"]) > 12
            if day is not None and is_sure:
                return Day(day, match.start(), match.end(), match["month"].isdigit())
    return None


def day_of(year: str, month: str, day: str) -> str | None:
    """A day as YYYY-MM-DD. Returns None if there is no such day.

    Args:
        year: four digits, or two of the last century or this.
        month: digits, or a name.
        day: digits.
    """
    number = int(year)
    if len(year) == 2:
        number += 2000 if number <= latest() % 100 else 1900
    month_number = int(month) if month.isdigit() else 1 + MONTHS.index(month[:3].lower())
    try:
        text = date(number, month_number, int(day)).isoformat()
    except ValueError:
        return None
    return text if number <= latest() else None
