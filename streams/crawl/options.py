"""What to crawl and for how long, and which addresses that means."""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass

from streams.crawl.addresses import is_allowed
from streams.crawl.profile import PROFILES, Profile, ProfileName
from streams.crawl.wire import Endpoint
from streams.operate.process import StartError


@dataclass(frozen=True)
class Options:
    """What to crawl and for how long. `public` is the real DHT; without it, only loopback."""

    public: bool = False
    bootstrap: tuple[Endpoint, ...] = ()
    bind: str = ""
    port: int = 0
    node_port: int = 0
    profile: Profile = PROFILES[ProfileName.PRODUCTION]
    from_announces: bool = False
    duration: float | None = None
    max_records: int | None = None

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where sockets bind.

        Loopback, unless it is said otherwise. For the real DHT all of IPv4, and IPv6 if there.
        """
        if self.bind:
            return tuple(address.strip() for address in self.bind.split(","))
        if not self.public:
            return ("127.0.0.1",)
        everywhere = ("0.0.0.0", "::")  # noqa: S104 (only when asked for)
        return everywhere if _has_ipv6_address() else everywhere[:1]

    @property
    def families(self) -> frozenset[socket.AddressFamily]:
        """The address families that this crawl has a socket of."""
        return frozenset(
            socket.AF_INET6 if ":" in address else socket.AF_INET for address in self.addresses
        )


def _has_ipv6_address() -> bool:
    """Whether a packet to a public IPv6 address would find a way; none is sent."""
    if not socket.has_ipv6:
        return False
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.connect(("2001:db8::1", 9))
    except OSError:
        return False
    return True


def endpoint_of(text: str) -> Endpoint:
    """The address of `host:port`, as a command line has it.

    Raises:
        ValueError: it is none.
    """
    host, _, port = text.strip().rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 1 << 16:
        raise ValueError("host:port is expected")
    return host.strip("[]"), int(port)


async def resolved(options: Options) -> list[Endpoint]:
    """The addresses of the bootstrap nodes, of every family that there is a socket of.

    Raises:
        StartError: one has no address that may be sent to.
    """
    nodes: list[Endpoint] = []
    for host, port in options.bootstrap:
        addresses = await _addresses(host, port)
        reachable = [(ip, port) for family, ip in addresses if family in options.families]
        allowed = [node for node in reachable if is_allowed(node, lab=not options.public)]
        if not allowed:
            raise StartError(_refusal(options, f"{host}:{port}", reachable))
        nodes += allowed
    return list(dict.fromkeys(nodes))


async def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, str]]:
    try:
        answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    except OSError as error:
        raise StartError(f"bootstrap node {host}: {error.strerror}") from error
    return [(answer[0], str(answer[4][0])) for answer in answers]


def _refusal(options: Options, node: str, reachable: Sequence[Endpoint]) -> str:
    if not reachable:
        return (
            f"bootstrap node {node} has no address of the families that the crawl is bound to"
            f" ({', '.join(options.addresses)}); see STREAMS_CRAWL_BIND"
        )
    hint = "loopback needs no --public" if options.public else "use --public for the real DHT"
    return f"bootstrap node {node} is not an address for this crawl ({hint})"
