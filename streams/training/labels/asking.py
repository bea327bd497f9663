"""Asks endpoints about names: each with threads of its own, none waiting for another.

An answer is kept before its thread asks the next question. What an endpoint fails to answer goes to
the end of its row and is asked again; an endpoint that stays silent is given up, and the others
finish. A name that it refuses, while it answers others, is kept as refused and not asked again.
"""

import random
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from streams.training.labels.answers import Answer, Answers, Outcome, Voter
from streams.training.labels.breaker import FIRST_WAIT, LONGEST_WAIT, Breaker
from streams.training.labels.counts import Counts
from streams.training.labels.endpoint import Endpoint
from streams.training.labels.labeller import (
    Labeller,
    Question,
    Refused,
    Reply,
    TryLater,
    Unusable,
)
from streams.training.labels.reading import read
from streams.training.labels.tasks import Task

PATIENCE = 120.0
"""Seconds for which an endpoint may fail to answer before it is given up."""

COMPLAINTS = 5
"""Different reasons for no answer that are told of an endpoint."""

MOST_IN_VAIN = 8
"""Questions that a server may refuse or cut before it is given up, if it has answered none."""

MOST_REFUSED = 50
"""Questions that a server may refuse in a row, whatever it has answered before them."""

TICK = 0.2
_LAST_WORDS = 2.0
"""Seconds that questions in flight have to come back when the command is stopped."""

CUT = "the server read only a part of the question: give it a longer context"


