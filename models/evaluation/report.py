"""A report on the classifier as tables, for a terminal and for a model card."""

from collections.abc import Callable

from rich.console import Console

from models.evaluation import metrics
from models.evaluation.classify import Report, Slice
from models.evaluation.table import Table, print_tables
from schemas import Medium

_COVERAGES = (0.5, 0.8, 0.9, 0.95, 0.98, 1.0)
"""Shares of the most confident cases whose errors are told."""


def tables(report: Report) -> list[Table]:
    """Everything that was measured."""
    main = report.slices.get("sure") or report.slices["all"]
    by_part = [
        Table(
            f"medium right by {part}",
            (part, "right", "ECE"),
            [
                (value, str(figures.medium), f"{figures.calibration_error:.3f}")
                for value, figures in values.items()
            ],
        )
        for part, values in report.by.items()
    ]
    return [
        _headline(report),
        _classes(main),
        _confusion(main),
        *by_part,
        _risk(main),
        _reliability(main),
    ]


def show(report: Report, console: Console) -> None:
    """Print a report for a person."""
    print_tables(tables(report), console)
    console.print(
        f"{len(report.verdicts)} names in {report.seconds:.2f} s: {report.rate:.0f} names/s"
    )


def _headline(report: Report) -> Table:
    rows: dict[str, Callable[[Slice], str]] = {
        "cases": lambda part: str(part.cases),
        "medium right (Wilson)": lambda part: str(part.medium),
        "its bootstrap interval": lambda part: _between(part.bootstrap),
        "macro-F1": _macro_f1,
        "subcategory right (medium right)": lambda part: str(part.subcategory),
        "nsfw recall": lambda part: str(part.nsfw_recall),
        "nsfw precision": lambda part: str(part.nsfw_precision),
        "calibration error (ECE)": lambda part: f"{part.calibration_error:.3f}",
        "wrong at 95 % coverage": lambda part: str(part.wrong_at_95),
    }
    parts = list(report.slices.values())
    return Table(
        "classifier",
        ("", *report.slices),
        [(label, *map(cell, parts)) for label, cell in rows.items()],
    )


def _between(interval: tuple[float, float]) -> str:
    return f"{100 * interval[0]:.1f}-{100 * interval[1]:.1f}"


def _macro_f1(part: Slice) -> str:
    lower, upper = part.macro_f1_bootstrap
    return f"{part.macro_f1:.3f} ({lower:.3f}-{upper:.3f})"


def _classes(part: Slice) -> Table:
    rows = [
        (
            medium.value,
            str(figures.support),
            str(figures.precision),
            str(figures.recall),
            f"{figures.f1:.3f}" if figures.support else "-",
        )
        for medium in Medium
        if (figures := part.classes.get(medium))
    ]
    return Table("by class", ("medium", "cases", "precision", "recall", "F1"), rows)


def _confusion(part: Slice) -> Table:
    rows = [
        (wanted.value, *(str(part.confusion.get((wanted, answered), 0)) for answered in Medium))
        for wanted in Medium
    ]
    return Table("confusion", ("wanted \\ answered", *Medium), rows)


def _risk(part: Slice) -> Table:
    risk = metrics.risk_by_coverage(part.confidence, _COVERAGES)
    rows = [(f"{coverage:.0%}", str(wrong)) for coverage, wrong in risk]
    return Table("risk by coverage", ("most confident", "wrong"), rows)


def _reliability(part: Slice) -> Table:
    bins = metrics.reliability(part.confidence)
    rows = [(f"{confidence:.3f}", str(share)) for confidence, share in bins]
    return Table("reliability", ("mean confidence", "right"), rows)
