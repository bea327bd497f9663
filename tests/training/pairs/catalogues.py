"""Small invented dumps of MusicBrainz."""

import json
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FIRST = (
    *("Aurora", "Copper", "Ember", "Falcon", "Silver", "Harbour"),
    *("Lantern", "Quiet", "North", "Paper", "Marble", "Cedar"),
)
LAST = (
    *("Vale", "Kings", "Osprey", "Fields", "Tide", "Bridge"),
    *("Orchard", "Signal", "Moths", "Rivers", "Embers", "Lamps"),
)

Row = dict[str, Any]


def mbid(number: int) -> str:
    return str(uuid.UUID(int=(number + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128, version=4))


def artist(number: int, name: str, aliases: Iterable[str] = (), sort_name: str = "") -> Row:
    row: Row = {"id": mbid(number), "name": name, "sort-name": sort_name or name}
    return row | {"aliases": [{"name": alias} for alias in aliases]}


def artists(count: int) -> list[Row]:
    """Artists of whom every fourth has an alias, and every third a name near another's."""
    rows = []
    for number in range(count):
        first, last = FIRST[number % 12], LAST[number // 12 % 12]
        name = f"{first} {last}" + (f" {FIRST[number // 144]}" if number >= 144 else "")
        name = f"The {name}" if number % 5 == 0 else name
        aliases = [f"{last} of {first} {number}"] if number % 4 == 0 else []
        rows.append(artist(number, name, aliases))
        if number % 3 == 0:
            rows.append(artist(100_000 + number, name.replace("e", "a", 1) + "s"))
    return rows


def group(number: int, title: str, aliases: Iterable[str] = (), year: int = 2006) -> Row:
    credit = [{"name": "Aurora Vale", "artist": {"id": mbid(999), "name": "Aurora Vale"}}]
    row: Row = {"id": mbid(number), "title": title, "first-release-date": f"{year}-01-01"}
    row |= {"artist-credit": credit, "primary-type": "Album", "secondary-types": []}
    return row | {"aliases": [{"name": alias} for alias in aliases]}


def dump(path: Path, rows: Iterable[Row]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
