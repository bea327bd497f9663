"""Postgres behind TLS, with a password for every role."""

import asyncio
import json
import signal
import socket
import ssl
import struct
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event

import asyncpg

from infra.local import front
from infra.local.errors import StartError
from infra.local.ports import LOOPBACK
from infra.local.postgres import DATABASE, OWNER, Postgres
from infra.local.process import Daemon, clean_environment
from infra.local.security import Security
from infra.postgres.roles import make_roles

PLAIN = "postgres-plain"
"""Name of the port behind the front; it takes no TLS, and a password like the other one."""
_FRONT_TIMEOUT = 20.0
_STOP_TIMEOUT = 5.0
_TLS_REQUEST = struct.pack(">ii", 8, 80_877_103)


class SecuredPostgres(Postgres):
    """The server of a secured stack, and the process that speaks TLS for it."""

    port_names = (*Postgres.port_names, PLAIN)
    access = f"""\
# Everybody needs a password, even on loopback.
host all all {LOOPBACK}/32 scram-sha-256
"""

    def __init__(
        self,
        folder: Path,
        logs: Path,
        on_event: Callable[[str], None],
        security: Security,
    ) -> None:
        super().__init__(folder, logs, on_event)
        self._security = security
        self._config = folder.parent / "front.json"
        self.front = Daemon(
            "TLS front",
            folder.parent / "front.pid",
            logs / "front.log",
            marker=str(self._config),
        )

    def dsn(self, port: int, role: str = OWNER) -> str:
        """Connection URI of a role, by default of the owner."""
        return self._security.dsn(role, port, DATABASE)

    def start(self, ports: Mapping[str, int], cancelled: Event) -> None:
        """Start the server, make its roles, and start the front.

        Raises:
            StackError: one of them does not come up.
        """
        plain = ports[PLAIN]
        super().start({**ports, "postgres": plain}, cancelled)
        asyncio.run(self._make_roles(plain))
        self.resume(ports, cancelled)

    def resume(self, ports: Mapping[str, int], cancelled: Event) -> None:
        """Start the process that speaks TLS; nothing when it runs.

        Raises:
            StackError: it does not come up.
        """
        if self.front.process() is not None:
            return
        began = time.monotonic()
        pair = self._security.server
        config = {
            "port": ports["postgres"],
            "to": ports[PLAIN],
            "certificate": str(pair.certificate),
            "key": str(pair.key),
        }
        self._config.write_text(json.dumps(config), encoding="utf-8")
        command = [sys.executable, "-P", str(Path(front.__file__)), str(self._config)]
        process = self.front.spawn(command, environment=clean_environment("PYTHON"))
        self.front.wait_ready(
            process, lambda: self._speaks_tls(ports["postgres"]), _FRONT_TIMEOUT, cancelled
        )
        self.on_event(
            f"speaks TLS after {time.monotonic() - began:.1f} s on {LOOPBACK}:{ports['postgres']}"
        )

    def stop(self) -> None:
        """Stop the front, then the server."""
        self.front.stop(signal.SIGTERM, _STOP_TIMEOUT, self.on_event)
        super().stop()

    def answers(self, port: int) -> bool:
        """Whether the front speaks TLS, and the server behind it takes connections."""
        return self._speaks_tls(port) and super().answers(self._plain_port())

    def _plain_port(self) -> int:
        return int(json.loads(self._config.read_text(encoding="utf-8"))["to"])

    def _speaks_tls(self, port: int) -> bool:
        context = ssl.create_default_context(cafile=self._security.authority.certificate)
        try:
            with socket.create_connection((LOOPBACK, port), timeout=2) as plain:
                plain.sendall(_TLS_REQUEST)
                if plain.recv(1) != b"S":
                    return False
                context.wrap_socket(plain, server_hostname=LOOPBACK).close()
        except OSError:
            return False
        return True

    async def _make_roles(self, port: int) -> None:
        try:
            connection = await asyncpg.connect(super().dsn(port), timeout=10)
            try:
                await make_roles(connection, self._security.role_passwords())
            finally:
                await connection.close()
        except (asyncpg.PostgresError, OSError) as error:
            raise StartError(f"{self.name}: its roles cannot be made: {error}") from error
