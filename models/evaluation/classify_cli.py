"""`python -m models evaluate classify CASES…`: measure the classifier on labelled cases.

A case is a JSON line: name, medium, sub, sure; optionally nsfw (null: not decided), source, size
and files ([{path, size}], or [[path, size]] as `sample` writes them). A value may be a list of the
answers of two readers; either is right.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from models import loading
from models.active import Stage, chosen
from models.classify.cascade import CascadeStage
from models.evaluation import cases, frame, plot
from models.evaluation.card import CLASSIFIER, card
from models.evaluation.classify import Report, changed_by_years, evaluate
from models.evaluation.report import show, tables

_EXAMPLES = """examples:
  python -m models evaluate classify DATA/gold/dev.jsonl
  python -m models evaluate classify cases.jsonl --stages bert          # what was learnt, alone
  python -m models evaluate classify cases.jsonl.gz --predictions out.jsonl
  python -m models evaluate classify cases.jsonl --move-years 10
  python -m models evaluate classify cases.jsonl --names-only --plot reliability.png --card CARD.md
"""


def parser() -> argparse.ArgumentParser:
    """The command line of `run`."""
    options = frame.parser("classify", __doc__, _EXAMPLES)
    options.add_argument(
        "--plot", type=Path, metavar="PNG", help="write the reliability plot (extra `plots`)"
    )
    options.add_argument("--card", type=Path, metavar="FILE", help="write the model card")
    options.add_argument("--names-only", action="store_true", help="hide size and files")
    options.add_argument(
        "--stages",
        type=_stages,
        default=list(CascadeStage),
        help=f"comma-separated (default: {','.join(CascadeStage)})",
    )
    options.add_argument(
        "--move-years",
        type=int,
        metavar="N",
        help="tell, too, how many names change their medium when their year is moved by N",
    )
    options.add_argument("--threads", type=int, default=1, help="threads of the BERT (default: 1)")
    return options


def run(arguments: Sequence[str] | None = None) -> int:
    """Evaluate and print. Returns 0, or 1 with a message on standard error."""
    options = parser().parse_args(arguments)
    return frame.run(lambda: _evaluate(options))


def _stages(text: str) -> list[CascadeStage]:
    try:
        return [CascadeStage(stage.strip()) for stage in text.split(",")]
    except ValueError:
        known = ", ".join(CascadeStage)
        raise argparse.ArgumentTypeError(f"{text!r}; there are: {known}") from None


def _evaluate(options: argparse.Namespace) -> None:
    weights = chosen(Stage.CLASSIFY)
    classifier = loading.classifier(weights, options.threads, options.stages)
    reports: list[tuple[str, Report]] = []
    for path in options.cases:
        report = evaluate(cases.read(path), classifier, names_only=options.names_only)
        if not report.verdicts:
            raise cases.BadCases(f"{path} holds no cases")
        reports.append((path.name + (", names only" if options.names_only else ""), report))
    console = frame.console()
    for name, report in reports:
        console.rule(name)
        show(report, console)
    if options.move_years:
        known = [case for path in options.cases for case in cases.read(path)]
        changed = changed_by_years(known, classifier, options.move_years)
        console.print(f"medium changed by a year moved by {options.move_years}: {changed}")
    if options.predictions:
        verdicts = (verdict for _, report in reports for verdict in report.verdicts)
        frame.write(
            options.predictions,
            (verdict.model_dump_json(exclude_none=True) for verdict in verdicts),
        )
    if options.plot:
        plot.reliability(_confidence(reports), options.plot, "medium, sure cases")
    if options.card:
        measured = [(name, tables(report)) for name, report in reports]
        text = card(weights.manifest, CLASSIFIER, "classify", measured)
        options.card.write_text(text, encoding="utf-8")


def _confidence(reports: Sequence[tuple[str, Report]]) -> list[tuple[float, bool]]:
    """Confidence and whether the medium was right, of the sure cases of all files."""
    slices = [report.slices.get("sure") or report.slices["all"] for _, report in reports]
    return [answer for part in slices for answer in part.confidence]
