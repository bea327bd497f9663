"""Measures the classifier on cases: `python -m models evaluate classify CASES`.

A case is a JSON line: name, medium, sub, nsfw, sure; optionally size and files ([{path, size}]). A value may be a list of
the answers of two readers; either is right.
"""

import argparse
import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from models import registry
from models.classify.cascade import CascadeStage, Classifier
from models.classify.subject import NamedSubject, Subject
from models.evaluation import metrics
from models.evaluation.metrics import ClassFigures, Share
from schemas import DecidedBy, Medium, Subcategory, TorrentFile, Verdict

_BATCH = 256


class BadCases(ValueError):
    """The file of cases cannot be read; the message names the line."""


class Model(Protocol):
    """What is measured: `models.classify.cascade.Classifier`, or anything that gives verdicts."""

    def classify(self, subjects: Sequence[Subject]) -> list[Verdict]: ...


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled torrent. The sets hold every answer that counts as right."""

    subject: NamedSubject
    medium: tuple[Medium, ...]
    subcategory: tuple[Subcategory, ...]
    nsfw: tuple[bool, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class Slice:
    """Figures over some of the cases."""

    cases: int
    medium: Share
    macro_f1: float
    classes: dict[Medium, ClassFigures]
    subcategory: Share
    """Right subcategories among the cases whose medium is right."""
    nsfw_recall: Share
    nsfw_precision: Share
    calibration_error: float
    wrong_at_95: Share
    confusion: dict[tuple[Medium, Medium], int]


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of one run; `stages` are accuracies by the stage that decided."""

    slices: dict[str, Slice]
    stages: dict[DecidedBy, Share]
    seconds: float
    verdicts: list[Verdict] = field(repr=False)

    @property
    def rate(self) -> float:
        """Names a second, in one thread unless the classifier was given more."""
        return len(self.verdicts) / self.seconds if self.seconds else 0.0


