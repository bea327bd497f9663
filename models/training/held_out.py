"""Which labelled names are held out from the writing of rules, and how rules are measured on them.

This is another line than that of `classifier.data.split`, which keeps names from training.

Half of the names is held out, by a hash, so that anybody draws the same line. Near-copies of a name
(another episode, another quality, another uploader) are a *family* and lie on the same side: a rule
that was written looking at one of them has seen them all. A family counts once, and as wrong if the
answer on any of its names is wrong.
"""

import hashlib
import re
from collections import defaultdict

from models.evaluation.metrics import Share

SHARE = 0.5
"""Share of the families that is held out: as many to measure on as to look at."""

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


def is_held_out(name: str) -> bool:
    """Whether a name is held out. Stable when names are added; the same for near-copies."""
    digest = hashlib.sha256(family(name).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4], "big") < SHARE * 2**32


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
