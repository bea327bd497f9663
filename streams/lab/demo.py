"""`python -m streams.demo`: the whole pipeline on real parts, from nothing to tables that a person
can read.

`make demo` runs it. It starts what it needs, replays a dump, waits until everything is drained,
shows what came of it, and stops what it started.
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
from pathlib import Path

import asyncpg
import orjson
from rich.console import Console
from rich.live import Live
from rich.table import Table

from infra.local import stack as local
from infra.local.errors import StackError
from infra.postgres.connect import DatabaseUnreachable, connect
from infra.settings import settings
from models import registry
from models.fetch import fetch
from streams.kafka.consumer import KafkaUnreachable
from streams.operate.process import parser
from streams.operate.status import Status, drawn, look

SAMPLE = Path(__file__).with_name("sample")
LLM_LIMIT = 400
"""Names asked of the GGUF worker for a dump of the user's own: about two minutes on one core."""

_LIVE_TORRENTS = 300
_NETWORK_SECONDS = 60

_STALLED = 300.0
"""Seconds without any progress after which the demo gives up: ten times the longest pause seen on a
loaded machine.
"""

_EXAMPLES = """examples:
  python -m streams.demo                          the sample dump of this repository
  python -m streams.demo torrents.csv.gz          a dump of your own; the GGUF worker is bounded by --llm-limit
  python -m streams.demo --keep                   leave everything running
  python -m streams.demo --live                   crawl a DHT on loopback instead of replaying a dump (make demo-live)
"""


class DemoFailed(Exception):
    """A part of the demo did not do its work; the message says which and where its log is."""


KNOWN = (
    DemoFailed,
    StackError,
    registry.WeightsError,
    KafkaUnreachable,
    DatabaseUnreachable,
    asyncpg.PostgresError,
)


