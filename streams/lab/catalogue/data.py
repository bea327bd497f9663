"""The files of real names that a catalogue is made from."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from streams.lab.catalogue.world import Row


class Data:
    """A folder with `catalogue/` and `linking/`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def catalogue(self, name: str) -> Iterator[Row]:
        """The rows of a file of the world's names."""
        return self._rows("catalogue", name)

    def linking(self, name: str) -> Iterator[Row]:
        """The rows of a file of labelled links."""
        return self._rows("linking", name)

    def _rows(self, room: str, name: str) -> Iterator[Row]:
        path = self._folder / room / f"{name}.jsonl.gz"
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)
