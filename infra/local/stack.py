"""The local stack as a library: `up(home)` gives a `Stack`, which ends with `.down()`.

The command line, the fixture of the tests and `make demo` are made of this.
"""

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from infra.local.errors import PortTakenError, StackError
from infra.local.kafka import Kafka
from infra.local.layout import Layout
from infra.local.ports import LOOPBACK, is_free, pick
from infra.local.postgres import DATABASE, OWNER, Postgres
from infra.local.security import Security
from infra.local.service import Service, service_of
from infra.local.together import both

OnEvent = Callable[[str], None]
"""Told in a sentence what happens, from several threads."""


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
        addresses = {
            "STREAMS_KAFKA_BOOTSTRAP": self.kafka_bootstrap,
            "STREAMS_POSTGRES_DSN": self.postgres_dsn,
        }
        if self.security.is_made:
            addresses |= self.security.environment(self._port("postgres"), DATABASE)
        return addresses

    @property
    def layout(self) -> Layout:
        """Where everything of this stack is."""
        return Layout(self.home)

    @property
    def kafka(self) -> Kafka:
        """The broker."""
        place = (self.layout.data / "kafka", self.layout.logs, self._teller("Kafka"))
        if not self.security.is_made:
            return Kafka(*place)
        # Imported here: a plain stack starts without them.
        from infra.local.secured_kafka import SecuredKafka

        return SecuredKafka(*place, self.security)

    @property
    def postgres(self) -> Postgres:
        """The database server."""
        place = (self.layout.data / "postgres", self.layout.logs, self._teller("Postgres"))
        if not self.security.is_made:
            return Postgres(*place)
        from infra.local.secured_postgres import SecuredPostgres

        return SecuredPostgres(*place, self.security)

    @property
    def security(self) -> Security:
        """What makes the stack a secured one, if it is made."""
        return Security(self.layout.data / "security")

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
            both(self._stop_one(self.kafka), self._stop_one(self.postgres))

    def services(self) -> list[Service]:
        """The state of both servers, now."""
        ports = self.layout.ports()
        return [
            service_of(self.kafka, ports.get("kafka")),
            service_of(self.postgres, ports.get("postgres")),
        ]

    def _teller(self, name: str) -> OnEvent:
        return lambda text: self.on_event(f"{name}: {text}")

    def _start_kafka(self, cancelled: Event) -> None:
        kafka, ports = self.kafka, self.layout.ports()
        if process := kafka.daemon.process():
            kafka.on_event(f"was running on {self.kafka_bootstrap} (process {process.pid})")
        else:
            kafka.start(ports, cancelled)

    def _start_postgres(self, cancelled: Event) -> None:
        postgres = self.postgres
        if process := postgres.daemon.process():
            postgres.on_event(
                f"was running on {LOOPBACK}:{self._port('postgres')} (process {process.pid})"
            )
            postgres.resume(self.layout.ports(), cancelled)
        else:
            postgres.start(self.layout.ports(), cancelled)

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
    secure: bool = False,
) -> Stack:
    """Start what does not run of the stack of `home`, and return when both servers serve.

    The servers outlive this process. Ports are free ones of loopback, the same as last time where
    they still are free.

    Args:
        home: folder of the stack.
        on_event: is told in a sentence what happens.
        kafka_port: port of the broker, if it must be a certain one.
        postgres_port: the same for Postgres.
        secure: a new stack has TLS, users and roles. One that is there stays what it is.

    Raises:
        StackError: a server does not come up, a port that was asked for is taken, the disk is
            nearly full, a jar is not the locked one, a package is missing, a plain stack is to be
            a secured one. What this call started is stopped again.
    """
    stack = at(home, on_event=on_event)
    layout = stack.layout
    layout.make()
    with layout.locked():
        if secure:
            _secure(stack)
        servers: list[Kafka | Postgres] = [stack.kafka, stack.postgres]
        down = [server for server in servers if server.daemon.process() is None]
        if down:
            layout.require_room()
        layout.remember_ports(_ports(stack, {"kafka": kafka_port, "postgres": postgres_port}))
        cancelled = Event()
        try:
            both(
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


def _secure(stack: Stack) -> None:
    """Make what a secured stack needs, before its servers have data."""
    if stack.security.is_made:
        return
    if any((stack.layout.data / name).exists() for name in ("kafka", "postgres")):
        raise StackError(
            f"the stack in {stack.home} was made without TLS; secure another one (--home), or"
            " delete its data first: python -m infra.local wipe"
        )
    stack.on_event("making certificates and passwords")
    stack.security.make(OWNER, stack.postgres.password())


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
    servers: list[Kafka | Postgres] = [stack.kafka, stack.postgres]
    running = {
        name: server.daemon.process() is not None
        for server in servers
        for name in server.port_names
    }
    ports: dict[str, int] = {}
    for name in running:
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
