"""`python -m models.training label SAMPLE`: several models say what names are, and vote."""

import argparse
import gzip
import json
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from infra.settings import settings
from models.ban.ban_list import BanRulesInvalid
from models.oneshot.options import make_parser
from models.oneshot.safe import safe
from streams.pipeline.bans import load_bans
from streams.training.labels.answers import FILE, SILENT, Answers, AnswersUnusable, Outcome
from streams.training.labels.asking import PATIENCE
from streams.training.labels.ballot import Thresholds
from streams.training.labels.endpoint import (
    Endpoint,
    EndpointInvalid,
    check_apart,
    from_file,
    from_option,
)
from streams.training.labels.export import ExportRefused, Terms, export
from streams.training.labels.names import Sample, SampleUnusable, load
from streams.training.labels.numbers import positive, seconds, share
from streams.training.labels.poll import HIGH, Poll, PollInvalid, Rule, adult_names, gather
from streams.training.labels.progress import Teller
from streams.training.labels.prompt import PromptInvalid
from streams.training.labels.tasks import TASKS, Task

EXAMPLES = """examples:
  python -m models.training label SAMPLE --model qwen2.5:3b=http://127.0.0.1:11434
      asks Ollama; --model again for each further voter
  python -m models.training label SAMPLE --model small=http://127.0.0.1:8000/v1 --limit 100
      asks an OpenAI-compatible server, of the first hundred names
  python -m models.training label SAMPLE --endpoints voters.toml --export DATA
      asks who is in the file, then writes DATA/names/p2p_labelled.jsonl.gz
  python -m models.training label SAMPLE --model big=http://127.0.0.1:9000/v1 --only-disagreements
      asks a large model only where those that were asked before differ
  python -m models.training label SAMPLE --stats --gold read.jsonl
      asks nobody: agreement, Cohen's kappa, classes, and voters against names read by people
  python -m models.training label SAMPLE --endpoints voters.toml --retry refused
      asks again what its server refused before, such as names too long for its context
  python -m models.training label SAMPLE --task music --endpoints voters.toml --export DATA
      artist, album, track and year into DATA/fields/p2p_labelled.jsonl.gz

voters.toml:
  [endpoints.small]
  kind = "openai"                  # openai-completions, ollama, command, gliner
  url = "http://127.0.0.1:8000/v1"
  workers = 4                      # further: model prompt timeout retries seed temperature
  [endpoints.paid]
  url = "https://models.example/v1"
  key = "MODELS_EXAMPLE_KEY"       # the NAME of the environment variable with the key

Ctrl-C stops; the same command goes on where it was. No answer is asked for twice. What the ban list
holds is neither asked about nor written.
Exit code: 0 done, 1 a file or a package is missing or does not fit, 2 wrong options or nobody was
asked yet, 4 an endpoint did not answer all (the others did; run it again), 130 interrupted.
"""

DONE = 0
MISSING = 1
WRONG = 2
INCOMPLETE = 4
INTERRUPTED = 130

_UNFIT: tuple[type[Exception], ...] = (SampleUnusable, BanRulesInvalid, PromptInvalid)
_UNFIT += (AnswersUnusable, PollInvalid, ExportRefused)
"""What is missing or does not fit; the message says what to do."""

_PAGE_WIDTH = 160
"""Of tables that go into a file or a pipe."""


