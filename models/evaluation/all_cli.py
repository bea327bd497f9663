"""`python -m models evaluate all DATA`: everything that is measured, as one report.

It writes report.html, which fetches nothing, and report.json: figures with 95 % intervals,
resampled by release family; both halves of the names beside each other, the one that rules were
written by looking at and the one held out from them, with the gap; slices, the worst of them, how
honest confidence is, and mistakes by kind with examples. Examples are of the open half alone, and
adult names are never shown.

Data that is not there is left out, with a line. The exit code is 0 if something was measured, 1 if
nothing was or the report cannot be written, 2 after wrong usage.
"""

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from models.evaluation import frame
from models.evaluation.cases import BadCases
from models.evaluation.table import Table, print_tables
from models.evaluation.whole import names, others
from models.evaluation.whole.answers import Section
from models.evaluation.whole.figures import SectionFigures, figures
from models.evaluation.whole.measuring import LeftOut, Measuring
from models.evaluation.whole.page import page
from models.evaluation.whole.report import LeftOutPart, WholeReport, as_json, models
from models.match.errors import MatchError
from models.oneshot.safe import safe

Part = Callable[[Measuring], Section]

PARTS: dict[str, Part] = {
    "gold": names.gold_classes,
    "gold-fields": names.gold_fields,
    "names": names.kept_classes,
    "names-learnt": names.learnt_classes,
    "fields": names.labelled_fields,
    "bench": others.bench_fields,
    "files": others.file_sets,
    "linking": others.links,
}
"""What `--only` names -> what measures it, in the order of the report."""

_EXAMPLES = """examples:
  python -m models evaluate all DATA                         # writes report/report.html and .json
  python -m models evaluate all DATA --out build/report --without-names
  python -m models evaluate all DATA --only names fields     # these parts alone
  python -m models evaluate all DATA --index CATALOGUE/index # linking, too
"""


def parser() -> argparse.ArgumentParser:
    """The command line of `run`."""
    options = argparse.ArgumentParser(
        prog="python -m models evaluate all",
        description=__doc__,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument("data", type=Path, metavar="DATA", help="folder of the data sets")
    options.add_argument(
        "--out",
        type=Path,
        default=Path("report"),
        metavar="DIR",
        help="where the report is written (default: %(default)s)",
    )
    options.add_argument(
        "--without-names", action="store_true", help="count mistakes, show no example"
    )
    options.add_argument(
        "--only", nargs="+", choices=list(PARTS), metavar="PART", help=f"of {', '.join(PARTS)}"
    )
    options.add_argument("--index", type=Path, metavar="DIR", help="match index, for linking")
    options.add_argument(
        "--scorer",
        type=Path,
        metavar="FILE",
        help="the bench's score.py (default: beside the folder of the cases)",
    )
    options.add_argument(
        "--most",
        type=_count,
        default=6_000,
        metavar="N",
        help="about how many of the names learnt from are measured (default: %(default)s)",
    )
    options.add_argument(
        "--file-sets",
        type=_count,
        default=3_000,
        metavar="N",
        help="torrents with files that are invented (default: %(default)s)",
    )
    options.add_argument(
        "--threads",
        type=_count,
        default=min(2, os.cpu_count() or 1),
        help="threads of the BERT (default: %(default)s)",
    )
    return options


def run(arguments: Sequence[str] | None = None) -> int:
    """Measure and write. Returns 0, or 1 with a message on standard error."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    options = parser().parse_args(given)
    return frame.run(lambda: _evaluate(options, given))


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}; give a number, 1 or more")
    return int(text)


def _evaluate(options: argparse.Namespace, given: Sequence[str]) -> None:
    if not options.data.is_dir():
        raise BadCases(f"{options.data} is no folder; docs/data.md says what it holds")
    options.out.mkdir(parents=True, exist_ok=True)
    measuring = Measuring(
        data=options.data,
        brains=Measuring.load_brains(options.threads),
        most=options.most,
        file_sets=options.file_sets,
        scorer=options.scorer,
        index=options.index,
    )
    asked = {name: PARTS[name] for name in options.only or PARTS}
    sections, left_out = _measured(asked, measuring, with_names=not options.without_names)
    for part in left_out:
        sys.stderr.write(f"left out, {part.title}: {safe(part.why)}\n")
    told = [replace(part, why=part.why.replace(str(options.data), "DATA")) for part in left_out]
    if not sections:
        raise BadCases(f"nothing could be measured with {options.data}")
    command = _command(options, given)
    report = WholeReport(command, models(), sections, told, not options.without_names)
    for name, text in (("report.html", page(report)), ("report.json", as_json(report))):
        (options.out / name).write_text(text, encoding="utf-8", errors="replace")
    print_tables([_headlines(sections)], frame.console())
    sys.stdout.write(f"{options.out / 'report.html'}\n{options.out / 'report.json'}\n")


def _measured(
    asked: dict[str, Part], measuring: Measuring, *, with_names: bool
) -> tuple[list[SectionFigures], list[LeftOutPart]]:
    """The figures of every part that can be measured, and the parts that cannot."""
    sections = []
    left_out = []
    columns = (
        TextColumn("{task.description:<14}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        for name, part in asked.items():
            task = bar.add_task(name, total=None)
            told = replace(measuring, advance=partial(_advance, bar, task))
            try:
                section = part(told)
            except (LeftOut, BadCases, MatchError, OSError) as error:
                left_out.append(LeftOutPart(name, str(error)))
                bar.remove_task(task)
                continue
            if section.answers:
                sections.append(figures(section, with_names=with_names))
            else:
                left_out.append(LeftOutPart(name, "there are no cases"))
    return sections, left_out


def _advance(bar: Progress, task: TaskID, done: int, total: int) -> None:
    bar.update(task, completed=done, total=total)


def _command(options: argparse.Namespace, given: Sequence[str]) -> str:
    """The command as it was called, without where somebody keeps the data and the index."""
    places = {options.data: "DATA", options.index: "INDEX"}
    words = [places.get(Path(word), word) for word in given]
    return f"python -m models evaluate all {shlex.join(words)}"


def _headlines(sections: Sequence[SectionFigures]) -> Table:
    """The main measure of every section, for a terminal."""
    rows = []
    for section in sections:
        measured = section.measures[0]
        halves = measured.halves
        rows.append(
            (
                section.title,
                f"{section.cases:,}",
                measured.name,
                f"{100 * measured.whole.value:.1f}",
                f"{100 * measured.whole.lower:.1f}-{100 * measured.whole.upper:.1f}",
                "-" if halves is None else f"{100 * halves.opened.value:.1f}",
                "-" if halves is None else f"{100 * halves.held_out.value:.1f}",
                "-" if halves is None else f"{100 * halves.value:+.1f}",
            )
        )
    header = ("section", "cases", "measure", "%", "95 %", "open", "held out", "gap")
    return Table("At a glance", header, rows)
