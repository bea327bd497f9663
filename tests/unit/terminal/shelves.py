"""The shelf of invented torrents as a file of events, and a name that would take the terminal."""

from pathlib import Path

from tests.integration.shelf import SHELF, Item

HOSTILE = "\x1b]0;owned\x07\x1b[2J[bold]Tide[/bold] \u202egpj.exe \x9b31m"
TURNED = "שקט - Low Tide (2001) [FLAC]"
WIDE = "電気城 - 真空管 Low Tide"


def events(*items: Item) -> str:
    """The lines of a file of events."""
    return "".join(result.to_json().decode() + "\n" for item in items for result in item.results)


def shelf_at(folder: Path, *more: Item) -> str:
    """A file with the events of the shelf and of more items; its path."""
    path = folder / "events.jsonl"
    path.write_text(events(*SHELF, *more), encoding="utf-8")
    return str(path)


def item_of(name: str) -> Item:
    """An album of this name."""
    return Item(name, "album", {"album_name": "Low Tide", "artist": "Nobody"}, seeders=7)
