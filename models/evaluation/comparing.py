"""Pairs of names with their truth, and how often `models.match.compare` is right about them.

A case has kind (artist, album, title), what (the family of pairs it belongs to), name, other and
same; optionally source, which is `real` or `built`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.evaluation.cases import rows
from models.evaluation.metrics import Share
from models.evaluation.table import Table
from models.match.compare import Comparison, NameKind, compare
from models.match.index import Index

_HEADER = ("kind", "pairs", "same", "other", "precision", "recall")


@dataclass(frozen=True, slots=True)
class PairCase:
    """Two names, and whether they are names of one thing."""

    kind: NameKind
    what: str
    """The family of pairs: acronym, edition, number ..."""
    name: str
    other: str
    same: bool
    source: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A case with its answer."""

    case: PairCase
    answer: Comparison

    @property
    def is_wrong(self) -> bool:
        """Whether the answer is not the truth."""
        return self.answer.same is not self.case.same


def read(path: Path) -> Iterator[PairCase]:
    """The cases of a file of JSON lines.

    Raises:
        BadCases: a line is no case.
        OSError: the file cannot be read.
    """
    return rows(path, _case, "pair of names")


def _case(row: dict[str, Any]) -> PairCase:
    return PairCase(
        NameKind(row["kind"]),
        str(row.get("what") or "all"),
        str(row["name"]),
        str(row["other"]),
        bool(row["same"]),
        str(row.get("source") or ""),
    )


def evaluate(cases: Iterable[PairCase], index: Index | None) -> list[Compared]:
    """Answer every case."""
    return [Compared(case, compare(case.kind, case.name, case.other, index)) for case in cases]


def tables(answers: Sequence[Compared]) -> list[Table]:
    """Precision and recall by family and by kind, and how right each rule is."""
    return [
        Table("By family", _HEADER, [*_rows(answers, by_kind=False)]),
        Table("By kind and family", _HEADER, [*_rows(answers, by_kind=True)]),
        _by_rule(answers),
    ]


def errors(answers: Iterable[Compared], most: int) -> Table:
    """Pairs with a wrong answer."""
    wrong = [
        (
            f"{answer.case.kind} {answer.case.what}",
            "same" if answer.case.same else "other",
            answer.case.name,
            answer.case.other,
            answer.answer.why,
        )
        for answer in answers
        if answer.is_wrong
    ]
    return Table("Errors", ("kind", "truth", "name", "other", "why"), wrong[:most])


def _rows(answers: Sequence[Compared], *, by_kind: bool) -> Iterator[tuple[str, ...]]:
    families: defaultdict[str, list[Compared]] = defaultdict(list)
    for answer in answers:
        what = f"{answer.case.kind} {answer.case.what}" if by_kind else answer.case.what
        families[what].append(answer)
        if answer.case.source == "real":
            families[f"{what}, real names"].append(answer)
        if by_kind:
            families[f"{answer.case.kind}, all"].append(answer)
    for what in sorted(families):
        yield _row(what, families[what])
    yield _row("all", answers)


def _row(what: str, answers: Sequence[Compared]) -> tuple[str, ...]:
    same = sum(answer.case.same for answer in answers)
    asserted = [answer for answer in answers if answer.answer.same]
    right = sum(answer.case.same for answer in asserted)
    precision, recall = Share(right, len(asserted)), Share(right, same)
    counts = (str(len(answers)), str(same), str(len(answers) - same))
    return (what, *counts, str(precision), str(recall))


def _by_rule(answers: Sequence[Compared]) -> Table:
    """Of the pairs that a rule decided, the share that are one thing: its confidence."""
    decided: defaultdict[tuple[str, str], list[Compared]] = defaultdict(list)
    for answer in answers:
        decided[answer.case.kind, answer.answer.why].append(answer)
    table = [
        (
            kind,
            why,
            str(Share(sum(answer.case.same for answer in part), len(part))),
            f"{part[0].answer.confidence:.2f}",
        )
        for (kind, why), part in sorted(decided.items())
    ]
    return Table("By rule", ("kind", "rule", "are one", "confidence"), table)
