"""What was decided, in the files that training reads, and what was not, for reading.

The same answers give the same bytes.
"""

import gzip
import json
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.oneshot.safe import safe
from models.text.folding import folded
from models.training.row_files import FIELD_NAMES, FIELDS, NAMES, write_rows
from schemas.media import Subcategory
from streams.training.labels.ballot import ContentDecision, FieldsDecision, Level, Thresholds
from streams.training.labels.poll import Ballot, Decision, Poll, Rule
from streams.training.labels.probe import shown_model
from streams.training.labels.reading import Class, Fields, Value
from streams.training.labels.tasks import CONTENT, VIDEO

_DIGITS = 4
"""Of shares."""

_EMPTY: dict[str, Value | None] = dict.fromkeys(FIELD_NAMES)
"""The fields of a row of the second file."""

Row = dict[str, Any]


class ExportRefused(Exception):
    """The folder holds rows that this export did not make; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        path: of the rows.
        disagreements: path of the names on which voters differ.
        high: rows on which all agree.
        medium: rows that a majority decided.
        dropped: names on which nothing was decided.
        empty: names of which was decided that they say none of the fields.
        differing: names on which voters differ, dropped ones among them.
        adult: further ones that are flagged as adult, and so not written for reading.
        unasked: names that nobody has answered yet.
        behind: voters that answered less than the others, and how many names.
    """

    path: Path
    disagreements: Path
    high: int
    medium: int
    dropped: int
    empty: int
    differing: int
    adult: int
    unasked: int
    behind: Mapping[str, int]

    @property
    def told(self) -> str:
        """The summary, in lines."""
        kept = self.high + self.medium
        total = kept + self.dropped + self.empty
        share = self.dropped / total if total else 0.0
        lines = [
            f"{self.path}: {kept:,} of {total:,} names, {self.high:,} high, {self.medium:,} medium",
            f"dropped: {self.dropped:,} ({share:.1%}), nothing was decided about them",
            f"{self.disagreements}: {self.differing:,} names on which voters differ, for reading",
        ]
        if self.adult:
            lines.append(
                f"left out of it: {self.adult:,} more that are flagged as adult (--adult writes"
                " them, too)"
            )
        if self.empty:
            lines.append(f"without any field, and so not written: {self.empty:,} names")
        if self.unasked:
            lines.append(f"not asked yet: {self.unasked:,} names")
        for name, count in self.behind.items():
            lines.append(
                f"{safe(name)} answered only {count:,} of them, and for the rest agrees with"
                " nobody: ask it again, unless it was to be asked about disagreements only, or"
                " leave it out with --voters"
            )
        lines.append(
            "Voters agree on easy names: what is kept is easier than the sample. Measure a model on"
            " names that were labelled by reading, never on these."
        )
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Terms:
    """What may be written, and over what.

    Attributes:
        is_banned: whether the ban list holds a name; of an earlier export it goes no further.
        adult: ids of names that are flagged as adult, which are not written for reading.
        shows_adult: whether they are, all the same.
        is_forced: whether rows that this sample did not give are replaced.
    """

    is_banned: Callable[[str], bool]
    adult: Collection[str] = frozenset()
    shows_adult: bool = False
    is_forced: bool = False

    def hides(self, ballot: Ballot, decision: Decision) -> bool:
        """Whether a name is not to be read by people who did not ask for such ones."""
        by_vote = isinstance(decision, ContentDecision) and decision.adult
        return not self.shows_adult and (by_vote or ballot.question.sample in self.adult)


def export(poll: Poll, rule: Rule, thresholds: Thresholds, folder: Path, terms: Terms) -> Exported:
    """Writes rows and disagreements below a folder.

    An earlier export of the same sample and task is replaced. Rows that the other task of fields
    made stay, but for names that this one has rows of. Anything else in the file is somebody's
    work, and only replaced if that is forced.

    Raises:
        ExportRefused: the file holds rows that did not come from this sample.
        OSError: they cannot be written.
    """
    rows: list[Row] = []
    differing: list[Row] = []
    adult = 0
    levels = {Level.HIGH: 0, Level.MEDIUM: 0, None: 0}
    origin = origin_of(poll, rule, thresholds)
    for ballot, decision in poll.decisions(rule, thresholds):
        row = row_of(poll.task.name, ballot, decision)
        levels[decision.level] += row is not None or decision.level is None
        if row is not None:
            rows.append(row | votes_of(poll, ballot) | {"level": decision.level, "origin": origin})
        if ballot.is_unanimous:
            continue
        if terms.hides(ballot, decision):
            adult += 1
        else:
            differing.append(_disagreement(poll, ballot, decision))
    path = folder / (FIELDS if poll.task.fields else NAMES)
    kept = [] if terms.is_forced else rows_of_others(path, origin)
    names = {row["name"] for row in rows}
    kept = [row for row in kept if row["name"] not in names and not terms.is_banned(row["name"])]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_rows(path, [*kept, *rows])
    disagreements = folder / disagreements_of(poll.task.name)
    write_rows(disagreements, differing)
    unasked = sum(not ballot.answered for ballot in poll.ballots)
    return Exported(
        path,
        disagreements,
        high=levels[Level.HIGH],
        medium=levels[Level.MEDIUM],
        dropped=levels[None],
        empty=sum(ballot.answered for ballot in poll.ballots) - sum(levels.values()),
        differing=len(differing),
        adult=adult,
        unasked=unasked,
        behind={
            name: count
            for name, count in zip(poll.names, poll.answered, strict=True)
            if count < max(poll.answered)
        },
    )


