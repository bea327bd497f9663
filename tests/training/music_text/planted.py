"""A store with planted structure: texts say what the vectors know, so that it can be learnt.

Works are invented tunes: an instrument, a pace and a mood each give a direction, and a tune of its
own a little noise. A text names all three in words.
"""

import itertools
import random
from pathlib import Path

import numpy as np

from models.embed.enrich import enrich
from models.embed.store import About, Entry, fill
from models.embed.targets import target

INSTRUMENTS = ["piano", "violin", "guitar", "flute", "drums", "organ", "harp", "trumpet"]
PACES = ["slow", "walking", "fast", "hurried"]
MOODS = ["sad", "happy", "calm", "angry", "solemn"]
TEMPLATES = ["a {pace} and {mood} tune on the {instrument}", "{instrument}, {mood}, {pace}"]


def write(folder: Path, clips: int, name: str = "musicnn", width: int | None = None) -> Path:
    """Write a data folder with a store `clips`, or one that is called otherwise.

    Args:
        folder: of the data.
        clips: rows; each is of a work of its own.
        name: of the target.
        width: numbers at one time; None for those of the target.
    """
    wide = width or target(name).width
    rng = np.random.default_rng(5)
    told = [*INSTRUMENTS, *PACES, *MOODS]
    directions = {word: rng.standard_normal(wide) for word in told}
    common = 2 * rng.standard_normal(wide)
    works = list(itertools.product(INSTRUMENTS, PACES, MOODS)) * (1 + clips // 160)
    random.Random(3).shuffle(works)
    rows = {}
    for number, (instrument, pace, mood) in enumerate(works[:clips]):
        words = {"instrument": instrument, "pace": pace, "mood": mood}
        texts = tuple(template.format(**words) for template in TEMPLATES)
        middle = common + sum(directions[word] for word in words.values())
        frames = middle + 0.4 * rng.standard_normal((6, wide))
        rows[f"clip{number}"] = (
            Entry(id=f"clip{number}", work=f"work{number}", texts=texts),
            frames,
        )
    about = About(
        target=name, dimensions=3 * wide, rows=len(rows), embedder="planted 1", is_stub=True
    )
    entries = [entry for entry, _ in rows.values()]
    for _ in fill(folder / "clips", about, entries, lambda entry: enrich(rows[entry.id][1])):
        pass
    return folder
