"""Keeps processes alive: starts them, starts again what ended, and stops them together.

It knows nothing of what they do. What a process loses when it is killed is for the process to know:
ours lose nothing, since what they did not acknowledge is delivered again.
"""

import asyncio
import os
import secrets
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from infra.logging import get_logger
from streams.operate.child import STOP_SECONDS

log = get_logger(__name__)

_CHUNK = 64 * 1024
_OUTSIDE = (-signal.SIGKILL, -signal.SIGTERM)
"""Ends that somebody else wanted: a person, or the kernel when memory ran out."""


class GivenUp(Exception):
    """A process cannot be kept alive; the message says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Child:
    """A process to keep alive."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to the environment of the supervisor."""
    optional: bool = False
    """If it cannot be kept alive the others go on."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the supervisor waits for what, in seconds."""

    first_pause: float = 1.0
    """Before the first start after an end; it doubles with each end that follows soon."""
    longest_pause: float = 60.0
    well_after: float = 60.0
    """Who ran for so long is well, and its earlier ends are forgotten."""
    starts: int = 5
    """Starts in a row that may fail before it is given up."""
    stop_within: float = STOP_SECONDS
    """For an orderly stop, before SIGKILL."""


Check = Callable[[], Awaitable[bool]]
"""Asks what the processes need: False if a server is away for now, an exception if they cannot run.
"""

LIFE = "STREAMS_LIFE"
"""In the environment of a child: a name of this start of it alone."""

After = Callable[[str], Awaitable[None]]
"""Is told the `LIFE` of a child that was killed or failed, before it is started again."""

Tell = Callable[[str, str], None]
"""Is told every line that a child wrote, with the child's name."""


def prefixed(name: str, line: str) -> None:
    """Writes a line to standard error, and before it whose it is."""
    sys.stderr.write(f"{name:<8} | {line}\n")


def unchanged(name: str, line: str) -> None:
    """Writes a line to standard error as it came; for lines that programs read."""
    sys.stderr.write(f"{line}\n")


async def _nothing_missing() -> bool:
    return True


async def _nothing_after(life: str) -> None:
    pass


