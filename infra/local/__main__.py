"""`python -m infra.local`: Kafka and Postgres on this machine, up and down with one command."""

import argparse
import shlex
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from infra.local.errors import StackError
from infra.local.nodes import SIZES
from infra.settings import settings

NOT_RUNNING = 3
"""Exit code of `status` and `env` when the stack is not (fully) up, as init scripts have it."""

EXAMPLES = """\
examples:
  python -m infra.local up                 start Kafka and Postgres, on free ports of this machine
  eval "$(python -m infra.local env)"      the addresses as STREAMS_* variables of this shell
  psql "$STREAMS_POSTGRES_DSN"             then, for example
  python -m infra.local status             what runs (exit code 3: not everything)
  python -m infra.local up --secure        the same with TLS and passwords, as on other machines
  python -m infra.local up --brokers 3     three brokers, of which any one may be lost
  python -m infra.local down               stop all; the data stay
  python -m infra.local wipe --yes         stop all and delete their data

Everything is kept in one folder (--home, STREAMS_HOME, default .mimmo): data in stack/, logs in
logs/, the addresses of the running stack in stack.env, where every command of this project finds
them. Kafka's jars (46 MB, checked against infra/local/kafka-jars.lock) go to the Maven repository
of the user (M2_REPO, else ~/.m2/repository).
STREAMS_KAFKA_HEAP sets the heap of each broker, taken at its start (default 512m, of three 320m).
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code.

    0 is done, 1 failed, 2 wrong usage, 3 not running, 130 Ctrl-C.
    """
    options = _parser().parse_args(arguments)
    console = Console(stderr=True, highlight=False)
    try:
        return int(options.command(options, console))
    except StackError as error:
        console.print(f"[red]error:[/] {_plain(str(error))}", soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("interrupted")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.local",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--home",
        type=Path,
        default=None,
        help="folder of the stack (default: STREAMS_HOME, else .mimmo)",
    )
    commands = parser.add_subparsers(required=True, metavar="up | status | down | wipe | env")
    up = commands.add_parser(
        "up", parents=[common], help="start what is not running, and wait until it serves"
    )
    up.add_argument(
        "--kafka-port",
        type=_port,
        help="port of the (first) broker (default: the last one, else a free one)",
    )
    up.add_argument(
        "--postgres-port",
        type=_port,
        help="port of Postgres (default: the last one, else a free one)",
    )
    up.add_argument(
        "--secure",
        action="store_true",
        help="TLS, users and roles, with an authority of its own (a new stack; needs openssl)",
    )
    up.add_argument(
        "--brokers",
        type=int,
        choices=SIZES,
        help="brokers of a new stack (default: as many as there are, else 1); start one that was"
        " killed again with the same command",
    )
    up.set_defaults(command=_up)
    commands.add_parser("status", parents=[common], help="what runs").set_defaults(command=_status)
    commands.add_parser("down", parents=[common], help="stop all, keep the data").set_defaults(
        command=_down
    )
    wipe = commands.add_parser("wipe", parents=[common], help="stop all, delete the data")
    wipe.add_argument("--yes", action="store_true", help="do not ask")
    wipe.set_defaults(command=_wipe)
    commands.add_parser(
        "env", parents=[common], help="print export lines for a shell"
    ).set_defaults(command=_env)
    lock = commands.add_parser(
        "lock", help="print a new kafka-jars.lock (for who raises Kafka's version)"
    )
    lock.set_defaults(command=_lock)
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65_535:
        raise argparse.ArgumentTypeError(f"{port} is not a port (1 to 65535)")
    return port


def _plain(text: str) -> str:
    return text.replace("[", "\\[")


def _home(options: argparse.Namespace) -> Path:
    return options.home or settings().home


def _up(options: argparse.Namespace, console: Console) -> int:
    from infra.local import stack

    began = time.monotonic()
    asked = {"kafka": options.kafka_port, "postgres": options.postgres_port}
    running = stack.up(
        _home(options),
        on_event=lambda text: console.print(_plain(text)),
        ports={name: port for name, port in asked.items() if port is not None},
        secure=options.secure,
        brokers=options.brokers,
    )
    console.print(
        f"[green]up[/] in {time.monotonic() - began:.1f} s; addresses in {running.layout.stack_env}"
    )
    return 0


def _down(options: argparse.Namespace, console: Console) -> int:
    from infra.local import stack

    stack.at(_home(options), on_event=lambda text: console.print(_plain(text))).down()
    console.print("down; the data stay (wipe deletes them)")
    return 0


def _wipe(options: argparse.Namespace, console: Console) -> int:
    from infra.local import stack

    here = stack.at(_home(options))
    if not options.yes:
        if not sys.stdin.isatty():
            console.print(
                "error: this deletes every topic and table of the local stack; say --yes",
                markup=False,
            )
            return 2
        if console.input(
            f"Delete every topic and table in {_plain(str(here.layout.data))}? [y/N] "
        ).strip().lower() not in (
            "y",
            "yes",
        ):
            console.print("nothing deleted")
            return 1
    stack.wipe(here.home, on_event=lambda text: console.print(_plain(text)))
    console.print(f"wiped {here.layout.data} and {here.layout.logs}", markup=False)
    return 0


def _status(options: argparse.Namespace, console: Console) -> int:
    from infra.local import stack

    here = stack.at(_home(options))
    services = here.services()
    table = Table("server", "state", "address", "pid", "up for", "memory")
    for service in services:
        state = "running" if service.healthy else "not answering" if service.running else "down"
        table.add_row(
            service.name,
            state,
            service.address,
            str(service.pid or ""),
            "" if service.uptime is None else _duration(service.uptime),
            "" if service.rss is None else f"{service.rss / 1e6:.0f} MB",
        )
    Console().print(table)
    console.print(f"logs: {here.layout.logs}", markup=False, soft_wrap=True)
    return 0 if all(service.healthy for service in services) else NOT_RUNNING


def _env(options: argparse.Namespace, console: Console) -> int:
    from infra.local import stack

    here = stack.at(_home(options))
    addresses = here.layout.addresses()
    running = any(broker.daemon.process() for broker in here.brokers)
    if not addresses or not (running and here.postgres.daemon.process()):
        console.print("the stack is not up; start it: python -m infra.local up")
        return NOT_RUNNING
    for name, value in addresses.items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def _lock(options: argparse.Namespace, console: Console) -> int:
    from infra.local import jars

    for line in jars.resolved():
        print(line)
    return 0


def _duration(seconds: float) -> str:
    minutes, hours = int(seconds // 60), seconds // 3600
    return (
        f"{seconds:.0f} s" if seconds < 120 else f"{minutes} min" if hours < 2 else f"{hours:.0f} h"
    )


if __name__ == "__main__":
    sys.exit(main())
