"""Statistics as tables for a terminal."""

from collections import Counter
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from models.oneshot.safe import safe
from streams.training.labels.answers import Answers, Outcome
from streams.training.labels.ballot import ContentDecision, Thresholds
from streams.training.labels.poll import Poll, Rule
from streams.training.labels.progress import duration
from streams.training.labels.reading import Class
from streams.training.labels.statistics import (
    Agreement,
    Gold,
    Held,
    against,
    matrix,
    pace,
    per_class,
)

CONSENSUS = "the vote"

_TOLD = (Outcome.UNPARSED, Outcome.CUT, Outcome.REFUSED)
"""Outcomes that say nothing, each with its column."""

_HINTS = {
    Outcome.CUT: "cut: an answer was longer than it may be. A model that thinks before it answers"
    " needs more room: set tokens = 2000 for it in a TOML file, and ask again with --retry cut",
    Outcome.REFUSED: "refused: the server does not take the name, such as one too long for it, or"
    " that a filter holds back. It is asked again with --retry refused",
}
"""Outcome -> what to do about it."""


def show(console: Console, poll: Poll, answers: Answers) -> None:
    """Who answered how much and how fast, how voters agree, and what each says."""
    names = len(poll.sample.questions)
    _print(console, f"{names:,} names, {poll.task.name}", _endpoints(poll, answers))
    for hint in _hints(poll, answers):
        console.print(hint, markup=False, highlight=False, soft_wrap=True)
    if len(poll.voters) > 1:
        if poll.task.fields:
            _print(console, "agreement of whole records", _agreement(poll, matrix(poll)))
        else:
            media = _agreement(poll, matrix(poll, media=True))
            _print(console, "agreement on the medium (Cohen's kappa)", media)
            classes = _agreement(poll, matrix(poll))
            _print(console, "agreement on the class (Cohen's kappa)", classes)
    if not poll.task.fields:
        _print(console, "answers by class", _classes(poll))


def show_gold(console: Console, poll: Poll, gold: Gold, rule: Rule, thresholds: Thresholds) -> None:
    """Voters and their vote against names that were labelled by reading."""
    table = _table("voter", "names", "medium", "class")
    helds = _held(poll, gold, rule, thresholds)
    for name, held in helds.items():
        table.add_row(
            _cell(name),
            f"{held.voted:,}",
            _percent(held.right, held.voted),
            _percent(held.right_class, held.voted),
        )
    _print(console, "right, of the names that were labelled by reading", table)
    if helds[CONSENSUS].voted:
        title = f"{CONSENSUS}: right medium (rows), said medium (columns)"
        _print(console, title, _confusion(helds[CONSENSUS]))


def _held(poll: Poll, gold: Gold, rule: Rule, thresholds: Thresholds) -> dict[str, Held]:
    helds = {}
    for place, name in enumerate(poll.names):
        votes = ((ballot.question.name, ballot.votes[place]) for ballot in poll.ballots)
        classes = ((asked, vote) for asked, vote in votes if isinstance(vote, Class))
        helds[name] = against(gold, classes)
    decided = [
        (ballot.question.name, Class(decision.subcategory.value, decision.adult))
        for ballot, decision in poll.decisions(rule, thresholds)
        if isinstance(decision, ContentDecision) and decision.subcategory is not None
    ]
    return helds | {CONSENSUS: against(gold, decided)}


def _endpoints(poll: Poll, answers: Answers) -> Table:
    counted = [outcome.value for outcome in _TOLD]
    table = _table("voter", "model", "prompt", "answered", *counted, "failed", "rate", "ETA")
    for voter, name in zip(poll.voters, poll.names, strict=True):
        told = answers.of(voter)
        known = [told[q.sample] for q in poll.sample.questions if q.sample in told]
        said = [answer for answer in known if answer.outcome is not Outcome.REFUSED]
        speed = pace(answer.ended for answer in said)
        rest = speed.remaining(len(poll.sample.questions) - len(known))
        outcomes = Counter(answer.outcome for answer in known)
        table.add_row(
            _cell(name),
            _cell(voter.model),
            _cell(voter.prompt),
            f"{len(said):,}",
            *(f"{outcomes[what]:,} ({_percent(outcomes[what], len(known))})" for what in _TOLD),
            f"{answers.failures(voter):,}",
            "-" if speed.rate is None else f"{speed.rate:.1f}/s",
            "-" if rest is None else duration(rest),
        )
    return table


def _hints(poll: Poll, answers: Answers) -> list[str]:
    """What to do about names of which nothing was said."""
    wanted = {question.sample for question in poll.sample.questions}
    outcomes = {
        outcome
        for voter in poll.voters
        for sample, outcome in answers.outcomes(voter).items()
        if sample in wanted
    }
    return [hint for outcome, hint in _HINTS.items() if outcome in outcomes]


def _agreement(poll: Poll, table: Mapping[tuple[int, int], Agreement]) -> Table:
    shown = _table("", *poll.names[1:])
    for row, name in enumerate(poll.names[:-1]):
        cells = [
            _pair(table[row, column]) if column > row else ""
            for column in range(1, len(poll.names))
        ]
        shown.add_row(_cell(name), *cells)
    return shown


def _pair(agreed: Agreement) -> str:
    if not agreed.both:
        return "-"
    kappa = "" if agreed.kappa is None else f" ({agreed.kappa:.2f})"
    return f"{agreed.share:.1%}{kappa}"


def _classes(poll: Poll) -> Table:
    table = _table("class", *poll.names)
    for label, counts in per_class(poll).items():
        table.add_row(label, *(f"{count:,}" for count in counts))
    return table


def _confusion(held: Held) -> Table:
    labels = sorted({label for pair in held.confusions for label in pair if label})
    table = _table("", *labels)
    for right in labels:
        table.add_row(right, *(str(held.confusions.get((right, said), 0)) for said in labels))
    return table


def _table(*columns: str) -> Table:
    table = Table()
    for place, column in enumerate(columns):
        table.add_column(_cell(column), justify="right" if place else "left", overflow="fold")
    return table


def _print(console: Console, title: str, table: Table) -> None:
    console.print(Text(title, style="bold"), soft_wrap=True)
    console.print(table)


def _cell(text: str) -> Text:
    """Text of others: neither markup nor an escape sequence."""
    return Text(safe(text))


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"
