"""A crawl's parts without a crawl around them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from infra.settings import Settings
from models.ban.ban_list import BanList
from streams.crawl.frontier import Frontier
from streams.crawl.kit import Kit
from streams.crawl.limits import Limits
from streams.crawl.memory import Memory
from streams.crawl.node import Node
from streams.crawl.parser import Parser
from streams.crawl.profile import Profile
from streams.crawl.state import State
from streams.crawl.stored import Stored


@asynccontextmanager
async def kit_of(settings: Settings, profile: Profile) -> AsyncIterator[Kit]:
    """Its state on disk, its node on a free port of loopback."""
    state = State.open(settings.crawl_dir)
    limits = Limits(profile.rate, profile.per_ip, profile.burst)
    node = await Node.listen(Node(b"n" * 20, limits, profile, lab=True), ("127.0.0.1", 0))
    kit = Kit(
        settings=settings,
        profile=profile,
        node=node,
        frontier=await Frontier.open(state.database, profile),
        memory=await Memory.open(state, settings.crawl_dir, profile),
        stored=Stored(settings, profile.swarm_days),
        parser=Parser(profile),
        bans=BanList.load(),
        lab=True,
    )
    try:
        yield kit
    finally:
        node.close()
        kit.parser.close()
        await kit.stored.close()
        state.close()