@dataclass(slots=True)
class _Waiting:
    """A question in the row, and how often it was asked in vain."""

    question: Question
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked what, and where the answers go; `again`: what is asked though it is known."""

    endpoint: Endpoint
    voter: Voter
    labeller: Labeller
    answers: Answers
    task: Task
    patience: float = PATIENCE
    again: Collection[Outcome] = ()


@dataclass(slots=True)
class Run:
    """One endpoint at work.

    Attributes:
        asked: who is asked.
        counts: how far it is.
        stop: set when all is to end.
        given_up: why it is not asked any more; None while it is.
        fault: what kept answers from being kept.
        complaints: why questions were not answered; of many reasons the first.
    """

    asked: Asked
    counts: Counts
    stop: threading.Event
    given_up: str | None = None
    fault: sqlite3.Error | None = None
    complaints: list[str] = field(default_factory=list)
    _row: deque[_Waiting] = field(default_factory=deque)
    _refusals: list[Answer] = field(default_factory=list)
    _in_flight: int = 0
    _breaker: Breaker = field(default_factory=lambda: Breaker(PATIENCE))
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _threads: list[threading.Thread] = field(default_factory=list)

    @classmethod
    def of(cls, asked: Asked, questions: Sequence[Question], stop: threading.Event) -> "Run":
        """A run over the questions that have no answer yet."""
        outcomes = asked.answers.outcomes(asked.voter)
        known = {name: said for name, said in outcomes.items() if said not in asked.again}
        row = deque(_Waiting(question) for question in questions if question.sample not in known)
        told = [known[question.sample] for question in questions if question.sample in known]
        refused = told.count(Outcome.REFUSED)
        run = cls(asked, Counts(len(questions), len(told) - refused, refused), stop)
        run._row = row
        run._breaker = Breaker(asked.patience)
        return run

    @property
    def is_alive(self) -> bool:
        """Whether it is still at work."""
        return any(thread.is_alive() for thread in self._threads)

    def start(self) -> None:
        """Starts its threads; they end with the process."""
        workers = min(self.asked.endpoint.workers, len(self._row))
        self._threads = [
            threading.Thread(target=self._work, name=self.asked.voter.endpoint, daemon=True)
            for _ in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def _work(self) -> None:
        while batch := self._next():
            try:
                wait = self._ask(batch)
            finally:
                with self._changed:
                    self._in_flight -= len(batch)
                    self._changed.notify_all()
            if wait:
                self.stop.wait(wait)

    def _next(self) -> list[_Waiting]:
        """The next questions, when they may be asked. Returns none at the end."""
        with self._changed:
            while not self.stop.is_set() and self.given_up is None:
                if not self._row and not self._in_flight:
                    return []
                wait = self._breaker.wait(time.monotonic()) if self._row else TICK
                if wait <= 0:
                    size = 1 if self._breaker.is_open else self.asked.endpoint.batch
                    batch = [self._row.popleft() for _ in range(min(size, len(self._row)))]
                    self._breaker.began(time.monotonic())
                    self._in_flight += len(batch)
                    return batch
                self._changed.wait(min(wait, TICK))
            return []

    def _ask(self, batch: list[_Waiting]) -> float:
        """Asks; returns the seconds that the thread is to wait before it goes on."""
        began = time.monotonic()
        questions = [waiting.question for waiting in batch]
        try:
            replies = self.asked.labeller.answer(questions)
        except TryLater as error:
            return self._later(batch, error)
        except Refused as error:
            self._refused(batch, str(error))
        except Unusable as error:
            self._give_up(batch, str(error))
        except Exception as error:  # whatever a labeller of one's own may raise
            self._give_up(batch, f"the labeller itself failed ({type(error).__name__})")
        else:
            self._keep(questions, replies, time.monotonic() - began)
        return 0.0

    def _later(self, batch: list[_Waiting], error: TryLater) -> float:
        with self._changed:
            self._complain(str(error))
            if self._breaker.failed(time.monotonic(), error.after):
                self.given_up = str(error)
            for waiting in batch:
                # Who asks us to wait says nothing about the question.
                waiting.attempts += error.after is None
            out = [w for w in batch if w.attempts > self.asked.endpoint.retries]
            again = [w for w in batch if w.attempts <= self.asked.endpoint.retries]
            self._row.extend(again)
            self.counts.retried += len(again)
            attempt = max(waiting.attempts for waiting in batch)
        if out:
            self._failed([waiting.question.sample for waiting in out], str(error))
        if error.after is not None:
            return 0.0
        longest = min(FIRST_WAIT * 2.0 ** min(attempt - 1, 10), LONGEST_WAIT)
        return random.uniform(longest / 2, longest)  # noqa: S311 (threads apart, no secret)

    def _refused(self, batch: list[_Waiting], reason: str) -> None:
        with self._changed:
            self._breaker.succeeded(time.monotonic())
        if len(batch) == 1:
            self._refusal(batch[0].question, reason)
            return
        # One of many is at fault: each is asked for itself.
        for waiting in batch:
            self._ask([waiting])

    def _give_up(self, batch: list[_Waiting], reason: str) -> None:
        with self._changed:
            self.given_up = self.given_up or reason
            self._row.extend(batch)

    def _refusal(self, question: Question, reason: str) -> None:
        """Takes note of a refusal. Only an answer behind it tells that it is about the name."""
        with self._changed:
            self._complain(reason)
            refusal = Answer(question.sample, Outcome.REFUSED, reason, 0.0, time.time())
            self._refusals.append(refusal)
            most = MOST_REFUSED if self.counts.answered else MOST_IN_VAIN
            if len(self._refusals) >= most:
                self.given_up = self.given_up or reason

    def _keep_refusals(self) -> None:
        with self._changed:
            refusals = self._refusals
            self._refusals = []
        self._stored(lambda: self.asked.answers.put(self.asked.voter, refusals))
        with self._changed:
            self.counts.refused += len(refusals)

    def finish(self) -> None:
        """Keeps the last refusals: of who answered others as such, else as asked in vain."""
        outcomes = self.asked.answers.outcomes(self.asked.voter).values()
        if self.given_up is None and any(said is not Outcome.REFUSED for said in outcomes):
            self._keep_refusals()
        for refusal in self._refusals:
            self._failed([refusal.sample], refusal.text)
        self._refusals = []

    def _failed(self, samples: Sequence[str], reason: str) -> None:
        self._stored(lambda: self.asked.answers.fail(self.asked.voter, samples, reason))
        with self._changed:
            self.counts.failed += len(samples)

    def _keep(self, questions: list[Question], replies: Sequence[Reply], seconds: float) -> None:
        if len(replies) != len(questions):
            self._give_up([], "the labeller gave another number of replies than questions")
            return
        with self._changed:
            self._breaker.succeeded(time.monotonic())
        cut = [q for q, reply in zip(questions, replies, strict=True) if reply.truncated]
        if cut:
            self._in_vain(cut, CUT)
        whole = [
            self._answer(question, reply, seconds / len(questions))
            for question, reply in zip(questions, replies, strict=True)
            if not reply.truncated
        ]
        self._stored(lambda: self.asked.answers.put(self.asked.voter, whole))
        with self._changed:
            self.counts.answered += len(whole)
            self.counts.unparsed += sum(answer.outcome is Outcome.UNPARSED for answer in whole)
            self.counts.cut += sum(answer.outcome is Outcome.CUT for answer in whole)
            self.counts.skipped += sum(reply.skipped for reply in replies)
        if whole and self._refusals:
            self._keep_refusals()

    def _complain(self, reason: str) -> None:
        if reason not in self.complaints and len(self.complaints) < COMPLAINTS:
            self.complaints.append(reason)

    def _in_vain(self, questions: Sequence[Question], reason: str) -> None:
        """Takes note of names without an answer; who has answered none of many is given up."""
        self._failed([question.sample for question in questions], reason)
        with self._changed:
            self._complain(reason)
            if not self.counts.answered and self.counts.failed >= MOST_IN_VAIN:
                self.given_up = reason

    def _answer(self, question: Question, reply: Reply, seconds: float) -> Answer:
        said = read(self.asked.task, reply.text, question.name)
        outcome = Outcome.PARSED
        if said is None:
            outcome = Outcome.CUT if reply.is_cut else Outcome.UNPARSED
        return Answer(question.sample, outcome, reply.text, seconds, time.time())

    def _stored(self, store: Callable[[], None]) -> None:
        """Stores something; a full disk ends all, since it would be asked again and again."""
        try:
            store()
        except sqlite3.Error as error:
            self.fault = error
            self.stop.set()


def run_all(runs: Iterable[Run], stop: threading.Event, tick: Callable[[], None]) -> None:
    """Asks until all are at their end.

    Args:
        runs: the endpoints.
        stop: ends it all.
        tick: called again and again in this thread meanwhile.

    Raises:
        KeyboardInterrupt: as it came; answers in flight had a moment to come back.
        sqlite3.Error: answers cannot be kept.
    """
    working = list(runs)
    for run in working:
        run.start()
    try:
        while any(run.is_alive for run in working):
            time.sleep(TICK)
            tick()
    finally:
        stop.set()
        deadline = time.monotonic() + _LAST_WORDS
        while any(run.is_alive for run in working) and time.monotonic() < deadline:
            time.sleep(TICK / 10)
        for run in working:
            run.finish()
        tick()
    for run in working:
        if run.fault is not None:
            raise run.fault
