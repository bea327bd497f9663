"""The data sets that can be read, by name."""

from collections.abc import Callable, Iterator
from pathlib import Path

from models.embed.clips import Clip
from models.embed.datasets import (
    audioset,
    fma,
    jamendo,
    magnatagatune,
    musicbench,
    musiccaps,
    song_describer,
)

Reader = Callable[[Path], Iterator[Clip]]

SETS: dict[str, Reader] = {
    "musiccaps": musiccaps.read,
    "audioset": audioset.read,
    "jamendo": jamendo.read,
    "fma": fma.read,
    "musicbench": musicbench.read,
    "magnatagatune": magnatagatune.read,
    "song-describer": song_describer.read,
}
"""Name -> reads its clips in a folder."""
