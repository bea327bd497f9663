"""`python -m models evaluate classify CASES…`: measure the classifier on labelled cases.

A case is a JSON line: name, medium, sub, nsfw, sure; optionally source, size and files ([{path,
size}]). A value may be a list of the answers of two readers; either is right.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from models import registry
from models.classify.cascade import CascadeStage, Classifier
from models.classify.ensemble import MODEL
from models.evaluation import cases, plot
from models.evaluation.card import CLASSIFIER, card
from models.evaluation.classify import Report, evaluate
from models.evaluation.report import show, tables

_EPILOG = """examples:
  python -m models evaluate classify ../shared/data/gold/dev.jsonl
  python -m models evaluate classify cases.jsonl --stages bert          # what was learnt, alone
  python -m models evaluate classify cases.jsonl.gz --predictions out.jsonl
  python -m models evaluate classify ../shared/data/gold/dev.jsonl --names-only --plot reliability.png --card CARD.md
"""


def parser() -> argparse.ArgumentParser:
    """The command line of `run`."""
    made = argparse.ArgumentParser(
        prog="python -m models evaluate classify",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument(
        "cases", type=Path, nargs="+", metavar="CASES", help="JSON lines, plain or .gz"
    )
    made.add_argument(
        "--predictions",
        type=Path,
        metavar="OUT",
        help="write each verdict as a JSON line, in order",
    )
    made.add_argument(
        "--plot", type=Path, metavar="PNG", help="write the reliability plot (extra `plots`)"
    )
    made.add_argument("--card", type=Path, metavar="FILE", help="write the model card")
    made.add_argument("--names-only", action="store_true", help="hide size and files")
    made.add_argument(
        "--stages", default=",".join(CascadeStage), help="comma-separated (default: %(default)s)"
    )
    made.add_argument("--threads", type=int, default=1, help="threads of the BERT (default: 1)")
    return made


def run(arguments: Sequence[str] | None = None) -> int:
    """Evaluate and print. Returns 0, 1 with a message on stderr, or 2 when it was called wrongly."""
    options = parser().parse_args(arguments)
    try:
        stages = [CascadeStage(stage.strip()) for stage in options.stages.split(",")]
    except ValueError:
        sys.stderr.write(f"--stages: {options.stages!r}; there are: {', '.join(CascadeStage)}\n")
        return 2
    reports: list[tuple[str, Report]] = []
    try:
        classifier = Classifier.load(threads=options.threads, stages=stages)
        for path in options.cases:
            report = evaluate(cases.read(path), classifier, names_only=options.names_only)
            if not report.verdicts:
                sys.stderr.write(f"{path} holds no cases\n")
                return 1
            reports.append((path.name + (", names only" if options.names_only else ""), report))
        _write(options, reports)
    except (cases.BadCases, OSError, ImportError, registry.WeightsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _write(options: argparse.Namespace, reports: list[tuple[str, Report]]) -> None:
    console = Console()
    for name, report in reports:
        console.rule(name)
        show(report, console)
    if options.predictions:
        with options.predictions.open("w", encoding="utf-8") as out:
            for _, report in reports:
                for verdict in report.verdicts:
                    out.write(verdict.model_dump_json(exclude_none=True) + "\n")
    if options.plot:
        answers = [
            pair
            for _, report in reports
            for pair in (report.slices.get("sure") or report.slices["all"]).confidence
        ]
        plot.reliability(answers, options.plot, "medium, sure cases")
    if options.card:
        measured = [(name, tables(report)) for name, report in reports]
        options.card.write_text(
            card(registry.load(MODEL), CLASSIFIER, "classify", measured), encoding="utf-8"
        )
