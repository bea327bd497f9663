"""The fixed evaluation: the cases that two sides are compared on.

Of a data folder these are the labelled rows that are kept from training by a hash
(`models.training.classifier.data.place`), but for the half of them that chooses among weights
(`models.training.held_out.chooses`), and `gold/dev.jsonl` where it is there. Files that are named
besides are used whole: whoever names them has kept them from training.
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
from models.registry import sha256_of
from models.training.classifier.data import HELD_OUT, place
from models.training.compare.comparison import MARGIN
from models.training.compare.source import Source
from models.training.held_out import chooses
from models.training.row_files import FIELDS, GOLD, NAMES

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
    the points by which the overall figure may be lower. `is_spent` is whether all held-out rows
    chose one of the sides (`chosen_on` of its recipe), so that none of them judges. `kept` is a
    file of linking cases that the second side held out itself, `learnt` the SHA-256 of files that
    it learnt from (`models.training.compare.apart`).
    """

    data: Path | None = None
    files: tuple[Path, ...] = ()
    index: Path = HOME / "musicbrainz"
    weights_dir: Path = WEIGHTS
    margin: float = MARGIN
    is_spent: bool = False
    kept: Path | None = None
    learnt: frozenset[str] = frozenset()

    @property
    def told(self) -> str:
        """Where cases were looked for, as part of a sentence."""
        places = [*([self.data] if self.data else []), *self.files]
        return f" in {' and '.join(str(path) for path in places)}" if places else ""


def names(evaluation: Evaluation) -> list[Sourced[Case]]:
    """Names with their class, each with the file that it is of.

    Raises:
        NoCases: there is none.
        BadCases: a line is no case.
    """
    own = _held_out(evaluation, NAMES, cases.case_from, lambda case: case.subject.name)
    needed = _needed(evaluation, NAMES)
    keys = "name, medium, sub, nsfw where it is known"
    return _required([*own, *_whole(evaluation, cases.case_from)], evaluation, needed, keys)


def with_fields(evaluation: Evaluation) -> list[Sourced[FieldCase]]:
    """Names with their fields, each with the file that it is of.

    Raises:
        NoCases, BadCases: as `names`.
    """
    own = _held_out(evaluation, FIELDS, fields.case_from, lambda case: case.name)
    needed = _needed(evaluation, FIELDS)
    keys = "name, sub, artist, title, year, season, episode"
    return _required([*own, *_whole(evaluation, fields.case_from)], evaluation, needed, keys)


def links(evaluation: Evaluation) -> list[Sourced[LinkCase]]:
    """Names with their MusicBrainz ids, each with the file that it is of.

    Raises:
        NoCases, BadCases: as `names`.
    """
    keys = "artist, title, artist_mbid, release_group_mbid"
    sourced = [
        Sourced(path.name, case, source)
        for paths, source in (
            (_unlearnt(evaluation), Source.READ),
            (evaluation.files, Source.NAMED),
        )
        for path in paths
        for case in linking.read(path)
    ]
    needed = (
        f"cases in {' or '.join(LINKING)} which did not teach these weights (`python -m models"
        " evaluate match CASES --cross-validate 5` says how right such weights are on cases that"
        " they have not seen)"
    )
    return _required(sourced, evaluation, needed, keys)


def _unlearnt(evaluation: Evaluation) -> list[Path]:
    """Files of linking cases that the second side did not learn from."""
    if evaluation.kept is not None:
        return [evaluation.kept]
    paths = [] if evaluation.data is None else [evaluation.data / name for name in LINKING]
    known = [path for path in paths if path.is_file()]
    return [path for path in known if sha256_of(path) not in evaluation.learnt]


def _held_out(
    evaluation: Evaluation,
    file: str,
    make: Callable[[dict[str, Any]], T],
    name_of: Callable[[T], str],
) -> Iterator[Sourced[T]]:
    """Rows of a file of the data folder that are kept from training, and chose nothing."""
    if evaluation.data is None or evaluation.is_spent:
        return
    path = evaluation.data / file
    for known in (path, path.with_suffix("")):
        if known.is_file():
            for case, is_voted in _rows(known, make):
                name = name_of(case)
                if place(name) < HELD_OUT and not chooses(name):
                    yield Sourced(file, case, Source.VOTED if is_voted else Source.READ)
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
    return cases.flagged(path, lambda row: (make(row), _is_voted(row)), "labelled name")


def _is_voted(row: dict[str, Any]) -> bool:
    return "votes" in row or "origin" in row


def _needed(evaluation: Evaluation, file: str) -> str:
    """Which rows of a data folder two sides can be compared on."""
    if evaluation.is_spent:
        return f"{GOLD} (all rows that {file} holds out have chosen these weights, and judge none)"
    return f"{file} with rows that are held out by hash to judge on (about {HELD_OUT / 2:.0%})"


def _required(
    sourced: Sequence[Sourced[T]], evaluation: Evaluation, needed: str, keys: str
) -> list[Sourced[T]]:
    if not sourced:
        raise NoCases(
            f"nothing to compare on{evaluation.told}: give a data folder by --data that has"
            f" {needed}, or labelled names that were kept from training by --evaluation FILE"
            f" (JSON lines with {keys})"
        )
    return list(sourced)