def _options(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def case_from(row: Mapping[str, Any]) -> Case:
    """One case of its JSON form.

    Raises:
        ValueError, KeyError, TypeError: it is no case.
    """
    files = row.get("files")
    listed = None if files is None else tuple(TorrentFile(path=f["path"], size=f.get("size")) for f in files)
    return Case(
        subject=NamedSubject(str(row["name"]), row.get("size"), listed),
        medium=tuple(Medium(value) for value in _options(row["medium"])),
        subcategory=tuple(Subcategory(value) for value in _options(row["sub"])),
        nsfw=tuple(bool(value) for value in _options(row.get("nsfw"))),
        sure=bool(row.get("sure", 1)),
    )


def read(path: Path) -> Iterator[Case]:
    """The cases of a JSON-lines file, plain or .gz.

    Raises:
        BadCases: a line is not a case.
        OSError: the file cannot be read.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield case_from(json.loads(line))
            except (ValueError, KeyError, TypeError, ValidationError) as error:
                raise BadCases(f"{path}:{number}: no case of the classifier: {type(error).__name__}: {error}") from error


def _slice(cases: Sequence[Case], verdicts: Sequence[Verdict]) -> Slice:
    pairs = [(v.medium if v.medium in c.medium else c.medium[0], v.medium) for c, v in zip(cases, verdicts, strict=True)]
    right = [wanted == answered for wanted, answered in pairs]
    subs = [v.subcategory in c.subcategory for c, v, ok in zip(cases, verdicts, right, strict=True) if ok]
    flags = [(v.nsfw if v.nsfw in c.nsfw else c.nsfw[0], v.nsfw) for c, v in zip(cases, verdicts, strict=True)]
    both = sum(wanted and answered for wanted, answered in flags)
    confidence = [(v.confidence, ok) for v, ok in zip(verdicts, right, strict=True)]
    classes = metrics.by_class(pairs)
    return Slice(
        cases=len(cases),
        medium=Share(sum(right), len(right)),
        macro_f1=metrics.macro_f1(classes),
        classes=classes,
        subcategory=Share(sum(subs), len(subs)),
        nsfw_recall=Share(both, sum(wanted for wanted, _ in flags)),
        nsfw_precision=Share(both, sum(answered for _, answered in flags)),
        calibration_error=metrics.calibration_error(confidence),
        wrong_at_95=metrics.wrong_at_coverage(confidence),
        confusion=dict(Counter(pairs)),
    )


def evaluate(cases: Iterable[Case], classifier: Model, *, names_only: bool = False) -> Report:
    """Classify the cases and measure.

    Args:
        cases: from `read`.
        classifier: what is measured.
        names_only: hide size and files.
    """
    known = list(cases)
    subjects = [NamedSubject(case.subject.name) if names_only else case.subject for case in known]
    start = time.perf_counter()
    verdicts: list[Verdict] = []
    for first in range(0, len(subjects), _BATCH):
        verdicts += classifier.classify(subjects[first : first + _BATCH])
    seconds = time.perf_counter() - start
    slices = {}
    for name, members in (
        ("sure", [i for i, c in enumerate(known) if c.sure]),
        ("unsure", [i for i, c in enumerate(known) if not c.sure]),
        ("all", list(range(len(known)))),
    ):
        if members:
            slices[name] = _slice([known[i] for i in members], [verdicts[i] for i in members])
    by_stage: dict[DecidedBy, list[bool]] = {}
    for case, verdict in zip(known, verdicts, strict=True):
        by_stage.setdefault(verdict.source, []).append(verdict.medium in case.medium)
    stages = {stage: Share(sum(by_stage[stage]), len(by_stage[stage])) for stage in DecidedBy if stage in by_stage}
    return Report(slices, stages, seconds, verdicts)


def headline(report: Report) -> dict[str, Any]:
    """The figures that a manifest keeps, in percent where they are shares."""
    out: dict[str, Any] = {}
    for name, part in report.slices.items():
        out[name] = {
            "cases": part.cases,
            "accuracy": round(100 * part.medium.value, 1),
            "macro_f1": round(part.macro_f1, 3),
            "subcategory": round(100 * part.subcategory.value, 1),
            "nsfw_recall": round(100 * part.nsfw_recall.value, 1) if part.nsfw_recall.total else 0.0,
            "nsfw_false": part.nsfw_precision.total - part.nsfw_precision.right,
            "ece": round(part.calibration_error, 3),
        }
    return out


def show(report: Report, console: Console) -> None:
    """Print a report for a person."""
    table = Table("", *report.slices, title="classifier")
    rows: dict[str, Callable[[Slice], str]] = {
        "cases": lambda s: str(s.cases),
        "medium right": lambda s: str(s.medium),
        "macro-F1": lambda s: f"{s.macro_f1:.3f}",
        "subcategory right (medium right)": lambda s: str(s.subcategory),
        "nsfw recall": lambda s: str(s.nsfw_recall),
        "nsfw precision": lambda s: str(s.nsfw_precision),
        "calibration error (ECE)": lambda s: f"{s.calibration_error:.3f}",
        "wrong at 95 % coverage": lambda s: str(s.wrong_at_95),
    }
    for label, cell in rows.items():
        table.add_row(label, *(cell(part) for part in report.slices.values()))
    console.print(table)
    main = report.slices.get("sure") or report.slices["all"]
    title = "by class (sure)" if "sure" in report.slices else "by class"
    classes = Table("medium", "cases", "precision", "recall", "F1", title=title)
    for medium in Medium:
        if medium in main.classes:
            f = main.classes[medium]
            classes.add_row(medium, str(f.support), str(f.precision), str(f.recall), f"{f.f1:.3f}" if f.support else "-")
    console.print(classes)
    confusion = Table("wanted \\ answered", *Medium, title="confusion")
    for wanted in Medium:
        confusion.add_row(wanted, *(str(main.confusion.get((wanted, answered), 0)) for answered in Medium))
    console.print(confusion)
    stages = Table("decided by", "medium right (all cases)", title="by stage")
    for stage, share in report.stages.items():
        stages.add_row(stage, str(share))
    console.print(stages)
    console.print(f"{len(report.verdicts)} names in {report.seconds:.2f} s: {report.rate:.0f} names/s")


_EPILOG = """examples:
  python -m models evaluate classify ../shared/data/gold/dev.jsonl
  python -m models evaluate classify cases.jsonl --stages bert          # the BERT alone
  python -m models evaluate classify cases.jsonl.gz --predictions out.jsonl
"""


def parser() -> argparse.ArgumentParser:
    """The command line of `run`."""
    made = argparse.ArgumentParser(
        prog="python -m models evaluate classify", description=__doc__, epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    made.add_argument("cases", type=Path, metavar="CASES", help="JSON lines, plain or .gz")
    made.add_argument("--predictions", type=Path, metavar="OUT", help="write each verdict as a JSON line, in order")
    made.add_argument("--names-only", action="store_true", help="hide size and files")
    made.add_argument("--stages", default=",".join(CascadeStage), help="comma-separated (default: %(default)s)")
    made.add_argument("--threads", type=int, default=1, help="threads of the BERT (default: 1)")
    return made


def run(arguments: Sequence[str] | None = None) -> int:
    """Evaluate and print. Returns 0, or 1 with a message on stderr."""
    options = parser().parse_args(arguments)
    try:
        stages = [CascadeStage(stage.strip()) for stage in options.stages.split(",")]
    except ValueError:
        sys.stderr.write(f"--stages: {options.stages!r}; there are: {', '.join(CascadeStage)}\n")
        return 2
    try:
        classifier = Classifier.load(threads=options.threads, stages=stages)
        report = evaluate(read(options.cases), classifier, names_only=options.names_only)
    except (BadCases, OSError, ImportError, registry.WeightsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if not report.verdicts:
        sys.stderr.write(f"{options.cases} holds no cases\n")
        return 1
    show(report, Console())
    if options.predictions:
        with options.predictions.open("w", encoding="utf-8") as out:
            for verdict in report.verdicts:
                out.write(verdict.model_dump_json(exclude_none=True) + "\n")
    return 0
