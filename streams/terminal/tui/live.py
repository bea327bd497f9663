"""What is classified now, a line each, with the rate."""

import asyncio
import time
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import RichLog, Static

from infra.settings import Settings
from schemas import Classification
from streams.kafka.client import KafkaUnreachable
from streams.kafka.consumer import TopicsMissing
from streams.terminal.tail import tail
from streams.terminal.text import percent, shown

_KEPT = 500
"""Lines that can be scrolled back to."""
_RATED = 5.0
"""Seconds over which the rate is counted."""
_AGAIN = 3.0


class LiveScreen(Screen[None]):
    """The end of `torrents.classified`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,L", "dismiss", "close", show=False),
        Binding("space", "pause", "pause", show=False),
    ]
    DEFAULT_CSS = """
    LiveScreen #rate { height: 1; background: $panel; }
    LiveScreen RichLog { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """

    def __init__(self, settings: Settings, *, adult: bool) -> None:
        super().__init__()
        self._settings = settings
        self._adult = adult
        self._is_paused = False

    def compose(self) -> ComposeResult:
        """The lines and the rate."""
        yield RichLog(max_lines=_KEPT, wrap=False, markup=False, highlight=False, auto_scroll=True)
        yield Static("waiting for what is classified …", id="rate", markup=False)

    def on_mount(self) -> None:
        """Begin to look."""
        self.run_worker(self._follow(), exclusive=True)

    def action_pause(self) -> None:
        """Hold the lines, or let them go on."""
        self._is_paused = not self._is_paused

    async def _follow(self) -> None:
        while True:
            try:
                await self._look()
            except (KafkaUnreachable, TopicsMissing) as error:
                self._say(str(error))
                await asyncio.sleep(_AGAIN)

    async def _look(self) -> None:
        log = self.query_one(RichLog)
        counts: list[tuple[float, int]] = []
        async for look in tail(self._settings):
            now = time.monotonic()
            counts = [(at, count) for at, count in counts if now - at < _RATED]
            counts.append((now, look.count))
            rate = sum(count for _, count in counts) / _RATED
            paused = "  paused, Space goes on" if self._is_paused else ""
            self._say(f"{rate:,.1f} a second{paused}   Esc back, Space pause")
            if self._is_paused:
                continue
            for result in look.results:
                if self._adult or not result.verdict.nsfw:
                    log.write(_line(result, log.size.width), expand=False)

    def _say(self, text: str) -> None:
        self.query_one("#rate", Static).update(shown(text))


def _line(result: Classification, width: int) -> Text:
    verdict = result.verdict
    told = f"{verdict.subcategory.value:<14} {percent(verdict.confidence):>4}  "
    return Text(told, no_wrap=True).append_text(
        shown(result.torrent.name, max(10, width - len(told) - 2))
    )
