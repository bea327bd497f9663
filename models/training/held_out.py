"""Which labelled names are held out from the writing of rules, and how rules are measured on them.

This is another line than that of `classifier.data.split`, which keeps names from training.

Half of the names is held out, by a hash, so that anybody draws the same line. Near-copies of a name
(another episode, another quality, another uploader) are a *family* and lie on the same side: a rule
that was written looking at one of them has seen them all. A family counts once, and as wrong if the
answer on any of its names is wrong.

What a training keeps for itself is parted by another hash, by family as well: one half *chooses*
(when training stops, temperatures, thresholds), the other half *judges* what came of it.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Literal, Protocol, TypeVar

from models.evaluation.metrics import Share

SHARE = 0.5
"""Share of the families that is held out: as many to measure on as to look at."""

ChosenOn = Literal["half", "all"]
"""Which of the rows that a training holds out choose: half of the families, and the others judge;
or all, and none of them judges."""

_LONGEST = 40
"""Letters of a family's key. What follows is mostly an episode's title or an uploader's name."""

_WORD = re.compile(r"[^\W_]+")

_QUALITY_WORDS = """
    aac ac atmos avc avi bdremux bdrip bit bluray brrip cam complete ddp dl dts dual dvd dvdrip
    dvdscr ep episode epub eng flac fullhd hd hdr hdrip hdtv hevc imax kbps lossless mkv mobi
    multi pdf proper rarbg remux repack rip season sub subs uhd ultrahd uncut unrated vol web
    webdl webrip wmv xvid yify yts
"""
_QUALITY = frozenset(_QUALITY_WORDS.split())
"""Words that say how a work was packed, not which it is. Words with digits in them go, too."""


def family(name: str) -> str:
    """What a name has in common with its near-copies: its letters, without quality and numbers.

    A name that has no other words is its own family.
    """
    words = _WORD.findall(name.lower())
    telling = [
        word for word in words if word not in _QUALITY and not any(c.isdigit() for c in word)
    ]
    return "".join(telling)[:_LONGEST] or "".join(words)


class Named(Protocol):
    """A row of a name."""

    @property
    def name(self) -> str:
        """The torrent's name."""
        ...


N = TypeVar("N", bound=Named)


def is_held_out(name: str) -> bool:
    """Whether a name is held out. Stable when names are added; the same for near-copies."""
    return place(family(name)) < SHARE


def chooses(name: str) -> bool:
    """Whether a name that a training holds out is of the half that chooses, not of the judges."""
    # The prefix draws another line than that of `is_held_out`.
    return place(f"chooses:{family(name)}") < SHARE


def choosing(held: Iterable[N], chosen_on: ChosenOn) -> list[N]:
    """Of the rows that a training holds out, those that choose among weights."""
    return [row for row in held if chosen_on == "all" or chooses(row.name)]


def judging(held: Iterable[N], chosen_on: ChosenOn) -> list[N]:
    """Of the rows that a training holds out, those that what came of it is measured on.

    These are other families than those of `choosing`, but where all rows choose.
    """
    return [row for row in held if chosen_on == "all" or not chooses(row.name)]


def place(text: str) -> float:
    """A number in [0, 1) by a hash."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


class Tally:
    """Answers by family.

    >>> tally = Tally()
    >>> tally.add("Lantern Street S01E01", True)
    >>> tally.add("Lantern.Street.S01E02", True)
    >>> str(tally.share.total)
    '1'
    """

    def __init__(self) -> None:
        self._right: dict[str, bool] = defaultdict(lambda: True)

    def add(self, name: str, right: bool) -> None:
        """Count the answer on a name."""
        key = family(name)
        self._right[key] = self._right[key] and right

    @property
    def share(self) -> Share:
        """Right families of all."""
        return Share(sum(self._right.values()), len(self._right))
