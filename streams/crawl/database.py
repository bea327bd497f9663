"""One SQLite file, and the one thread that touches it.

The event loop measures how long peers take, so nothing on it may wait for a disk. Pieces of work
are queued; the thread takes all that wait at once and runs them in one transaction. The more there
is to do, the more share a commit.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

Answer = TypeVar("Answer")
Work = Callable[[sqlite3.Connection], Answer]

_IN_ONE_TRANSACTION = 1_000
"""Pieces of work at most: a transaction of as many takes some ten milliseconds."""


class StateUnusable(Exception):
    """The state cannot be read or written; the message says which file and what to do."""


class Database:
    """The file and its thread.

    Raises:
        sqlite3.DatabaseError: the file is damaged.
        sqlite3.OperationalError: it cannot be opened or written.
    """

    def __init__(self, path: Path, schema: str) -> None:
        self.path = path
        self._waiting: deque[tuple[Work[Any], Future[Any]]] = deque()
        self._failure: StateUnusable | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="crawl-state")
        try:
            connection, is_new = self._thread.submit(_opened, path, schema).result()
        except BaseException:
            self._thread.shutdown()
            raise
        self._connection = connection
        self.is_new = is_new
        """Whether the file has only just been begun."""

    async def run(self, work: Work[Answer]) -> Answer:
        """Run work in the thread; returns when its transaction is committed.

        Work that was queued is done even when the caller is cancelled: what it writes has happened.

        Raises:
            StateUnusable: SQLite failed.
        """
        return await asyncio.shield(asyncio.wrap_future(self.queue(work)))

    def queue(self, work: Work[Answer]) -> Future[Answer]:
        """Have work done after what was queued before it, without waiting for it."""
        answer: Future[Answer] = Future()
        self._waiting.append((work, answer))
        self._thread.submit(self._transaction)
        return answer

    async def run_alone(self, work: Work[Answer]) -> Answer:
        """Run work in the thread, outside of any transaction.

        Raises:
            StateUnusable: SQLite failed, now or before.
        """
        return await asyncio.shield(asyncio.wrap_future(self._thread.submit(self._alone, work)))

    def close(self) -> None:
        """Do what is queued, then close the file."""
        self._thread.submit(self._connection.close)
        self._thread.shutdown(wait=True)

    def _alone(self, work: Work[Answer]) -> Answer:
        self._transaction()
        if self._failure is not None:
            raise self._failure
        try:
            return work(self._connection)
        except (sqlite3.Error, OSError) as error:
            raise self._named(error) from error

    def _transaction(self) -> None:
        """In the thread: all work that waits, in one transaction."""
        done: list[tuple[Future[Any], Any]] = []
        failed: list[tuple[Future[Any], BaseException]] = []
        connection = self._connection
        if not self._waiting:
            return
        try:
            connection.execute("BEGIN")
            while self._waiting and len(done) + len(failed) < _IN_ONE_TRANSACTION:
                work, answer = self._waiting.popleft()
                connection.execute("SAVEPOINT work")
                try:
                    done.append((answer, work(connection)))
                except Exception as error:
                    failed.append((answer, self._named(error)))
                    connection.execute("ROLLBACK TO work")
                connection.execute("RELEASE work")
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            failed += [(answer, self._named(error)) for answer, _ in done]
            done = []
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        # Only now: whoever is told that something is written may rely on it.
        for answer, value in done:
            answer.set_result(value)
        for answer, failure in failed:
            answer.set_exception(failure)

    def _named(self, error: Exception) -> Exception:
        if not isinstance(error, sqlite3.Error | OSError):
            return error
        self._failure = StateUnusable(
            f"{self.path}: {error}; see that the disk has room and the folder may be written."
            " A damaged file is set aside at the next start"
        )
        return self._failure


def _opened(path: Path, schema: str) -> tuple[sqlite3.Connection, bool]:
    """The connection, and whether the file has only just been begun."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # WAL with NORMAL survives the death of the process at any moment. A power cut may cost the
        # transactions since the last checkpoint, but leaves the file whole.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        complaint = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if complaint != "ok":
            raise sqlite3.DatabaseError(complaint)
        is_new = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        connection.executescript(schema)
    except BaseException:
        connection.close()
        raise
    return connection, is_new
