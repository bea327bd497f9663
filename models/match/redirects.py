"""MBIDs that were merged into others, from the full export of MusicBrainz (`mbdump.tar.bz2`).

The JSON dumps hold no redirects; the export does: `artist_gid_redirect` and
`release_group_gid_redirect` are (gid, new_id, created), where `new_id` is the row id of `artist` or
`release_group`, whose first columns are (id, gid, ...). The format is that of PostgreSQL's COPY, a
tab between columns (https://musicbrainz.org/doc/MusicBrainz_Database/Download).
"""

import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from models.match.errors import DumpUnreadable

_REDIRECTS = {"artist": "artist_gid_redirect", "release_group": "release_group_gid_redirect"}
"""Table of entities -> table of their redirects."""

Row = list[str]
"""The first two columns of a row."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """An MBID that is no more, and the one that stands for it."""

    old: str
    new: str


def read_redirects(path: Path) -> Iterator[Redirect]:
    """The redirects of artists and release groups in a full export.

    Args:
        path: its tar (.bz2, .xz, .gz, plain) or its extracted folder.

    Raises:
        DumpUnreadable: missing, damaged, or without the tables.
    """
    try:
        tables = dict(_tables(path))
    except (OSError, EOFError, tarfile.TarError) as error:
        raise DumpUnreadable(
            f"{path}: {error}; give mbdump.tar.bz2 of the full export, or its folder"
        ) from error
    for entity, redirect in _REDIRECTS.items():
        if redirect not in tables:
            raise DumpUnreadable(
                f"{path}: no mbdump/{redirect} in it; give mbdump.tar.bz2 of the full export"
            )
        if entity not in tables:
            raise DumpUnreadable(
                f"{path}: no mbdump/{entity} in it, which says what its redirects point at; "
                "give mbdump.tar.bz2 of the full export"
            )
        gids = tables[entity]
        for old, row_id in tables[redirect].items():
            new = gids.get(row_id)
            if new is not None:
                yield Redirect(old, new)


def _tables(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Of a redirect table {old gid: row id}, of an entity table {row id: gid}.

    Only the rows that are pointed at are kept. The tables stand in alphabetical order in the tar,
    so an entity table comes before its redirects: the tar is read twice.
    """
    redirects: dict[str, dict[str, str]] = {}
    for name, rows in _rows(path, set(_REDIRECTS.values())):
        redirects[name] = {row[0].lower(): row[1] for row in rows if len(row) >= 2}
    yield from redirects.items()
    entities = {entity for entity, redirect in _REDIRECTS.items() if redirect in redirects}
    for name, rows in _rows(path, entities):
        pointed = set(redirects[_REDIRECTS[name]].values())
        yield name, {row[0]: row[1].lower() for row in rows if len(row) >= 2 and row[0] in pointed}


def _rows(path: Path, names: set[str]) -> Iterator[tuple[str, Iterator[Row]]]:
    """The rows of the tables of these names that are there."""
    if path.is_dir():
        yield from _rows_of_folder(path, names)
        return
    with tarfile.open(path, mode="r|*") as tar:
        for member in tar:
            name = member.name.removeprefix("./").removeprefix("mbdump/")
            content = tar.extractfile(member) if name in names else None
            if content is not None:
                yield name, _columns(content)


def _rows_of_folder(folder: Path, names: set[str]) -> Iterator[tuple[str, Iterator[Row]]]:
    for name in sorted(names):
        places = (folder / "mbdump" / name, folder / name)
        file = next((place for place in places if place.is_file()), None)
        if file is not None:
            with file.open("rb") as stream:
                yield name, _columns(stream)


def _columns(lines: Iterable[bytes]) -> Iterator[Row]:
    for line in lines:
        yield line.decode("utf-8", "replace").rstrip("\n").split("\t", 2)[:2]