class NobodyAsked(Exception):
    """There are no answers to look at."""

    def __init__(self, sample: Sample, task: Task) -> None:
        super().__init__(
            f"nobody has said anything about {sample.folder} yet (--task {task.name}): ask somebody"
            " first, with --model NAME=URL or --endpoints FILE.toml"
        )


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    what_for = "ask several models what names are, and let them vote"
    parser = make_parser("python -m models.training label", what_for, EXAMPLES)
    add = parser.add_argument
    add("sample", type=Path, metavar="SAMPLE", help="the folder that `sample` wrote")
    asking = parser.add_argument_group("who is asked (nobody: look at the answers that are there)")
    ask = asking.add_argument
    ask(
        "--model",
        action="append",
        default=[],
        metavar="NAME=URL",
        help="a voter; NAME is its model, if the server has several",
    )
    ask("--endpoints", type=Path, metavar="FILE.toml", help="voters with all settings")
    ask("--task", choices=list(TASKS), default="content", help="what to ask (default: content)")
    ask(
        "--workers",
        type=positive,
        metavar="N",
        help="questions at a time to each endpoint that says no number itself (default: 2)",
    )
    ask("--limit", type=positive, metavar="N", help="only the first N names of the sample")
    ask(
        "--only-disagreements",
        action="store_true",
        help="ask only of names on which those that were asked before differ",
    )
    ask(
        "--retry",
        choices=[outcome.value for outcome in SILENT],
        action="append",
        default=[],
        metavar="|".join(SILENT),
        help="ask again what a server refused, or whose answer was cut off",
    )
    ask(
        "--patience",
        type=seconds,
        metavar="SECONDS",
        help=f"give up who is silent that long (default: {PATIENCE:g}, or its timeout if longer)",
    )
    _add_votes(parser)
    return parser


def _add_votes(parser: argparse.ArgumentParser) -> None:
    voting = parser.add_argument_group("what becomes of the answers")
    add = voting.add_argument
    add("--stats", action="store_true", help="print agreement, classes, rates and ETA")
    add("--gold", type=Path, metavar="FILE", help="names read by people, JSON lines: how right?")
    add("--export", type=Path, metavar="OUT", help="folder for labelled rows and disagreements")
    add(
        "--force",
        action="store_true",
        help="let --export replace rows that were not made of this sample",
    )
    add(
        "--adult",
        action="store_true",
        help="write disagreements on names that are flagged as adult, too",
    )
    add("--voters", metavar="A,B", help="who votes (default: all that answered anything)")
    add(
        "--rule",
        choices=[rule.value for rule in Rule],
        default=Rule.MAJORITY.value,
        help="count votes, or weigh voters by how they err (default: majority)",
    )
    add("--high", type=share, metavar="SHARE", help="votes for `high` (default: 1, or 0.95)")
    add(
        "--medium",
        type=share,
        default=0.5,
        metavar="SHARE",
        help="more votes than this for `medium`; the rest is dropped (default: 0.5)",
    )


def run(arguments: list[str]) -> int:
    """Ask, show, write; returns the exit code."""
    parser = make()
    chosen = parser.parse_args(arguments)
    chosen.rule = Rule(chosen.rule)
    chosen.retry = [Outcome(word) for word in chosen.retry]
    task = TASKS[chosen.task]
    if task.fields and chosen.rule is not Rule.MAJORITY:
        parser.error(f"--rule {chosen.rule} is for --task content: fields have no classes")
    if task.fields and chosen.gold:
        parser.error("--gold is for --task content")
    try:
        endpoints = [from_option(text, chosen.workers) for text in chosen.model]
        if chosen.endpoints:
            endpoints += from_file(chosen.endpoints, chosen.workers)
        check_apart(endpoints)
    except EndpointInvalid as error:
        parser.error(safe(str(error)))
    if not endpoints and not (chosen.stats or chosen.export or chosen.gold):
        parser.error("name who is asked (--model, --endpoints), or --stats, --gold or --export")
    if not endpoints and (chosen.only_disagreements or chosen.retry):
        parser.error("--only-disagreements and --retry ask: name whom (--model, --endpoints)")
    try:
        return _label(chosen, task, endpoints)
    except NobodyAsked as error:
        sys.stderr.write(f"{safe(str(error))}\n")
        return WRONG
    except _UNFIT as error:
        return _missing(str(error))
    except ModuleNotFoundError as error:
        return _missing(f"{error.name} is not installed: uv pip install -e '.[label]'")
    except (OSError, sqlite3.Error) as error:
        return _missing(f"answers or rows cannot be written: {error}")
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; the same command goes on where it was\n")
        return INTERRUPTED


