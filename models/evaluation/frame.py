"""What the evaluation commands share: their options, their exit codes, and where answers go."""

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from rich.console import Console

from models import registry
from models.evaluation.cases import BadCases
from models.match.errors import MatchError

_KNOWN = (BadCases, OSError, ImportError, registry.WeightsError, MatchError)
"""Errors whose message says what to do."""

_WIDE = 160
"""Columns of a table that goes to a file or a pipe: wide enough that no figure is folded."""


def parser(stage: str, description: str | None, examples: str) -> argparse.ArgumentParser:
    """The command line of one evaluation, with the options that all of them have."""
    options = argparse.ArgumentParser(
        prog=f"python -m models evaluate {stage}",
        description=description,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument(
        "cases", type=Path, nargs="+", metavar="CASES", help="JSON lines, plain or .gz"
    )
    options.add_argument(
        "--predictions",
        type=Path,
        metavar="OUT",
        help="write each answer as a JSON line, in the order of the cases",
    )
    return options


def run(work: Callable[[], object]) -> int:
    """Do the work. Returns 0, or 1 with a message on standard error."""
    try:
        work()
    except _KNOWN as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def console() -> Console:
    """Where tables are printed."""
    terminal = Console()
    return terminal if terminal.is_terminal else Console(width=_WIDE)


def write(path: Path, answers: Iterable[str]) -> None:
    """Write answers, a line each."""
    with path.open("w", encoding="utf-8") as out:
        out.writelines(f"{answer}\n" for answer in answers)
