"""Corrections as labelled rows, in the files that training reads.

`names/p2p_labelled.jsonl.gz` has names with medium, subcategory and whether they are adult: the
classifier learns from them. `fields/p2p_labelled.jsonl.gz` has names with artist, title and year
for the tagger. Adult works and what the ban list bans are left out, and nobody is named. `nsfw`
stands in a row only where somebody said it: what the classifier guessed is no label.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.postgres.labelled import Labelled
from models.training.row_files import FIELDS, NAMES, write_rows
from schemas import MEDIUM_OF, Subcategory
from streams.kafka.dead_letters import Bans

_OWN_NAMES = {"title": "title", "creator": "artist", "year": "year"}
"""Fields of the second file by their names there."""

Row = dict[str, Any]


@dataclass(slots=True)
class Rows:
    """What is exported, and how much was left out."""

    names: list[Row] = field(default_factory=list)
    fields: list[Row] = field(default_factory=list)
    flags: list[Row] = field(default_factory=list)
    """Names that people called adult, and names of which they said nothing but whether they are.

    They are not exported: a loop tells them to the labels that it has."""

    guessed: int = 0
    """Left out as adult on the word of the classifier alone."""

    banned: int = 0

    @property
    def adult(self) -> int:
        """How many torrents were left out as adult."""
        return self.guessed + sum(row["nsfw"] is True for row in self.flags)


async def gather(labelled: AsyncIterator[Labelled], bans: Bans) -> Rows:
    """The rows of all labelled torrents, in their order."""
    rows = Rows()
    async for torrent in labelled:
        said = _said_adult(torrent)
        if bans.check(torrent.name, infohash=torrent.infohash) is not None:
            rows.banned += 1
        elif said is None and torrent.nsfw:
            rows.guessed += 1
        else:
            row = name_row(torrent)
            if said is True or (said is False and row is None):
                rows.flags.append(row or {"name": torrent.name, "nsfw": said})
            elif row is not None:
                rows.names.append(row)
            if said is not True and (row := field_row(torrent)) is not None:
                rows.fields.append(row)
    return rows


def _said_adult(torrent: Labelled) -> bool | None:
    """Whether people said that it is adult. Returns None if they said nothing of it."""
    said = torrent.labels.get("adult")
    return said if isinstance(said, bool) else None


def name_row(torrent: Labelled) -> Row | None:
    """A row for the classifier. Returns None if nobody said what the medium is.

    Whether it is adult stands there only if somebody said that, too.
    """
    medium = torrent.labels.get("medium")
    if not isinstance(medium, str):
        return None
    subcategory = Subcategory(medium.partition("/")[2])
    row = {"name": torrent.name, "medium": MEDIUM_OF[subcategory].value, "sub": subcategory.value}
    said = _said_adult(torrent)
    return row if said is None else row | {"nsfw": said}


def field_row(torrent: Labelled) -> Row | None:
    """A row for the tagger. Returns None if nobody said anything of title, creator or year.

    It is unsure, and so counts less, where a field that it shows is the word of a model alone.
    """
    said = {name: torrent.labels[name] for name in _OWN_NAMES if name in torrent.labels}
    if not said:
        return None
    shown = {"title": torrent.title, "creator": torrent.creator, "year": torrent.year, **said}
    present = {name: value for name, value in shown.items() if value is not None}
    row = {"name": torrent.name, "sub": torrent.subcategory}
    row |= {_OWN_NAMES[name]: value for name, value in present.items()}
    return row | ({"unsure": True} if present.keys() - said.keys() else {})


def write(rows: Rows, folder: Path) -> list[Path]:
    """Writes both files; the same rows are the same bytes. Returns their paths."""
    written = {folder / NAMES: rows.names, folder / FIELDS: rows.fields}
    for path, listed in written.items():
        write_rows(path, listed)
    return list(written)
