"""`mimmo dht INFOHASH`: peers and metadata of one infohash, and what the torrent is."""

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING, Any

from models.oneshot.options import add_output, make_parser
from models.oneshot.safe import complain

if TYPE_CHECKING:
    from streams.terminal.dht.look import Seen, Sought

EXAMPLES = """examples:
  on a DHT of your own, on loopback:
    python -m streams.lab.dht.network &
    mimmo dht INFOHASH --profile lab --bootstrap 127.0.1.1:20000
  on the real DHT:
    mimmo dht --public --bootstrap dht.example.org:6881 INFOHASH
    mimmo dht --public "magnet:?xt=urn:btih:..."      nodes of an earlier crawl are known
    mimmo dht --public --peers INFOHASH               addresses of peers, and nothing asked of them

INFOHASH is 40 hex digits, 64 of version 2, or 32 of base32. Without --public nothing leaves
loopback. What is banned is not looked up, and not shown if that is seen only from its metadata.
Exit code: 0 found, 1 nothing found, 2 an error.
"""

_NOTICE = (
    "--public: this asks nodes of the public DHT for peers ({per_ip:g} packets a second to one"
    " address, {rate:g} in all){peers}. Your address is seen by them."
)
_OF_PEERS = " and connects to peers for metadata, never for content"

_SHOWN_NODES = 40
"""Nodes of an earlier crawl that a look-up begins with."""

FOUND = 0
NONE = 1
ERROR = 2


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    parser = make_parser("mimmo dht", "what an infohash is, asked of the DHT", EXAMPLES)
    add = parser.add_argument
    add("infohash", metavar="INFOHASH|MAGNET", help="what to look up")
    add("--public", action="store_true", help="the real DHT (or STREAMS_CRAWL_PUBLIC=true)")
    add(
        "--bootstrap",
        action="append",
        metavar="HOST:PORT",
        help="a node to begin with; repeat it (or STREAMS_CRAWL_BOOTSTRAP)",
    )
    add(
        "--profile",
        choices=["production", "home", "lab"],
        help="how much at once (default: STREAMS_CRAWL_PROFILE)",
    )
    add("--bind", metavar="ADDRESS", help="address to send from (or STREAMS_CRAWL_BIND)")
    add("--timeout", type=_seconds, default=60.0, metavar="SECONDS", help="at most (60)")
    add("--peers", action="store_true", help="only the addresses of peers, one a line")
    add("--quiet", action="store_true", help="no progress and no notice")
    add_output(parser)
    return parser


def run(arguments: list[str]) -> int:
    """Look up and print; returns the exit code."""
    parser = make()
    chosen = parser.parse_args(arguments)
    try:
        import streams.crawl.wire  # noqa: F401
    except ImportError:
        complain("the DHT needs the extra `crawl`: uv pip install 'mimmo-streams[crawl,onnx]'")
        return ERROR
    from models.ban.ban_list import BanRulesInvalid
    from models.registry import WeightsError
    from models.runtime import MissingRuntime
    from streams.operate.process import StartError

    try:
        return _run(chosen, parser)
    except (StartError, BanRulesInvalid, MissingRuntime, WeightsError) as error:
        complain(str(error))
        return ERROR


