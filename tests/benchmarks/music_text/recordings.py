"""Real recordings as clips: packages of music, each a work, and a title as the only caption.

Nobody described them: what a text can be asked for is what their makers called them, and that says
little of how they sound. So little is to be expected; it is measured all the same.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from models.embed.clips import ENDINGS, Clip

START = 10.0
"""Seconds at which a recording is heard: behind what fades in."""
SECONDS = 30.0
"""How much of it is heard; of a shorter one what there is."""

SHORTEST = START + 5.0
"""Seconds below which a file is a sound of a game and no music."""

_LEAST_LETTERS = 3
"""A title with fewer says nothing."""


class NoRecordings(ValueError):
    """A folder holds no recordings; the message says what is wanted."""


def clips(folder: Path) -> list[Clip]:
    """The recordings of a folder that has one folder a package.

    Raises:
        NoRecordings: there are none.
    """
    named = list(_clips(folder))
    # What is called alike in two packages is not to be told apart by what it is called.
    counts = Counter(clip.texts for clip in named)
    recorded = [clip for clip in named if counts[clip.texts] == 1]
    if not recorded:
        raise NoRecordings(
            f"{folder} has no recordings: a folder a package is wanted in it, unpacked by"
            " `dpkg -x PACKAGE.deb FOLDER/PACKAGE`"
        )
    return recorded


def _clips(folder: Path) -> Iterator[Clip]:
    seen = set()
    for path in sorted(folder.glob("*/**/*")):
        work = path.relative_to(folder).parts[0]
        title = title_of(path)
        known = (work, title.lower())
        if path.suffix.lower() not in ENDINGS or not title or known in seen:
            continue
        if _seconds(path) < SHORTEST:
            continue
        seen.add(known)
        yield Clip(
            id=f"{path.relative_to(folder).as_posix()}#{path.stat().st_size}",
            work=work,
            texts=(f"music called {title.lower()}",),
            audio=path,
            start=START,
            seconds=SECONDS,
        )


def digest_of(clips: Sequence[Clip]) -> str:
    """Names these recordings: 12 hex digits."""
    return hashlib.sha256("\n".join(clip.id for clip in clips).encode()).hexdigest()[:12]


def title_of(path: Path) -> str:
    """What a file is called, in words: `03-elvish_theme2.ogg` -> `elvish theme`."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", path.stem)
    words = re.sub(r"[_\-.\d]+", " ", words)
    title = " ".join(words.split())
    return title if len(re.sub(r"\W", "", title)) >= _LEAST_LETTERS else ""


def _seconds(path: Path) -> float:
    import soundfile

    try:
        return float(soundfile.info(str(path)).duration)
    except soundfile.LibsndfileError:
        return 0.0
