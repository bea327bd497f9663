"""`python -m streams.run`: the whole pipeline on this machine, one process a core.

Each worker classifies, extracts and matches; the store has a process of its own, so that it never
waits for a worker's interpreter. Where there is one core, one process does everything.
"""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from importlib.util import find_spec

from infra.logging import configure, get_logger
from infra.postgres.access import Access
from infra.postgres.connect import DatabaseUnreachable, pool
from infra.roles import Role
from infra.settings import Settings, settings
from schemas.topics import DISCOVERED, REQUIRED
from streams.kafka.client import KafkaUnreachable
from streams.kafka.consumer import require_topics
from streams.kafka.members import leave_for
from streams.operate.cores import usable
from streams.operate.lag import readers
from streams.operate.process import KNOWN, StartError, parser
from streams.operate.supervisor import Child, GivenUp, Supervisor, prefixed, unchanged
from streams.pipeline.store import require_tables

log = get_logger(__name__)

_EXAMPLES = """examples:
  python -m streams.run                        a worker for each core, and the store
  python -m streams.run --workers 2            two workers, and the store
  python -m streams.run --llm 1                a GGUF worker, too (see STREAMS_LLM_MODE)
  python -m streams.run --web                  the console, too
  STREAMS_ROLES=classify,extract python -m streams.run     workers only; the store runs elsewhere

settings: STREAMS_WORKERS is the default of --workers. STREAMS_METRICS_PORT is the port of the first
process; the next ones take the ports after it. `python -m infra.settings` shows all.

exit codes: 0 stopped by SIGINT or SIGTERM (again: at once); 1 it cannot run, the last line says
why; 2 wrong options
"""


def planned(current: Settings, workers: int, llm: int = 0, cores: int | None = None) -> list[Child]:
    """Returns the processes of so many workers for the roles in the settings.

    Args:
        current: the settings; its roles are shared out.
        workers: processes that classify, extract and match.
        llm: GGUF workers.
        cores: of this machine; on one, a single process does everything.

    Raises:
        StartError: the roles leave nothing to run.
    """
    agents = [role for role in current.roles if role is not Role.STORE]
    has_store = Role.STORE in current.roles
    together = has_store and bool(agents) and workers == 1 and cores == 1
    faust = ("faust", "-A", "streams", "worker", "-l", current.log_level)
    commands: list[tuple[str, Sequence[str], Sequence[Role], bool]] = []
    if agents:
        roles = [*agents, Role.STORE] if together else agents
        commands += [(f"worker-{n}", faust, roles, False) for n in range(1, workers + 1)]
    if has_store and not together:
        commands.append(("store", ("streams.store",), [Role.STORE], False))
    commands += [(f"llm-{n}", ("streams.llm",), agents, True) for n in range(1, llm + 1)]
    return [
        Child(
            name,
            (sys.executable, "-m", "streams.operate.child", str(os.getpid()), *command),
            _environment(current, number, roles),
            optional,
        )
        for number, (name, command, roles, optional) in enumerate(commands)
    ]


def console(number: int, current: Settings) -> list[Child]:
    """Returns the process of the console; none, and a line that says so, without its extra."""
    if find_spec("fastapi") is None or find_spec("uvicorn") is None:
        log.warning("no console: install the extra web with `uv pip install -e .[web]`")
        return []
    command = ("-m", "streams.operate.child", str(os.getpid()), "streams.web")
    environment = _environment(current, number, ())
    return [Child("web", (sys.executable, *command), environment, optional=True)]


def _environment(current: Settings, number: int, roles: Sequence[Role]) -> dict[str, str]:
    environment = {"PYTHONUNBUFFERED": "1"}
    if roles:
        environment["STREAMS_ROLES"] = ",".join(roles)
    if current.metrics_port:
        environment["STREAMS_METRICS_PORT"] = str(current.metrics_port + number)
    return environment


async def ready(current: Settings) -> None:
    """Checks what every process needs, so that what is missing is said once.

    Raises:
        KafkaUnreachable, DatabaseUnreachable: a server does not answer.
        TopicsMissing, StartError: topics or tables have not been made.
    """
    await require_topics(current, REQUIRED)
    if Role.STORE in current.roles:
        connections = await pool(current, Access.WRITER)
        try:
            await require_tables(connections)
        finally:
            await connections.close()


async def _is_ready(current: Settings) -> bool:
    try:
        await ready(current)
    except (KafkaUnreachable, DatabaseUnreachable) as error:
        log.warning("waiting for a server", why=str(error))
        return False
    return True


async def _leave_for(current: Settings, life: str) -> None:
    """Gives the partitions of a process that ended to the others, where Kafka can be asked now."""
    groups = sorted({reader.group for reader in readers(current)})
    try:
        # Who waits longer for Kafka could as well wait for the end of the session.
        async with asyncio.timeout(current.session_timeout):
            members = await leave_for(current, groups, life)
    except (KafkaUnreachable, OSError, TimeoutError) as error:
        log.warning("partitions wait for a session", why=repr(error))
    else:
        if members:  # the console, and who died early, are in no group
            log.info("partitions are free again", members=members)


async def supervise(current: Settings, children: Sequence[Child]) -> None:
    """Runs the children until SIGINT or SIGTERM; a second one kills them.

    Raises:
        GivenUp: a process cannot be kept alive.
    """
    await ready(current)
    tell = unchanged if current.log_format == "json" else prefixed
    supervisor = Supervisor(
        children,
        check=lambda: _is_ready(current),
        after=lambda life: _leave_for(current, life),
        tell=tell,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, supervisor.stop)
    await supervisor.run()
    log.info("stopped")


def _count(text: str) -> int | None:
    """A number of workers; None for `auto`."""
    if text == "auto":
        return None
    most = DISCOVERED.partitions_for(settings().partitions)
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise argparse.ArgumentTypeError(
            f"must be auto or 1 to {most} (the partitions of the topics)"
        )
    return int(text)


def _llm(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("must be a number of GGUF workers, 0 for none")
    return int(text)


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    reading = parser(
        "python -m streams.run",
        "The whole pipeline on this machine, one process a core.",
        _EXAMPLES,
    )
    current = settings()
    reading.add_argument(
        "--workers",
        type=_count,
        default=current.workers,
        metavar="N|auto",
        help=f"processes that classify, extract and match ({current.workers})",
    )
    reading.add_argument(
        "--llm", type=_llm, default=0, metavar="N", help="GGUF workers to start, too (0)"
    )
    reading.add_argument("--web", action="store_true", help="start the console, too (STREAMS_WEB)")
    chosen = reading.parse_args(arguments)
    configure(current)
    cores = usable()
    workers = chosen.workers or min(cores, DISCOVERED.partitions_for(current.partitions))
    try:
        children = planned(current, workers, chosen.llm, cores if chosen.workers is None else None)
        if chosen.web or current.web:
            children += console(len(children), current)
        if not children:
            raise StartError("STREAMS_ROLES leaves nothing to run")
        log.info("cores", usable=cores, processes=", ".join(child.name for child in children))
        asyncio.run(supervise(current, children))
    except (*KNOWN, GivenUp) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
