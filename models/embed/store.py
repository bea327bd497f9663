"""The vectors of a collection, in a folder that grows row by row and is read from the disk.

vectors.npy   (rows, dimensions), 16 or 32 bit floats, mapped into memory
index.jsonl   a line a row that is whole: {"id", "work", "texts"}
store.json    the target, what made the vectors, and whether that was a stub

A row is written before its line, so what a kill leaves is a store with fewer rows, and the same
work goes on with the first one that has no line.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

VECTORS = "vectors.npy"
INDEX = "index.jsonl"
ABOUT = "store.json"

FILES = (VECTORS, INDEX, ABOUT)


class BadStore(ValueError):
    """A folder is no store, or not the one that is asked for; the message says why."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Entry(_Part):
    """What a row is of."""

    id: str
    work: str
    """Clips of one work lie on the same side when some are held out."""
    texts: Annotated[tuple[str, ...], Field(min_length=1)]


class About(_Part):
    """What all rows have in common."""

    target: str
    dimensions: Annotated[int, Field(ge=1)]
    rows: Annotated[int, Field(ge=0)]
    """Rows that there is room for."""
    embedder: str
    """Version of what made the vectors."""
    is_stub: bool
    floats: Literal["float16", "float32"] = "float32"


class Store:
    """A store to read, mapped into memory.

    Args:
        folder: where it is.

    Raises:
        BadStore: it is none, or is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.about = _about(folder)
        lines = (folder / INDEX).read_bytes().splitlines() if (folder / INDEX).is_file() else []
        try:
            self.entries = [Entry.model_validate_json(line) for line in lines]
            self.vectors: NDArray[np.floating[Any]] = np.load(folder / VECTORS, mmap_mode="r")
        except (ValidationError, ValueError, OSError) as error:
            raise BadStore(f"{folder} is no store: {error}") from error
        _fits(folder, self.about, self.vectors)
        if len(self.entries) > len(self.vectors):
            raise BadStore(f"{folder}: {len(self.entries)} lines and {len(self.vectors)} vectors")

    def __len__(self) -> int:
        return len(self.entries)

    def rows(self, places: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float32]:
        """Vectors of some rows, read from the disk."""
        return np.asarray(self.vectors[np.asarray(places, dtype=np.int64)], dtype=np.float32)


class Writer:
    """Fills a store.

    Args:
        folder: made if need be; a store that is there goes on if it is of the same kind.
        about: what all rows have in common.

    Raises:
        BadStore: the folder holds another store.
    """

    def __init__(self, folder: Path, about: About) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / ABOUT).is_file():
            before = _about(folder)
            if before != about:
                raise BadStore(f"{folder} holds another store: {before}, not {about}")
            self._vectors = np.load(folder / VECTORS, mmap_mode="r+")
            _fits(folder, about, self._vectors)
        else:
            shape = (about.rows, about.dimensions)
            self._vectors = np.lib.format.open_memmap(
                folder / VECTORS, mode="w+", dtype=about.floats, shape=shape
            )
            # Last: a folder without it is begun anew.
            (folder / ABOUT).write_text(about.model_dump_json(indent=1) + "\n", encoding="utf-8")
        self._index = (folder / INDEX).open("a+b")
        self._cut()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._vectors.flush()
        self._index.close()

    @property
    def done(self) -> int:
        """Rows that are whole."""
        return self._done

    def add(self, entry: Entry, vector: NDArray[np.floating[Any]]) -> None:
        """Write a row.

        Raises:
            BadStore: there is no room, or the vector does not fit or is not finite.
        """
        if self._done == len(self._vectors):
            raise BadStore(f"the store has room for {self._done} rows")
        if vector.shape != self._vectors.shape[1:] or not np.isfinite(vector).all():
            raise BadStore(f"{entry.id}: a vector of {vector.shape}, or with no finite number")
        self._vectors[self._done] = vector
        self._vectors.flush()
        line = json.dumps(entry.model_dump(), ensure_ascii=False) + "\n"
        self._index.write(line.encode("utf-8", "replace"))
        self._index.flush()
        self._done += 1

    def _cut(self) -> None:
        """Take back a line that a kill cut off."""
        self._index.seek(0)
        content = self._index.read()
        whole = content.rfind(b"\n") + 1
        self._index.truncate(whole)
        self._index.seek(0, os.SEEK_END)
        self._done = content[:whole].count(b"\n")


def fill(
    folder: Path,
    about: About,
    items: Iterable[Entry],
    vector_of: Callable[[Entry], NDArray[np.float32] | None],
) -> Iterator[int]:
    """Fill a store, or go on with it.

    Args:
        folder: of the store.
        about: what all rows have in common.
        items: all rows, in the same order each time.
        vector_of: hears what a row is of; None leaves the row out.

    Yields:
        Items that are done with, after each that was heard.

    Raises:
        BadStore: the folder holds another store, or other rows.
    """
    with Writer(folder, about) as writer:
        before = Store(folder).entries
        place = 0
        for count, item in enumerate(items, 1):
            if place < len(before):
                # What lies before a row that is there, and is none itself, was left out.
                place += before[place].id == item.id
                continue
            vector = vector_of(item)
            if vector is not None:
                writer.add(item, vector)
            yield count
        if place < len(before):
            raise BadStore(f"{folder}: row {place} is {before[place].id}, which is not asked for")


def _about(folder: Path) -> About:
    path = folder / ABOUT
    try:
        return About.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise BadStore(f"{path} cannot be read: {error}") from error


def _fits(folder: Path, about: About, vectors: NDArray[np.floating[Any]]) -> None:
    if vectors.shape != (about.rows, about.dimensions) or vectors.dtype != about.floats:
        told = f"{vectors.shape} of {vectors.dtype}"
        raise BadStore(f"{folder}: the vectors are {told}, and store.json says otherwise")
