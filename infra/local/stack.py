"""The local stack as a library: `up(home)` gives a `Stack`, which ends with `.down()`.

The command line, the fixture of the tests and `make demo` are made of this.
"""

import shutil
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from infra.local import kafka as kafka_server
from infra.local import postgres as postgres_server
from infra.local.errors import PortTakenError, StackError
from infra.local.kafka import Kafka
from infra.local.layout import Layout
from infra.local.ports import LOOPBACK, is_free, pick
from infra.local.postgres import Postgres
from infra.local.process import clean_environment

OnEvent = Callable[[str], None]
"""Told in a sentence what happens, from several threads."""


@dataclass(frozen=True)
class Service:
    """What `status` knows of one server.

    `rss` is in bytes, `uptime` in seconds; both are None when it does not run.
    """

    name: str
    running: bool
    healthy: bool
    address: str
    pid: int | None
    uptime: float | None
    rss: int | None
    log: Path


@dataclass(frozen=True)
class Stack:
    """The stack of one home."""

    home: Path
    on_event: OnEvent = field(default=lambda _: None, compare=False, repr=False)

    @property
    def kafka_bootstrap(self) -> str:
        """`host:port` of the broker."""
        return f"{LOOPBACK}:{self._port('kafka')}"

    @property
    def postgres_dsn(self) -> str:
        """Connection URI of the owner of the database, with the password."""
        return self.postgres.dsn(self._port("postgres"))

    @property
    def environment(self) -> dict[str, str]:
        """The settings that point every command at this stack."""
        return {
            "STREAMS_KAFKA_BOOTSTRAP": self.kafka_bootstrap,
            "STREAMS_POSTGRES_DSN": self.postgres_dsn,
        }

    @property
    def layout(self) -> Layout:
        """Where everything of this stack is."""
        return Layout(self.home)

    @property
    def kafka(self) -> Kafka:
        """The broker."""
        return Kafka(
            self.layout.data / "kafka",
            self.layout.logs,
            lambda text: self.on_event(f"Kafka: {text}"),
        )

    @property
    def postgres(self) -> Postgres:
        """The database server."""
        return Postgres(
            self.layout.data / "postgres",
            self.layout.logs,
            lambda text: self.on_event(f"Postgres: {text}"),
        )

    def start_kafka(self, cancelled: Event | None = None) -> None:
        """Start the broker on its port of before; nothing when it runs."""
        self._start_kafka(cancelled or Event())

    def stop_kafka(self) -> None:
        """Stop the broker cleanly; the data and the port stay."""
        self.kafka.stop()

    def kill_kafka(self) -> None:
        """SIGKILL the broker, as a crash would."""
        self.kafka.daemon.kill()

    def start_postgres(self, cancelled: Event | None = None) -> None:
        """Start the server on its port of before; nothing when it runs."""
        self._start_postgres(cancelled or Event())

    def stop_postgres(self) -> None:
        """Stop the server cleanly (sessions are ended); the data and the port stay."""
        self.postgres.stop()

    def kill_postgres(self) -> None:
        """SIGKILL the server, as a crash would."""
        self.postgres.daemon.kill()

    def down(self) -> None:
        """Stop both and remove `stack.env`; nothing when they are down. The data stay.

        Raises:
            StackError: a server outlived SIGKILL, or another command is busy with this stack.
        """
        if not self.layout.data.exists():
            return
        with self.layout.locked():
            self.layout.stack_env.unlink(missing_ok=True)
            _both(self._stop_one(self.kafka), self._stop_one(self.postgres))

    def services(self) -> list[Service]:
        """The state of both servers, now."""
        ports = self.layout.ports()
        return [
            self._service(self.kafka, ports.get("kafka"), kafka_server.answers),
            self._service(self.postgres, ports.get("postgres"), _postgres_answers),
        ]

    def _start_kafka(self, cancelled: Event) -> None:
        kafka, ports = self.kafka, self.layout.ports()
        if process := kafka.daemon.process():
            kafka.on_event(f"was running on {self.kafka_bootstrap} (process {process.pid})")
        else:
            kafka.start(ports["kafka"], ports["controller"], cancelled)

    def _start_postgres(self, cancelled: Event) -> None:
        postgres = self.postgres
        if process := postgres.daemon.process():
            postgres.on_event(
                f"was running on {LOOPBACK}:{self._port('postgres')} (process {process.pid})"
            )
        else:
            postgres.start(self._port("postgres"), cancelled)

    def _stop_one(self, server: Kafka | Postgres) -> Callable[[], None]:
        def stop() -> None:
            process = server.daemon.process()
            began = time.monotonic()
            server.stop()
            server.on_event(
                "was not running"
                if process is None
                else f"stopped in {time.monotonic() - began:.1f} s"
            )

        return stop

    def _service(
        self, server: Kafka | Postgres, port: int | None, answers: Callable[[int], bool]
    ) -> Service:
        process = server.daemon.process()
        running = process is not None
        return Service(
            name=server.name,
            running=running,
            healthy=running and port is not None and answers(port),
            address=f"{LOOPBACK}:{port}" if port else "",
            pid=process.pid if process else None,
            uptime=time.time() - process.create_time() if process else None,
            rss=sum(
                member.memory_info().rss for member in [process, *process.children(recursive=True)]
            )
            if process
            else None,
            log=server.daemon.log,
        )

    def _port(self, name: str) -> int:
        try:
            return self.layout.ports()[name]
        except KeyError:
            raise StackError(
                f"there is no stack in {self.home} yet; start one: python -m infra.local up"
            ) from None


