"""What numbers say of the quality of sound: bit rate, bit depth and sample rate.

A name gives depth and rate of samples apart (`24bit 96kHz`) or as a pair (`24-96`, `24/44.1`,
`2496`, `24b192`).
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from models.extract.names.words import END, START
from models.extract.rules.number_patterns import plain


class Sound(NamedTuple):
    """Bit rate in kbit/s, bits of a sample, samples a second; None is what is not said."""

    bitrate: int | None = None
    bit_depth: int | None = None
    sample_rate: int | None = None


_BITRATE = re.compile(
    START + r"@?~?(\d{2,4})[ ._]?(?:kbps|kbits?(?:/s)?|kb/s|кбит|k(?=[\s\])]))(?!\w)", re.IGNORECASE
)
_BARE_BITRATE = re.compile(
    r"(?:\b(?:mp3|m4a|aac)[\s\-@]{1,3}|[\[(])(128|160|192|224|256|320)"
    r"(?:\s?(?:cbr|vbr))?(?=[\s\])]|$)",
    re.IGNORECASE,
)
_BIT_DEPTH = re.compile(
    rf"(?:{START}|(?<=hz)|(?<=[∕／]))(8|10|12|16|24|32)[ ._-]?bits?(?:{END}|(?=\d))", re.IGNORECASE
)
_TRACK_DEPTH = re.compile(START + r"TR(16|24|32)" + END)
"""`[TR24]`: tracks of 24 bits."""

_RATES = {
    "44": 44_100,
    "48": 48_000,
    "88": 88_200,
    "96": 96_000,
    "176": 176_400,
    "192": 192_000,
    "352": 352_800,
    "384": 384_000,
}
"""kHz as they are written, without what stands behind the point, and samples a second."""

_RATE = r"(?P<rate>44(?:[.,]1)?|48|88(?:[.,]2)?|96|176(?:[.,]4)?|192|352(?:[.,]8)?|384)"
_PAIR = re.compile(
    START
    + rf"(?:flac[ ._-]?)?(?P<depth>16|24|32)(?:b?[-/∕／ _]|b){_RATE}"
    + r"(?!\d|\.\d|[ -]?(?:bits?|fps)\b)",
    re.IGNORECASE,
)
_SWAPPED = re.compile(
    START + rf"{_RATE}(?:\s?khz?\s?-\s?|(?:\s?khz?)?\s?[/∕／]\s?)(?P<depth>16|24|32)(?![\w.])",
    re.IGNORECASE,
)
"""`96/24`, `96kHz-24`."""

_JOINED = re.compile(
    r"(?:[\[({][^\[\](){}\d]{0,12}|\b(?:flac|vinyl|lp)[ ._-]?)"
    rf"(?P<depth>16|24|32)\.?{_RATE}"
    r"(?:(?=\s?[\])}])|[ ._-](?=(?:flac|vinyl|lp|web|hd|rip)\b)|(?=$))",
    re.IGNORECASE,
)
"""`(2496 Vinyl)`, `[2448]`, `[24.192 FLAC]`, `flac1648`."""

_RATE_ALONE = re.compile(
    rf"(?<![\d.,]){_RATE}[ ._-]?khz(?![a-z])" + r"|(?<![\d.,])(?P<hertz>\d{5,6})[ ._-]?hz(?![a-z])",
    re.IGNORECASE,
)
_DEPTH_BEHIND_CODEC = re.compile(r"(?<![a-z])flac(16|24)(?![\d])", re.IGNORECASE)

_NumberPattern = tuple[tuple[str, ...], re.Pattern[str]]
"""What must stand in the name as `plain` writes it, and the pattern."""

_BITRATES: tuple[_NumberPattern, ...] = (
    (("0k", "0 k", "0.k", "0_k", "0к", "0 к", "0.к", "0_к"), _BITRATE),
    (("[000", "(000", "mp0", "m0a", "aac"), _BARE_BITRATE),
)
_BIT_DEPTHS: tuple[_NumberPattern, ...] = (
    (("bit",), _BIT_DEPTH),
    (("tr00",), _TRACK_DEPTH),
    (("flac00",), _DEPTH_BEHIND_CODEC),
)
_PAIRS: tuple[_NumberPattern, ...] = (
    (("00-00", "00/00", "00 00", "00_00", "00∕00", "00／00", "00b"), _PAIR),
    (("0/00", "0∕00", "0／00", "z/00", "z-00", "k/00", "k-00"), _SWAPPED),
    (("0000", "00.00"), _JOINED),
)
_JOINED_DIGITS = re.compile(r"(?:16|24|32)\.?(?:44|48|88|96|176|192|352|384)")
"""What `_JOINED` asks for: most numbers of four digits are years."""

_LONGEST = 1_000
"""Characters of a name that are read for pairs: they stand near its end, which is not far."""


def sound(name: str) -> Sound:
    """What a name says of the quality of its sound."""
    plain_name = plain(name)
    depth = _first_number(_BIT_DEPTHS, name, plain_name)
    rate = _rate_alone(name, plain_name)
    if depth is None or rate is None:
        paired_depth, paired_rate = _pair(name, plain_name)
        depth, rate = depth or paired_depth, rate or paired_rate
    return Sound(_first_number(_BITRATES, name, plain_name), depth, rate)


def _pair(name: str, plain_name: str) -> tuple[int | None, int | None]:
    for needs, pattern in _PAIRS:
        if not any(map(plain_name.__contains__, needs)):
            continue
        if pattern is _JOINED and _JOINED_DIGITS.search(name) is None:
            continue
        if match := pattern.search(name, 0, _LONGEST):
            return int(match["depth"]), _samples(match["rate"])
    return None, None


def _rate_alone(name: str, plain_name: str) -> int | None:
    """Samples a second, where the name gives a unit."""
    if "hz" not in plain_name:
        return None
    match = _RATE_ALONE.search(name)
    if match is None:
        return None
    if match["hertz"] is None:
        return _samples(match["rate"])
    hertz = int(match["hertz"])
    return hertz if hertz in _RATES.values() else None


def _samples(kilohertz: str) -> int:
    """Samples a second of a rate as it is written."""
    return _RATES[re.split("[.,]", kilohertz)[0]]


def _first_number(patterns: Sequence[_NumberPattern], name: str, plain_name: str) -> int | None:
    """The number that the first pattern finds. Returns None if there is none, or nought."""
    for needs, pattern in patterns:
        if not any(map(plain_name.__contains__, needs)):
            continue
        match = pattern.search(name)
        if match and int(match[1]) > 0:
            return int(match[1])
    return None
