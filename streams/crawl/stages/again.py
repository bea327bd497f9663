"""Torrents whose pause is over, once more."""

import asyncio

from streams.crawl.kit import Kit
from streams.crawl.lead import Lead

_PAUSE = 0.5
"""Seconds between two looks at who is due."""


class Again:
    """Fills the queue of the stage that asks for peers."""

    def __init__(self, kit: Kit, leads: asyncio.Queue[Lead]) -> None:
        self._kit = kit
        self._leads = leads

    async def run(self) -> None:
        """Begin retries that are due until cancelled."""
        while True:
            for retry in await self._kit.memory.begin_due():
                await self._leads.put(Lead(retry.infohash, retry.endpoint))
            await asyncio.sleep(_PAUSE)
