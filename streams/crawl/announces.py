"""A full DHT node of libtorrent's beside the crawl: it answers others, and hears announces.

The crawl takes from the DHT; this gives back. Heard announces are leads with a peer at hand, and
cost no packet.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import libtorrent as lt
import structlog

from streams.crawl.addresses import is_allowed
from streams.crawl.state import State
from streams.crawl.wire import Endpoint

log = structlog.get_logger(__name__)

_NOTE = "libtorrent"
_DRAINED_EVERY = 0.25
"""Seconds; at 50 announces a second a dozen alerts wait."""


class FullNode:
    """The libtorrent session. Nothing is shared and no torrent is ever added to it."""

    def __init__(
        self, bind: Endpoint, state: State, *, lab: bool, heard: Callable[[bytes, Endpoint], object]
    ) -> None:
        self._state = state
        self._lab = lab
        self._heard = heard
        params = lt.session_params()
        if (kept := state.note(_NOTE)) is not None:
            with suppress(RuntimeError, ValueError):
                params = lt.read_session_params(kept)
        settings: Any = {**params.settings}
        settings.update(_settings(bind, lab=lab))
        params.settings = settings
        self._session = lt.session(params)

    def know(self, endpoint: Endpoint) -> None:
        """Tell it of a node."""
        self._session.add_dht_node(endpoint)

    async def run(self) -> None:
        """Hear announces until cancelled."""
        while True:
            await asyncio.sleep(_DRAINED_EVERY)
            for alert in self._session.pop_alerts():
                if isinstance(alert, lt.dht_announce_alert):
                    self._announced(alert)

    def save(self) -> None:
        """Its id and the nodes that it knows."""
        self._state.save_note(
            _NOTE, bytes(lt.write_session_params_buf(self._session.session_state()))
        )

    def close(self) -> None:
        """Stop talking to others."""
        self._session.pause()

    def _announced(self, alert: Any) -> None:
        peer: Endpoint = (str(alert.ip), int(alert.port))
        if is_allowed(peer, lab=self._lab):
            self._heard(bytes(alert.info_hash.to_bytes()), peer)


def _settings(bind: Endpoint, *, lab: bool) -> dict[str, Any]:
    host = f"[{bind[0]}]" if ":" in bind[0] else bind[0]
    chosen: dict[str, Any] = {
        "listen_interfaces": f"{host}:{bind[1]}",
        "enable_dht": True,
        "dht_bootstrap_nodes": "",
        "enable_lsd": False,
        "enable_upnp": False,
        "enable_natpmp": False,
        "user_agent": "Mimmo Streams",
        "peer_fingerprint": "-MS0001-",
        "alert_mask": int(lt.alert.category_t.dht_notification),
        "alert_queue_size": 20_000,
        "connections_limit": 0,
        "enable_incoming_tcp": False,
        "enable_outgoing_tcp": False,
        "enable_incoming_utp": False,
        "enable_outgoing_utp": False,
    }
    if lab:
        chosen |= {
            "dht_restrict_routing_ips": False,
            "dht_restrict_search_ips": False,
            "dht_ignore_dark_internet": False,
        }
    return chosen
