"""What measures: the brains, the data, and who is told how far it is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from models.evaluation.cases import options, rows
from models.evaluation.extract import Brains, Run, extract
from models.loading import active_classifier, active_extractor
from models.training.held_out import family
from models.training.row_files import FIELDS, GOLD, NAMES

T = TypeVar("T")

_BATCH = 256


class LeftOut(Exception):
    """A part cannot be measured; the message says why and what would help."""


@dataclass(frozen=True)
class Measuring:
    """What every part of the report needs."""

    data: Path
    brains: Brains
    most: int
    """How many of the names that the weights have learnt from are measured."""
    file_sets: int
    """How many torrents with files are invented."""
    scorer: Path | None = None
    index: Path | None = None
    advance: Callable[[int, int], None] = field(default=lambda done, total: None)
    """Told how many cases of the part are done, and of how many."""

    @classmethod
    def load_brains(cls, threads: int) -> Brains:
        """The classifier and the extractor that are active, without the GGUF model."""
        return Brains(active_classifier(threads=threads), active_extractor())

    def path(self, name: str) -> Path:
        """A file of the data, plain or as it is called.

        Raises:
            LeftOut: it is not there.
        """
        path = self.data / name
        for known in (path, path.with_suffix("") if path.suffix == ".gz" else path):
            if known.is_file():
                return known
        raise LeftOut(f"{path} is not there")

    def batches(self, cases: Sequence[T]) -> Iterator[Sequence[T]]:
        """The cases in batches; each is done when the next is asked for."""
        for first in range(0, len(cases), _BATCH):
            yield cases[first : first + _BATCH]
            self.advance(min(first + _BATCH, len(cases)), len(cases))

    def extracted(self, names: Sequence[str]) -> Run:
        """What the brains make of the names."""
        whole = Run()
        for part in self.batches(names):
            run = extract(part, self.brains)
            whole.given += run.given
            whole.extracted += run.extracted
        return whole

    def may_be_adult(self, name: str) -> bool:
        """Whether a name, or a near-copy of it, is labelled adult anywhere in the data."""
        return family(name) in self._adult_families

    @cached_property
    def _adult_families(self) -> frozenset[str]:
        families: set[str] = set()
        for name in (NAMES, FIELDS, GOLD):
            try:
                path = self.path(name)
            except LeftOut:
                continue
            families.update(filter(None, rows(path, _adult_family, "labelled name")))
        return frozenset(families)


def _adult_family(row: dict[str, Any]) -> str | None:
    """The family of a name that a reader calls adult. None of others."""
    return family(str(row["name"])) if any(options(row.get("nsfw"))) else None
