"""Lets musicnn hear takes, each once, and keeps what it says of all its layers."""

import logging
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.embed.audio import Sound
from models.embed.embedders.musicnn import Musicnn
from tests.benchmarks.music_text.render import render
from tests.benchmarks.music_text.takes import Take

log = logging.getLogger(__name__)

LAYERS = {"penultimate": 200, "means": 753, "maxima": 753}
"""Outputs of musicnn, and how wide they are."""

_PLAYERS = 2
"""Takes that are played ahead."""

TARGETS = {
    "musicnn": ("penultimate",),
    "musicnn-mean": ("means",),
    "musicnn-pools": ("maxima", "means"),
}


def hear(takes: Iterable[Take], folder: Path, network: Musicnn) -> Iterator[Take]:
    """Play and hear takes; what was heard before is not heard again.

    Args:
        takes: to be played.
        folder: of a file a take.
        network: musicnn.

    Yields:
        Takes that were heard; one that cannot be played is left out.
    """
    folder.mkdir(parents=True, exist_ok=True)

    def play(take: Take) -> Sound | None:
        if _path(take, folder).is_file():
            return None
        try:
            return render(take)
        except ValueError as error:
            log.info("%s: left out: %s", take.id, error)
            return None

    # The next ones are played while one is heard.
    with ThreadPoolExecutor(_PLAYERS) as players:
        waiting: deque[tuple[Take, Future[Sound | None]]] = deque()
        ahead: Iterable[Take | None] = chain(takes, [None] * _PLAYERS)
        for take in ahead:
            if take is not None:
                waiting.append((take, players.submit(play, take)))
            if waiting and (take is None or len(waiting) > _PLAYERS):
                oldest, played = waiting.popleft()
                sound = played.result()
                if sound is not None:
                    _keep(oldest, sound, folder, network)
                if _path(oldest, folder).is_file():
                    yield oldest


def _keep(take: Take, sound: Sound, folder: Path, network: Musicnn) -> None:
    path = _path(take, folder)
    half = path.with_suffix(".half")
    with half.open("wb") as stream:
        np.save(stream, np.concatenate(network.outputs(sound, tuple(LAYERS)), axis=1))
    half.replace(path)


def _path(take: Take, folder: Path) -> Path:
    return folder / f"{take.id}.npy"


def frames(take: Take, folder: Path, layers: tuple[str, ...]) -> NDArray[np.float32]:
    """What some layers said of a take, (T, width)."""
    told = np.load(_path(take, folder))
    ends = np.cumsum(list(LAYERS.values()))
    parts = dict(zip(LAYERS, np.split(told, ends[:-1], axis=1), strict=True))
    return np.concatenate([parts[layer] for layer in layers], axis=1)
