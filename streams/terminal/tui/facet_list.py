"""The facets beside the results: how many have which value, and which values are chosen."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rich.text import Text
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from infra.postgres.search import Facets, Query
from streams.terminal.text import shown

SHOWN = (
    "medium",
    "subcategory",
    "own_class",
    "year",
    "resolution",
    "codec",
    "language",
    "linked",
    "confidence",
)
MOST_VALUES = 8
"""Of one facet; the others can be typed."""
_CELLS = 14
_BETWEEN = "="


class FacetList(OptionList):
    """Facets as a list; choosing a value asks for it, choosing it again does not."""

    DEFAULT_CSS = """
    FacetList, FacetList:focus {
        border: none; padding: 0; scrollbar-size-vertical: 1; background: transparent;
    }
    """

    class Toggled(Message):
        """A value is to be asked for, or not any more."""

        def __init__(self, facet: str, value: str) -> None:
            super().__init__()
            self.facet = facet
            self.value = value

    def show(self, facets: Facets, chosen: Mapping[str, str]) -> None:
        """Show the counts, and mark what is chosen."""
        marked = self.highlighted
        self.clear_options()
        for facet in SHOWN:
            counted = {value.value: value.count for value in facets.values.get(facet, ())}
            picked = chosen.get(facet)
            if picked is not None and picked not in counted:
                counted = {picked: 0, **counted}
            if not counted:
                continue
            self.add_option(Option(Text(facet, style="bold"), disabled=True))
            self.add_options(
                Option(_line(value, number, is_picked=value == picked), _name(facet, value))
                for value, number in list(counted.items())[:MOST_VALUES]
            )
        if marked is not None and marked < self.option_count:
            self.highlighted = marked

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Tell which value was chosen."""
        event.stop()
        facet, _, value = (event.option_id or "").partition(_BETWEEN)
        if facet in SHOWN:
            self.post_message(self.Toggled(facet, value))


def _name(facet: str, value: str) -> str:
    return f"{facet}{_BETWEEN}{value}"


def _line(value: str, number: int, *, is_picked: bool) -> Text:
    mark = "x " if is_picked else "  "
    line = Text(mark).append_text(shown(value, _CELLS, "bold" if is_picked else ""))
    padding = max(1, 2 + _CELLS + 1 - line.cell_len)
    return line.append(f"{' ' * padding}{number:>5}", style="dim")


def narrowed(query: Query, chosen: Mapping[str, str]) -> Query:
    """A query that asks for what is chosen as well."""
    for facet, value in chosen.items():
        query = replace(query, **_asked(facet, value))
    return query


def _asked(facet: str, value: str) -> dict[str, Any]:
    if facet == "subcategory":
        return {"subcategories": (value,)}
    if facet == "year":
        return {"years": (int(value), int(value))}
    if facet == "linked":
        return {"linked": value == "yes"}
    if facet == "confidence":
        low = float(value)
        return {"confidence": (low, None if low >= 0.9 else low + 0.0999)}
    return {facet: value}
