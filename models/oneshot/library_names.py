"""Names of files and folders in a library, out of hostile text."""

import re
import unicodedata

from models.oneshot.safe import safe

_MOST_BYTES = 180
"""Of one name: file systems take 255, and an ending and a number are yet to come."""

_SEPARATORS = str.maketrans({"/": "-", "\\": "-", "|": "-", ":": " -"})
_FORBIDDEN = re.compile(r'[*?"<>]')
_RESERVED = re.compile(r"(?i)^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")
"""Names that Windows gives to devices."""

UNKNOWN = "Unknown"


def library_name(text: str) -> str:
    """A text as the name of one file or folder, on any file system.

    It leads nowhere else: it has no separators, and is neither `.` nor `..` nor hidden.

    >>> library_name("AC/DC: Live?")
    'AC-DC - Live'
    >>> library_name("..")
    'Unknown'
    """
    plain = unicodedata.normalize("NFC", safe(text)).translate(_SEPARATORS)
    plain = " ".join(_FORBIDDEN.sub("", plain).split()).strip(". ")
    while len(plain.encode()) > _MOST_BYTES:
        plain = plain[:-1].rstrip(". ")
    if not plain:
        return UNKNOWN
    return f"{plain}_" if _RESERVED.match(plain) else plain


def dated(title: str, year: int | None) -> str:
    """`Title (Year)`, or the title if the year is unknown."""
    return library_name(f"{title} ({year})" if year else title)


def album_folder(artist: str | None, album: str, year: int | None) -> str:
    """`Artist/Year - Album`."""
    named = f"{year} - {album}" if year else album
    return f"{library_name(artist or f'{UNKNOWN} Artist')}/{library_name(named)}"


def track_file(number: int | None, title: str, disc: int | None) -> str:
    """`NN - Title`, or `D-NN - Title` where there are several discs."""
    if number is None:
        return library_name(title)
    place = f"{disc}-{number:02}" if disc else f"{number:02}"
    return library_name(f"{place} - {title}")


def episode_file(series: str, season: int, first: int, last: int | None = None) -> str:
    """`Series/Season 01/Series - S01E01`."""
    until = f"-E{last:02}" if last and last > first else ""
    name = f"{series} - S{season:02}E{first:02}{until}"
    return f"{library_name(series)}/Season {season:02}/{library_name(name)}"
