"""`python -m models.training compare`: two revisions of a task side by side."""

import argparse
import json
import sys
from pathlib import Path

from models.evaluation import frame
from models.evaluation.table import print_tables
from models.home import HOME
from models.oneshot.options import add_weights, make_parser
from models.training.compare.cases import Evaluation
from models.training.compare.comparing import compare, metered
from models.training.compare.comparison import FEWEST, MARGIN, SIGNIFICANT, Comparison
from models.training.compare.weights import TASKS, weights_of
from models.training.row_files import write_text

_WORSE = 3

_EXAMPLES = f"""examples:
  python -m models.training compare classifier active EXPERIMENT --data DATA
  python -m models.training compare tagger shipped active --data DATA --json
  python -m models.training compare llm shipped mine --evaluation cases.jsonl
  python -m models.training compare match shipped EXPERIMENT --data DATA --index INDEX

BEFORE and AFTER are `shipped`, `active`, the folder of an experiment, or the name of an installed
model. They are compared on the rows of DATA that a hash keeps from training, but for the half of
them that stops a training and sets its thresholds, on DATA/gold/dev.jsonl where it is there, and on
all rows of the files given by --evaluation. Matchers are compared on what the experiment AFTER held
out itself, or on files of DATA/linking that AFTER did not learn from.

Near-copies of a name are one family and count once. Of each slice: the share right with its 95 %
interval, families that only AFTER (won) or only BEFORE (lost) is right about, and the p-value of
McNemar's exact test, alone and after Holm's correction for the number of slices; an asterisk is
p < {SIGNIFICANT}. AFTER is worse if the overall figure is lower by more than the margin, or if a
slice of {FEWEST} families or more is lower with such a p. The overall figure is of gold and of the
files given by --evaluation where there are any, and the margin holds for each of those files by
itself; else of the held-out rows. Rows that a vote made are shown and decide nothing unless there
are no others.

exit codes: 0 AFTER is not worse; 1 weights or cases are missing, the last line says which; 2 wrong
usage; 3 AFTER is worse
"""


def make() -> argparse.ArgumentParser:
    """The parser."""
    parser = make_parser(
        "python -m models.training compare", "two revisions side by side, by slice", _EXAMPLES
    )
    add = parser.add_argument
    add("task", choices=TASKS)
    add("before", metavar="BEFORE")
    add("after", metavar="AFTER")
    add("--data", type=Path, metavar="DATA", help="folder of labelled names")
    add(
        "--evaluation",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="labelled names that were kept from training, all of which are used",
    )
    add(
        "--index",
        type=Path,
        default=HOME / "musicbrainz",
        metavar="DIR",
        help="match index (default: %(default)s)",
    )
    add(
        "--margin",
        type=_points,
        default=MARGIN,
        metavar="POINTS",
        help="by how much the overall figure may be lower (default: %(default)s)",
    )
    add("--json", action="store_true", help="everything as JSON, on standard output")
    add("--card", type=Path, metavar="FILE", help="write the tables as Markdown, for a card")
    add_weights(parser)
    return parser


def run(arguments: list[str]) -> int:
    """Compare and print; returns the exit code."""
    chosen = make().parse_args(arguments)
    worse = False

    def work() -> None:
        nonlocal worse
        worse = _shown(_compared(chosen), chosen)

    return frame.run(work) or (_WORSE if worse else 0)


def _compared(chosen: argparse.Namespace) -> Comparison:
    evaluation = Evaluation(
        chosen.data, tuple(chosen.evaluation), chosen.index, chosen.weights, chosen.margin
    )
    before = weights_of(chosen.task, chosen.before, chosen.weights)
    after = weights_of(chosen.task, chosen.after, chosen.weights)
    with metered(f"{chosen.task}: asked") as advance:
        return compare(chosen.task, before, after, evaluation, advance)


def _shown(comparison: Comparison, chosen: argparse.Namespace) -> bool:
    """Print and write the comparison. Returns whether the second side is worse."""
    faults = comparison.faults(chosen.margin)
    if chosen.card is not None:
        write_text(chosen.card, comparison.markdown())
    if chosen.json:
        told = comparison.as_json(chosen.margin)
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
        return bool(faults)
    console = frame.console()
    print_tables(comparison.tables(), console)
    for line in [comparison.summary(), comparison.basis, *(faults or ["AFTER is not worse"])]:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return bool(faults)


def _points(text: str) -> float:
    try:
        points = float(text)
    except ValueError:
        points = -1.0
    if not 0 <= points <= 100:
        raise argparse.ArgumentTypeError(f"{text!r}; give points from 0 to 100, such as 0.2")
    return points
