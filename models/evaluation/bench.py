"""Other projects' test cases, scored by the bench's own rules.

The scorer that lies beside the cases is loaded and used.
"""

import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from models.evaluation.cases import BadCases
from models.evaluation.flat import FlatFields
from models.evaluation.metrics import Share
from models.evaluation.table import Table, WantedErrors

Case = dict[str, Any]


def is_bench(path: Path) -> bool:
    """Whether the first line of a file is a bench case."""
    if path.suffix == ".gz":
        return False
    with path.open(encoding="utf-8", errors="replace") as lines:
        first = lines.readline()
    return first.startswith("{") and '"expect"' in first and '"sources"' in first


def scorer(path: Path) -> ModuleType:
    """The bench's scorer as a module.

    Raises:
        BadCases: there is none.
    """
    spec = importlib.util.spec_from_file_location("bench_score", path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise BadCases(
            f"{path} is not there: bench cases are scored by the score.py that came with them "
            "(--scorer PATH)"
        )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(path: Path, score: ModuleType, *, neutral: bool) -> list[Case]:
    """The cases; `neutral` leaves out those of the parsers' own suites."""
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            case = json.loads(line)
            if "expect" in case and not (neutral and score.PARSERS & set(case["sources"])):
                cases.append({"source": "merged", **case})
        except (ValueError, KeyError, TypeError) as error:
            raise BadCases(
                f"{path}:{number}: no bench case: {type(error).__name__}: {error}"
            ) from error
    return cases


def table(
    cases: Sequence[Case], answers: dict[str, Sequence[FlatFields]], score: ModuleType
) -> Table:
    """A row a column of the bench, a column for everybody who answered.

    A cell holds % right of the asserted values and, in brackets, % of the asserted absences kept.
    """
    tallies = []
    wholes = []
    for given in answers.values():
        by_name = _by_name(cases, given)
        tallies.append(score.score(cases, by_name)[0]["merged"])
        wholes.append(score.whole(cases, by_name))
    rows: list[tuple[str, ...]] = []
    for field in score.ORDER:
        counts = [_Counts(*tally.get(field, _NOTHING)) for tally in tallies]
        if counts[0].asserted:
            cells = map(_Counts.cell, counts)
            rows.append((field, str(counts[0].asserted), *cells))
    for place, label in enumerate(("video, whole record", "music, artist + album")):
        shares = [Share(*whole[place]) for whole in wholes]
        rows.append((label, str(shares[0].total), *(share.bounded for share in shares)))
    return Table("% right (of asserted absences kept)", ("", "cases", *answers), rows)


def errors(
    cases: Sequence[Case], given: Sequence[FlatFields], score: ModuleType, asked: WantedErrors
) -> Table:
    """Cases whose field is wrong by the bench's rules."""
    rows: list[tuple[str, ...]] = []

    def note(case: Case, wrong: str, wanted: object, answered: object) -> None:
        if wrong == asked.field:
            suites = "/".join(case["sources"])[:16]
            rows.append((suites, case["name"][:100], str(wanted), str(answered)))

    score.score(cases, _by_name(cases, given), on_error=note)
    return Table(f"wrong: {asked.field}", ("suite", "name", "wanted", "found"), rows[: asked.most])


_NOTHING = (0, 0, 0, 0, 0)


class _Counts(NamedTuple):
    """The scorer's counts of one field, in its order."""

    asserted: int
    right: int
    unanswered: int
    absent: int
    kept: int

    def cell(self) -> str:
        shares = Share(self.right, self.asserted).bounded
        return f"{shares}  ({Share(self.kept, self.absent).bounded})" if self.absent else shares


def _by_name(cases: Sequence[Case], given: Sequence[FlatFields]) -> dict[str, FlatFields]:
    return {case["name"]: fields for case, fields in zip(cases, given, strict=True)}
