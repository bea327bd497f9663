"""The status of the pipeline, again every two seconds: what waits, what failed, and rates."""

import asyncio
from typing import ClassVar

import asyncpg
from rich.console import Group
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from infra.postgres.connect import DatabaseUnreachable
from infra.settings import Settings
from streams.kafka.client import KafkaUnreachable
from streams.operate.status import Status, drawn, look
from streams.terminal.text import shown

EVERY = 2.0


class PipelineScreen(ModalScreen[None]):
    """What `python -m streams.status --watch` shows."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,p", "dismiss", "close", show=False)]

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings

    def compose(self) -> ComposeResult:
        """The tables."""
        with VerticalScroll(classes="box"):
            yield Static("asking Kafka and Postgres …", id="tables", markup=False)

    def on_mount(self) -> None:
        """Begin to look."""
        self.run_worker(self._watch(), exclusive=True)

    async def _watch(self) -> None:
        before: Status | None = None
        tables = self.query_one("#tables", Static)
        while True:
            try:
                now = await look(self._settings)
            except (KafkaUnreachable, DatabaseUnreachable) as error:
                tables.update(shown(str(error)))
            except asyncpg.PostgresError as error:
                tables.update(shown(f"Postgres: {error}"))
            else:
                tables.update(Group(drawn(now, before)))
                before = now
            await asyncio.sleep(EVERY)
