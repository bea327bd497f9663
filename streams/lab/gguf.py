"""The part of the demo that asks the GGUF worker, if there is one.

The worker needs llama.cpp, which may have to be compiled. So that is done beside the rest of the
demo, and the worker is asked when the tables are on the screen. Whatever goes wrong here is told in
a line and changes nothing else: the requests stay in Kafka.
"""

import asyncio
import time
from pathlib import Path

from rich.console import Console

from infra.settings import Settings
from models import registry
from models.extract.llm import llama
from models.fetch import fetch
from streams.lab.processes import Processes, python
from streams.operate.status import look

SETUP_SECONDS = 600
"""Twice what compiling takes on two slow cores that have nothing else to do."""
ANSWER_SECONDS = 240
"""Twice what the sample's requests take on one core."""
_TELL_SECONDS = 30


class LeftOut(Exception):
    """The GGUF worker could not be asked; the message says why."""


class GgufPart:
    """Prepares the GGUF worker, asks it, and says how it went."""

    def __init__(
        self, console: Console, processes: Processes, limit: int | None, setup: str | None
    ) -> None:
        """Take what is needed; nothing is started yet.

        Args:
            console: where to tell.
            processes: who runs the set-up and the worker.
            limit: names to ask; None for all.
            setup: shell command that installs llama.cpp; None if that is not ours to do.
        """
        self._console = console
        self._processes = processes
        self._limit = limit
        self._setup = setup

    def prepare(self) -> None:
        """Start the set-up in the background, at the lowest priority: the demo goes first."""
        if self._setup is not None:
            self._processes.start("llm-setup", ["nice", "-n", "19", "sh", "-c", self._setup])
            self._console.print("  (llama.cpp is made ready in the background, for the last step)")

    def run(self, current: Settings) -> bool:
        """Ask the worker; returns whether it answered, and says so if it did not."""
        try:
            self._await_setup()
            self._bring_weights(current.weights_dir)
            self._answer(current)
        except (LeftOut, registry.WeightsError, OSError) as error:
            waiting = asyncio.run(look(current)).lag["llm"]
            self._console.print(
                f"left out: {error}\n{waiting:,} requests stay queued;"
                " `python -m streams.llm` answers them",
                markup=False,
                highlight=False,
                soft_wrap=True,
            )
            return False
        return True

    def _await_setup(self) -> None:
        if self._setup is None:
            return
        began = told_at = time.monotonic()
        while (code := self._processes.code("llm-setup")) is None:
            now = time.monotonic()
            if now - began > SETUP_SECONDS:
                self._processes.stop("llm-setup")
                raise LeftOut(f"llama.cpp was not ready after {SETUP_SECONDS} s more")
            if now - told_at > _TELL_SECONDS or told_at == began:
                told_at = now
                self._console.print(
                    f"  llama.cpp is still being compiled ({now - began:.0f} s of at most"
                    f" {SETUP_SECONDS}); Ctrl-C leaves it out",
                    highlight=False,
                    soft_wrap=True,
                )
            time.sleep(0.5)
        if code != 0:
            lines = self._processes.tail("llm-setup").strip().splitlines()
            raise LeftOut(lines[-1] if lines else f"its set-up ended with exit code {code}")

    def _bring_weights(self, weights: Path) -> None:
        manifest = registry.load("smollm2")
        fetch(manifest, weights, lambda text: self._console.print(f"  {text}"))
        base = registry.file_path(manifest, "q8_0", weights)
        llama.require(weights, base, registry.file_path(manifest, "adapter", weights))

    def _answer(self, current: Settings) -> None:
        limit = [] if self._limit is None else ["--limit", str(self._limit)]
        self._processes.start("llm", python("-m", "streams.llm", *limit))
        began = told_at = time.monotonic()
        while True:
            code = self._processes.code("llm")
            if code not in (None, 0):
                log = self._processes.log("llm")
                raise LeftOut(f"its process ended with exit code {code}; see {log}")
            now = asyncio.run(look(current))
            waiting = now.lag["llm"]
            if now.drained and (waiting == 0 or code == 0):
                return
            if time.monotonic() - began > ANSWER_SECONDS:
                self._console.print(f"  {waiting:,} names are left for another time")
                return
            if time.monotonic() - told_at > 5:
                told_at = time.monotonic()
                self._console.print(f"  waiting: {waiting:,} names", highlight=False)
            time.sleep(1)
