"""`python -m models evaluate files`: measure what is read of file lists, on invented torrents.

Every torrent is made by one of some seventy shapes, so what is right is known. The shapes are split
in two by a hash of their names. Of the held-out half only totals are shown: rules are written by
looking at the other.
"""

import argparse
from collections import defaultdict
from collections.abc import Sequence

from models.evaluation import frame
from models.evaluation.cases import BadCases
from models.evaluation.filesets.measure import FIELDS, MEDIUM, SUBCATEGORY, Judged, judged
from models.evaluation.filesets.shapes import is_held_out, torrents
from models.evaluation.metrics import Share
from models.evaluation.table import Table, print_tables
from models.loading import active_classifier, active_extractor

_COUNT = 3_000
_SHOWN = (MEDIUM, SUBCATEGORY, *FIELDS)
_LONGEST = 60
"""Characters of a value that an error shows."""

_EXAMPLES = """examples:
  python -m models evaluate files
  python -m models evaluate files --count 740 --errors season
"""


def parser() -> argparse.ArgumentParser:
    """The command line of `run`."""
    options = argparse.ArgumentParser(
        prog="python -m models evaluate files",
        description=__doc__,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument(
        "--count", type=int, default=_COUNT, help="torrents that are made (default: %(default)s)"
    )
    options.add_argument(
        "--errors", metavar="FIELD", help=f"list what is wrong: {', '.join(_SHOWN)}"
    )
    options.add_argument(
        "--most", type=int, default=40, help="errors listed (default: %(default)s)"
    )
    options.add_argument("--rules-only", action="store_true", help="leave the tagger out")
    return options


def run(arguments: Sequence[str] | None = None) -> int:
    """Evaluate and print. Returns 0, or 1 with a message on standard error."""
    options = parser().parse_args(arguments)
    return frame.run(lambda: _evaluate(options))


def _evaluate(options: argparse.Namespace) -> None:
    if options.errors and options.errors not in _SHOWN:
        raise BadCases(f"--errors {options.errors}: there are {', '.join(_SHOWN)}")
    if options.count < 1:
        raise BadCases("--count: at least one torrent")
    extractor = active_extractor(tagger=not options.rules_only)
    answers = list(judged(torrents(options.count), active_classifier(), extractor))
    tables = [by_half(answers), by_shape(answers)]
    if options.errors:
        tables.append(errors(answers, options.errors, options.most))
    print_tables(tables, frame.console())


def by_half(answers: Sequence[Judged]) -> Table:
    """How often each field is right, on the open shapes and on those held out."""
    halves = {
        "open": [answer for answer in answers if not is_held_out(answer.shape)],
        "held out": [answer for answer in answers if is_held_out(answer.shape)],
    }
    rows = [
        (field, *(str(_share(answers, field)) for answers in halves.values())) for field in _SHOWN
    ]
    return Table("right, by half of the shapes", ("field", *halves), rows)


def by_shape(answers: Sequence[Judged]) -> Table:
    """The same for each open shape."""
    by_name: dict[str, list[Judged]] = defaultdict(list)
    for answer in answers:
        if not is_held_out(answer.shape):
            by_name[answer.shape].append(answer)
    rows = [
        (shape, *(_percent(_share(of_shape, field)) for field in _SHOWN))
        for shape, of_shape in by_name.items()
    ]
    return Table("right in percent, open shapes", ("shape", *_SHOWN), rows)


def errors(answers: Sequence[Judged], field: str, most: int) -> Table:
    """Wrong answers on the open shapes."""
    wrong = [
        answer
        for answer in answers
        if not is_held_out(answer.shape) and _has(answer, field) and not answer.is_right(field)
    ]
    rows = [
        (
            answer.shape,
            answer.torrent.name,
            _short(answer.torrent.files[0].path),
            _short(answer.wanted(field)),
            _short(answer.given.get(field)),
        )
        for answer in wrong[:most]
    ]
    header = ("shape", "name", "first file", "right", "given")
    return Table(f"wrong {field}: {len(wrong)} of the open shapes", header, rows)


def _share(answers: Sequence[Judged], field: str) -> Share:
    having = [answer for answer in answers if _has(answer, field)]
    return Share(sum(answer.is_right(field) for answer in having), len(having))


def _has(answer: Judged, field: str) -> bool:
    return field in (MEDIUM, SUBCATEGORY) or field in answer.torrent.expected


def _percent(share: Share) -> str:
    return f"{100 * share.value:.0f}" if share.total else "-"


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
