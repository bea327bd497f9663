"""What a data set has, and what of it is missing or cannot be read."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from models.embed.audio import AudioError, MissingAudio, read
from models.embed.clips import Clip

_HEARD = 1.0
"""Seconds of each sound that are read to see whether it is one."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted of clips."""

    clips: int
    works: int
    texts: int
    words_a_text: float
    vocabulary: int
    """Words that differ."""
    same_text: int
    """Clips whose first text another clip has, too: neither can be told from the other by it."""
    licences: dict[str, int]
    """Licence -> clips, the commonest first."""


@dataclass(frozen=True, slots=True)
class Sounds:
    """What is seen of the files of clips."""

    present: int
    missing: tuple[Path, ...]
    unreadable: tuple[Path, ...]


def count(clips: Sequence[Clip]) -> Counts:
    """Count what clips have."""
    words = [re.findall(r"\w+", text.lower()) for clip in clips for text in clip.texts]
    firsts = Counter(clip.texts[0].lower() for clip in clips)
    licences = Counter(clip.licence or "not said" for clip in clips)
    return Counts(
        clips=len(clips),
        works=len({clip.work for clip in clips}),
        texts=len(words),
        words_a_text=round(mean(map(len, words)), 1) if words else 0.0,
        vocabulary=len({word for text in words for word in text}),
        same_text=sum(number for number in firsts.values() if number > 1),
        licences=dict(licences.most_common()),
    )


def verify(clips: Sequence[Clip]) -> Sounds:
    """See which sounds are there and can be read.

    Raises:
        MissingAudio: the extra `music` is not installed.
    """
    missing, unreadable = [], []
    for path in dict.fromkeys(clip.audio for clip in clips):
        if not path.is_file():
            missing.append(path)
            continue
        try:
            read(path, _HEARD)
        except MissingAudio:
            raise
        except (AudioError, OSError):
            unreadable.append(path)
    total = len({clip.audio for clip in clips})
    present = total - len(missing) - len(unreadable)
    return Sounds(present, tuple(missing), tuple(unreadable))
