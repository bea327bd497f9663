"""`python -m streams.crawl`: crawl the DHT and publish to `torrents.discovered`."""

import argparse
import asyncio
import sys
import time
from contextlib import nullcontext

from rich.console import Console
from rich.live import Live
from rich.markup import escape

from infra.logging import configure
from infra.settings import Settings, settings
from models.ban.ban_list import BanRulesInvalid
from streams.crawl.crawl import KNOWN, crawl
from streams.crawl.options import Options, endpoint_of
from streams.crawl.profile import PROFILES, ProfileName
from streams.crawl.report import Report
from streams.kafka.client import KafkaUnreachable
from streams.kafka.consumer import TopicsMissing
from streams.operate.health import Monitor
from streams.operate.metrics import ProgressBoard
from streams.operate.process import StartError, parser, until_signalled

_EXAMPLES = """examples:
  a DHT of your own, on loopback:
    python -m streams.lab.dht.network &
    python -m streams.crawl --profile lab --bootstrap 127.0.1.1:20000
  the real DHT, from home:
    python -m streams.crawl --public --bootstrap dht.example.org:6881 --profile home
  for an hour, or 10,000 records:
    python -m streams.crawl --public --duration 3600 --max-records 10000
  listen only:
    python -m streams.crawl --public --from-announces

Without --public nothing leaves loopback. Once some nodes are known they are kept, and --bootstrap
is not needed.
"""

_PUBLIC_NOTICE = (
    "--public: this asks nodes of the public DHT for samples of their infohashes ({per_ip:g}"
    " packets a second to one address, {rate:g} in all), connects to peers for metadata (never for"
    " content), and runs a full node that answers others. Your address is seen by them. Only"
    " metadata is stored. Know your local law and your provider's rules."
)

_REPORTED = (KafkaUnreachable, TopicsMissing, StartError, BanRulesInvalid, *KNOWN)
"""Failures whose message is enough: no traceback is shown."""


def main(arguments: list[str] | None = None) -> int:
    """Crawl as the command line says; returns the exit code."""
    current = settings()
    try:
        options, quiet = options_of(arguments, current)
    except ValueError as error:
        print(f"STREAMS_CRAWL_BOOTSTRAP: {error}", file=sys.stderr)
        return 2
    configure(current)
    console = Console(stderr=True)
    if options.public:
        notice = _PUBLIC_NOTICE.format(per_ip=options.profile.per_ip, rate=options.profile.rate)
        console.print(f"[bold yellow]{escape(notice)}[/]", highlight=False)
    try:
        report, interrupted = asyncio.run(_crawl(options, console, quiet=quiet))
    except _REPORTED as error:
        console.print(escape(str(error)), highlight=False)
        return 1
    console.print(report.view())
    if interrupted:
        console.print("stopped; what was in flight is found again, what is known is kept")
    return 0


def options_of(arguments: list[str] | None, current: Settings) -> tuple[Options, bool]:
    """The options of a command line over the settings, and whether to be quiet.

    Raises:
        ValueError: the bootstrap nodes of the settings are not host:port.
    """
    chosen = _reading(current).parse_args(arguments)
    bootstrap = chosen.bootstrap or [
        endpoint_of(node) for node in current.crawl_bootstrap.split(",") if node.strip()
    ]
    options = Options(
        public=chosen.public,
        bootstrap=tuple(bootstrap),
        bind=chosen.bind,
        port=chosen.port,
        node_port=current.crawl_node_port,
        profile=PROFILES[chosen.profile],
        from_announces=chosen.from_announces,
        duration=chosen.duration,
        max_records=chosen.max_records,
    )
    return options, chosen.quiet


def _reading(current: Settings) -> argparse.ArgumentParser:
    reading = parser(
        "python -m streams.crawl",
        "Crawl the DHT and publish torrent metadata to torrents.discovered.",
        _EXAMPLES,
    )
    add = reading.add_argument
    add(
        "--public",
        action="store_true",
        default=current.crawl_public,
        help="the real DHT, not only loopback",
    )
    add(
        "--bootstrap",
        type=endpoint_of,
        action="append",
        metavar="HOST:PORT",
        help="a node to begin with; repeat it",
    )
    add(
        "--profile",
        type=ProfileName,
        choices=list(ProfileName),
        default=ProfileName(current.crawl_profile),
        help="how much at once (default: %(default)s)",
    )
    add("--bind", default=current.crawl_bind, metavar="ADDRESS", help="address to send from")
    add(
        "--port",
        type=int,
        default=current.crawl_port,
        help="UDP port of our questions (default: a free one)",
    )
    add("--from-announces", action="store_true", help="ask nothing: only hear what others announce")
    add("--duration", type=float, metavar="SECONDS", help="end after so long")
    add("--max-records", type=int, metavar="N", help="end after so many records")
    add("--quiet", action="store_true", help="no live view")
    return reading


async def _crawl(options: Options, console: Console, *, quiet: bool) -> tuple[Report, bool]:
    """Crawl with a live view, metrics and a health answer; whether it was told to stop."""
    stop = until_signalled()
    board = ProgressBoard(settings().stall_after)
    progress = board.add("crawl")
    monitor = Monitor(settings(), board, "crawl")
    live = None
    if console.is_terminal and not quiet:
        live = Live(console=console, refresh_per_second=2, transient=True)
    published = 0

    def watch(report: Report) -> None:
        nonlocal published
        report.export()
        moved = report.published != published
        published = report.published
        progress.tell(report.depths()["records"][0], moved=moved, now=time.monotonic())
        if live is not None:
            live.update(report.view())

    await monitor.start()
    try:
        with live or nullcontext():
            return await crawl(options, settings(), stop=stop, watch=watch), stop.is_set()
    finally:
        await monitor.stop()


if __name__ == "__main__":
    sys.exit(main())
