"""The socket that asks: questions to nodes within the limits, and answers only from whom was asked.

It says `ro` (BEP 43): a node that does not answer others' questions and must not be kept in their
tables. The full node that does answer stands beside it (`streams.crawl.announces`).
"""

import asyncio
import os
from collections import Counter
from collections.abc import Mapping
from typing import Any

from streams.crawl import wire
from streams.crawl.addresses import is_allowed
from streams.crawl.limits import Limits
from streams.crawl.profile import Profile
from streams.crawl.wire import BadMessage, Endpoint, Query, Refusal, Reply


class QueryFailed(Exception):
    """No answer that counts. The message is the reason, one of few: it is counted."""


class Node(asyncio.DatagramProtocol):
    """One UDP socket."""

    def __init__(self, node_id: bytes, limits: Limits, profile: Profile, *, lab: bool) -> None:
        self.id = node_id
        self.counts: Counter[str] = Counter()
        self.external: Counter[str] = Counter()
        """Our address as nodes see it (BEP 42)."""
        self._limits = limits
        self._profile = profile
        self._lab = lab
        self._pending: dict[tuple[bytes, Endpoint], asyncio.Future[Reply]] = {}
        self._transports: dict[bool, asyncio.DatagramTransport] = {}
        """By whether it is IPv6."""

    @classmethod
    async def listen(cls, node: "Node", *binds: Endpoint) -> "Node":
        """Open a socket for each address; IPv4 and IPv6 (BEP 32) are asked through their own.

        Raises:
            OSError: an address cannot be bound.
        """
        for bind in binds:
            transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: node, local_addr=bind
            )
            node._transports[":" in bind[0]] = transport
        return node

    def reaches(self, endpoint: Endpoint) -> bool:
        """Whether there is a socket of the address's family."""
        return (":" in endpoint[0]) in self._transports

    @property
    def pending(self) -> int:
        """Questions that wait for their answer."""
        return len(self._pending)

    @property
    def address(self) -> Endpoint:
        """Where the first socket listens."""
        host, port, *_ = next(iter(self._transports.values())).get_extra_info("sockname")
        return host, port

    def close(self) -> None:
        """Close the sockets. Questions without an answer run into their timeout."""
        for transport in self._transports.values():
            transport.close()

    async def ask(self, to: Endpoint, method: str, arguments: Mapping[bytes, Any]) -> Reply:
        """Send a question when the limits allow it, and wait for its answer.

        Raises:
            QueryFailed: the address is refused, no answer came, or an error did.
        """
        if not is_allowed(to, lab=self._lab):
            raise QueryFailed("address_refused")
        if len(self._pending) >= self._profile.max_pending:
            raise QueryFailed("too_many_pending")
        await self._limits.turn(to[0])
        transport = self._transports.get(":" in to[0])
        if transport is None or transport.is_closing():
            raise QueryFailed("no_socket")
        transaction = os.urandom(4)
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._pending[transaction, to] = answer
        packet = wire.query(transaction, method, {b"id": self.id, **arguments}, read_only=True)
        self.counts["packets_out"] += 1
        self.counts["bytes_out"] += len(packet)
        try:
            transport.sendto(packet, to)
            async with asyncio.timeout(self._profile.query_timeout):
                return await answer
        except TimeoutError:
            raise QueryFailed("timeout") from None
        except OSError as error:
            raise QueryFailed("unreachable") from error
        finally:
            del self._pending[transaction, to]

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """Take a packet: an answer to a question of ours, or nothing."""
        sender: Endpoint = (addr[0], addr[1])
        self.counts["packets_in"] += 1
        self.counts["bytes_in"] += len(data)
        try:
            message = wire.parse(data)
        except BadMessage:
            self.counts["malformed"] += 1
            return
        if isinstance(message, Query):
            self.counts["queries_ignored"] += 1
            return
        # Only from the address that was asked, and with its transaction: anybody can send us
        # packets.
        waiting = self._pending.get((message.transaction, sender))
        if waiting is None:
            self.counts["unasked"] += 1
        elif waiting.done():
            self.counts["repeated"] += 1
        elif isinstance(message, Refusal):
            waiting.set_exception(QueryFailed("refused"))
        else:
            if message.external is not None:
                self._note_external(message.external[0])
            waiting.set_result(message)

    def error_received(self, exc: Exception) -> None:
        """An ICMP error of some packet.

        Whose it was is not said, so its question runs into its timeout.
        """
        self.counts["icmp"] += 1

    def _note_external(self, ip: str) -> None:
        if len(self.external) < 64 or ip in self.external:
            self.external[ip] += 1