class Supervisor:
    """Keeps children alive until it is told to stop."""

    def __init__(
        self,
        children: Sequence[Child],
        *,
        patience: Patience | None = None,
        check: Check = _nothing_missing,
        after: After = _nothing_after,
        tell: Tell = prefixed,
    ) -> None:
        self._children = children
        self._patience = patience or Patience()
        self._check = check
        self._after = after
        self._tell = tell
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._stopping = asyncio.Event()
        self._hastened = asyncio.Event()

    @property
    def pids(self) -> dict[str, int]:
        """The process ids of the children that run, by name."""
        return {name: process.pid for name, process in self._running.items()}

    def stop(self) -> None:
        """Asks every child to stop; asked again, it kills them."""
        if self._stopping.is_set():
            self._hastened.set()
        self._stopping.set()

    async def run(self) -> None:
        """Keeps all children alive until `stop` is called; none runs when it returns.

        Raises:
            GivenUp: a child that is not optional cannot be kept alive, and all were stopped.
        """
        keepers = [asyncio.create_task(self._keep(child)) for child in self._children]
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            pending: set[asyncio.Task[object]] = {*keepers, stopping}
            while pending and not stopping.done():
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
                if all(keeper.done() for keeper in keepers):
                    return
        finally:
            self._stopping.set()
            await self._end(keepers)
            stopping.cancel()
            await asyncio.gather(*keepers, stopping, return_exceptions=True)

    async def _keep(self, child: Child) -> None:
        short = failed = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            life = secrets.token_hex(8)
            code, last = await self._run_once(child, life)
            seconds = time.monotonic() - began
            if code and not self._stopping.is_set():
                await self._follow(life)
            if self._stopping.is_set():
                return
            short = 1 if seconds >= self._patience.well_after else short + 1
            failed = 0 if seconds >= self._patience.well_after else failed
            is_fit = await self._is_fit(child)
            if is_fit and code not in _OUTSIDE:
                failed += 1
            if failed >= self._patience.starts:
                text = (
                    f"{child.name} ended {failed} times soon after its start,"
                    f" at last with {cause(code)}: {last or 'it wrote nothing'}\n"
                    "what it wrote above says why; mend that and start again"
                )
                if child.optional:
                    log.error("given up, the others go on", child=child.name, why=text)
                    return
                raise GivenUp(text)
            longest = self._patience.longest_pause
            pause = min(self._patience.first_pause * 2 ** min(short - 1, 16), longest)
            log.warning(
                "a process ended and is started again",
                child=child.name,
                by=cause(code),
                after=round(seconds, 1),
                pause=pause,
            )
            await self._sleep(pause)

    async def _follow(self, life: str) -> None:
        """Does what is due after an end. It ends nothing if it fails, and a stop does not wait."""
        due = asyncio.ensure_future(self._after(life))
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({due, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        due.cancel()
        try:
            await due
        except asyncio.CancelledError:
            pass
        except Exception:
            log.exception("what is due after an end failed")

    async def _is_fit(self, child: Child) -> bool:
        """Whether what the processes need is there; what will not come by waiting is the end."""
        try:
            return await self._check()
        except Exception as error:
            raise GivenUp(f"{child.name} cannot run: {error}") from error

    async def _run_once(self, child: Child, life: str) -> tuple[int, str]:
        """Runs a child to its end; returns its exit code and the last line that it wrote."""
        process = await asyncio.create_subprocess_exec(
            *child.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, **child.environment, LIFE: life},
            # A session of its own: Ctrl-C reaches the supervisor alone, which stops them in order.
            start_new_session=True,
        )
        self._running[child.name] = process
        if self._stopping.is_set():  # it was told while this one started
            process.terminate()
        log.info("started", child=child.name, process=process.pid)
        assert process.stdout is not None
        lines = Lines(child.name, self._tell)
        reading = asyncio.create_task(lines.read(process.stdout))
        try:
            code = await process.wait()
        finally:
            self._running.pop(child.name, None)
            # A grandchild may hold the pipe open; what is in it by now is enough.
            await asyncio.wait([reading], timeout=1)
            reading.cancel()
        return code, lines.last

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _end(self, keepers: Sequence[asyncio.Task[None]]) -> None:
        """Stops every child: SIGTERM, a bounded wait that a second request ends, SIGKILL."""
        for process in self._running.values():
            with suppress(ProcessLookupError):
                process.terminate()
        ended = asyncio.create_task(asyncio.wait(keepers))
        hastened = asyncio.create_task(self._hastened.wait())
        await asyncio.wait(
            {ended, hastened},
            timeout=self._patience.stop_within,
            return_when=asyncio.FIRST_COMPLETED,
        )
        hastened.cancel()
        for name, process in self._running.items():
            log.warning("killed; what it had not acknowledged is delivered again", child=name)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        await ended


class Lines:
    """Takes apart what a child writes, and passes it on line by line."""

    def __init__(self, name: str, tell: Tell) -> None:
        self._name = name
        self._tell = tell
        self._open = b""
        self.last = ""

    async def read(self, stream: asyncio.StreamReader) -> None:
        """Reads to the end of the stream."""
        while chunk := await stream.read(_CHUNK):
            *whole, rest = (self._open + chunk).split(b"\n")
            self._open = rest
            for line in whole:
                self._pass(line)
            if len(self._open) > _CHUNK:
                self._pass(self._open)
                self._open = b""
        if self._open:
            self._pass(self._open)

    def _pass(self, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip("\r")
        self.last = text.strip() or self.last
        self._tell(self._name, text)


def cause(code: int) -> str:
    """How a process ended, for people."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
