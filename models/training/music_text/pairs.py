"""Texts and vectors of a store, and which of its works are held out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.embed.store import FILES, BadStore, Store
from models.embed.targets import target
from models.embed.text import tokens_of
from models.training import held_out
from models.training.experiment.errors import DataMissing, require_files
from models.training.music_text.settings import MusicTextRecipe

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_FEWEST = 4
"""Works on a side below which nothing can be learnt or told."""

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pairs:
    """A store, with its rows by what they are for."""

    store: Store
    learnt: Rows
    choosing: Rows
    """Rows of works that nothing is learnt from, which stop the training."""
    judging: Rows
    """Rows of other such works, unless all of them choose."""

    def texts(self, rows: Rows) -> tuple[list[str], NDArray[np.int64]]:
        """All texts of some rows, and for each the place of its row among them."""
        entries = [self.store.entries[row] for row in rows]
        texts = [text for entry in entries for text in entry.texts]
        places = [place for place, entry in enumerate(entries) for _ in entry.texts]
        return texts, np.array(places, dtype=np.int64)


def files(folder: Path, recipe: MusicTextRecipe) -> list[Path]:
    """The files of the stores that a recipe learns from.

    Raises:
        DataMissing: one is not there.
    """
    paths = []
    for name, stage in recipe.stages.items():
        what = f"a folder with {stage.store}/, a store of vectors (--set {name}.store=FOLDER)"
        paths += require_files(folder, [f"{stage.store}/{file}" for file in FILES], what)
    return list(dict.fromkeys(paths))


def gather(folder: Path, recipe: MusicTextRecipe) -> Pairs:
    """Read a store and part its works.

    Raises:
        DataMissing: it is no store of the recipe's target, or has too few works.
    """
    try:
        store = Store(folder)
    except BadStore as error:
        raise DataMissing(str(error)) from error
    about, wanted = store.about, target(recipe.target)
    if about.target != wanted.name:
        raise DataMissing(f"{folder} holds vectors of {about.target}: --target {about.target}")
    if not about.is_stub and about.dimensions != wanted.dimensions:
        told = f"{about.dimensions} numbers, and {wanted.name} has {wanted.dimensions}"
        raise DataMissing(f"{folder}: its vectors have {told}")
    sides: dict[str, list[int]] = {"learnt": [], "choosing": [], "judging": []}
    for row, entry in enumerate(store.entries):
        for side in _sides(entry.work, recipe):
            sides[side].append(row)
    for side, rows in sides.items():
        if len({store.entries[row].work for row in rows}) < _FEWEST:
            raise DataMissing(f"{folder}: too few works are {side}; fill it with more")
    return Pairs(store, **{side: np.array(rows, np.int64) for side, rows in sides.items()})


def _sides(work: str, recipe: MusicTextRecipe) -> Sequence[str]:
    """What a work is for."""
    if held_out.place(f"music:{work}") >= recipe.held_out:
        return ("learnt",)
    if recipe.chosen_on == "all":
        return ("choosing", "judging")
    is_choosing = held_out.place(f"music chooses:{work}") < held_out.SHARE
    return ("choosing",) if is_choosing else ("judging",)


@dataclass(frozen=True, slots=True)
class Read:
    """Texts as the network reads them."""

    ids: NDArray[np.int64]
    mask: NDArray[np.int64]
    begins: NDArray[np.int64]
    """Text at which each row of the store begins, and behind the last one the number of texts."""


def read_texts(pairs: Pairs, tokenizer: "Tokenizer", longest: int) -> Read:
    """All texts of a store in pieces, once."""
    counts = [len(entry.texts) for entry in pairs.store.entries]
    texts = [text for entry in pairs.store.entries for text in entry.texts]
    ids, mask = tokens_of(tokenizer, texts, longest)
    return Read(ids, mask, np.concatenate(([0], np.cumsum(counts))).astype(np.int64))
