"""What goes from one stage of a crawl to the next."""

from dataclasses import dataclass

from schemas import Torrent
from streams.crawl.stored import Need
from streams.crawl.wire import Endpoint


@dataclass(frozen=True, slots=True)
class Lead:
    """A torrent in flight, and who told of it: a node that may know its peers, or a peer itself."""

    infohash: bytes
    node: Endpoint | None
    peer: Endpoint | None = None
    need: Need = Need.METADATA


@dataclass(frozen=True, slots=True)
class Job:
    """A lead with peers to ask."""

    lead: Lead
    peers: tuple[Endpoint, ...]


@dataclass(frozen=True, slots=True)
class Scrape:
    """A lead to be scraped. Without a torrent only its swarm is wanted: the rest is stored."""

    lead: Lead
    torrent: Torrent | None = None
