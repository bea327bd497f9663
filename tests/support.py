"""What several tests need: torrents to talk about, and real processes, ended by id."""

import asyncio
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from schemas import (
    Classification,
    Extraction,
    Link,
    Match,
    Method,
    Provenance,
    Source,
    Technical,
    Torrent,
    Verdict,
)

ROOT = Path(__file__).parent.parent
SEEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def torrent(name: str = "Aurora Vale - Paper Lanterns (2011) [FLAC]", **fields: Any) -> Torrent:
    """A torrent with an infohash made from its name."""
    given = {
        "infohash": hashlib.sha1(name.encode("utf-8", "surrogatepass")).hexdigest(),
        "name": name,
        "observed_at": SEEN,
        "provenance": Provenance(source=Source.REPLAY, origin="jsonl", dataset="test.jsonl"),
    }
    return Torrent.repaired(**{**given, **fields})


def classified(
    seen: Torrent, verdict: Verdict, *, revision: int = 1, model: str = "classify@1"
) -> Classification:
    """The result that gives a torrent this verdict."""
    return Classification(
        infohash=seen.infohash,
        revision=revision,
        input_hash=seen.input_hash,
        method=Method.RULES,
        model=model,
        observed_at=seen.observed_at,
        torrent=seen,
        verdict=verdict,
    )


def extracted(seen: Torrent, **fields: Any) -> Extraction:
    """What a stage read of a torrent; `fields` are those of the event that matter to a test."""
    given = {
        "infohash": seen.infohash,
        "revision": 1,
        "input_hash": seen.input_hash,
        "method": Method.RULES,
        "model": "extract@1",
        "observed_at": seen.observed_at,
        "technical": Technical(),
    }
    return Extraction.model_validate({**given, **fields})


def linked(read: Extraction, match: Match, *, revision: int = 1, model: str = "match@1") -> Link:
    """The result that links an extraction so."""
    return Link(
        infohash=read.infohash,
        revision=revision,
        input_hash=read.result_id,
        method=Method.RULES,
        model=model,
        observed_at=read.observed_at,
        extraction_id=read.result_id,
        match=match,
    )


async def eventually(
    check: Callable[[], Awaitable[Any]], *, within: float = 60, every: float = 0.3, what: str = "it"
) -> Any:
    """Await `check()` again and again until it answers something true.

    Fails after `within` seconds.
    """
    deadline = time.monotonic() + within
    while True:
        answer = await check()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(
                f"{what} did not happen within {within} s; last answer: {answer!r}"
            )
        await asyncio.sleep(every)


class Process:
    """One of our own commands as a subprocess, its output in a file."""

    def __init__(self, arguments: list[str], environment: dict[str, str], log: Path) -> None:
        self.log = log
        self._stream = log.open("ab")
        self.popen = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=self._stream,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """SIGKILL, as the kernel would when memory runs out."""
        self.popen.kill()
        self.popen.wait(30)

    def terminate(self, within: float = 60) -> int:
        """SIGTERM, and the exit code; SIGKILL when it does not go."""
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
        return self.wait(within)

    def wait(self, within: float = 60) -> int:
        try:
            return self.popen.wait(within)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait(30)
            raise AssertionError(
                f"{self.popen.args} did not end within {within} s:\n{self.output[-3000:]}"
            ) from None

    def close(self) -> None:
        if self.popen.poll() is None:
            self.popen.kill()
            self.popen.wait(30)
        self._stream.close()


@contextmanager
def running(arguments: list[str], environment: dict[str, str], log: Path) -> Iterator[Process]:
    """A subprocess that does not outlive the block."""
    process = Process(arguments, environment, log)
    try:
        yield process
    finally:
        process.close()


WORKER = ["faust", "-A", "streams", "worker", "-l", "info"]