def at(home: Path, *, on_event: OnEvent | None = None) -> Stack:
    """The stack of `home`, running or not."""
    return Stack(home.expanduser().resolve(), on_event or (lambda _: None))


def up(
    home: Path,
    *,
    on_event: OnEvent | None = None,
    kafka_port: int | None = None,
    postgres_port: int | None = None,
) -> Stack:
    """Start what does not run of the stack of `home`, and return when both servers serve.

    The servers outlive this process. Ports are free ones of loopback, the same as last time where
    they still are free.

    Args:
        home: folder of the stack.
        on_event: is told in a sentence what happens.
        kafka_port: port of the broker, if it must be a certain one.
        postgres_port: the same for Postgres.

    Raises:
        StackError: a server does not come up, a port that was asked for is taken, the disk is
            nearly full, a jar is not the locked one, a package is missing. What this call started
            is stopped again.
    """
    stack = at(home, on_event=on_event)
    layout = stack.layout
    layout.make()
    with layout.locked():
        servers: list[Kafka | Postgres] = [stack.kafka, stack.postgres]
        down = [server for server in servers if server.daemon.process() is None]
        if down:
            layout.require_room()
        layout.remember_ports(_ports(stack, {"kafka": kafka_port, "postgres": postgres_port}))
        cancelled = Event()
        try:
            _both(
                lambda: stack.start_kafka(cancelled),
                lambda: stack.start_postgres(cancelled),
                cancelled,
            )
        except BaseException:
            layout.stack_env.unlink(missing_ok=True)
            for server in down:
                server.stop()
            raise
        layout.write_addresses(stack.environment)
    return stack


def wipe(home: Path, *, on_event: OnEvent | None = None) -> None:
    """Stop the stack of `home` and delete its data, logs and addresses; downloaded jars stay.

    Raises:
        StackError: a server outlived SIGKILL, or another command is busy with this stack.
    """
    stack = at(home, on_event=on_event)
    stack.down()
    layout = stack.layout
    for folder in (layout.data, layout.logs):
        if folder.exists():
            shutil.rmtree(folder)
    (layout.home / "stack.lock").unlink(missing_ok=True)


def _ports(stack: Stack, wanted: Mapping[str, int | None]) -> dict[str, int]:
    """The ports for this start.

    Those of running servers come first, then those asked for, those of last time, and free ones.
    """
    before = stack.layout.ports()
    running = {
        "kafka": stack.kafka.daemon.process() is not None,
        "postgres": stack.postgres.daemon.process() is not None,
    }
    running["controller"] = running["kafka"]
    ports: dict[str, int] = {}
    for name in ("kafka", "postgres", "controller"):
        ask = wanted.get(name)
        if running[name] and name in before:
            if ask not in (None, before[name]):
                raise PortTakenError(
                    f"{name} already runs on port {before[name]};"
                    " to move it: python -m infra.local down, then up"
                )
            ports[name] = before[name]
        elif ask is not None:
            if ask in ports.values() or not is_free(ask):
                raise PortTakenError(
                    f"port {ask}, asked for {name}, is taken by another program;"
                    " name another, or none to get a free one"
                )
            ports[name] = ask
        else:
            ports[name] = pick(
                before.get(name), taken={*ports.values(), *(p for p in wanted.values() if p)}
            )
    return ports


def _both(
    first: Callable[[], None], second: Callable[[], None], cancelled: Event | None = None
) -> None:
    """Run both at once; both have ended on return.

    Ctrl-C, or the failure of one, sets `cancelled` for the other.

    Raises:
        StackError: what failed; of both when both did.
    """
    cancelled = cancelled or Event()

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException:
            cancelled.set()
            raise

    with ThreadPoolExecutor(2) as pool:
        futures: list[Future[None]] = [pool.submit(guarded, first), pool.submit(guarded, second)]
        try:
            wait(futures)
        except BaseException:
            cancelled.set()
            raise
    problems = [problem for future in futures if (problem := future.exception())]
    if len(problems) == 2 and all(isinstance(problem, StackError) for problem in problems):
        raise StackError("\n".join(map(str, problems))) from problems[0]
    for problem in problems:
        raise problem


def _postgres_answers(port: int) -> bool:
    return postgres_server.answers(port, postgres_server.find_binaries(), clean_environment("PG"))
