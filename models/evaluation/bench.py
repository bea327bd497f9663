"""Other projects' test cases, scored by the bench's own rules: the scorer that lies beside the
cases is loaded and used.
"""

import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from models.evaluation.cases import BadCases
from models.evaluation.flat import Record
from models.evaluation.table import Table

Case = dict[str, Any]


def is_bench(path: Path) -> bool:
    """Whether the first line of a file is a bench case."""
    if path.suffix == ".gz":
        return False
    with path.open(encoding="utf-8") as lines:
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
            f"{path} is not there: bench cases are scored by the score.py that came with them (--scorer PATH)"
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


def table(cases: Sequence[Case], answers: dict[str, Sequence[Record]], score: ModuleType) -> Table:
    """A row a column of the bench: % right of the asserted values, and % of the asserted absences
    kept, by who answered.
    """
    figures = {}
    for who, records in answers.items():
        given = {case["name"]: record for case, record in zip(cases, records, strict=True)}
        tallies, _ = score.score(cases, given)
        whole = score.whole(cases, given)
        figures[who] = (tallies["merged"], whole)
    rows = []
    for field in score.ORDER:
        counts = [tallies.get(field, [0, 0, 0, 0, 0]) for tallies, _ in figures.values()]
        if counts[0][0]:
            shown = [
                _share(c[1], c[0]) + (f"  ({_share(c[4], c[3])})" if c[3] else "") for c in counts
            ]
            rows.append((field, str(counts[0][0]), *shown))
    for index, label in enumerate(("video, whole record", "music, artist + album")):
        wholes = [whole[index] for _, whole in figures.values()]
        rows.append((label, str(wholes[0][1]), *(_share(*whole) for whole in wholes)))
    return Table("% right (of asserted absences kept)", ("", "cases", *figures), rows)


def _share(right: int, total: int) -> str:
    return f"{100 * right / total:.1f}" if total else "-"


def errors(
    cases: Sequence[Case], records: Sequence[Record], score: ModuleType, field: str, most: int
) -> Table:
    """Cases whose field is wrong by the bench's rules."""
    rows: list[tuple[str, ...]] = []

    def note(case: Case, wrong: str, wanted: object, given: object) -> None:
        if wrong == field:
            rows.append(
                ("/".join(case["sources"])[:16], case["name"][:100], str(wanted), str(given))
            )

    given = {case["name"]: record for case, record in zip(cases, records, strict=True)}
    score.score(cases, given, on_error=note)
    return Table(f"wrong: {field}", ("suite", "name", "wanted", "found"), rows[:most])
