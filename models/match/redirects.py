"""MBIDs that were merged into others, from the full export of MusicBrainz (`mbdump.tar.bz2`).

The JSON dumps hold no redirects; the export does: `artist_gid_redirect` and
`release_group_gid_redirect` are (gid, new_id, created), where `new_id` is the row id of `artist` or
`release_group`, whose first columns are (id, gid, ...).
Format: PostgreSQL's COPY text, a tab between columns
    (https://musicbrainz.org/doc/MusicBrainz_Database/Download).
"""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.match.errors import DumpUnreadable

_TABLES = ("artist", "release_group")


@dataclass(frozen=True, slots=True)
class Redirect:
    """An MBID that is no more, and the one that stands for it."""

    old: str
    new: str


def read_redirects(path: Path) -> Iterator[Redirect]:
    """The redirects of artists and release groups in a full export: its tar (.bz2, .xz, .gz, plain)
    or extracted folder.

    Raises:
        DumpUnreadable: missing, damaged, or without the tables.
    """
    try:
        members = dict(_members(path))
    except (OSError, EOFError, tarfile.TarError) as error:
        raise DumpUnreadable(
            f"{path}: {error}; give mbdump.tar.bz2 of the full export, or its folder"
        ) from error
    for table in _TABLES:
        if f"{table}_gid_redirect" not in members:
            raise DumpUnreadable(f"{path}: no mbdump/{table}_gid_redirect in it")
        if table not in members:
            raise DumpUnreadable(
                f"{path}: no mbdump/{table} in it, which says what its redirects point at"
            )
        gids = members[table]
        for old, row in members[f"{table}_gid_redirect"].items():
            if (new := gids.get(row)) is not None:
                yield Redirect(old, new)


def _members(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Of a redirect table {old gid: row}, of an entity table {row: gid}: only the rows that are
    pointed at are kept.
    """
    wanted = {name: f"{name}_gid_redirect" for name in _TABLES}
    redirects: dict[str, dict[str, str]] = {}
    # The tables stand in alphabetical order in the tar, so an entity table comes before its
    # redirects: read it twice.
    for name, rows in _rows(path, set(wanted.values())):
        redirects[name] = {row[0].lower(): row[1] for row in rows if len(row) >= 2}
    yield from redirects.items()
    for name, rows in _rows(path, {name for name, table in wanted.items() if table in redirects}):
        pointed = set(redirects[wanted[name]].values())
        yield name, {row[0]: row[1].lower() for row in rows if len(row) >= 2 and row[0] in pointed}


def _rows(path: Path, names: set[str]) -> Iterator[tuple[str, Iterator[list[str]]]]:
    if path.is_dir():
        for name in sorted(names):
            file = next(
                (each for each in (path / "mbdump" / name, path / name) if each.is_file()), None
            )
            if file is not None:
                with file.open("rb") as stream:
                    yield name, (_columns(line) for line in stream)
        return
    with tarfile.open(path, mode="r|*") as tar:
        for member in tar:
            name = member.name.removeprefix("./").removeprefix("mbdump/")
            content = tar.extractfile(member) if name in names else None
            if content is not None:
                yield name, (_columns(line) for line in content)


def _columns(line: bytes) -> list[str]:
    return line.decode("utf-8", "replace").rstrip("\n").split("\t", 2)[:2]
