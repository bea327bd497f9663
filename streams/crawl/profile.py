"""How much a crawl does at once, and how patient it is.

One place for every number that others on the network feel.
"""

from dataclasses import dataclass
from enum import StrEnum


class ProfileName(StrEnum):
    """The profiles that ship."""

    PRODUCTION = "production"
    HOME = "home"
    LAB = "lab"


@dataclass(frozen=True, slots=True)
class Profile:
    """Every limit of a crawl. Times are seconds, rates are packets a second, sizes are bytes."""

    samplers: int = 50
    """Nodes asked for samples at a time."""
    getters: int = 600
    """Infohashes asked for peers at a time; most of them wait for the turn of their node (20 of one
    node: 20 seconds).
    """
    slots: int = 300
    """Peers talked to at a time. With all busy: `found/s = slots * ok / (dead * timeout)`."""
    scrapers: int = 300
    """Torrents asked for their swarm at a time; most of them wait for the turn of their node."""
    rate: float = 200
    """All packets."""
    sample_rate: float = 50
    """Nodes sampled a second at most, once the table has as many as that takes (`max_nodes`)."""
    per_ip: float = 1
    burst: float = 4
    """To one address: bitmagnet's values; libtorrent bans at 50 in ten seconds."""
    query_timeout: float = 4
    connect_timeout: float = 3
    peer_timeout: float = 6
    """For everything that one peer may take."""
    peers_tried: int = 5
    second_chances: int = 8
    """Torrents at a time that libtorrent tries once more, over uTP or encrypted. Each may cost the
    4 MiB that a liar names.
    """
    second_timeout: float = 10
    max_metadata: int = 4 << 20
    slack: int = 64 << 10
    """What a peer may send beyond the metadata: handshakes, haves, bitfields."""
    big_info: int = 256 << 10
    """Info dicts above this are decoded in another process: they would hold the loop for a quarter
    of a second.
    """
    parse_timeout: float = 20
    """For one info dict in the other process; the largest takes half a second on an idle core."""
    assumed_interval: int = 21_600
    """Of a node that was sampled and has not answered: BEP 51's longest."""
    shortest_interval: int = 60
    """A node that names a shorter interval is still left alone for this long."""
    failed_pause: int = 900
    """After a node did not answer; doubles, and after three it is forgotten."""
    retries: tuple[float, ...] = (3_600, 21_600, 86_400)
    """Pauses before a torrent whose peers all failed is tried again."""
    max_retries: int = 200_000
    nodes_per_ip: int = 3
    max_hashes: int = 2_000
    """Infohashes that wait; the samplers wait when there are as many."""
    max_jobs: int = 600
    max_scrapes: int = 200
    """Torrents with metadata that wait for their scrape."""
    max_records: int = 400
    max_pending: int = 2_000
    """Queries without an answer yet."""
    bloom_items: int = 5_000_000
    """Infohashes that a Bloom filter is made for: 17 MiB, at one false answer in a million."""
    bloom_days: float = 1
    """A filter is filled for this long, then kept as the older one for as long again."""
    scrape: bool = True
    swarm_days: float = 30
    """Seeders and leechers that are older are asked for once more."""
    save_every: float = 60
    announces: bool = True
    """Run a full node that answers others and hears their announces."""

    @property
    def max_nodes(self) -> int:
        """Nodes in the table: as many as one interval takes at `sample_rate`.

        With fewer, all of them would be asked long before the first may be asked again.
        """
        return max(1_000, round(self.sample_rate * self.assumed_interval))

    @property
    def most_in_flight(self) -> int:
        """Torrents in all queues and hands at once, with samples of twenty."""
        queues = self.max_hashes + self.max_jobs + self.max_scrapes + 2 * self.max_records
        return queues + self.getters + self.slots + self.scrapers + 20 * self.samplers


PROFILES = {
    ProfileName.PRODUCTION: Profile(),
    # A home router keeps an entry for every address that is talked to, and many have room for 1,000
    # to 4,000 of them.
    ProfileName.HOME: Profile(
        samplers=10,
        getters=100,
        slots=60,
        scrapers=50,
        rate=20,
        sample_rate=5,
        max_hashes=500,
        second_chances=2,
        bloom_items=2_000_000,
    ),
    ProfileName.LAB: Profile(
        per_ip=4,
        rate=5_000,
        sample_rate=500,
        assumed_interval=2,
        shortest_interval=1,
        failed_pause=5,
        retries=(30, 60, 120),
        bloom_items=1_000_000,
        announces=False,
        second_chances=0,
    ),
}
