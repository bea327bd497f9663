"""A local command as a voter: it reads a question a line and writes an answer a line, both JSON.

    {"task": "content", "name": "...", "files": [["path", 123]], "prompt": "...", "schema": {...}}
    {"class": "album", "adult": false}

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
from typing import IO

from streams.training.labels.endpoint import Endpoint
from streams.training.labels.labeller import Labeller, Question, Reply, TryLater, Unusable
from streams.training.labels.prompt import Prompt
from streams.training.labels.tasks import Task

_LONGEST_LINE = 1 << 20
_END_SECONDS = 5


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
            line = running.exchange(self._line(question), self._seconds)
            if line is None:
                self._end(running)
                raise TryLater(f"the command gave no answer within {self._seconds:g} s, or ended")
            replies.append(Reply(line))
        self._idle.put(running)
        return replies

    def close(self) -> None:
        """Ends the processes."""
        with self._lock:
            self._is_closed = True
            processes = list(self._all)
        for running in processes:
            running.end()

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

    def exchange(self, line: bytes, seconds: float) -> str | None:
        """The answer to a line. Returns None if none came in time, or the process ended."""
        stdin = self._process.stdin
        assert stdin is not None
        deadline = time.monotonic() + seconds
        try:
            stdin.write(line)
            stdin.flush()
            answer = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
        except (OSError, ValueError, queue.Empty):
            return None
        return answer.decode("utf-8", "replace") if answer.endswith(b"\n") else None

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


def make(endpoint: Endpoint, task: Task, prompt: Prompt) -> Labeller:
    """A labeller that runs a command."""
    return Program(endpoint, task, prompt)
