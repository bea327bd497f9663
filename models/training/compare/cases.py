"""The fixed evaluation: the cases that two sides are compared on.

Of a data folder these are the labelled rows that are kept from training by a hash
(`models.training.classifier.data.place`), and `gold/dev.jsonl` where it is there; for matching the
files of `linking/`, of which 25 numbers are learnt that cannot remember thousands of cases. Files
that are named besides are used whole: whoever names them has kept them from training.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from models.evaluation import cases, fields, linking
from models.evaluation.cases import BadCases, Case
from models.evaluation.fields import FieldCase
from models.evaluation.linking import LinkCase
from models.home import HOME, WEIGHTS
from models.training.classifier.data import GOLD, HELD_OUT, LABELLED, place
from models.training.compare.comparison import MARGIN
from models.training.compare.source import Source

FIELDS = "fields/p2p_labelled.jsonl.gz"
LINKING = ("linking/albums_dev.jsonl.gz", "linking/queries_dev.jsonl.gz")

T = TypeVar("T", Case, FieldCase, LinkCase)


class Sourced(NamedTuple, Generic[T]):
    """A case, the file that it is of, and who labelled it."""

    file: str
    case: T
    source: Source


class NoCases(BadCases):
    """There is nothing to compare on; the message says what to give."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What sides are compared on, and how much worse one may be.

    `index` is the match index, `weights_dir` where the active models of other stages are, `margin`
    the points by which the overall figure may be lower.
    """

    data: Path | None = None
    files: tuple[Path, ...] = ()
    index: Path = HOME / "musicbrainz"
    weights_dir: Path = WEIGHTS
    margin: float = MARGIN

    @property
    def told(self) -> str:
        """Where cases were looked for."""
        places = [*([self.data] if self.data else []), *self.files]
        return " and ".join(str(path) for path in places) or "neither --data nor --evaluation"


def names(evaluation: Evaluation) -> list[Sourced[Case]]:
    """Names with their class, each with the file that it is of.

    Raises:
        NoCases: there is none.
        BadCases: a line is no case.
    """
    own = _held_out(evaluation, LABELLED, cases.case_from, lambda case: case.subject.name)
    needed = f"{LABELLED} with rows that are held out by hash (about {HELD_OUT:.0%} of them)"
    keys = "name, medium, sub, nsfw"
    return _required([*own, *_whole(evaluation, cases.case_from)], evaluation, needed, keys)


def with_fields(evaluation: Evaluation) -> list[Sourced[FieldCase]]:
    """Names with their fields, each with the file that it is of.

    Raises:
        NoCases, BadCases: as `names`.
    """
    own = _held_out(evaluation, FIELDS, fields.case_from, lambda case: case.name)
    needed = f"{FIELDS} with rows that are held out by hash (about {HELD_OUT:.0%} of them)"
    keys = "name, sub, artist, title, year, season, episode"
    return _required([*own, *_whole(evaluation, fields.case_from)], evaluation, needed, keys)


def links(evaluation: Evaluation) -> list[Sourced[LinkCase]]:
    """Names with their MusicBrainz ids, each with the file that it is of.

    Raises:
        NoCases, BadCases: as `names`.
    """
    paths = [] if evaluation.data is None else [evaluation.data / name for name in LINKING]
    own = [
        Sourced(path.name, case, Source.READ)
        for path in paths
        if path.is_file()
        for case in linking.read(path)
    ]
    keys = "artist, title, artist_mbid, release_group_mbid"
    named = [
        Sourced(path.name, case, Source.NAMED)
        for path in evaluation.files
        for case in linking.read(path)
    ]
    return _required([*own, *named], evaluation, " or ".join(LINKING), keys)


def _held_out(
    evaluation: Evaluation,
    name: str,
    make: Callable[[dict[str, Any]], T],
    name_of: Callable[[T], str],
) -> Iterator[Sourced[T]]:
    """Rows of a file of the data folder that are kept from training."""
    if evaluation.data is None:
        return
    path = evaluation.data / name
    for known in (path, path.with_suffix("")):
        if known.is_file():
            for case, is_voted in _rows(known, make):
                if place(name_of(case)) < HELD_OUT:
                    yield Sourced(name, case, Source.VOTED if is_voted else Source.READ)
            return


def _whole(evaluation: Evaluation, make: Callable[[dict[str, Any]], T]) -> Iterator[Sourced[T]]:
    """All rows of the gold file, where it is there, and of the files that were named."""
    paths = list(evaluation.files)
    if evaluation.data is not None and (evaluation.data / GOLD).is_file():
        paths.insert(0, evaluation.data / GOLD)
    for path in paths:
        for case, is_voted in _rows(path, make):
            yield Sourced(path.name, case, Source.VOTED if is_voted else Source.NAMED)


def _rows(path: Path, make: Callable[[dict[str, Any]], T]) -> Iterator[tuple[T, bool]]:
    """Cases of a file, and whether each was labelled by a vote, as `label --export` writes it."""
    return cases.rows(path, lambda row: (make(row), _is_voted(row)), "labelled name")


def _is_voted(row: dict[str, Any]) -> bool:
    return "votes" in row or "origin" in row


def _required(
    sourced: Sequence[Sourced[T]], evaluation: Evaluation, needed: str, keys: str
) -> list[Sourced[T]]:
    if not sourced:
        raise NoCases(
            f"nothing to compare on in {evaluation.told}: give a data folder by --data that has"
            f" {needed}, or labelled names that were kept from training by --evaluation FILE"
            f" (JSON lines with {keys})"
        )
    return list(sourced)
