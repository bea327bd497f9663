"""A local command as a voter: it reads a question a line and writes an answer a line, both JSON.

    {"id": "...", "task": "content", "name": "...", "files": [["path", 123]], "prompt": "...",
     "schema": {...}}
    {"id": "...", "class": "album", "adult": false}

An answer repeats the `id` of its question. A line without it, or with that of another question, is
skipped and counted: whatever else a program prints shifts no answer to the next name.

It is started once for each question that is asked at a time, and again when it ends or hangs. Names
reach it through standard input alone, never as arguments.
"""

import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Sequence
from typing import IO, Any

from streams.training.labels.endpoint import Endpoint
from streams.training.labels.labeller import Labeller, Question, Reply, TryLater, Unusable
from streams.training.labels.prompt import Prompt
from streams.training.labels.reading import read
from streams.training.labels.tasks import Task

_ID = "id"
_LONGEST_LINE = 1 << 20
_END_SECONDS = 5
_ENDED_SECONDS = 0.2
"""Within which a process that closed its output has ended."""

_NAME_THE_ID = (
    "the command answers without the id of its question: an answer repeats it,"
    ' {"id": THAT OF THE QUESTION, ...}'
)


class Program:
    """Processes of one command, each with one question at a time."""

    def __init__(self, endpoint: Endpoint, task: Task, prompt: Prompt) -> None:
        self._command = endpoint.command
        self._seconds = endpoint.timeout
        self._task = task
        self._prompt = prompt
        self._idle: queue.SimpleQueue[_Running] = queue.SimpleQueue()
        self._all: list[_Running] = []
        self._lock = threading.Lock()
        self._is_closed = False

    def answer(self, questions: Sequence[Question]) -> Sequence[Reply]:
        """The replies to questions, in order; raises as `Labeller` says."""
        running = self._running()
        replies = []
        for question in questions:
            try:
                replies.append(self._reply(running, question))
            except (TryLater, Unusable):
                self._end(running)
                raise
        self._idle.put(running)
        return replies

    def close(self) -> None:
        """Ends the processes."""
        with self._lock:
            self._is_closed = True
            processes = list(self._all)
        for running in processes:
            running.end()

    def _reply(self, running: "_Running", question: Question) -> Reply:
        """The answer that repeats the question's id, whatever lines come before it."""
        deadline = time.monotonic() + self._seconds
        skipped = 0
        running.write(self._line(question))
        while True:
            line = running.line(deadline - time.monotonic())
            if line is None:
                others = f"; lines that do not repeat its id: {skipped}" if skipped else ""
                raise TryLater(f"{running.silence(self._seconds)}{others}")
            given = _object(line)
            if given is not None and given.pop(_ID, None) == question.sample:
                return Reply(json.dumps(given, ensure_ascii=False), skipped=skipped)
            if read(self._task, line, question.name) is not None:
                raise Unusable(_NAME_THE_ID)
            skipped += 1

    def _running(self) -> "_Running":
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            pass
        with self._lock:
            if self._is_closed:
                raise Unusable("the command was ended")
            try:
                running = _Running(self._command)
            except OSError as error:
                raise Unusable(
                    f"the command {self._command[0]!r} cannot be started: {error.strerror}"
                ) from None
            self._all.append(running)
            return running

    def _end(self, running: "_Running") -> None:
        running.end()
        with self._lock:
            self._all.remove(running)

    def _line(self, question: Question) -> bytes:
        asked = {
            _ID: question.sample,
            "task": self._task.name,
            "name": question.name,
            "files": question.files,
            "prompt": self._prompt.ask(question),
            "schema": self._task.schema,
        }
        return json.dumps(asked).encode() + b"\n"


class _Running:
    """One process of the command."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(os.environ),
        )
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True).start()

    def write(self, line: bytes) -> None:
        """Gives it a line. One that has ended gets nothing, which `line` tells."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except (OSError, ValueError):
            return

    def line(self, seconds: float) -> str | None:
        """Its next line. Returns None if none came in time, or the process ended."""
        try:
            line = self._lines.get(timeout=max(0.0, seconds))
        except queue.Empty:
            return None
        return line.decode("utf-8", "replace") if line else None

    def silence(self, seconds: float) -> str:
        """Why no line came."""
        try:
            code = self._process.wait(_ENDED_SECONDS)
        except subprocess.TimeoutExpired:
            return f"the command gave no answer within {seconds:g} s"
        return f"the command ended without an answer (exit code {code})"

    def end(self) -> None:
        """Ends the process, which may hang."""
        self._process.kill()
        self._process.wait(_END_SECONDS)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # what it was to read is lost with it
                    continue

    def _read(self, stdout: IO[bytes]) -> None:
        """Hands on line by line; an empty one at the end of the process."""
        try:
            while line := stdout.readline(_LONGEST_LINE):
                self._lines.put(line)
        except (OSError, ValueError):  # closed while reading
            pass
        self._lines.put(b"")


def _object(line: str) -> dict[str, Any] | None:
    """The JSON object that a line is."""
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return given if isinstance(given, dict) else None


def make(endpoint: Endpoint, task: Task, prompt: Prompt) -> Labeller:
    """A labeller that runs a command."""
    return Program(endpoint, task, prompt)
