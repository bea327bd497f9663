"""A supervisor as systemd is one: whatever ends is started again after a pause, until told to stop.

It stands in the tests, because the pipeline must not need a particular one.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.errors import StackError
from infra.local.stack import Stack
from tests.support import Process, eventually

PAUSE = 0.5
"""Seconds between an end and the next start; long enough not to spin when a start fails at once."""


@dataclass
class Command:
    """One of our commands: `python -m …`."""

    name: str
    arguments: list[str]
    environment: dict[str, str]
    logs: Path
    process: Process | None = None
    codes: list[int] = field(default_factory=list)
    """Exit codes of the runs that have ended; -9 is SIGKILL."""

    def start(self) -> None:
        if self.process is not None:
            self.process.close()
        self.process = Process(self.arguments, self.environment, self.logs / f"{self.name}.log")

    def is_alive(self) -> bool:
        return self.process is not None and self.process.popen.poll() is None

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()

    def note_end(self) -> None:
        """Keep the exit code of the run that is over."""
        if self.process is not None and self.process.popen.returncode is not None:
            self.codes.append(self.process.popen.returncode)


@dataclass
class Server:
    """Kafka or Postgres of the local stack."""

    name: str
    stack: Stack

    def start(self) -> None:
        if self.name == "kafka":
            self.stack.start_kafka()
        else:
            self.stack.start_postgres()

    def is_alive(self) -> bool:
        servers = self.stack.brokers if self.name == "kafka" else (self.stack.postgres,)
        return all(server.daemon.process() is not None for server in servers)

    def kill(self) -> None:
        if self.name == "kafka":
            self.stack.kill_kafka()
        else:
            self.stack.kill_postgres()

    def note_end(self) -> None:
        """A server has no exit code that we could read: it is not our child."""


@dataclass
class Watch:
    """What happened to one service under supervision."""

    service: Command | Server
    starts: int = 0
    """Also those that a kill ended before the service was up."""
    kills: int = 0


class Supervisor:
    """Keeps services alive: `async with Supervisor(services) as supervisor`."""

    def __init__(self, services: list[Command | Server]) -> None:
        self.watches = {service.name: Watch(service) for service in services}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def __aenter__(self) -> "Supervisor":
        for name, watch in self.watches.items():
            self._tasks[name] = asyncio.create_task(self._keep(watch))
        return self

    async def __aexit__(self, *exception: object) -> None:
        for name in list(self._tasks):
            await self.release(name)
        for watch in self.watches.values():
            if isinstance(watch.service, Command) and watch.service.process is not None:
                await asyncio.to_thread(watch.service.process.close)

    async def _keep(self, watch: Watch) -> None:
        service = watch.service
        while True:
            if not service.is_alive():
                service.note_end()
                await asyncio.sleep(PAUSE)
                watch.starts += 1
                # A server that is killed while it starts says so; it is started again.
                with suppress(StackError):
                    await asyncio.to_thread(service.start)
            await asyncio.sleep(0.1)

    async def kill(self, name: str, patience: float = 120) -> None:
        """Wait until a service lives, and kill it."""
        watch = self.watches[name]

        async def lives() -> bool:
            return watch.service.is_alive()

        await eventually(lives, within=patience, every=0.05, what=f"{name} to live")
        await asyncio.to_thread(watch.service.kill)
        watch.kills += 1

    async def release(self, name: str) -> None:
        """Supervise a service no longer; it is left as it is."""
        if task := self._tasks.pop(name, None):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def told(self) -> str:
        """A line a service: kills, starts, exit codes."""
        lines = []
        for name, watch in self.watches.items():
            codes = watch.service.codes if isinstance(watch.service, Command) else []
            ended = {code: codes.count(code) for code in sorted(set(codes))}
            lines.append(f"{name}: {watch.kills} kills, {watch.starts} starts, exits {ended}")
        return "\n".join(lines)
