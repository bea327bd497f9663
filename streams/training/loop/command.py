"""`python -m models.training loop`: whole rounds, from corrections to better weights."""

import argparse
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

from infra.postgres.connect import DatabaseUnreachable
from models.ban.ban_list import BanRulesInvalid
from models.oneshot.options import make_parser
from models.oneshot.safe import safe
from streams.training.loop.calling import INTERRUPTED, MADE, MISSING, REFUSED, WRONG, StepFailed
from streams.training.loop.joining import RowsDamaged
from streams.training.loop.lock import Locked, locked
from streams.training.loop.recipe import Recipe, RecipeInvalid, load
from streams.training.loop.rounds import Ending, Round, StateDamaged, current
from streams.training.loop.steps import ending, steps
from streams.training.loop.work import Work

EXAMPLES = """examples:
  python -m models.training loop --recipe loop.toml --home LOOP --once
      one round: what people corrected and models doubted becomes labels, these are learnt, and
      what was learnt is compared with what is active
  python -m models.training loop --recipe loop.toml --home LOOP --once --until combine
      stops before training, to look at LOOP/rounds/0001/data; without --until it goes on
  python -m models.training loop --recipe loop.toml --home LOOP --steps
      which steps of the round are done; starts nothing
  python -m models.training loop --recipe loop.toml --home LOOP --every 7d --activate
      a round a week, whose weights answer at once if they are better

A round that was killed or interrupted goes on at the step where it was: call it again. To do a
round anew delete its folder. LOOP/rounds/0001/CARD.md tells what went in and what came out.

With --every what fails is told and tried again at the next time; wrong options and Ctrl-C end it.

exit codes: 0 done, also where there was too little new to learn; 1 data, packages or a server are
missing, or another loop works there; 2 wrong options; 3 what was trained is worse than what is
active and was refused; 130 interrupted
"""

_MISSING = (
    BanRulesInvalid,
    DatabaseUnreachable,
    Locked,
    RecipeInvalid,
    RowsDamaged,
    StateDamaged,
)
"""What a round cannot do without; it may be back at another time."""

_UNITS = {"h": 3600, "d": 86_400}


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    what = "turn corrections and doubts into labels, and labels into better weights"
    parser = make_parser("python -m models.training loop", what, EXAMPLES)
    add = parser.add_argument
    add(
        "--recipe",
        type=Path,
        required=True,
        metavar="FILE",
        help="what is gathered, asked, trained",
    )
    add(
        "--home",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder of the rounds; made if need be",
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--once", action="store_true", help="one round, then end")
    how.add_argument("--every", type=_seconds, default="7d", metavar="TIME", help="7d or 12h (7d)")
    how.add_argument("--steps", action="store_true", help="say which steps are done, and end")
    add("--until", metavar="STEP", help="end after this step; the round goes on another time")
    add(
        "--activate",
        action="store_true",
        help="use at once what is better on rows that people read",
    )
    return parser


def _seconds(text: str) -> int:
    parts = re.fullmatch(r"([1-9][0-9]{0,3})([hd])", text)
    if parts is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; 12h or 7d are")
    return int(parts[1]) * _UNITS[parts[2]]


def run(arguments: list[str]) -> int:
    """Do rounds; returns the exit code."""
    parser = make()
    chosen = parser.parse_args(arguments)
    try:
        recipe = load(chosen.recipe)
    except RecipeInvalid as error:
        return _complain(str(error), WRONG)
    if chosen.steps:
        return _coded(lambda: _show(_work(chosen, recipe)))
    return _coded(lambda: _rounds(parser, chosen, recipe))


def _coded(work: Callable[[], int]) -> int:
    """The exit code of some work; what it fails with is told."""
    try:
        return work()
    except StepFailed as error:
        return _complain(f"{error}; when that is mended the same command goes on", _own(error.code))
    except _MISSING as error:
        return _complain(str(error), MISSING)
    except KeyboardInterrupt:
        return _complain("interrupted; the same command goes on", INTERRUPTED)


def _own(code: int) -> int:
    """The exit code for that of a step: an endpoint that is away is something missing here."""
    return code if code in (MISSING, WRONG, REFUSED) else MISSING


def _work(chosen: argparse.Namespace, recipe: Recipe) -> Work:
    return Work(recipe, chosen.home, current(chosen.home), chosen.activate)


def _rounds(parser: argparse.ArgumentParser, chosen: argparse.Namespace, recipe: Recipe) -> int:
    named = [name for name, _ in steps(_work(chosen, recipe))]
    if chosen.until is not None and chosen.until not in named:
        parser.error(f"--until takes a step: {', '.join(named)}")
    while True:
        code = _coded(lambda: _next(chosen))
        if chosen.once or chosen.until or code in (WRONG, INTERRUPTED):
            return code
        # A voter or a database that is away tonight is no reason to stop for good.
        what = "it is tried again" if code == MISSING else "the next round begins"
        _say(f"{what} in {chosen.every // 3600} hours")
        time.sleep(chosen.every)


def _next(chosen: argparse.Namespace) -> int:
    """Do the round that is to be done; returns the exit code.

    The recipe is read anew: what it names may be gone since the last round.
    """
    with locked(chosen.home):
        return _round(_work(chosen, load(chosen.recipe)), chosen.until)


def _round(work: Work, until: str | None) -> int:
    """Do what is not done of a round; returns the exit code."""
    work.round.begin()
    listed = list(steps(work))
    for place, (name, step) in enumerate(listed, start=1):
        if name not in work.round.done:
            _say(f"{_title(work.round)}, step {place} of {len(listed)}: {name}")
            start = time.monotonic()
            told = step(work)
            work.round.finish(name, {**told, "seconds": round(time.monotonic() - start, 1)})
            _say("  " + _told(work.round, name))
        if name == until:
            return MADE
    work.round.end(ending(work))
    return _ended(work)


def _ended(work: Work) -> int:
    match work.round.ending:
        case Ending.TOO_FEW:
            _say(
                f"{_title(work.round)}: fewer than {work.recipe.fewest} rows are new; nothing was"
                " trained, and what was labelled is kept for the next round"
            )
        case Ending.REFUSED:
            _say(f"{_title(work.round)}: refused; {work.round.folder / 'CARD.md'} tells why")
            return REFUSED
        case _:
            _say(f"{_title(work.round)}: better; see {work.round.folder / 'CARD.md'}")
    return MADE


def _show(work: Work) -> int:
    """Print the steps of the round that is to be done, and of the last that ended."""
    sys.stdout.write(f"{_title(work.round)}\n")
    for name, _ in steps(work):
        is_done = name in work.round.done
        sys.stdout.write(f"  {name:<12} {_told(work.round, name) if is_done else 'to be done'}\n")
    return MADE


def _title(current_round: Round) -> str:
    return f"round {current_round.folder.name}"


def _told(current_round: Round, step: str) -> str:
    told = current_round.done[step]
    return safe(", ".join(f"{key.replace('_', ' ')} {value}" for key, value in told.items()))


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _complain(text: str, code: int) -> int:
    _say(safe(text))
    return code
