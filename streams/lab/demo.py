"""`python -m streams.demo`: the whole pipeline on real parts, from nothing to readable tables.

`make demo` runs it. It starts what it needs, replays a dump, waits until everything is drained,
shows what came of it, asks the GGUF worker if there is one, and stops what it started.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import orjson
from rich.console import Console
from rich.live import Live
from rich.table import Table

from infra.local import stack as local
from infra.local.errors import StackError
from infra.postgres.connect import DatabaseUnreachable
from infra.settings import settings
from models import registry
from streams.kafka.client import KafkaUnreachable
from streams.lab.address import Closed, opened
from streams.lab.gguf import GgufPart
from streams.lab.processes import DemoFailed, Processes, python, run
from streams.lab.tables import METHODS, RESULTS, show
from streams.operate.process import parser
from streams.operate.status import Status, drawn, look

SAMPLE = Path(__file__).with_name("sample")
LLM_LIMIT = 400
"""Names asked of the GGUF worker for a dump of the user's own: about two minutes on one core."""

_ENDS = (signal.SIGTERM, signal.SIGHUP)
_LIVE_TORRENTS = 300
_NETWORK_SECONDS = 60
_STALLED = 300.0
"""Seconds without any progress after which the demo gives up.

Ten times the longest pause seen on a loaded machine.
"""

_EXAMPLES = """examples:
  python -m streams.demo                     the sample dump that ships
  python -m streams.demo torrents.csv.gz     a dump of your own; --llm-limit bounds the GGUF worker
  python -m streams.demo --keep              leave everything running
  python -m streams.demo --live              crawl a DHT on loopback instead (make demo-live)
"""

_GATED = {"STREAMS_LLM_MODE": "gate"}
"""The demo shows the GGUF worker, too, though the default is to do without.

The environment has the last word.
"""

_KNOWN = (
    DemoFailed,
    StackError,
    registry.WeightsError,
    KafkaUnreachable,
    DatabaseUnreachable,
    asyncpg.PostgresError,
)


@dataclass(frozen=True)
class Options:
    """What the demo was asked to do."""

    dump: Path
    llm_limit: int | None = None
    llm_setup: str | None = None
    keep: bool = False
    live: bool = False


