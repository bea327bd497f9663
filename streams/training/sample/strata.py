"""The strata of a sample: in which script a name is, whether files are known, and what they are."""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from models.classify import extensions
from schemas import TorrentFile

SCRIPTS = (
    "latin",
    "cyrillic",
    "greek",
    "hebrew",
    "arabic",
    "indic",
    "thai",
    "japanese",
    "chinese",
    "korean",
    "other",
    "letterless",
)
FILES = ("files", "bare")
"""Whether the file list is known."""
GUESSES = ("audio", "video", "software", "book", "other", "mixed", "unknown")
"""What most bytes are by the extensions of the largest files; `mixed` if no kind has most of them.
"""

_STARTS = (
    (0x0000, "latin"),
    (0x0370, "greek"),
    (0x0400, "cyrillic"),
    (0x0530, "other"),
    (0x0590, "hebrew"),
    (0x0600, "arabic"),
    (0x0780, "other"),
    (0x0900, "indic"),
    (0x0E00, "thai"),
    (0x0E80, "other"),
    (0x1100, "korean"),
    (0x1200, "other"),
    (0x1C80, "cyrillic"),
    (0x1C90, "other"),
    (0x1E00, "latin"),
    (0x1F00, "greek"),
    (0x2000, "other"),
    (0x2C60, "latin"),
    (0x2C80, "other"),
    (0x2DE0, "cyrillic"),
    (0x2E00, "chinese"),
    (0x3040, "japanese"),
    (0x3100, "chinese"),
    (0x3130, "korean"),
    (0x3190, "chinese"),
    (0x31F0, "japanese"),
    (0x3200, "chinese"),
    (0xA000, "other"),
    (0xA640, "cyrillic"),
    (0xA6A0, "other"),
    (0xA720, "latin"),
    (0xA800, "other"),
    (0xAC00, "korean"),
    (0xD7B0, "other"),
    (0xF900, "chinese"),
    (0xFB00, "latin"),
    (0xFB13, "other"),
    (0xFB1D, "hebrew"),
    (0xFB50, "arabic"),
    (0xFE00, "other"),
    (0xFE70, "arabic"),
    (0xFF00, "latin"),
    (0xFF66, "japanese"),
    (0xFFA0, "korean"),
    (0xFFE0, "other"),
    (0x20000, "chinese"),
    (0x32000, "other"),
)
"""First code points of blocks, and the script that their letters count for (Unicode's Blocks.txt).
"""
_POINTS = [point for point, _ in _STARTS]

_ASCII_LETTER = re.compile(r"[A-Za-z]")

_MOST = 0.5
"""Share of the bytes that a medium needs to be what the files are."""


def script_of(name: str) -> str:
    """The script of most letters of a name; `letterless` if it has none.

    Foreign letters count double, as most names carry Latin tags beside the title. Kana make a name
    of Han letters Japanese.

    >>> script_of("Лев Озеров - Тихая вода (1996) [FLAC]")
    'cyrillic'
    """
    latin = len(_ASCII_LETTER.findall(name))
    if name.isascii():
        return "latin" if latin else "letterless"
    counts = {"latin": latin / 2}
    for letter in name:
        if letter > "\x7f" and (script := _script(letter)):
            counts[script] = counts.get(script, 0.0) + (0.5 if script == "latin" else 1.0)
    if "japanese" in counts:
        counts["japanese"] += counts.pop("chinese", 0.0)
    script, most = max(counts.items(), key=lambda count: (count[1], count[0]))
    return script if most else "letterless"


@lru_cache(maxsize=65_536)
def _script(letter: str) -> str:
    """The script of a letter; empty if it is no letter."""
    return _STARTS[bisect_right(_POINTS, ord(letter)) - 1][1] if letter.isalpha() else ""


def guess_of(name: str, files: Sequence[TorrentFile]) -> str:
    """What the largest files are by their extensions; of a name without files, by its own."""
    if not files:
        vote = extensions.lone_file(name)
        return vote.medium.value if vote else "unknown"
    sizes: dict[str, int] = {}
    for file in files:
        kind = extensions.kind_of(file.path)
        if kind is not None and kind.medium is not None:
            sizes[kind.medium.value] = sizes.get(kind.medium.value, 0) + (file.size or 1)
    if not sizes:
        return "unknown"
    guess, most = max(sizes.items(), key=lambda size: (size[1], size[0]))
    return guess if most > _MOST * sum(sizes.values()) else "mixed"


def stratum_of(name: str, files: Sequence[TorrentFile]) -> str:
    """The stratum of a torrent.

    >>> stratum_of("Paper Lighthouse - Low Tide (2006).flac", ())
    'latin/bare/audio'
    """
    known = FILES[0] if files else FILES[1]
    return f"{script_of(name)}/{known}/{guess_of(name, files)}"


@dataclass(frozen=True)
class Weights:
    """How large the share of a stratum is, beside those of the others.

    A stratum weighs the product of the weights of its three parts. What has no weight of its own
    weighs 1, and what weighs 0 is left out.
    """

    of: Mapping[str, Fraction] = field(default_factory=lambda: DEFAULT_WEIGHTS)
    """A part (`cyrillic`, `bare`, `audio`) or a whole stratum -> its weight."""

    def __call__(self, stratum: str) -> Fraction:
        """The weight of a stratum."""
        if stratum in self.of:
            return self.of[stratum]
        weight = Fraction(1)
        for part in stratum.split("/"):
            weight *= self.of.get(part, 1)
        return weight

    def with_own(self, own: Mapping[str, Fraction]) -> "Weights":
        """These weights with those of a user before them.

        Raises:
            ValueError: there is no such part or stratum; the message says which there are.
        """
        for name in own:
            _require_known(name)
        return Weights({**self.of, **own})


DEFAULT_WEIGHTS: Mapping[str, Fraction] = {
    "latin": Fraction(8),
    "cyrillic": Fraction(2),
    "unknown": Fraction(4),
}
"""Most names are Latin and end in no extension, and these are the hard ones; yet each script and
each kind of files is there as often as there are names of it to learn from."""

_PARTS = (SCRIPTS, FILES, GUESSES)


def _require_known(name: str) -> None:
    parts = name.split("/")
    is_whole = len(parts) == len(_PARTS) and all(
        part in known for part, known in zip(parts, _PARTS, strict=True)
    )
    if not is_whole and not any(name in known for known in _PARTS):
        listed = "; ".join(", ".join(known) for known in _PARTS)
        raise ValueError(f"there is no part {name!r} of a stratum; there are {listed}")
