"""`python -m models evaluate compare CASES…`: whether two names are told to be one, or apart.

Precision is the share of the pairs said to be one that are; recall the share of the pairs that are
one that were said to be. A figure reads "97.6 % (694/711; 96.3-98.5)": percent, the counts, and
Wilson's 95 % interval. `models.evaluation.comparing` describes the cases.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from models.evaluation import comparing, frame
from models.evaluation.cases import BadCases
from models.evaluation.table import print_tables
from models.match.index import Index

_EXAMPLES = """examples:
  python -m tests.benchmarks.comparing PAIRS --data DATA
  python -m models evaluate compare PAIRS/dev.jsonl
  python -m models evaluate compare PAIRS/dev.jsonl --index DIR --errors 40 --only acronym edition
"""


def parser() -> argparse.ArgumentParser:
    """The command line of `run`."""
    options = frame.parser("compare", __doc__, _EXAMPLES)
    options.add_argument(
        "--index", type=Path, metavar="DIR", help="match index, whose aliases and titles count"
    )
    options.add_argument("--errors", type=int, default=0, metavar="N", help="list N wrong answers")
    options.add_argument(
        "--only", nargs="+", metavar="FAMILY", help="only these families of pairs, such as acronym"
    )
    return options


def run(arguments: Sequence[str] | None = None) -> int:
    """Evaluate and print. Returns 0, or 1 with a message on standard error."""
    options = parser().parse_args(arguments)
    return frame.run(lambda: _evaluate(options))


def _evaluate(options: argparse.Namespace) -> None:
    index = Index.open(options.index) if options.index else None
    console = frame.console()
    everything = []
    for path in options.cases:
        cases = [
            case for case in comparing.read(path) if not options.only or case.what in options.only
        ]
        if not cases:
            raise BadCases(f"{path} holds no such cases")
        answers = comparing.evaluate(cases, index)
        console.rule(f"{path.name}, {'with' if index else 'without'} an index")
        print_tables(comparing.tables(answers), console)
        everything += answers
    if options.errors:
        print_tables([comparing.errors(everything, options.errors)], console)
    if options.predictions:
        lines = (json.dumps(asdict(answer.answer), ensure_ascii=False) for answer in everything)
        frame.write(options.predictions, lines)