class Demo:
    """One run of the demo."""

    def __init__(self, console: Console, options: Options) -> None:
        self._console = console
        self._options = options
        self._home = settings().home
        self._current = settings()
        self._times: list[tuple[str, float]] = []
        environment = _GATED | os.environ
        self._processes = Processes(console, self._home / "logs", environment)
        self._gguf = GgufPart(console, self._processes, options.llm_limit, options.llm_setup)

    def run(self) -> None:
        """All of it.

        Raises:
            DemoFailed, StackError, registry.WeightsError: the message says what to do.
        """
        with ExitStack() as cleanup:
            cleanup.callback(self._end)
            if not self._options.live:
                self._gguf.prepare()
            self._run_pipeline(cleanup)
            address = self._open_console() if self._options.keep else None
            if address is not None:
                self._tell(f"look at it:   {address}")
            if not self._options.live:
                self._ask_gguf()
            self._tell_how_to_go_on(address)

    def _run_pipeline(self, cleanup: ExitStack) -> None:
        """From nothing to tables that are shown."""
        with self._step("Kafka and Postgres"):
            self._start_stack(cleanup)
        with self._step("topics and tables"):
            run("streams.topics", "create")
            run("infra.postgres", "migrate")
        with self._step("MusicBrainz sample"):
            self._import_musicbrainz()
        with self._step("workers"):
            self._processes.start("workers", python("-m", "streams.run"))
        with self._step("live crawl of a DHT on loopback" if self._options.live else "replay"):
            self._crawl() if self._options.live else self._replay()
        with self._step("until drained"):
            self._watch()
        asyncio.run(show(self._console, self._current, RESULTS))
        self._tell_times()

    def _ask_gguf(self) -> None:
        """The last step, which may take minutes and may be left out."""
        if self._options.keep:
            self._tell("Ctrl-C leaves out the GGUF worker and keeps all that runs by now")
        try:
            with self._step("GGUF worker"):
                answered = self._gguf.run(self._current)
        except KeyboardInterrupt:
            if not self._options.keep:
                raise
            self._tell("the GGUF worker is left out; `python -m streams.llm` asks it later")
            return
        if answered:
            asyncio.run(show(self._console, self._current, METHODS))

    @contextmanager
    def _step(self, what: str) -> Iterator[None]:
        """A step that is named, timed and told."""
        self._console.rule(what, align="left")
        began = time.monotonic()
        yield
        self._times.append((what, time.monotonic() - began))

    def _tell(self, text: str) -> None:
        self._console.print(f"  {text}", highlight=False, markup=False, soft_wrap=True)

    def _start_stack(self, cleanup: ExitStack) -> None:
        was_up = (self._home / "stack.env").exists()
        stack = local.up(self._home, on_event=self._tell)
        if not self._options.keep and not was_up:
            cleanup.callback(stack.down)
            cleanup.callback(self._end)  # workers end before the servers that they talk to
        settings.cache_clear()
        self._current = settings()

    def _end(self) -> None:
        """Stop what runs; with --keep only what is of no use later."""
        kept = {"workers", "llm", "web"} if self._options.keep else set()
        ending = [name for name in self._processes.pids() if name not in kept]
        if ending:
            self._processes.stop(*ending)

    def _import_musicbrainz(self) -> None:
        sample = SAMPLE / "musicbrainz"
        dumps = (str(sample / f"{kind}.tar.xz") for kind in ("artist", "release-group"))
        releases = ("--releases", str(sample / "release.tar.xz"))
        redirects = ("--redirects", str(sample / "mbdump.tar.bz2"))
        run("streams.musicbrainz", "import", *dumps, *releases, *redirects)

    def _replay(self) -> None:
        command = python("-m", "streams.replay", str(self._options.dump))
        if code := subprocess.run(command, check=False).returncode:
            raise DemoFailed(f"the dump was not replayed (exit code {code}); see above why")

    def _crawl(self) -> None:
        host, port = self._network()
        self._tell(f"30 nodes, {_LIVE_TORRENTS} torrents; the first node is {host}:{port}")
        # What an earlier demo saw would not be published again: this one has its own memory.
        shutil.rmtree(self._current.crawl_dir, ignore_errors=True)
        end = ["--max-records", str(_LIVE_TORRENTS), "--duration", "120"]
        run("streams.crawl", "--profile", "lab", "--bootstrap", f"{host}:{port}", *end)
        self._processes.stop("network")

    def _network(self) -> tuple[str, int]:
        """Start the test network; the address of its first node."""
        ready = self._home / "demo-network.json"
        ready.unlink(missing_ok=True)
        size = ["--nodes", "30", "--torrents", str(_LIVE_TORRENTS)]
        command = python("-m", "streams.lab.dht.network", *size, "--ready", str(ready))
        self._processes.start("network", command)
        until = time.monotonic() + _NETWORK_SECONDS
        while not ready.exists():
            self._processes.check("workers", "network")
            if time.monotonic() > until:
                raise DemoFailed(
                    f"the test network did not come up in {_NETWORK_SECONDS} s;"
                    f" look into {self._processes.log('network')}"
                )
            time.sleep(0.2)
        host, port = orjson.loads(ready.read_bytes())["endpoints"][0]
        return host, port

    def _watch(self) -> None:
        """Show the status until nothing waits but, perhaps, for the GGUF worker."""
        with ExitStack() as stack:
            live = None
            if self._console.is_terminal:
                view = Live(console=self._console, refresh_per_second=4, transient=True)
                live = stack.enter_context(view)
            before: Status | None = None
            moved_at = told_at = time.monotonic()
            while True:
                self._processes.check("workers")
                now = asyncio.run(look(self._current))
                if live is not None:
                    live.update(drawn(now, before))
                elif time.monotonic() - told_at > 5:
                    told_at = time.monotonic()
                    self._tell_progress(now)
                still = before is not None and before.rows == now.rows
                if not still or before is None or now.lag != before.lag:
                    moved_at = time.monotonic()
                if now.drained and still:
                    return
                if time.monotonic() - moved_at > _STALLED:
                    log = self._processes.log("workers")
                    raise DemoFailed(f"nothing moved for {_STALLED:.0f} s; look into {log}")
                before = now
                time.sleep(1)

    def _tell_progress(self, now: Status) -> None:
        waiting = ", ".join(f"{stage} {count:,}" for stage, count in now.lag.items() if count)
        self._tell(f"{now.rows['torrents']:,} torrents stored; waiting: {waiting or 'nothing'}")

    def _open_console(self) -> str | None:
        """Start the console; its address, or None where it does not come up."""
        try:
            return opened(self._processes)
        except Closed as error:
            self._tell(str(error))
            return None

    def _tell_how_to_go_on(self, address: str | None) -> None:
        if not self._options.keep:
            again = "make demo-live" if self._options.live else "make demo"
            self._console.print(f"\nleave it running with KEEP=1 {again}, and then:", end="")
        if address is not None:
            self._tell(f"look at it:   {address}")
        self._console.print(
            '\naddresses:    eval "$(python -m infra.local env)"'
            '\nquery it:     psql "$STREAMS_POSTGRES_DSN"'
            " -c \"SELECT * FROM music WHERE link = 'exact' LIMIT 5\""
            "\nsubscribe:    torrents.classified.v1, torrents.extracted.v1, torrents.linked.v1\n",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
        if self._options.keep:
            self.tell_what_runs()

    def tell_what_runs(self) -> None:
        """What is left running, and how it is stopped."""
        self._console.print("everything is left running; stop it with kill:")
        for name, pid in self._processes.pids().items():
            self._tell(f"{name}: process {pid}")
        self._tell("the stack: python -m infra.local down")

    def _tell_times(self) -> None:
        table = Table("step", "seconds", title="timings", title_justify="left")
        for what, seconds in self._times:
            table.add_row(what, f"{seconds:.1f}")
        table.add_row("together", f"{sum(seconds for _, seconds in self._times):.1f}")
        self._console.print(table)


def main(arguments: list[str] | None = None) -> int:
    """Read the arguments and run the demo; returns the exit code."""
    reading = parser(
        "python -m streams.demo",
        "The whole pipeline on real parts, from nothing to readable tables.",
        _EXAMPLES,
    )
    own = "a dump of your own (default: the sample)"
    reading.add_argument("dump", nargs="?", type=Path, metavar="DUMP", help=own)
    reading.add_argument(
        "--keep",
        action="store_true",
        default=bool(os.environ.get("KEEP")),
        help="leave it running (KEEP=1)",
    )
    asked = f"names asked of the GGUF worker (own dump: {LLM_LIMIT})"
    reading.add_argument("--llm-limit", type=int, metavar="N", help=asked)
    reading.add_argument(
        "--llm-setup",
        metavar="COMMAND",
        help="shell command that installs llama.cpp, run beside the rest (`make demo` gives one)",
    )
    reading.add_argument(
        "--live", action="store_true", help="crawl a DHT on loopback instead of replaying a dump"
    )
    chosen = reading.parse_args(arguments)
    console = Console()
    if chosen.dump is not None and not chosen.dump.is_file():
        console.print(f"{chosen.dump}: no such file")
        return 2
    own_limit = None if chosen.dump is None else LLM_LIMIT
    options = Options(
        dump=chosen.dump or SAMPLE / "torrents" / "demo.jsonl.gz",
        llm_limit=chosen.llm_limit if chosen.llm_limit is not None else own_limit,
        llm_setup=chosen.llm_setup,
        keep=chosen.keep,
        live=chosen.live,
    )
    for number in _ENDS:
        signal.signal(number, _interrupted)  # what was started is stopped then, too
    demo = Demo(console, options)
    try:
        demo.run()
    except _KNOWN as error:
        console.print(f"\nthe demo failed: {error}", markup=False, highlight=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("\nstopped")
        if options.keep:
            demo.tell_what_runs()
        return 130
    return 0


def _interrupted(number: int, frame: object) -> None:
    for end in _ENDS:  # `timeout` tells us and our group: the second must not end the stopping
        signal.signal(end, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
