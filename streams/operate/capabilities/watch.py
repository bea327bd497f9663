"""Notes again and again which runtimes are there: for who is asked and must not wait for Kafka."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from infra.logging import get_logger
from infra.settings import Settings
from streams.operate.background import Background
from streams.operate.capabilities.roll import RollCall, Runtimes, expected, rows, told

log = get_logger(__name__)

EVERY_SECONDS = 15.0
"""Between two looks: who was killed is missed after three quarters of a minute at the latest."""


class RuntimesWatch(Background):
    """Looks at the announcements from `start` until `stop`, or when it is asked to (`look`).

    Args:
        settings: where Kafka is, and which stages are expected.
        waiting: how many records wait for each stage; left out where that may not be asked.
    """

    def __init__(
        self,
        settings: Settings,
        waiting: Callable[[], Awaitable[Mapping[str, int]]] | None = None,
    ) -> None:
        super().__init__(self._run)
        self._settings = settings
        self._roll = RollCall(settings)
        self._ask_waiting = waiting
        self._waiting: Mapping[str, int] = {}
        self._logged: list[str] = []
        self.runtimes = Runtimes(unknown="nobody has looked yet")

    async def stop(self) -> None:
        """Looks no more."""
        await super().stop()
        await self._roll.close()

    async def look(self) -> None:
        """Looks once. Whatever fails is noted as not known."""
        try:
            self.runtimes = await self._roll.look()
            if self._ask_waiting is not None:
                self._waiting = await self._ask_waiting()
        except Exception as error:  # a look that fails is no failure of the process
            self._waiting = {}
            self.runtimes = Runtimes(unknown=f"Kafka does not answer ({type(error).__name__})")

    def missing(self) -> list[str]:
        """A sentence for each stage that nobody offers."""
        stages = self.runtimes.missing(expected(self._settings))
        return [told(stage, self._waiting.get(stage)) for stage in stages]

    def told(self) -> dict[str, Any]:
        """What was noted last, as `/health` shows it."""
        known: dict[str, Any] = {"missing": self.missing(), "workers": rows(self.runtimes)}
        return {**known, "unknown": self.runtimes.unknown} if self.runtimes.unknown else known

    async def _run(self) -> None:
        while True:
            await self.look()
            missing = self.runtimes.missing(expected(self._settings))
            if missing != self._logged and not self.runtimes.unknown:
                self._tell(missing)
            await asyncio.sleep(EVERY_SECONDS)

    def _tell(self, missing: list[str]) -> None:
        """Says what changed, not what is so all the time."""
        if missing:
            log.warning("stages without a runtime; what is for them waits", stages=missing)
        else:
            log.info("every stage has a runtime again")
        self._logged = missing
