"""One run of asking: endpoints are looked at, asked, and their shares told."""

import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from streams.training.labels.answers import Answers, Outcome, Voter
from streams.training.labels.asking import PATIENCE, Asked, Run, run_all
from streams.training.labels.endpoint import Endpoint, Kind
from streams.training.labels.labeller import Labeller, Question, Unusable
from streams.training.labels.probe import settled
from streams.training.labels.prompt import Prompt, load
from streams.training.labels.tasks import Task

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be asked.

    Attributes:
        task: what of each name.
        questions: the names.
        answers: where answers go.
        patience: seconds for which an endpoint may be silent; None takes its own timeout, if that
            is longer than is usual.
        again: outcomes that are asked again.
    """

    task: Task
    questions: Sequence[Question]
    answers: Answers
    patience: float | None = None
    again: Collection[Outcome] = ()

    def patience_with(self, endpoint: Endpoint) -> float:
        """Seconds for which an endpoint may be silent."""
        return max(PATIENCE, endpoint.timeout) if self.patience is None else self.patience


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the names an endpoint has answered.

    Attributes:
        name: of the endpoint.
        wanted: names.
        answered: of them, now and before.
        refused: names that it answers never.
        unparsed: of those of this run.
        cut: of those of this run.
        failed: names that it was asked in vain.
        skipped: lines of a command that answer nothing.
        given_up: why it is not asked any more; None if it went to the end.
    """

    name: str
    wanted: int
    answered: int
    refused: int = 0
    unparsed: int = 0
    cut: int = 0
    failed: int = 0
    skipped: int = 0
    given_up: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it answered everything, but for what it answers never."""
        return self.answered + self.refused >= self.wanted

    @property
    def told(self) -> str:
        """In one line."""
        share = self.answered / self.wanted if self.wanted else 1.0
        line = f"{self.name}: {self.answered:,} of {self.wanted:,} answered ({share:.1%})"
        if self.refused:
            line += f", {self.refused:,} refused for good (--retry refused asks them again)"
        if self.unparsed:
            line += f", {self.unparsed:,} of this run unparsed"
        if self.cut:
            line += f", {self.cut:,} of this run cut off (--stats says what to do)"
        if self.skipped:
            line += f", {self.skipped:,} lines skipped that answer no question"
        if self.failed:
            line += f", {self.failed:,} asked in vain"
        return line + (f"; given up: {self.given_up}" if self.given_up else "")


@dataclass(frozen=True, slots=True)
class _Ready:
    """An endpoint that can be asked, or why it cannot."""

    endpoint: Endpoint
    prompt: Prompt
    labeller: Labeller | None
    reason: str | None = None


class Session:
    """Endpoints that are ready to be asked, with their labellers."""

    def __init__(self, job: Job, endpoints: Sequence[Endpoint], say: Say) -> None:
        """Looks at all endpoints at a time.

        Raises:
            streams.training.labels.prompt.PromptInvalid: an endpoint's prompt cannot be used.
            ModuleNotFoundError: a kind of endpoint needs a package that is not here.
        """
        prompts = [load(job.task, endpoint.prompt) for endpoint in endpoints]
        with ThreadPoolExecutor(max(1, len(endpoints))) as pool:
            making = [
                pool.submit(_ready, job, endpoint, prompt, say)
                for endpoint, prompt in zip(endpoints, prompts, strict=True)
            ]
            self._ready = [future.result() for future in making]
        self._job = job
        self.stop = threading.Event()
        self.runs = [
            Run.of(self._asked(ready, ready.labeller), job.questions, self.stop)
            for ready in self._ready
            if ready.labeller is not None
        ]

    def ask(self, tick: Callable[[], None]) -> None:
        """Asks until all are at their end; raises as `run_all`."""
        try:
            run_all(self.runs, self.stop, tick)
        finally:
            for run in self.runs:
                run.asked.labeller.close()

    def shares(self) -> list[Share]:
        """How much each endpoint has answered, those that could not be asked among them."""
        silent = [self._silent(ready) for ready in self._ready if ready.labeller is None]
        return silent + [
            Share(
                run.asked.voter.endpoint,
                run.counts.wanted,
                run.counts.before + run.counts.answered,
                run.counts.refused,
                run.counts.unparsed,
                run.counts.cut,
                run.counts.failed,
                run.counts.skipped,
                run.given_up,
            )
            for run in self.runs
        ]

    def _silent(self, ready: _Ready) -> Share:
        """The share of an endpoint that cannot be asked now: what it answered before is there."""
        endpoint = ready.endpoint
        wanted = {question.sample for question in self._job.questions}
        before = [
            [said for name, said in self._job.answers.outcomes(voter).items() if name in wanted]
            for voter in self._job.answers.voters(self._job.task.name)
            if (voter.endpoint, voter.prompt) == (endpoint.name, ready.prompt.version)
            and endpoint.model in (None, voter.model)
        ]
        known = max(before, key=len, default=[])
        refused = known.count(Outcome.REFUSED)
        given_up = ready.reason if len(known) < len(wanted) else None
        answered = len(known) - refused
        return Share(endpoint.name, len(wanted), answered, refused, given_up=given_up)

    def _asked(self, ready: _Ready, labeller: Labeller) -> Asked:
        endpoint = ready.endpoint
        model = endpoint.model or endpoint.name
        voter = Voter(endpoint.name, model, ready.prompt.version, self._job.task.name)
        patience = self._job.patience_with(endpoint)
        return Asked(
            *(endpoint, voter, labeller, self._job.answers, self._job.task),
            patience=patience,
            again=self._job.again,
        )


def _ready(job: Job, endpoint: Endpoint, prompt: Prompt, say: Say) -> _Ready:
    patience = job.patience_with(endpoint)
    # One question must not outlast the patience that it is to be held against.
    within = endpoint.model_copy(update={"timeout": min(endpoint.timeout, patience)})
    try:
        known = settled(within, patience, lambda text: say(f"{endpoint.name}: {text}"))
        return _Ready(known, prompt, _labeller(known, job.task, prompt))
    except Unusable as error:
        return _Ready(endpoint, prompt, None, str(error))


def _labeller(endpoint: Endpoint, task: Task, prompt: Prompt) -> Labeller:
    """A labeller of the endpoint's kind; only what it needs is imported."""
    if endpoint.kind is Kind.COMMAND:
        from streams.training.labels.program import make as make_program

        return make_program(endpoint, task, prompt)
    if endpoint.kind is Kind.GLINER:
        from streams.training.labels.gliner import make as make_classifier

        return make_classifier(endpoint, task)
    from streams.training.labels.servers import make as make_asker

    return make_asker(endpoint, task, prompt)
