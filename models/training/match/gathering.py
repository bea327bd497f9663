"""Files of cases as what the matcher finds: what weights are learnt from, and what is held out."""

import json
import random
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from models.evaluation import cases, linking
from models.evaluation.folds import folds
from models.evaluation.linking import LinkCase
from models.match.features import NAMES
from models.match.index import Index
from models.match.matcher import Matcher
from models.training.experiment.errors import DataMissing
from models.training.experiment.progress import Meter
from models.training.match.choices import choice_of
from models.training.match.fit import Choice
from models.training.match.settings import MatchRecipe

_FOLDS = 20


class Use(StrEnum):
    """What a case is for; the values are the splits of `models.training pairs`."""

    LEARNT = "train"
    CHOOSING = "dev"
    """Says when to stop."""
    JUDGING = "test"
    """Is measured on, and asked by the gate."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A case, its row as a file of cases has it, and what it is for; None: the recipe decides."""

    case: LinkCase
    row: Mapping[str, Any]
    use: Use | None = None


def paths_of(data: Path, recipe: MatchRecipe) -> list[Path]:
    """The files of cases that a recipe names.

    Raises:
        DataMissing: one is not there, or there is none.
    """
    catalogue = Path(recipe.index).parent
    paths = []
    for folder, names in ((data, recipe.cases.data), (catalogue, recipe.cases.catalogue)):
        for name in names:
            matching = sorted(folder.glob(name))
            if not matching and "*" not in name:
                raise DataMissing(
                    f"{folder / name} is not there, and recipe {recipe.name} needs it"
                )
            paths += matching
    if recipe.cases.catalogue and not any(path.is_relative_to(catalogue) for path in paths):
        raise DataMissing(
            f"{catalogue} has no cases: make a catalogue by `python -m streams.lab.catalogue"
            " CATALOGUE --data DATA`, and name its index by --set index=CATALOGUE/index"
        )
    if not paths:
        raise DataMissing(f"{data} has no cases: they are wanted in {', '.join(recipe.cases.data)}")
    return paths


def read(path: Path, index: Index) -> list[Labelled]:
    """The cases of a file: labelled links, or pairs of `models.training pairs`.

    Raises:
        models.evaluation.cases.BadCases: a line is neither.
        OSError: the file cannot be read.
    """
    kind = path.name.split(".")[0]
    rows = cases.rows(path, lambda row: row, "linking case or pair")
    return list(_labelled(rows, index, kind, path))


def _labelled(
    rows: Iterator[dict[str, Any]], index: Index, kind: str, path: Path
) -> Iterator[Labelled]:
    for number, row in enumerate(rows, 1):
        try:
            if "how" not in row:
                yield Labelled(linking.case_from(row, kind), row)
                continue
            query, use = _of_pair(row, index), Use(row["split"])
        except (KeyError, TypeError, IndexError, ValueError) as error:
            raise cases.BadCases(f"{path}, line {number}: no linking case ({error})") from error
        if query is not None:
            yield Labelled(linking.case_from(query, kind), query, use)


def _of_pair(row: dict[str, Any], index: Index) -> dict[str, Any] | None:
    """The second name of a pair as the row of a case, whose entity is known.

    Returns None if the index does not hold it.
    """
    mbid = row["mbid"] if row["match"] else row["other_mbid"]
    if row["kind"] == "artist":
        if index.artist_of(mbid) is None:
            return None
        return {"artist": row["b"], "title": "", "artist_mbid": mbid, "release_group_mbid": None}
    group = index.group_of(mbid)
    if group is None:
        return None
    artist = index.artist(index.group(group).artist_ids[0])
    query = {"artist": artist.name, "title": row["b"]}
    return {**query, "artist_mbid": artist.mbid, "release_group_mbid": mbid}


@dataclass(frozen=True, slots=True)
class Gathered:
    """Cases as choices, by what they are for."""

    choices: dict[Use, list[Choice]]
    judging: list[Mapping[str, Any]]
    """The rows of the cases that judge."""
    counts: dict[str, int]
    """Cases that are learnt from, of each file."""


def gather(
    paths: Sequence[Path],
    matcher: Matcher,
    recipe: MatchRecipe,
    judged: Sequence[LinkCase] = (),
) -> Gathered:
    """Ask the matcher for the candidates of all cases.

    Args:
        paths: files of cases, or of pairs.
        matcher: finds the candidates.
        recipe: says which cases are held out.
        judged: cases of a file that is judged on; what has an artist, a release group or a spelling
            in common with them is left out.

    Raises:
        DataMissing: nothing is left to learn from.
    """
    of_files = [(path, read(path, matcher.index)) for path in paths]
    labelled = [row for _, part in of_files for row in part]
    uses = _uses(labelled, matcher.index, recipe)
    banned = frozenset(mark for case in judged for mark in marks_of(case, matcher.index))
    gathered = Gathered({use: [] for use in Use}, [], {})
    place = 0
    with Meter("candidates", len(labelled)) as meter:
        for path, part in of_files:
            for row in part:
                if banned.isdisjoint(marks_of(row.case, matcher.index) if banned else ()):
                    _add(gathered, path, row, choice_of(row.case, matcher), uses[place])
                place += 1
                meter.show(place, path.name)
    if not gathered.choices[Use.LEARNT]:
        raise DataMissing("no case has its truth in the index: nothing can be learnt")
    return gathered


def _add(gathered: Gathered, path: Path, row: Labelled, choice: Choice | None, use: Use) -> None:
    if choice is None:
        return
    gathered.choices[use].append(choice)
    if use is Use.JUDGING:
        gathered.judging.append(row.row)
    elif use is Use.LEARNT:
        gathered.counts[path.name] = gathered.counts.get(path.name, 0) + 1


def marks_of(case: LinkCase, index: Index) -> set[Hashable]:
    """What a case has in common with its near-duplicates."""
    # Imported late: it learns weights itself.
    from models.evaluation.cross_validation import marks

    return marks(case, index)


def _uses(labelled: Sequence[Labelled], index: Index, recipe: MatchRecipe) -> list[Use]:
    """What each case is for; cases of one artist are kept together."""
    share = recipe.cases.held_out
    if not share:
        return [row.use or Use.LEARNT for row in labelled]
    of = folds([marks_of(row.case, index) for row in labelled], _FOLDS)
    order = list(range(_FOLDS))
    random.Random(recipe.seed).shuffle(order)  # noqa: S311
    kept_back = order[: round(share * _FOLDS)]
    by_fold = dict.fromkeys(kept_back, Use.JUDGING)
    by_fold |= dict.fromkeys(kept_back[: len(kept_back) // 2], Use.CHOOSING)
    return [
        row.use or by_fold.get(fold, Use.LEARNT) for row, fold in zip(labelled, of, strict=True)
    ]


def packed(choices: Sequence[Choice]) -> dict[str, Any]:
    """Choices as arrays, to be kept in a file."""
    features = [choice.features for choice in choices]
    return {
        "sizes": np.array([len(part) for part in features], np.int64),
        "features": np.concatenate([np.zeros((0, len(NAMES))), *features]),
        "right": json.dumps([choice.right for choice in choices]),
    }


def unpacked(kept: dict[str, Any]) -> list[Choice]:
    """The choices that `packed` kept."""
    ends = np.cumsum(kept["sizes"])
    parts = np.split(kept["features"], ends[:-1]) if len(ends) else []
    return [
        Choice(part, right) for part, right in zip(parts, json.loads(kept["right"]), strict=True)
    ]
