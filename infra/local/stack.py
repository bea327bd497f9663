"""The local stack as a library: `up(home)` gives a `Stack`, which ends with `.down()`.

The command line, the fixture of the tests and `make demo` are made of this.
"""

import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event
from types import MappingProxyType

from infra.local.errors import StackError
from infra.local.kafka import Kafka
from infra.local.layout import Layout
from infra.local.nodes import SIZES, Node, Nodes
from infra.local.ports import LOOPBACK
from infra.local.postgres import DATABASE, OWNER, Postgres
from infra.local.security import Security
from infra.local.service import Service, service_of
from infra.local.together import together
from infra.local.wanted_ports import ports_for

OnEvent = Callable[[str], None]
"""Told in a sentence what happens, from several threads."""


@dataclass(frozen=True)
class Stack:
    """The stack of one home."""

    home: Path
    on_event: OnEvent = field(default=lambda _: None, compare=False, repr=False)

    @property
    def kafka_bootstrap(self) -> str:
        """`host:port` of the broker; of several, with a comma between."""
        return ",".join(f"{LOOPBACK}:{self._port(broker.port_names[0])}" for broker in self.brokers)

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
    def nodes(self) -> Nodes:
        """How many brokers there are."""
        return Nodes(self.layout.data / "brokers.json")

    @property
    def brokers(self) -> tuple[Kafka, ...]:
        """The broker, or all three."""
        return tuple(self._broker(node) for node in self.nodes.all())

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

    @property
    def servers(self) -> tuple[Kafka | Postgres, ...]:
        """All servers."""
        return (*self.brokers, self.postgres)

    def start_kafka(self, cancelled: Event | None = None) -> None:
        """Start every broker that does not run, on its port of before."""
        cancelled = cancelled or Event()
        together(*self._starts(self.brokers, cancelled), cancelled=cancelled)

    def stop_kafka(self) -> None:
        """Stop every broker cleanly; the data and the ports stay."""
        together(*(broker.stop for broker in self.brokers))

    def kill_kafka(self, *numbers: int) -> None:
        """SIGKILL brokers, as a crash would.

        Args:
            numbers: which, from 1 on; all if none is named.
        """
        for broker in self.brokers:
            if not numbers or broker.node.number in numbers:
                broker.daemon.kill()

    def start_postgres(self, cancelled: Event | None = None) -> None:
        """Start the server on its port of before; nothing when it runs."""
        self._start(self.postgres, cancelled or Event())

    def stop_postgres(self) -> None:
        """Stop the server cleanly (sessions are ended); the data and the port stay."""
        self.postgres.stop()

    def kill_postgres(self) -> None:
        """SIGKILL the server, as a crash would."""
        self.postgres.daemon.kill()

    def down(self) -> None:
        """Stop all and remove `stack.env`; nothing when they are down. The data stay.

        Raises:
            StackError: a server outlived SIGKILL, or another command is busy with this stack.
        """
        if not self.layout.data.exists():
            return
        with self.layout.locked():
            self.layout.stack_env.unlink(missing_ok=True)
            together(*map(self._stop_one, self.servers))

    def services(self) -> list[Service]:
        """The state of all servers, now."""
        ports = self.layout.ports()
        return [service_of(server, ports) for server in self.servers]

    def _broker(self, node: Node) -> Kafka:
        tell = self._teller("Kafka" if node.is_alone else f"Kafka {node.number}")
        place = (self.layout.data, self.layout.logs, tell, node)
        if not self.security.is_made:
            return Kafka(*place)
        # Imported here: a plain stack starts without them.
        from infra.local.secured_kafka import SecuredKafka

        return SecuredKafka(*place, self.security)

    def _teller(self, name: str) -> OnEvent:
        return lambda text: self.on_event(f"{name}: {text}")

    def _starts(
        self, servers: Iterable[Kafka | Postgres], cancelled: Event
    ) -> list[Callable[[], None]]:
        return [partial(self._start, server, cancelled) for server in servers]

    def _start(self, server: Kafka | Postgres, cancelled: Event) -> None:
        process, ports = server.daemon.process(), self.layout.ports()
        if process is None:
            server.start(ports, cancelled)
            return
        address = f"{LOOPBACK}:{self._port(server.port_names[0])}"
        server.on_event(f"was running on {address} (process {process.pid})")
        server.resume(ports, cancelled)

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
    ports: Mapping[str, int] = MappingProxyType({}),
    secure: bool = False,
    brokers: int | None = None,
) -> Stack:
    """Start what does not run of the stack of `home`, and return when all servers serve.

    The servers outlive this process. Ports are free ones of loopback, the same as last time where
    they still are free.

    Args:
        home: folder of the stack.
        on_event: is told in a sentence what happens.
        ports: of `kafka` (the first broker) and `postgres`, where they must be certain ones.
        secure: a new stack has TLS, users and roles. One that is there stays what it is.
        brokers: how many a new stack has (1 or 3); None is what there is, or one.

    Raises:
        StackError: a server does not come up, a port that was asked for is taken, the disk is
            nearly full, a jar is not the locked one, a package is missing, a plain stack is to be
            a secured one, or one broker to be three. What this call started is stopped again.
    """
    stack = at(home, on_event=on_event)
    layout = stack.layout
    layout.make()
    with layout.locked():
        if secure:
            _secure(stack)
        if brokers is not None:
            _settle(stack, brokers)
        down = [server for server in stack.servers if server.daemon.process() is None]
        if down:
            layout.require_room()
        wanted = {
            stack.brokers[0].port_names[0]: ports.get("kafka"),
            stack.postgres.port_names[0]: ports.get("postgres"),
        }
        layout.remember_ports(ports_for(stack.brokers, stack.postgres, layout.ports(), wanted))
        cancelled = Event()
        try:
            together(*stack._starts(stack.servers, cancelled), cancelled=cancelled)
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
    if any(server.folder.exists() for server in stack.servers):
        raise StackError(
            f"the stack in {stack.home} was made without TLS; secure another one (--home), or"
            " delete its data first: python -m infra.local wipe"
        )
    stack.on_event("making certificates and passwords")
    stack.security.make(OWNER, stack.postgres.password())


def _settle(stack: Stack, count: int) -> None:
    """Decide how many brokers a stack has, before any has data.

    Raises:
        StackError: there cannot be so many, or it has another number of them already.
    """
    if count not in SIZES:
        raise StackError(
            f"a local stack has {' or '.join(map(str, SIZES))} brokers, not {count}: two stand"
            " still when one is gone, and more than three are for more than one machine"
        )
    present = len(stack.brokers)
    if present == count:
        return
    if any(broker.folder.exists() for broker in stack.brokers):
        raise StackError(
            f"the stack in {stack.home} was made with {_counted(present)}, and what they hold"
            f" cannot be moved to {_counted(count)} in place: leave --brokers out to start it as it"
            " is, name another home (--home) for the new one, or delete its data first:"
            " python -m infra.local wipe"
        )
    stack.nodes.make(count)


def _counted(brokers: int) -> str:
    return "one broker" if brokers == 1 else f"{brokers} brokers"


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
