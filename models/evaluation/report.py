"""A report on the classifier as tables, for a terminal and for a model card."""

from collections.abc import Callable

from rich.console import Console

from models.evaluation import metrics
from models.evaluation.classify import Report, Slice
from models.evaluation.table import Table, print_tables
from schemas import Medium

_COVERAGES = (0.5, 0.8, 0.9, 0.95, 0.98, 1.0)


def tables(report: Report) -> list[Table]:
    """Everything that was measured."""
    main = report.slices.get("sure") or report.slices["all"]
    out = [_headline(report), _classes(main), _confusion(main)]
    out += [
        Table(
            f"medium right by {part}",
            (part, "right"),
            [(value, str(share)) for value, share in found.items()],
        )
        for part, found in report.by.items()
    ]
    risk = metrics.risk_by_coverage(main.confidence, _COVERAGES)
    out.append(
        Table(
            "risk by coverage",
            ("most confident", "wrong"),
            [(f"{c:.0%}", str(wrong)) for c, wrong in risk],
        )
    )
    bins = metrics.reliability(main.confidence)
    out.append(
        Table(
            "reliability",
            ("mean confidence", "right"),
            [(f"{c:.3f}", str(share)) for c, share in bins],
        )
    )
    return out


def _headline(report: Report) -> Table:
    def between(interval: tuple[float, float]) -> str:
        return f"{100 * interval[0]:.1f}-{100 * interval[1]:.1f}"

    rows: dict[str, Callable[[Slice], str]] = {
        "cases": lambda s: str(s.cases),
        "medium right (Wilson)": lambda s: str(s.medium),
        "its bootstrap interval": lambda s: between(s.bootstrap),
        "macro-F1": lambda s: (
            f"{s.macro_f1:.3f} ({s.macro_f1_bootstrap[0]:.3f}-{s.macro_f1_bootstrap[1]:.3f})"
        ),
        "subcategory right (medium right)": lambda s: str(s.subcategory),
        "nsfw recall": lambda s: str(s.nsfw_recall),
        "nsfw precision": lambda s: str(s.nsfw_precision),
        "calibration error (ECE)": lambda s: f"{s.calibration_error:.3f}",
        "wrong at 95 % coverage": lambda s: str(s.wrong_at_95),
    }
    parts = list(report.slices.values())
    return Table(
        "classifier",
        ("", *report.slices),
        [(label, *map(cell, parts)) for label, cell in rows.items()],
    )


def _classes(part: Slice) -> Table:
    rows = [
        (
            medium.value,
            str(f.support),
            str(f.precision),
            str(f.recall),
            f"{f.f1:.3f}" if f.support else "-",
        )
        for medium in Medium
        if (f := part.classes.get(medium))
    ]
    return Table("by class", ("medium", "cases", "precision", "recall", "F1"), rows)


def _confusion(part: Slice) -> Table:
    rows = [
        (wanted.value, *(str(part.confusion.get((wanted, answered), 0)) for answered in Medium))
        for wanted in Medium
    ]
    return Table("confusion", ("wanted \\ answered", *Medium), rows)


def show(report: Report, console: Console) -> None:
    """Print a report for a person."""
    print_tables(tables(report), console)
    console.print(
        f"{len(report.verdicts)} names in {report.seconds:.2f} s: {report.rate:.0f} names/s"
    )
