"""Parts takes into what is learnt and what is judged, and writes stores of them.

Grooves of one style file are near twins. So whole files are held out (`styles`), and apart from
them single grooves of other files (`grooves`). The training holds out files of its own among what
is left, which stop it and choose between settings.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.embed.enrich import enrich
from models.embed.store import About, Entry, Store, fill
from models.embed.targets import target
from models.training import held_out
from tests.benchmarks.music_text.hearing import TARGETS, frames
from tests.benchmarks.music_text.takes import Take

LEARNT = "clips"
JUDGED = ("grooves", "styles")
"""Unseen grooves of seen styles, and unseen styles."""

SHARE = 0.15
"""Of the styles, and of the grooves of the other styles."""


def side(take: Take) -> str:
    """What a take is for: `clips`, `grooves` or `styles`."""
    if held_out.place(f"corpus style:{take.style}") < SHARE:
        return "styles"
    if held_out.place(f"corpus groove:{take.style}:{take.groove}") < SHARE:
        return "grooves"
    return LEARNT


def is_wanted(take: Take) -> bool:
    """Whether a take is used: of what is judged, the first of each groove alone."""
    return take.turn == 0 or side(take) == LEARNT


def write(takes: Sequence[Take], heard: Path, folder: Path, name: str, embedder: str) -> None:
    """Write a store for each side.

    Args:
        takes: that were heard.
        heard: folder of what was heard.
        folder: of the stores.
        name: of the target.
        embedder: version of the network that heard them.
    """
    for store in (LEARNT, *JUDGED):
        chosen = {take.id: take for take in takes if side(take) == store}
        about = About(
            target=name,
            dimensions=target(name).dimensions,
            rows=len(chosen),
            embedder=embedder,
            is_stub=False,
        )
        entries = [Entry(id=t.id, work=t.style, texts=t.texts) for t in chosen.values()]
        if _is_written(folder / store, entries):
            continue

        hear = partial(_vector, chosen, heard, TARGETS[name])
        for _ in fill(folder / store, about, entries, hear):
            pass


def _vector(
    takes: Mapping[str, Take], heard: Path, layers: tuple[str, ...], entry: Entry
) -> NDArray[np.float32]:
    return enrich(frames(takes[entry.id], heard, layers))


def _is_written(folder: Path, entries: Sequence[Entry]) -> bool:
    return folder.is_dir() and Store(folder).entries == list(entries)
