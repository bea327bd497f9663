"""`python -m streams.crawl`: crawl the DHT and publish what it holds to `torrents.discovered`."""

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
from streams.crawl.crawl import Options, crawl
from streams.crawl.profile import PROFILES, ProfileName
from streams.crawl.report import Report
from streams.crawl.wire import Endpoint
from streams.kafka.consumer import KafkaUnreachable, TopicsMissing
from streams.operate.health import Monitor
from streams.operate.metrics import ProgressBoard
from streams.operate.process import StartError, parser, until_signalled

_EXAMPLES = """examples:
  python -m streams.lab.dht.network & python -m streams.crawl --profile lab --bootstrap 127.0.1.1:20000   a DHT of your own
  python -m streams.crawl --public --bootstrap dht.example.org:6881 --profile home                  the real DHT, from home
  python -m streams.crawl --public --duration 3600 --max-records 10000
  python -m streams.crawl --public --from-announces                                                 listen only

Without --public nothing leaves loopback. Once some nodes are known they are kept, and --bootstrap is not needed.
"""

_PUBLIC_NOTICE = (
    "--public: this asks nodes of the public DHT for samples of their infohashes ({per_ip:g} packets a second to one address,"
    " {rate:g} in all), connects to peers for metadata (never for content), and runs a full node that answers others. Your"
    " address is seen by them. Only metadata is stored. Know your local law and your provider's rules."
)


def _endpoint(text: str) -> Endpoint:
    host, _, port = text.strip().rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 1 << 16:
        raise ValueError("host:port is expected")
    return host.strip("[]"), int(port)


def options_of(arguments: list[str] | None, current: Settings) -> tuple[Options, bool]:
    """The options of a command line over the settings, and whether to be quiet."""
    reading = parser(
        "python -m streams.crawl",
        "Crawl the DHT and publish torrent metadata to torrents.discovered.",
        _EXAMPLES,
    )
    reading.add_argument(
        "--public",
        action="store_true",
        default=current.crawl_public,
        help="the real DHT, not only loopback",
    )
    reading.add_argument(
        "--bootstrap",
        type=_endpoint,
        action="append",
        metavar="HOST:PORT",
        help="a node to begin with; repeat it",
    )
    reading.add_argument(
        "--profile",
        type=ProfileName,
        choices=list(ProfileName),
        default=ProfileName(current.crawl_profile),
        help="how much at once (default: %(default)s)",
    )
    reading.add_argument(
        "--bind", default=current.crawl_bind, metavar="ADDRESS", help="address to send from"
    )
    reading.add_argument(
        "--port",
        type=int,
        default=current.crawl_port,
        help="UDP port of our questions (default: a free one)",
    )
    reading.add_argument(
        "--from-announces", action="store_true", help="ask nothing: only hear what others announce"
    )
    reading.add_argument("--duration", type=float, metavar="SECONDS", help="end after so long")
    reading.add_argument("--max-records", type=int, metavar="N", help="end after so many records")
    reading.add_argument("--quiet", action="store_true", help="no live view")
    chosen = reading.parse_args(arguments)
    bootstrap = chosen.bootstrap or [
        _endpoint(each) for each in current.crawl_bootstrap.split(",") if each.strip()
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


async def _crawl(options: Options, console: Console, *, quiet: bool) -> tuple[Report, bool]:
    stop = until_signalled()
    stages = ProgressBoard(settings().stall_after)
    stage, monitor = stages.add("crawl"), Monitor(settings(), stages)
    live = (
        None
        if quiet or not console.is_terminal
        else Live(console=console, refresh_per_second=2, transient=True)
    )
    published = 0

    def watch(report: Report) -> None:
        nonlocal published
        report.export()
        moved = report.published != published
        published = report.published
        stage.tell(report.depths()["records"][0], moved=moved, now=time.monotonic())
        if live is not None:
            live.update(report.view())

    await monitor.start()
    try:
        with live or nullcontext():
            return await crawl(options, settings(), stop=stop, watch=watch), stop.is_set()
    finally:
        await monitor.stop()


def main(arguments: list[str] | None = None) -> int:
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
    except (KafkaUnreachable, TopicsMissing, StartError, BanRulesInvalid) as error:
        console.print(escape(str(error)), highlight=False)
        return 1
    console.print(report.view())
    if interrupted:
        console.print("stopped; what was in flight is found again, what is known is kept")
    return 0


if __name__ == "__main__":
    sys.exit(main())
