"""What is to be told of a server: whether it runs, answers, and how large it is."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from infra.local.kafka import Kafka
from infra.local.ports import LOOPBACK
from infra.local.postgres import Postgres
from infra.local.process import psutil


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


def service_of(server: Kafka | Postgres, ports: Mapping[str, int]) -> Service:
    """The state of a server, now.

    Args:
        server: a broker or the database.
        ports: those of last time, by name; none if it never ran.
    """
    process, port = server.daemon.process(), ports.get(server.port_names[0])
    running = process is not None
    return Service(
        name=server.name,
        running=running,
        healthy=running and port is not None and server.answers(port),
        address=f"{LOOPBACK}:{port}" if port else "",
        pid=process.pid if process else None,
        uptime=time.time() - process.create_time() if process else None,
        rss=_memory(process) if process else None,
        log=server.daemon.log,
    )


def _memory(process: psutil.Process) -> int:
    """Bytes of a process and of its children; a session of Postgres may end meanwhile."""
    total = 0
    for member in [process, *process.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            total += member.memory_info().rss
    return total
