"""All votes on a sample, and what they come to by one rule or the other."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from schemas.media import FALLBACK
from streams.training.labels.answers import SILENT, Answer, Answers, Voter
from streams.training.labels.ballot import (
    ContentDecision,
    FieldsDecision,
    Thresholds,
    decide_by_posterior,
    decide_content,
    decide_fields,
    is_adult,
)
from streams.training.labels.dawid_skene import posteriors
from streams.training.labels.labeller import Question
from streams.training.labels.names import Sample
from streams.training.labels.probe import shown_model
from streams.training.labels.reading import Class, Fields, read
from streams.training.labels.tasks import CONTENT, MEDIA, Task

Vote = Class | Fields
Decision = ContentDecision | FieldsDecision


class PollInvalid(ValueError):
    """Voters were named who have no answers. The message says who has."""


class Rule(StrEnum):
    """How votes are counted."""

    MAJORITY = "majority"
    DAWID_SKENE = "dawid-skene"


HIGH = {Rule.MAJORITY: 1.0, Rule.DAWID_SKENE: 0.95}
"""The threshold of `high` by default: all voters, or that probability."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """The votes on one name.

    Attributes:
        question: the name.
        votes: in the order of the voters; None where there is none that can be read.
        asked: in the same order, whether the voter was asked and something came of it.
    """

    question: Question
    votes: tuple[Vote | None, ...]
    asked: tuple[bool, ...]

    @property
    def answered(self) -> bool:
        """Whether anybody answered at all."""
        return any(self.asked)

    @property
    def is_unanimous(self) -> bool:
        """Whether all voters that were asked say the same, each of them something."""
        return are_alike(self._said)

    def differ(self, places: Collection[int]) -> bool:
        """Whether two voters or more, of those in some places, were asked and do not agree."""
        said = [self.votes[place] for place in places if self.asked[place]]
        return len(said) > 1 and not are_alike(said)

    @property
    def _said(self) -> list[Vote | None]:
        return [vote for vote, asked in zip(self.votes, self.asked, strict=True) if asked]


@dataclass(frozen=True, slots=True)
class Poll:
    """All votes on a sample.

    Attributes:
        task: what was asked.
        sample: the names.
        voters: who votes.
        names: how the voters are called, in their order.
        answered: how many names each has answered, in their order.
        ballots: in the order of the sample.
    """

    task: Task
    sample: Sample
    voters: tuple[Voter, ...]
    names: tuple[str, ...]
    answered: tuple[int, ...]
    ballots: tuple[Ballot, ...]

    def decisions(self, rule: Rule, thresholds: Thresholds) -> Iterator[tuple[Ballot, Decision]]:
        """What the votes come to, name by name, of the names that anybody answered."""
        ballots = [ballot for ballot in self.ballots if ballot.answered]
        if self.task.fields:
            for ballot in ballots:
                fields = [vote if isinstance(vote, Fields) else None for vote in ballot.votes]
                yield ballot, decide_fields(fields, self.task.fields, thresholds)
            return
        classes = [_classes(ballot.votes) for ballot in ballots]
        if rule is Rule.MAJORITY:
            for ballot, votes in zip(ballots, classes, strict=True):
                yield ballot, decide_content(votes, thresholds)
            return
        probable = posteriors([[_finest(vote) for vote in votes] for votes in classes])
        for ballot, votes, posterior in zip(ballots, classes, probable, strict=True):
            yield ballot, decide_by_posterior(posterior, votes, thresholds)


def gather(answers: Answers, sample: Sample, task: Task, chosen: Sequence[str] = ()) -> Poll:
    """The votes of a task on a sample.

    Args:
        answers: what was said.
        sample: the names.
        task: what was asked.
        chosen: names of the endpoints that vote; all that answered anything by default.

    Raises:
        PollInvalid: one of the chosen has no answers.
    """
    known = answers.voters(task.name)
    called = _called(known)
    voters = [
        (voter, name)
        for voter, name in zip(known, called, strict=True)
        if not chosen or name in chosen or voter.endpoint in chosen
    ]
    missing = set(chosen) - {name for pair in voters for name in (pair[1], pair[0].endpoint)}
    if missing:
        raise PollInvalid(
            f"{', '.join(sorted(missing))} answered nothing of {task.name};"
            f" who did: {', '.join(called) or 'nobody'}"
        )
    said = [answers.of(voter) for voter, _ in voters]
    ballots = []
    for question in sample.questions:
        told = [by_sample.get(question.sample) for by_sample in said]
        votes = tuple(_vote(task, answer, question.name) for answer in told)
        ballots.append(Ballot(question, votes, tuple(answer is not None for answer in told)))
    return Poll(
        task,
        sample,
        tuple(voter for voter, _ in voters),
        tuple(name for _, name in voters),
        tuple(
            sum(question.sample in by_sample for question in sample.questions) for by_sample in said
        ),
        tuple(ballots),
    )


def adult_names(answers: Answers, sample: Sample) -> frozenset[str]:
    """The ids of names that are flagged as adult: by the sample, or by votes on the content."""
    return frozenset(
        ballot.question.sample
        for ballot in gather(answers, sample, CONTENT).ballots
        if ballot.question.is_adult or is_adult(_classes(ballot.votes))
    )


def _vote(task: Task, answer: Answer | None, name: str) -> Vote | None:
    """What an answer says; nothing if there is none."""
    if answer is None or answer.outcome in SILENT:
        return None
    return read(task, answer.text, name)


def are_alike(votes: Sequence[Vote | None]) -> bool:
    """Whether all voters say the same, each of them something."""
    if not votes or any(vote is None for vote in votes):
        return False
    classes = _classes(votes)
    if all(vote is not None for vote in classes):
        return len({(vote.label, vote.adult) for vote in classes if vote is not None}) == 1
    fields = [vote for vote in votes if isinstance(vote, Fields)]
    names = sorted({name for vote in fields for name in (*vote.values, *vote.untrue)})
    alone = Thresholds(high=1.0, medium=0.99)
    return decide_fields(fields, names, alone).level is not None


def _classes(votes: Sequence[Vote | None]) -> list[Class | None]:
    return [vote if isinstance(vote, Class) else None for vote in votes]


def _finest(vote: Class | None) -> str | None:
    """The class of a vote; of a medium alone, the one that says no more than it."""
    if vote is None:
        return None
    return FALLBACK[vote.medium].value if vote.label in MEDIA else vote.label


def _called(voters: Sequence[Voter]) -> list[str]:
    """What voters are called: their endpoint, with model and prompt where that is not enough."""
    counts = Counter(voter.endpoint for voter in voters)
    return [
        voter.endpoint
        if counts[voter.endpoint] == 1
        else f"{voter.endpoint}/{shown_model(voter.model)}/{voter.prompt}"
        for voter in voters
    ]
