"""`python -m streams.musicbrainz import ARTISTS RELEASE_GROUPS`: MusicBrainz JSON dumps into the
match index and Postgres.

The index is swapped in atomically under running workers. An import that was stopped goes on where
it was.
"""

import argparse
import asyncio
import sys
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from infra.postgres.connect import DatabaseUnreachable
from infra.settings import settings
from models.match.dump import Dump
from models.match.entities import Kind
from models.match.errors import MatchError
from streams.musicbrainz.catalogue import Imported, Sources, import_index
from streams.musicbrainz.tables import import_tables
from streams.operate.process import parser

_EXAMPLES = """examples:
  python -m streams.musicbrainz import artist.tar.xz release-group.tar.xz
  python -m streams.musicbrainz import artist.tar.xz release-group.tar.xz --index-only     no Postgres needed
  python -m streams.musicbrainz import artist.tar.xz release-group.tar.xz --releases release.tar.xz --redirects mbdump.tar.bz2
  python -m streams.musicbrainz import incremental/artist.tar.xz incremental/release-group.tar.xz --update
  python -m streams.musicbrainz import mbdump/artist mbdump/release-group --date 2026-11-21

then: python -m streams.reprocess match      link what is stored anew
"""


def _tell(imported: Imported, console: Console) -> None:
    meta = imported.meta
    console.print(
        f"{'imported' if imported.is_new else 'already current:'} {meta.artists:,} artists and {meta.release_groups:,} release"
        f" groups of {meta.dump_date} (version {meta.version})",
        soft_wrap=True,
    )
    if meta.tracked or meta.redirects:
        console.print(f"tracks of {meta.tracked:,} release groups, {meta.redirects:,} merged MBIDs")
    for dump in imported.dumps:
        if dump.bad:
            console.print(
                f"{dump.bad:,} lines of {escape(dump.path.name)} are no {dump.kind} and were passed over:"
            )
            for line in dump.bad_lines[:10]:
                console.print(f"  line {line.number}: {escape(line.reason)}", highlight=False)


def main(arguments: list[str] | None = None) -> int:
    reading = parser(
        "python -m streams.musicbrainz",
        "MusicBrainz dumps into the match index and Postgres.",
        _EXAMPLES,
    )
    commands = reading.add_subparsers(dest="command", required=True)
    importing = commands.add_parser(
        "import",
        help="read an artist and a release-group dump",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    importing.add_argument(
        "artists", type=Path, metavar="ARTISTS", help="artist.tar.xz, its folder, or JSON lines"
    )
    importing.add_argument(
        "groups", type=Path, metavar="RELEASE_GROUPS", help="release-group.tar.xz, likewise"
    )
    importing.add_argument(
        "--releases",
        type=Path,
        metavar="RELEASES",
        help="release.tar.xz: track lists, which tell more",
    )
    importing.add_argument(
        "--redirects",
        type=Path,
        metavar="EXPORT",
        help="mbdump.tar.bz2 of the full export: merged MBIDs",
    )
    importing.add_argument(
        "--update",
        action="store_true",
        help="the dumps hold only what changed since the last import",
    )
    importing.add_argument(
        "--index",
        type=Path,
        metavar="DIR",
        help="where the index goes (default STREAMS_HOME/musicbrainz)",
    )
    importing.add_argument("--index-only", action="store_true", help="do not write to Postgres")
    importing.add_argument(
        "--date",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="the dumps' date, if they do not say",
    )
    chosen = reading.parse_args(arguments)
    console = Console(stderr=True)
    folder: Path = chosen.index or settings().index_dir
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    try:
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            sources = Sources(
                Dump(chosen.artists, Kind.ARTIST),
                Dump(chosen.groups, Kind.RELEASE_GROUP),
                Dump(chosen.releases, Kind.RELEASE) if chosen.releases else None,
                chosen.redirects,
                is_update=chosen.update,
                day=chosen.date,
            )
            imported = import_index(folder, sources, progress)
        _tell(imported, console)
        if not chosen.index_only:
            written = asyncio.run(import_tables(settings(), folder))
            console.print("Postgres: tables written" if written else "Postgres: already up to date")
    except (MatchError, DatabaseUnreachable) as error:
        console.print(escape(str(error)), highlight=False)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
