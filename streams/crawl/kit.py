"""What every stage of a crawl works with, and the verdicts that several of them give."""

from dataclasses import dataclass, field

from infra.settings import Settings
from models.ban.ban_list import BanList
from schemas import Torrent
from streams.crawl import report
from streams.crawl.fetch import ByteBudget
from streams.crawl.frontier import Frontier
from streams.crawl.lead import Lead
from streams.crawl.memory import Memory
from streams.crawl.node import Node
from streams.crawl.parser import Parser
from streams.crawl.profile import Profile
from streams.crawl.report import Report
from streams.crawl.second import SecondChance
from streams.crawl.stored import Stored
from streams.operate.metrics import BANNED


@dataclass(frozen=True)
class Kit:
    """The parts of one crawl. `lab` keeps it on loopback."""

    settings: Settings
    profile: Profile
    node: Node
    frontier: Frontier
    memory: Memory
    stored: Stored
    parser: Parser
    bans: BanList
    lab: bool
    second: SecondChance | None = None
    budget: ByteBudget = field(default_factory=ByteBudget)
    """Memory that all metadata together may take, from its first byte until it is read."""
    report: Report = field(default_factory=Report)

    async def failed(self, lead: Lead) -> None:
        """Every peer failed, or none is known: once more after a pause, if it has tries left."""
        if lead.node is not None and await self.memory.retry(lead.infohash, lead.node):
            self.report.note(report.RECORD, "retry")
            return
        await self.give_up(lead.infohash)

    async def give_up(self, infohash: bytes) -> None:
        """Nothing comes of a torrent today."""
        self.report.note(report.RECORD, "given_up")
        await self.memory.give_up(infohash)

    async def drops(self, torrent: Torrent) -> bool:
        """Whether the ban list has a torrent; then it is given up."""
        rule = self.bans.check_torrent(torrent)
        if not rule:
            return False
        self.report.note(report.RECORD, "banned")
        BANNED.labels(rule).inc()
        await self.give_up(bytes.fromhex(torrent.infohash))
        return True
