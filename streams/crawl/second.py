"""A second chance for a torrent whose peers could not be reached over plain TCP.

libtorrent speaks uTP and encryption, too. It tries few torrents at a time: a peer that lies about
the size costs it that much memory, up to 4 MiB.
"""

import asyncio
import ipaddress
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import libtorrent as lt

from streams.crawl.addresses import is_allowed
from streams.crawl.fetch import Outcome
from streams.crawl.profile import Profile
from streams.crawl.wire import Endpoint

WORTH_IT = frozenset(
    {Outcome.CONNECT_REFUSED, Outcome.CONNECT_TIMEOUT, Outcome.CLOSED, Outcome.NOT_BITTORRENT}
)
"""How a client fails that wants uTP or encryption. Who answered, and had nothing, has nothing."""
_DRAINED_EVERY = 0.2


class SecondChance:
    """A libtorrent session that fetches metadata and nothing else."""

    def __init__(self, host: str, profile: Profile, *, lab: bool) -> None:
        self._profile = profile
        self._lab = lab
        self._waiting: dict[bytes, asyncio.Future[bytes]] = {}
        host = f"[{host}]" if ":" in host else host
        session: Any = lt.session(
            {
                "listen_interfaces": f"{host}:0",
                "enable_dht": False,
                "enable_lsd": False,
                "enable_upnp": False,
                "enable_natpmp": False,
                "user_agent": "Mimmo Streams",
                "peer_fingerprint": "-MS0001-",
                "connections_limit": 40,
                "alert_mask": int(lt.alert.category_t.status_notification),
                "active_limit": -1,
                "active_downloads": -1,
                "allow_multiple_connections_per_ip": lab,
                "peer_connect_timeout": 4,
                "handshake_timeout": 4,
                "prefer_rc4": False,
                "out_enc_policy": 1,
                "in_enc_policy": 1,
                "allowed_enc_level": 3,
            }
        )
        self._session = session

    @property
    def in_flight(self) -> int:
        """Torrents that are tried now."""
        return len(self._waiting)

    async def fetch(self, infohash: bytes, peers: Sequence[Endpoint]) -> bytes | None:
        """The info dict. Returns None if none is had in time, or too many are tried already."""
        allowed = [peer for peer in peers if is_allowed(peer, lab=self._lab)]
        if (
            not allowed
            or infohash in self._waiting
            or len(self._waiting) >= self._profile.second_chances
        ):
            return None
        try:
            handle = self._session.add_torrent(_params(infohash, allowed))
        except RuntimeError:  # the infohash of twenty zeros is none for libtorrent
            return None
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[infohash] = answer
        try:
            async with asyncio.timeout(self._profile.second_timeout):
                return await answer
        except TimeoutError:
            return None
        finally:
            del self._waiting[infohash]
            with suppress(RuntimeError):
                self._session.remove_torrent(handle)

    async def run(self) -> None:
        """Hear of metadata until cancelled."""
        while True:
            await asyncio.sleep(_DRAINED_EVERY)
            for alert in self._session.pop_alerts():
                if isinstance(alert, lt.metadata_received_alert):
                    self._received(alert.handle)

    def close(self) -> None:
        """Stop talking to others."""
        self._session.pause()

    def _received(self, handle: Any) -> None:
        with suppress(RuntimeError):  # removed in the meantime
            waiting = self._waiting.get(bytes(handle.info_hashes().v1.to_bytes()))
            file = handle.torrent_file()
            if waiting is not None and not waiting.done() and file is not None:
                waiting.set_result(bytes(file.info_section()))


def _params(infohash: bytes, peers: Sequence[Endpoint]) -> Any:
    """How a torrent is added of which only the metadata is wanted."""
    params = lt.add_torrent_params()
    params.info_hashes = lt.info_hash_t(lt.sha1_hash(infohash))
    params.peers = [(str(ipaddress.ip_address(host)), port) for host, port in peers]
    # Nothing is ever written there: it is in upload mode, and removed with the metadata.
    params.save_path = "."
    flags = lt.torrent_flags
    params.flags = (
        flags.upload_mode
        | flags.disable_dht
        | flags.disable_lsd
        | flags.disable_pex
        | flags.default_dont_download
    )
    return params
