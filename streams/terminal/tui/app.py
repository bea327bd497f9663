"""The application: what is typed becomes a query, its answers become lines, a line a detail."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.filter import NoColor
from textual.timer import Timer
from textual.widgets import Input, Static

from infra.postgres.search import MAX_ROWS, Page, Query, Sort
from infra.settings import Settings
from streams.terminal.describing import describe
from streams.terminal.sources.source import Source, SourceFailed
from streams.terminal.tui.bar import Bar
from streams.terminal.tui.facet_list import FacetList, narrowed
from streams.terminal.tui.keys import KEYS
from streams.terminal.tui.results import Line, Results, header

TYPED = 0.15
"""Seconds without a key after which what was typed is asked."""
RESTED = 0.08
"""Seconds that the cursor rests on a line before its detail is asked for."""

Open = Callable[[], Awaitable[Source]]


@dataclass(frozen=True)
class Opening:
    """What the application starts with.

    Attributes:
        open: opens the source, in the loop of the application.
        query: what stays asked for, whatever is typed.
        text: what is typed at first.
        settings: where Kafka and Postgres are; None where a file is searched without any server.
    """

    open: Open
    query: Query
    text: str = ""
    settings: Settings | None = None


class SearchApp(App[None]):
    """`mimmo tui`."""

    CSS_PATH = "app.tcss"
    TITLE = "mimmo"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 (Textual's)
    BINDINGS: ClassVar[list[BindingType]] = KEYS

    def __init__(self, opening: Opening) -> None:
        super().__init__()
        if self.no_color:
            # Textual itself makes greys of colours then, and these are colours, too.
            self._filters.append(NoColor())
        self._opening = opening
        self._source: Source | None = None
        self._chosen: dict[str, str] = {}
        self._sort = opening.query.sort
        self._asked: Query | None = None
        self._after: str | None = None
        self._total = ""
        self._is_fetching = False
        self._typing: Timer | None = None
        self._resting: Timer | None = None
        self._detailed: str | None = None
        self.failure: str | None = None
        """Why the application ended, where it could not begin."""

    def compose(self) -> ComposeResult:
        """The parts of the screen."""
        yield Input(
            self._opening.text,
            placeholder="words of the name",
            id="words",
            compact=True,
            select_on_focus=False,
        )
        with Horizontal(id="body"):
            yield FacetList(id="facets")
            with Vertical(id="found"):
                yield Static(id="header", markup=False)
                yield Results(id="results")
            with VerticalScroll(id="detail"):
                yield Static(id="text", markup=False)
        yield Bar(id="bar")

    def on_mount(self) -> None:
        """Open the source beside the first drawing."""
        self.bar.say("opening …")
        self._work(self._open(), "open")

    def on_resize(self) -> None:
        """Write the titles of the columns again."""
        self.call_after_refresh(self._draw_header)

    @property
    def bar(self) -> Bar:
        """The last line."""
        return self.screen_stack[0].query_one(Bar)

    @property
    def results(self) -> Results:
        """The list."""
        return self.screen_stack[0].query_one(Results)

    def _draw_header(self) -> None:
        self.screen_stack[0].query_one("#header", Static).update(
            Text(header(self.results.size.width), style="bold", no_wrap=True)
        )

    def _work(self, work: Coroutine[Any, Any, None], group: str) -> None:
        """Do something beside the drawing; what the group did before is ended."""
        self.run_worker(self._guarded(work), group=group, exclusive=True)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except SourceFailed as error:
            self.bar.say(str(error), is_problem=True)

    async def _open(self) -> None:
        try:
            self._source = await self._opening.open()
        except SourceFailed as error:
            self.failure = str(error)
            self.exit(return_code=2)
            return
        self._draw_header()
        self._ask()

    # What is typed and chosen.

    @on(Input.Changed, "#words")
    def _on_typed(self) -> None:
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(TYPED, self._ask)

    @on(Input.Submitted, "#words")
    def _on_entered(self) -> None:
        if self._typing is not None:
            self._typing.stop()
            self._typing = None
            self._ask()
        # Not by `focus()`, which waits its turn: the next key is for the list already.
        self.screen.set_focus(self.results)

    @on(FacetList.Toggled)
    def _on_facet(self, event: FacetList.Toggled) -> None:
        if self._chosen.get(event.facet) == event.value:
            del self._chosen[event.facet]
        else:
            self._chosen[event.facet] = event.value
        self._ask()

    def _query(self) -> Query:
        text = self.screen_stack[0].query_one("#words", Input).value
        # Before an "or" the last word goes on for one of the two sides only: then it is whole.
        may_go_on = " or " not in text.lower()
        typed = replace(self._opening.query, text=text, prefix=may_go_on, sort=self._sort)
        return narrowed(typed, self._chosen)

    def _ask(self) -> None:
        """Ask for the first page of what is typed and chosen; older answers are dropped."""
        self._typing = None
        if self._source is None:
            return
        self._asked = self._query()
        self._after = None
        self._work(self._first_page(self._source, self._asked), "search")

    async def _first_page(self, source: Source, query: Query) -> None:
        page = await source.search(query, limit=MAX_ROWS)
        self._is_fetching = False
        self._after = page.after
        self._total = ""
        self.results.show(page.rows)
        self._tell(page)
        facets = await source.facets(query)
        self._total = facets.total
        self.screen_stack[0].query_one(FacetList).show(facets, self._chosen)
        self._tell(page)

    def _tell(self, page: Page) -> None:
        """Say what is shown."""
        source = self._source
        assert source is not None
        chosen = " ".join(f"{facet}={value}" for facet, value in self._chosen.items())
        parts = [f"{self._total} found" if self._total else f"{len(self.results)} shown", chosen]
        if self._sort is not Sort.RELEVANCE:
            parts.append(f"by {self._sort.value}")
        if not page.rows and page.suggestion:
            parts.append(f"perhaps: {page.suggestion}")
        parts += [*source.notes, source.name]
        self.bar.say("  ".join(part for part in parts if part))

    def _tell_place(self) -> None:
        """Say which of how many lines the cursor is on; `+`: there are more."""
        results = self.results
        more = "+" if self._after is not None else ""
        self.bar.tell_place(f"{results.cursor + 1:,}/{len(results):,}{more}" if results else "")

    @on(Results.NearEnd)
    def _on_near_end(self) -> None:
        if self._after is None or self._is_fetching or self._source is None:
            return
        self._is_fetching = True
        # Of the same group as the first page: a new question ends it.
        self._work(self._next_page(self._source), "search")

    async def _next_page(self, source: Source) -> None:
        try:
            assert self._asked is not None
            page = await source.search(self._asked, after=self._after, limit=MAX_ROWS)
            self._after = page.after
            self.results.add(page.rows)
            self._tell_place()
        finally:
            self._is_fetching = False

    # The detail.

    @on(Results.Highlighted)
    def _on_highlighted(self, event: Results.Highlighted) -> None:
        if self._resting is not None:
            self._resting.stop()
        self._tell_place()
        line = event.line
        self._resting = self.set_timer(RESTED, lambda: self._detail(line))

    def _detail(self, line: Line | None, *, again: bool = False) -> None:
        identifier = line.infohash if line else None
        if self._source is None or (identifier == self._detailed and not again):
            return
        self._detailed = identifier
        self._work(self._describe(self._source, line), "detail")

    async def _describe(self, source: Source, line: Line | None) -> None:
        detail = await source.torrent(line.infohash) if line else None
        text = Text() if detail is None else describe(detail)
        pane = self.screen_stack[0].query_one("#detail", VerticalScroll)
        pane.query_one(Static).update(text)
        pane.scroll_home(animate=False)

    @on(Results.Chosen)
    def _on_chosen(self) -> None:
        self.screen_stack[0].add_class("reading")
        self.screen_stack[0].query_one("#detail").focus()

    # Keys.

    def action_search(self) -> None:
        """Type."""
        self.action_list()
        self.screen.query_one("#words").focus()

    def action_list(self) -> None:
        """From the detail or the facets to the list."""
        self.screen_stack[0].remove_class("reading", "faceted")
        self.results.focus()

    def action_facets(self) -> None:
        """Choose by facets."""
        self.screen.add_class("faceted")
        self.screen.query_one(FacetList).focus()

    def action_clear(self) -> None:
        """Forget what was chosen."""
        self._chosen = {}
        self._ask()

    def action_sort(self) -> None:
        """Sort by the next of the four."""
        sorts = list(Sort)
        self._sort = sorts[(sorts.index(self._sort) + 1) % len(sorts)]
        self._ask()

    def action_magnet(self) -> None:
        """Copy the magnet link, by the terminal (OSC 52)."""
        line = self.results.current
        if line is None or line.magnet is None:
            self.bar.say("this has no infohash, so there is no magnet link", is_problem=True)
            return
        self.copy_to_clipboard(line.magnet)
        self.bar.say(f"copied {line.magnet}")

    def action_wrong(self) -> None:
        """Say what is wrong."""
        self._with_server("corrections", self._wrong)

    def _wrong(self, settings: Settings) -> None:
        if (line := self.results.current) is None or self._source is None:
            return
        from streams.terminal.tui.wrong import WrongScreen

        self.push_screen(
            WrongScreen(settings, self._source, line.infohash),
            lambda _: self._detail(self.results.current, again=True),
        )

    def action_live(self) -> None:
        """Show what is classified now."""

        def live(settings: Settings) -> None:
            from streams.terminal.tui.live import LiveScreen

            self.push_screen(LiveScreen(settings, adult=self._opening.query.adult))

        self._with_server("the live view", live)

    def action_pipeline(self) -> None:
        """Show what waits and what failed."""

        def pipeline(settings: Settings) -> None:
            from streams.terminal.tui.pipeline import PipelineScreen

            self.push_screen(PipelineScreen(settings))

        self._with_server("the pipeline's status", pipeline)

    def _with_server(self, what: str, then: Callable[[Settings], None]) -> None:
        if self._opening.settings is None:
            self.bar.say(f"{what} needs Kafka; this is a file", is_problem=True)
        else:
            then(self._opening.settings)

    def action_help(self) -> None:
        """Show the keys."""
        from streams.terminal.tui.help import HelpScreen

        self.push_screen(HelpScreen())

    async def on_unmount(self) -> None:
        """Give back what the source holds."""
        if self._source is not None:
            await self._source.close()
