"""`python -m models evaluate match CASES…`: precision and recall of linking on labelled cases.

Precision is the share of asserted MBIDs that are right; recall the share of the MBIDs that are in
the index that were asserted and right. A figure reads "97.6 ≥96.3 (694/711)": percent, what it is
at least (Wilson's interval, 97.5 %), and the counts. `models.evaluation.linking` describes the
cases.

The weights that ship were learned from such cases. With --cross-validate K, every case is answered
by weights that were learned without it and without its near-duplicates.
"""

import argparse
import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from models import active, loading
from models.evaluation import frame, linking
from models.evaluation.cases import BadCases
from models.evaluation.linking import LinkCase, Linked
from models.evaluation.linking_tables import draw, errors, tables
from models.evaluation.table import print_tables
from models.match.cli import as_dict
from models.match.matcher import Matcher

_EXAMPLES = """examples:
  python -m models evaluate match DATA/linking/albums_dev.jsonl.gz --index DIR
  python -m models evaluate match cddb.jsonl --index DIR --without-tracks     # what the tracks say
  python -m models evaluate match cases.jsonl --index DIR --plot curves.png --errors 40
  python -m models evaluate match CATALOGUE/cases/*.jsonl --index CATALOGUE/index --cross-validate 5

the catalogue and its index:
  python -m streams.lab.catalogue CATALOGUE --data DATA
  python -m streams.musicbrainz import CATALOGUE CATALOGUE --releases CATALOGUE \\
      --index CATALOGUE/index --index-only
"""


class File(NamedTuple):
    """A file of cases."""

    name: str
    cases: list[LinkCase]


def parser() -> argparse.ArgumentParser:
    """The command line of `run`."""
    options = frame.parser("match", __doc__, _EXAMPLES)
    options.add_argument(
        "--index", type=Path, default=Path(".mimmo/musicbrainz"), metavar="DIR", help="match index"
    )
    options.add_argument(
        "--cross-validate",
        type=_folds,
        metavar="K",
        help="learn weights from the other folds of the cases and answer each fold by those",
    )
    options.add_argument(
        "--plot",
        type=Path,
        metavar="PNG",
        help="write precision and recall by threshold (extra `plots`)",
    )
    options.add_argument("--without-tracks", action="store_true", help="hide the track lists")
    options.add_argument("--errors", type=int, default=0, metavar="N", help="list N wrong answers")
    return options


def run(arguments: Sequence[str] | None = None) -> int:
    """Evaluate and print. Returns 0, or 1 with a message on standard error."""
    options = parser().parse_args(arguments)
    return frame.run(lambda: _evaluate(options))


def _folds(text: str) -> int:
    if not text.isdecimal() or int(text) < 2:
        raise argparse.ArgumentTypeError(f"{text!r}; give a number of folds, 2 or more")
    return int(text)


def _evaluate(options: argparse.Namespace) -> None:
    matcher = loading.matcher(active.chosen(active.Stage.MATCH), options.index)
    files = [File(path.name, _cases(path)) for path in options.cases]
    answers = [_as_shipped(file, matcher, options) for file in files]
    if options.cross_validate:
        answers = _cross_validated(files, answers, matcher, options)
    else:
        note = ", without tracks" if options.without_tracks else ""
        _print(files, answers, note)
    everything = [answer for part in answers for answer in part]
    if options.errors:
        print_tables([errors(everything, options.errors)], frame.console())
    if options.predictions:
        matches = (as_dict(answer.match) for answer in everything)
        frame.write(
            options.predictions, (json.dumps(match, ensure_ascii=False) for match in matches)
        )
    if options.plot:
        draw(everything, options.plot)


def _cases(path: Path) -> list[LinkCase]:
    known = linking.read(path)
    if not known:
        raise BadCases(f"{path} holds no cases")
    return known


def _as_shipped(file: File, matcher: Matcher, options: argparse.Namespace) -> list[Linked]:
    """The answers by the active weights."""
    given = linking.without_tracks(file.cases) if options.without_tracks else file.cases
    return list(linking.evaluate(given, matcher))


def _cross_validated(
    files: Sequence[File],
    shipped: Sequence[list[Linked]],
    matcher: Matcher,
    options: argparse.Namespace,
) -> list[list[Linked]]:
    """Answers of weights that have not seen their cases, printed beside those of the shipped."""
    from models.evaluation.cross_validation import beside_shipped, cross_validate, fold_table

    validation = cross_validate(
        [case for file in files for case in file.cases],
        matcher,
        options.cross_validate,
        hide_tracks=options.without_tracks,
    )
    in_order = iter(validation.answers)
    answers = [list(islice(in_order, len(file.cases))) for file in files]
    _print(files, answers, ", held out")
    names = [file.name for file in files]
    compared = beside_shipped(list(zip(names, answers, shipped, strict=True)))
    print_tables([fold_table(validation), compared], frame.console())
    return answers


def _print(files: Sequence[File], answers: Sequence[list[Linked]], note: str) -> None:
    console = frame.console()
    for file, part in zip(files, answers, strict=True):
        console.rule(f"{file.name}{note}")
        print_tables(tables(part), console)