class Demo:
    """One run of the demo."""

    def __init__(
        self,
        console: Console,
        dump: Path | None,
        llm_limit: int | None,
        keep: bool,
        *,
        live: bool = False,
    ) -> None:
        self.console = console
        self.live = live
        self.dump = dump or SAMPLE / "torrents" / "demo.jsonl.gz"
        self.llm_limit = llm_limit
        self.keep = keep
        self.times: list[tuple[str, float]] = []
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.home = settings().home
        self.current = settings()

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """A step that is named, timed and told."""
        self.console.rule(what, align="left")
        began = time.monotonic()
        yield
        self.times.append((what, time.monotonic() - began))

    def run(self) -> None:
        """All of it.

        Raises:
            DemoFailed, StackError, registry.WeightsError: the message says what to do.
        """
        with ExitStack() as cleanup:
            with self.step("Kafka and Postgres"):
                was_up = (self.home / "stack.env").exists()
                stack = local.up(
                    self.home,
                    on_event=lambda text: self.console.print(f"  {text}", highlight=False),
                )
                if not self.keep and not was_up:
                    cleanup.callback(stack.down)
                settings.cache_clear()
                self.current = settings()
            with self.step("topics and tables"):
                self._command("streams.topics", "create")
                self._command("infra.postgres", "migrate")
            with self.step("weights"):
                fetch(
                    registry.load("smollm2"),
                    self.current.weights_dir,
                    lambda text: self.console.print(f"  {text}"),
                )
            with self.step("MusicBrainz sample"):
                sample = SAMPLE / "musicbrainz"
                dumps = (str(sample / f"{kind}.tar.xz") for kind in ("artist", "release-group"))
                more = (
                    "--releases",
                    str(sample / "release.tar.xz"),
                    "--redirects",
                    str(sample / "mbdump.tar.bz2"),
                )
                self._command("streams.musicbrainz", "import", *dumps, *more)
            with self.step("workers"):
                if not self.keep:
                    cleanup.callback(self._stop_workers)
                self._start("worker", ["-m", "faust", "-A", "streams", "worker", "-l", "info"])
                limit = [] if self.llm_limit is None else ["--limit", str(self.llm_limit)]
                if not self.live:
                    self._start("llm", ["-m", "streams.pipeline.llm", *limit])
            with self.step("live crawl of a DHT on loopback" if self.live else "replay"):
                self._crawl() if self.live else self._replay()
            with self.step("until drained"):
                asyncio.run(self._watch())
            asyncio.run(self._show())
            self._tell_times()
            if self.keep:
                self.console.print(
                    "\neverything is left running; stop the workers with Ctrl-C or kill:"
                )
                for name, process in self.processes.items():
                    self.console.print(f"  {name}: process {process.pid}")
                self.console.print("  the stack: python -m infra.local down")

    def _command(self, module: str, *arguments: str) -> None:
        done = subprocess.run([sys.executable, "-m", module, *arguments], check=False)
        if done.returncode != 0:
            raise DemoFailed(
                f"python -m {module} {' '.join(arguments)} ended with exit code {done.returncode}"
            )

    def _log(self, name: str) -> Path:
        folder = self.home / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"demo-{name}.log"

    def _start(self, name: str, arguments: list[str]) -> None:
        log = self._log(name)
        with log.open("wb") as stream:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *arguments],
                stdout=stream,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env=_GATED | os.environ,
            )
        self.console.print(f"  {name}: process {self.processes[name].pid}, log {log}")

    def _stop_workers(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for name, process in self.processes.items():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                self.console.print(
                    f"{name} did not stop within 30 s; killed (nothing is lost by that)"
                )
                process.kill()
                process.wait(10)

    def _replay(self) -> None:
        done = subprocess.run([sys.executable, "-m", "streams.replay", str(self.dump)], check=False)
        if done.returncode != 0:
            self.console.print(
                f"replay ended with exit code {done.returncode}; what it published goes on"
            )

    def _crawl(self) -> None:
        ready = self.home / "demo-network.json"
        ready.unlink(missing_ok=True)
        size = ["--nodes", "30", "--torrents", str(_LIVE_TORRENTS)]
        self._start("network", ["-m", "streams.lab.dht.network", *size, "--ready", str(ready)])
        until = time.monotonic() + _NETWORK_SECONDS
        while not ready.exists():
            self._check_workers()
            if time.monotonic() > until:
                raise DemoFailed(
                    f"the test network did not come up in {_NETWORK_SECONDS} s; look into {self._log('network')}"
                )
            time.sleep(0.2)
        host, port = orjson.loads(ready.read_bytes())["endpoints"][0]
        self.console.print(
            f"  30 nodes, {_LIVE_TORRENTS} torrents; the first node is {host}:{port}",
            highlight=False,
        )
        # What an earlier demo found would not be published again: this one has a memory of its own.
        shutil.rmtree(self.current.crawl_dir, ignore_errors=True)
        end = ["--max-records", str(_LIVE_TORRENTS), "--duration", "120"]
        self._command("streams.crawl", "--profile", "lab", "--bootstrap", f"{host}:{port}", *end)
        self.processes.pop("network").terminate()

    async def _watch(self) -> None:
        """Show the status until nothing waits; for the GGUF worker, until it has done its share."""
        before: Status | None = None
        moved_at = told_at = time.monotonic()
        terminal = self.console.is_terminal
        with (
            Live(console=self.console, refresh_per_second=4, transient=True)
            if terminal
            else ExitStack() as live
        ):
            while True:
                self._check_workers()
                now = await look(self.current)
                if isinstance(live, Live):
                    live.update(drawn(now, before))
                elif time.monotonic() - told_at > 5:
                    told_at = time.monotonic()
                    self._tell_progress(now)
                if before is None or (now.lag, now.rows) != (before.lag, before.rows):
                    moved_at = time.monotonic()
                if (
                    now.drained
                    and before is not None
                    and before.rows == now.rows
                    and self._llm_done(now)
                ):
                    return
                if time.monotonic() - moved_at > _STALLED:
                    raise DemoFailed(
                        f"nothing moved for {_STALLED:.0f} s; look into {self._log('worker')}"
                    )
                before = now
                await asyncio.sleep(1)

    def _tell_progress(self, now: Status) -> None:
        waiting = ", ".join(f"{stage} {count:,}" for stage, count in now.lag.items() if count)
        self.console.print(
            f"  {now.rows['torrents']:,} torrents stored; waiting: {waiting or 'nothing'}",
            highlight=False,
        )

    def _llm_done(self, now: Status) -> bool:
        return (
            self.live
            or now.lag["llm"] == 0
            or (self.llm_limit is not None and self.processes["llm"].poll() is not None)
        )

    def _check_workers(self) -> None:
        for name, process in self.processes.items():
            code = process.poll()
            if code is not None and not (name == "llm" and code == 0):
                tail = self._log(name).read_text(errors="replace")[-2000:]
                raise DemoFailed(f"the {name} process ended with exit code {code}:\n{tail}")

    async def _show(self) -> None:
        status = await look(self.current)
        connection = await connect(self.current, read_only=True)
        try:
            for title, headings, query in QUERIES:
                table = Table(*headings, title=title, title_justify="left")
                for row in await connection.fetch(query):
                    table.add_row(*("" if value is None else str(value) for value in row))
                self.console.print(table)
        finally:
            await connection.close()
        if status.llm_pending:
            self.console.print(
                f"{status.llm_pending:,} names are still queued for the GGUF workers (limit {self.llm_limit}):"
                " `python -m streams.llm` goes on with them"
            )
        self.console.print(
            '\nquery it:     psql "$STREAMS_POSTGRES_DSN" -c "SELECT * FROM music WHERE link = \'exact\' LIMIT 5"'
            "\nsubscribe:    torrents.classified.v1, torrents.extracted.v1, torrents.linked.v1 (see the README)"
            '\naddresses:    eval "$(python -m infra.local env)"\n',
            highlight=False,
            markup=False,
            soft_wrap=True,
        )

    def _tell_times(self) -> None:
        table = Table("step", "seconds", title="timings", title_justify="left")
        for what, seconds in self.times:
            table.add_row(what, f"{seconds:.1f}")
        table.add_row("together", f"{sum(seconds for _, seconds in self.times):.1f}")
        self.console.print(table)


_GATED = {"STREAMS_LLM_MODE": "gate"}
"""The demo shows the GGUF worker, too, though the default is to do without; the environment has the
last word.
"""

_SHORT = "left(name, 60)"
QUERIES = (
    (
        "What they are (not adult)",
        (
            "medium",
            "subcategory",
            "torrents",
            "decided by files",
            "by patterns",
            "by BERT",
            "by none",
        ),
        "SELECT medium, subcategory, count(*), count(*) FILTER (WHERE source = 'extensions'),"
        " count(*) FILTER (WHERE source = 'patterns'), count(*) FILTER (WHERE source = 'bert'),"
        " count(*) FILTER (WHERE source = 'none') FROM classifications WHERE NOT nsfw GROUP BY 1, 2 ORDER BY 1, 3 DESC",
    ),
    (
        "Music, linked to MusicBrainz",
        ("artist", "title", "year", "link", "release group", "name"),
        f"SELECT artist, title, year, link, release_group_mbid, {_SHORT} FROM music"  # noqa: S608 (constants)
        " WHERE link IN ('exact', 'high', 'medium') AND NOT nsfw ORDER BY link, artist, title LIMIT 12",
    ),
    (
        "Links by status",
        ("status", "torrents"),
        "SELECT coalesce(link, 'not yet'), count(*) FROM music GROUP BY 1 ORDER BY 2 DESC",
    ),
    (
        "Films",
        ("title", "year", "resolution", "source", "name"),
        f"SELECT title, year, resolution, source, {_SHORT} FROM video"  # noqa: S608 (constants)
        " WHERE subcategory = 'movie' AND NOT nsfw AND title IS NOT NULL ORDER BY title, name LIMIT 12",
    ),
    (
        "Episodes",
        ("series", "season", "episode", "name"),
        f"SELECT title, season, episode, {_SHORT} FROM video"  # noqa: S608 (constants)
        " WHERE subcategory = 'episode' AND NOT nsfw AND title IS NOT NULL ORDER BY title, season, episode, name LIMIT 8",
    ),
    (
        "Who found title and creator",
        ("by", "llm", "torrents"),
        "SELECT method, llm, count(*) FROM extractions GROUP BY 1, 2 ORDER BY 3 DESC",
    ),
    (
        "Dead letters",
        ("stage", "reason", "letters"),
        "SELECT stage, reason, count(*) FROM dead_letters WHERE redriven_at IS NULL GROUP BY 1, 2 ORDER BY 3 DESC",
    ),
)
"""(title, headings, query) of the tables at the end. Adult works are left out: a demo is shown to
people.
"""


def main(arguments: list[str] | None = None) -> int:
    reading = parser(
        "python -m streams.demo",
        "The whole pipeline on real parts, from nothing to readable tables.",
        _EXAMPLES,
    )
    reading.add_argument(
        "dump",
        nargs="?",
        type=Path,
        metavar="DUMP",
        help="a dump of your own (default: the sample)",
    )
    reading.add_argument(
        "--keep",
        action="store_true",
        default=bool(os.environ.get("KEEP")),
        help="leave it running (KEEP=1)",
    )
    reading.add_argument(
        "--llm-limit",
        type=int,
        metavar="N",
        help=f"names asked of the GGUF worker (own dump: {LLM_LIMIT})",
    )
    reading.add_argument(
        "--live", action="store_true", help="crawl a DHT on loopback instead of replaying a dump"
    )
    chosen = reading.parse_args(arguments)
    console = Console()
    if chosen.dump is not None and not chosen.dump.is_file():
        console.print(f"{chosen.dump}: no such file")
        return 2
    limit = chosen.llm_limit if chosen.llm_limit is not None or chosen.dump is None else LLM_LIMIT
    try:
        Demo(console, chosen.dump, limit, chosen.keep, live=chosen.live).run()
    except KNOWN as error:
        console.print(f"\nthe demo failed: {error}", markup=False, highlight=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("\nstopped")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