def _run(chosen: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from infra.settings import settings
    from models.content.metainfo.infohashes import hashes
    from streams.pipeline.bans import load_bans

    infohash, _ = hashes(chosen.infohash)
    if infohash is None:
        parser.error("an infohash is 40 or 64 hex digits, 32 of base32, or in a magnet link")
    bans = load_bans(settings())
    if bans.check(_name_in(chosen.infohash), infohash=infohash):
        complain("it is on the ban list: nothing is asked")
        return NONE
    sought = _sought(chosen, parser, infohash)
    if sought.options.public and not chosen.quiet:
        _notice(sought)
    seen = _seen(sought, is_quiet=chosen.quiet)
    if chosen.peers:
        sys.stdout.writelines(f"{_address(*peer)}\n" for peer in seen.peers)
        return FOUND if seen.peers else NONE
    if seen.torrent is not None and bans.check_torrent(seen.torrent):
        complain("its metadata is on the ban list: it is not shown")
        return NONE
    return _print(chosen, seen)


def _sought(chosen: argparse.Namespace, parser: argparse.ArgumentParser, infohash: str) -> "Sought":
    """What is asked for, of the command line over the settings."""
    from infra.settings import settings
    from streams.crawl.options import Options, endpoint_of
    from streams.crawl.profile import PROFILES, ProfileName
    from streams.terminal.dht.look import Sought

    current = settings()
    listed = chosen.bootstrap or [
        node for node in current.crawl_bootstrap.split(",") if node.strip()
    ]
    try:
        bootstrap = tuple(endpoint_of(node) for node in listed)
    except ValueError as error:
        parser.error(f"--bootstrap: {error}")
    options = Options(
        public=chosen.public or current.crawl_public,
        bootstrap=bootstrap,
        bind=chosen.bind or current.crawl_bind,
        profile=PROFILES[ProfileName(chosen.profile or current.crawl_profile)],
    )
    return Sought(infohash, options, chosen.timeout, wants_metadata=not chosen.peers)


def _notice(sought: "Sought") -> None:
    profile = sought.options.profile
    peers = _OF_PEERS if sought.wants_metadata else ""
    complain(_NOTICE.format(per_ip=profile.per_ip, rate=profile.rate, peers=peers))


def _seen(sought: "Sought", *, is_quiet: bool) -> "Seen":
    """What the DHT says, with a line of progress where a person sees it."""
    from rich.console import Console

    from streams.terminal.dht.look import look

    console = Console(stderr=True)
    if is_quiet or not console.is_terminal:
        return asyncio.run(_looked(sought, look))
    with console.status(f"looking for {sought.infohash}") as status:

        async def watched(what: "Sought", nodes: Any) -> "Seen":
            return await look(what, nodes, lambda seen: status.update(progress(seen)))

        return asyncio.run(_looked(sought, watched))


async def _looked(sought: "Sought", ask: Any) -> "Seen":
    """Ask, beginning with the nodes that are named or known.

    Raises:
        StartError: no node is known.
    """
    from infra.settings import settings
    from streams.crawl.addresses import is_allowed
    from streams.crawl.options import resolved
    from streams.crawl.state import answering_nodes
    from streams.operate.process import StartError

    nodes = await resolved(sought.options)
    lab = not sought.options.public
    known = answering_nodes(settings().crawl_dir, _SHOWN_NODES)
    nodes += [node for node in known if is_allowed(node, lab=lab)]
    if not nodes:
        raise StartError(
            "no node is known to begin with: give one with --bootstrap HOST:PORT"
            + ("" if sought.options.public else " (of loopback; the real DHT needs --public)")
        )
    seen: Seen = await ask(sought, nodes)
    return seen


def progress(seen: "Seen") -> str:
    """How far a look-up is, in a line without markup."""
    tried = sum(seen.outcomes.values())
    return (
        f"nodes that answered: {seen.answered} of {seen.asked}, peers: {len(seen.peers)},"
        f" attempts: {tried}"
    )


def _print(chosen: argparse.Namespace, seen: "Seen") -> int:
    """Print what was seen; returns the exit code."""
    from models.oneshot import shapes
    from models.oneshot.mimmo import Mimmo
    from models.oneshot.output import Format, Writer, is_terminal
    from streams.terminal.text import json_line

    as_card = chosen.table or (is_terminal() and not chosen.json)
    answer = None if seen.torrent is None else Mimmo().answer(seen.torrent)
    if not as_card:
        told = shape(seen) | ({} if answer is None else shapes.brief(answer))
        sys.stdout.write(f"{json_line(told)}\n")
    elif answer is not None:
        Writer(Format(as_cards=True)).write([answer])
    if as_card or answer is None:
        _conclude(seen)
    return NONE if answer is None else FOUND


def shape(seen: "Seen") -> dict[str, Any]:
    """What was seen as a JSON object; name, size and files are null without metadata."""
    torrent = seen.torrent
    return {
        "infohash": seen.infohash,
        "name": torrent.name if torrent else None,
        "size": torrent.size if torrent else None,
        "files": torrent.num_files if torrent else None,
        "dht": {
            "nodes_asked": seen.asked,
            "nodes_answered": seen.answered,
            "peers": len(seen.peers),
            "attempts": dict(sorted(seen.outcomes.items())),
            "seconds": round(seen.seconds, 1),
            "timed_out": not seen.is_over,
        },
    }


def _conclude(seen: "Seen") -> None:
    """Say on standard error how it went."""
    told = [progress(seen), f"{seen.seconds:.1f} s"]
    if seen.torrent is None:
        told.append("no metadata" if seen.is_over else "no metadata in time")
    tried = ", ".join(f"{name} {count}" for name, count in seen.outcomes.most_common())
    complain("; ".join(told) + (f" ({tried})" if tried else ""))


def _name_in(text: str) -> str:
    """The name of a magnet link, for the ban list; empty if there is none."""
    from models.content.metainfo.encodings import decoded
    from models.content.metainfo.magnet_link import link_in

    link = link_in(text)
    if link is None:
        return ""
    return link.name if isinstance(link.name, str) else decoded(link.name)[0]


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= 3_600:
        raise ValueError("between 0 and 3600 seconds")
    return seconds