def _label(chosen: argparse.Namespace, task: Task, endpoints: Sequence[Endpoint]) -> int:
    sample = load(chosen.sample, load_bans(settings()), chosen.limit)
    if sample.banned:
        sys.stderr.write(f"left out: {sample.banned:,} names that the ban list holds\n")
    path = sample.folder / FILE
    if not endpoints and not path.is_file():
        raise NobodyAsked(sample, task)
    answers = Answers(path)
    code = DONE
    try:
        if endpoints:
            with answers.asking():
                code = _ask(chosen, task, endpoints, sample, answers)
        if chosen.stats or chosen.gold or chosen.export:
            if any(gather(answers, sample, task).answered):
                names = [name for name in (chosen.voters or "").split(",") if name]
                _count(chosen, gather(answers, sample, task, names), answers)
            elif code == DONE:
                raise NobodyAsked(sample, task)
            else:
                sys.stderr.write("nobody answered: there is nothing to show or to export\n")
    finally:
        answers.close()
    return code


def _ask(
    chosen: argparse.Namespace,
    task: Task,
    endpoints: Sequence[Endpoint],
    sample: Sample,
    answers: Answers,
) -> int:
    """Ask all endpoints; returns the exit code."""
    from streams.training.labels.session import Job, Session

    console = Console(stderr=True, emoji=False)
    questions = sample.questions
    if chosen.only_disagreements:
        questions = _differing(gather(answers, sample, task), {e.name for e in endpoints})
        console.print(f"{len(questions):,} of {len(sample.questions):,} names are asked")
    job = Job(task, questions, answers, chosen.patience, chosen.retry)

    def say(text: str) -> None:
        console.print(safe(text), markup=False, highlight=False, soft_wrap=True)

    session = Session(job, endpoints, say)
    teller = Teller(session.runs, console)
    try:
        with teller.telling():
            session.ask(teller.tick)
    finally:
        for share in session.shares():
            say(share.told)
    return DONE if all(share.is_whole for share in session.shares()) else INCOMPLETE


def _differing(poll: Poll, asked: set[str]) -> tuple[Any, ...]:
    """The names on which voters differ, of those that are not asked now.

    Raises:
        PollInvalid: there are fewer than two of them.
    """
    places = [place for place, voter in enumerate(poll.voters) if voter.endpoint not in asked]
    if len(places) < 2:
        raise PollInvalid("--only-disagreements needs two other voters who were asked before")
    return tuple(ballot.question for ballot in poll.ballots if ballot.differ(places))


def _count(chosen: argparse.Namespace, poll: Poll, answers: Answers) -> None:
    from streams.training.labels import showing

    high = HIGH[chosen.rule] if chosen.high is None else chosen.high
    thresholds = Thresholds(high, chosen.medium)
    width = None if sys.stdout.isatty() else _PAGE_WIDTH
    console = Console(width=width, emoji=False)
    if chosen.stats:
        showing.show(console, poll, answers)
    if chosen.gold:
        gold = _gold(chosen.gold)
        if gold.keys().isdisjoint(ballot.question.name for ballot in poll.ballots):
            raise SampleUnusable(
                f"{chosen.gold} and {poll.sample.folder} have no name in common: --gold takes names"
                " that voters were asked about, too"
            )
        showing.show_gold(console, poll, gold, chosen.rule, thresholds)
    if chosen.export:
        bans = load_bans(settings())
        terms = Terms(
            lambda name: bans.check(name) is not None,
            adult_names(answers, poll.sample),
            shows_adult=chosen.adult or poll.sample.is_adult,
            is_forced=chosen.force,
        )
        written = export(poll, chosen.rule, thresholds, chosen.export, terms)
        sys.stdout.write(written.told + "\n")


def _gold(path: Path) -> dict[str, dict[str, Any]]:
    """Names that were read, by name.

    Raises:
        SampleUnusable: the file cannot be read.
    """
    try:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines if line.strip()]
        return {str(row["name"]): row for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or error
        raise SampleUnusable(
            f'{path} cannot be read ({reason}): --gold takes JSON lines {{"name": ...,'
            ' "medium": ..., "sub": ...}'
        ) from None


def _missing(text: str) -> int:
    sys.stderr.write(f"{safe(text)}\n")
    return MISSING