def disagreements_of(task: str) -> str:
    """The file of the names on which voters differ; a task does not replace that of another."""
    return "disagreements.jsonl" if task == CONTENT.name else f"disagreements-{task}.jsonl"


def rows_of_others(path: Path, origin: Row) -> list[Row]:
    """The rows of a file that another task made of the same sample.

    Raises:
        ExportRefused: it holds rows that did not come from this sample.
    """
    if not path.exists():
        return []
    try:
        lines = gzip.decompress(path.read_bytes()).splitlines()
        rows: list[Row] = [json.loads(line) for line in lines]
        origins = [row["origin"] for row in rows]
        is_ours = all(source["sample"] == origin["sample"] for source in origins)
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError):
        is_ours = False
    if not is_ours:
        raise ExportRefused(
            f"{path} holds rows that were not made of this sample: name another --export, or"
            " replace them by --force"
        )
    return [row for row in rows if row["origin"]["task"] != origin["task"]]


def origin_of(poll: Poll, rule: Rule, thresholds: Thresholds) -> Row:
    """Where labels come from: all that somebody needs to ask the same again, but no URL and key."""
    return {
        "task": poll.task.name,
        "endpoints": [voter.endpoint for voter in poll.voters],
        "models": [shown_model(voter.model) for voter in poll.voters],
        "prompts": [voter.prompt for voter in poll.voters],
        "sample": poll.sample.sha256,
        "rule": rule.value,
        "thresholds": [thresholds.high, thresholds.medium],
    }


def row_of(task: str, ballot: Ballot, decision: Decision) -> Row | None:
    """A row to learn from. Returns None if nothing was decided."""
    if isinstance(decision, ContentDecision):
        return _content_row(ballot, decision)
    return _fields_row(task, ballot, decision)


def votes_of(poll: Poll, ballot: Ballot) -> Row:
    """What each voter said, by its name."""
    said = zip(poll.names, ballot.votes, strict=True)
    return {"votes": {name: _vote(vote) for name, vote in said}}


def _content_row(ballot: Ballot, decision: ContentDecision) -> Row | None:
    if decision.medium is None or decision.subcategory is None:
        return None
    row: Row = {
        "name": ballot.question.name,
        "medium": decision.medium.value,
        "sub": decision.subcategory.value,
        "nsfw": decision.adult,
    }
    if decision.is_unsure:
        row["unsure"] = True
    adult = {"adult_share": round(decision.adult_share, _DIGITS)} if decision.adult_share else {}
    return row | {"share": _rounded(decision.shares)} | adult


def _fields_row(task: str, ballot: Ballot, decision: FieldsDecision) -> Row | None:
    values = decision.values
    if decision.level is None or not values:
        # Without any field there is nothing to learn; an undecided one would be learnt as absent.
        return None
    subcategory = subcategory_of(task, values)
    named = {key: value for key, value in values.items() if key in _EMPTY}
    title = values.get("track") or values.get("album") or values.get("title")
    row = {"name": ballot.question.name, "sub": subcategory.value} | _EMPTY | named
    return row | {"title": title, "share": _rounded(decision.shares)}


def subcategory_of(task: str, values: Mapping[str, Value]) -> Subcategory:
    """The class of a record by the fields that it has."""
    if task == VIDEO.name:
        if "episode" in values:
            return Subcategory.EPISODE
        return Subcategory.SEASON if "season" in values else Subcategory.MOVIE
    if "track" in values and folded(str(values["track"])) != folded(str(values.get("album", ""))):
        return Subcategory.TRACK
    if "album" in values or "track" in values:
        return Subcategory.ALBUM
    return Subcategory.COLLECTION if "artist" in values else Subcategory.AUDIO_OTHER


def _disagreement(poll: Poll, ballot: Ballot, decision: Decision) -> Row:
    row: Row = {"id": ballot.question.sample, "name": ballot.question.name}
    row |= votes_of(poll, ballot)
    row |= {"share": _rounded(decision.shares), "level": decision.level or "dropped"}
    if isinstance(decision, FieldsDecision):
        return row | {"undecided": list(decision.undecided)}
    # Who reads the name corrects the flag, too; without one the row would say nothing of it.
    return row | {"nsfw": decision.adult}


def _vote(vote: Class | Fields | None) -> Any:
    """A vote as it is written; null for none."""
    if isinstance(vote, Class):
        return f"{vote.label} adult" if vote.adult else vote.label
    if isinstance(vote, Fields):
        return dict(sorted(vote.values.items()))
    return None


def _rounded(shares: Mapping[str, float]) -> dict[str, float]:
    return {label: round(share, _DIGITS) for label, share in shares.items()}
