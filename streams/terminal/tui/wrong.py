"""What is wrong with a torrent: a field, and what is right if that is known."""

import getpass
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from infra.postgres.connect import DatabaseUnreachable
from infra.postgres.search import Row
from infra.settings import Settings
from schemas import Judgement, Subcategory
from schemas.corrected_fields import fields_of
from streams.corrections.claims import Claim, Refused
from streams.corrections.command import told
from streams.corrections.reaching import say
from streams.kafka.client import KafkaUnreachable
from streams.terminal.sources.source import Source, SourceFailed
from streams.terminal.text import shown

_LABEL = 16


class WrongScreen(ModalScreen[None]):
    """A list of fields, then a line for what is right."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "back", show=False)]
    DEFAULT_CSS = """
    WrongScreen OptionList, WrongScreen OptionList:focus {
        height: auto; max-height: 14; border: none; padding: 0;
    }
    WrongScreen #right { display: none; }
    WrongScreen.asking #right { display: block; }
    WrongScreen.asking OptionList { display: none; }
    """

    def __init__(self, settings: Settings, source: Source, infohash: str) -> None:
        super().__init__()
        self._settings = settings
        self._source = source
        self._infohash = infohash
        self._field = ""

    def compose(self) -> ComposeResult:
        """Fields, a line to type in, and what became of it."""
        with Vertical(classes="box"):
            yield Static("What is wrong?  Esc goes back", id="title", markup=False)
            yield OptionList(id="fields")
            yield Input(placeholder="what is right; empty if you do not know", id="right")
            yield Static("", id="outcome", markup=False)

    def on_mount(self) -> None:
        """Ask what is believed now."""
        self.run_worker(self._fill(), exclusive=True)

    async def _fill(self) -> None:
        try:
            detail = await self._source.torrent(self._infohash)
        except SourceFailed as error:
            self._tell(str(error))
            return
        if detail is None:
            self._tell("it is not stored any more")
            return
        row = detail.row
        fields = self.query_one(OptionList)
        for field in fields_of(Subcategory(row.subcategory)):
            line = Text(f"{field.replace('_', ' '):<{_LABEL}} ", style="bold")
            fields.add_option(Option(line.append_text(shown(current(row, field), 44)), field))
        fields.highlighted = 0
        fields.focus()

    @on(OptionList.OptionSelected)
    def _on_field(self, event: OptionList.OptionSelected) -> None:
        self._field = event.option_id or ""
        self.add_class("asking")
        self.query_one("#title", Static).update(
            shown(f"{self._field.replace('_', ' ')} is wrong.  Enter sends, Esc goes back")
        )
        right = self.query_one("#right", Input)
        right.value = ""
        right.focus()

    @on(Input.Submitted, "#right")
    def _on_right(self, event: Input.Submitted) -> None:
        self._tell("waiting for Kafka …")
        self.run_worker(self._send(event.value.strip()), exclusive=True)

    async def _send(self, value: str) -> None:
        """Publish; it is said to be there when Kafka has acknowledged it, and not before."""
        claim = Claim(
            infohash=self._infohash,
            field=self._field,
            verdict=Judgement.VALUE if value else Judgement.WRONG,
            reporter=_reporter(),
            value=value or None,
        )
        try:
            correction = await say(self._settings, claim)
        except (Refused, DatabaseUnreachable, KafkaUnreachable) as error:
            self._tell(f"not sent: {error}")
            return
        self._tell(f"Kafka has it. {told(correction)}")
        self.query_one("#right", Input).disabled = True

    def _tell(self, text: str) -> None:
        self.query_one("#outcome", Static).update(Text(shown(text).plain))

    def action_back(self) -> None:
        """To the fields, or back to the list."""
        if self.has_class("asking") and not self.query_one("#right", Input).disabled:
            self.remove_class("asking")
            self.query_one(OptionList).focus()
        else:
            self.dismiss(None)


def current(row: Row, field: str) -> str:
    """What is believed of a field."""
    if field == "medium":
        return f"{row.medium}/{row.subcategory}"
    if field == "adult":
        return "yes" if row.nsfw else "no"
    if field == "link":
        if row.release_group_mbid is not None:
            return f"release-group/{row.release_group_mbid}"
        return f"artist/{row.artist_mbid}" if row.artist_mbid else "none"
    uniform = {"title": row.title, "creator": row.creator, "year": row.year}
    value = uniform.get(field, row.metadata.get(field, row.technical.get(field)))
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


def _reporter() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a name for its user
        return "unknown"
