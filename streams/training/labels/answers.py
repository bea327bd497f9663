"""What was answered, in SQLite: each answer is kept the moment that it comes.

The primary key is (sample, endpoint, model, prompt version): an answer that is there is never asked
for again, and a new model or prompt adds rows. A process that is killed loses the questions that
were in flight, whose answers nobody has seen.
"""

import fcntl
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from streams.training.labels.reading import LONGEST

FILE = "answers.sqlite"
"""The file in the folder of a sample."""

VERSION = 1
"""Of the tables."""

_TABLES = """
CREATE TABLE answers (
  sample TEXT NOT NULL, endpoint TEXT NOT NULL, model TEXT NOT NULL, prompt TEXT NOT NULL,
  task TEXT NOT NULL, outcome TEXT NOT NULL, text TEXT NOT NULL,
  seconds REAL NOT NULL, ended REAL NOT NULL,
  PRIMARY KEY (sample, endpoint, model, prompt)
) WITHOUT ROWID;
CREATE TABLE failures (
  sample TEXT NOT NULL, endpoint TEXT NOT NULL, model TEXT NOT NULL, prompt TEXT NOT NULL,
  task TEXT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (sample, endpoint, model, prompt)
) WITHOUT ROWID;
"""

_PUT = """
INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (sample, endpoint, model, prompt) DO UPDATE SET outcome = excluded.outcome,
  text = excluded.text, seconds = excluded.seconds, ended = excluded.ended
WHERE answers.outcome IN ('refused', 'cut')
"""
_FAILED = "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?, ?)"
_NO_LONGER = "DELETE FROM failures WHERE (sample, endpoint, model, prompt) = (?, ?, ?, ?)"
_OUTCOMES = "SELECT sample, outcome FROM answers WHERE (endpoint, model, prompt) = (?, ?, ?)"
_VOTERS = (
    "SELECT DISTINCT endpoint, model, prompt, task FROM answers WHERE task = ? ORDER BY 1, 2, 3"
)
_OF_VOTER = (
    "SELECT sample, outcome, text, seconds, ended FROM answers"
    " WHERE (endpoint, model, prompt) = (?, ?, ?)"
)
_FAILURES = "SELECT COUNT(*) FROM failures WHERE (endpoint, model, prompt) = (?, ?, ?)"


class AnswersUnusable(Exception):
    """The file of answers cannot be used. The message says why."""


class Outcome(StrEnum):
    """Whether an answer says anything."""

    PARSED = "parsed"
    UNPARSED = "unparsed"
    CUT = "cut"
    """It ended at the most tokens that it may have, and says nothing so."""
    REFUSED = "refused"
    """The server answers this name never; the text says why."""


SILENT = (Outcome.CUT, Outcome.REFUSED)
"""What is asked again where one says so; an answer that comes then takes its place."""


@dataclass(frozen=True, slots=True, order=True)
class Voter:
    """Who answers: an endpoint with its model and prompt."""

    endpoint: str
    model: str
    prompt: str
    task: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a voter said about a name.

    Attributes:
        sample: the id of the name.
        outcome: whether it says anything.
        text: as it came, or why it was refused; at most `reading.LONGEST` characters.
        seconds: how long it took.
        ended: when it came, in seconds of the epoch.
    """

    sample: str
    outcome: Outcome
    text: str
    seconds: float
    ended: float


class Answers:
    """The answers about one sample. Several threads may use it; one process asks at a time."""

    def __init__(self, path: Path) -> None:
        """Opens the file and makes it where it is missing.

        Raises:
            AnswersUnusable: it is no such file, or cannot be written.
        """
        self._path = path
        self._lock = threading.Lock()
        try:
            self._database = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False, timeout=30
            )
            self._begin()
        except sqlite3.Error as error:
            raise AnswersUnusable(f"{path} cannot be used as answers: {error}") from None

    def _begin(self) -> None:
        self._database.execute("PRAGMA journal_mode = WAL")
        # A killed process loses nothing so; a power failure at most the last moments.
        self._database.execute("PRAGMA synchronous = NORMAL")
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        if version == 0:
            self._database.executescript(
                f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {VERSION}; COMMIT;"
            )
        elif version != VERSION:
            raise AnswersUnusable(f"{self._path} was written by another version of this command")

    @contextmanager
    def asking(self) -> Iterator[None]:
        """A time in which no other process asks.

        Raises:
            AnswersUnusable: another one does.
        """
        with self._path.with_suffix(".lock").open("a") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                folder = self._path.parent
                raise AnswersUnusable(
                    f"another process is labelling {folder}: wait for its end, or stop it"
                ) from None
            yield

    def put(self, voter: Voter, answers: Iterable[Answer]) -> None:
        """Keeps answers. One that is there already stays, but for a `SILENT` one."""
        rows = [
            (
                *(answer.sample, voter.endpoint, voter.model, voter.prompt, voter.task),
                *(answer.outcome, _storable(answer.text), answer.seconds, answer.ended),
            )
            for answer in answers
        ]
        with self._transaction() as database:
            database.executemany(_PUT, rows)
            database.executemany(_NO_LONGER, [row[:4] for row in rows])

    def fail(self, voter: Voter, samples: Iterable[str], reason: str) -> None:
        """Keeps that names were not answered, and why. They are asked again next time."""
        rows = [
            (sample, voter.endpoint, voter.model, voter.prompt, voter.task, _storable(reason))
            for sample in samples
        ]
        with self._transaction() as database:
            database.executemany(_FAILED, rows)

    def voters(self, task: str) -> list[Voter]:
        """Who answered anything of a task, in the order of their names."""
        with self._lock:
            return [Voter(*row) for row in self._database.execute(_VOTERS, (task,))]

    def outcomes(self, voter: Voter) -> dict[str, Outcome]:
        """What came of the names that a voter was asked, by their ids; failures are not here."""
        with self._lock:
            rows = self._database.execute(_OUTCOMES, _key(voter)).fetchall()
        return {sample: Outcome(outcome) for sample, outcome in rows}

    def of(self, voter: Voter) -> dict[str, Answer]:
        """All answers of a voter, by the id of the name."""
        with self._lock:
            rows = self._database.execute(_OF_VOTER, _key(voter)).fetchall()
        return {
            sample: Answer(sample, Outcome(outcome), text, seconds, ended)
            for sample, outcome, text, seconds, ended in rows
        }

    def failures(self, voter: Voter) -> int:
        """How many names a voter failed to answer and has not answered since."""
        with self._lock:
            count: int = self._database.execute(_FAILURES, _key(voter)).fetchone()[0]
        return count

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._database.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")


def _key(voter: Voter) -> tuple[str, str, str]:
    return voter.endpoint, voter.model, voter.prompt


def _storable(text: str) -> str:
    """Text that SQLite can hold: no halves of characters, no zero byte, not too long."""
    return text[:LONGEST].encode("utf-8", "replace").decode().replace("\0", " ")
