"""`python -m streams.musicbrainz import ARTISTS RELEASE_GROUPS`: dumps into index and Postgres.

MusicBrainz JSON dumps become the match index, which is swapped in atomically under running workers,
and tables in Postgres. An import that was stopped goes on where it was.
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
from streams.operate.process import parser

try:
    from streams.musicbrainz.catalogue import Imported, Sources, import_index
    from streams.musicbrainz.tables import import_tables
except ModuleNotFoundError as error:  # numpy
    sys.exit(f"the match index needs the extra `onnx` ({error}): uv pip install -e .[onnx]")

_EXAMPLES = """examples:
  python -m streams.musicbrainz import artist.tar.xz release-group.tar.xz
  python -m streams.musicbrainz import artist.tar.xz release-group.tar.xz --index-only
      no Postgres needed
  python -m streams.musicbrainz import artist.tar.xz release-group.tar.xz \\
      --releases release.tar.xz --redirects mbdump.tar.bz2
  python -m streams.musicbrainz import new/artist.tar.xz new/release-group.tar.xz --update
  python -m streams.musicbrainz import mbdump/artist mbdump/release-group --date 2026-11-21

then: python -m streams.reprocess match      link what is stored anew
"""

_TOLD = 10
"""Bad lines of a dump that are shown."""

INTERRUPTED = 130
"""Exit code of a process that was stopped from the keyboard (128 + SIGINT)."""


def main(arguments: list[str] | None = None) -> int:
    """Import. Returns the exit code."""
    options = _parser().parse_args(arguments)
    console = Console(stderr=True)
    try:
        _import(options, console)
    except (MatchError, DatabaseUnreachable) as error:
        console.print(escape(str(error)), highlight=False)
        return 1
    except KeyboardInterrupt:
        console.print("stopped; the same command goes on where it was", highlight=False)
        return INTERRUPTED
    return 0


def _import(options: argparse.Namespace, console: Console) -> None:
    folder: Path = options.index or settings().index_dir
    sources = Sources(
        Dump(options.artists, Kind.ARTIST),
        Dump(options.groups, Kind.RELEASE_GROUP),
        Dump(options.releases, Kind.RELEASE) if options.releases else None,
        options.redirects,
        is_update=options.update,
        day=options.date,
    )
    with _progress(console) as progress:
        imported = import_index(folder, sources, progress)
    _tell(imported, console)
    if not options.index_only:
        is_written = asyncio.run(import_tables(settings(), folder))
        console.print("Postgres: tables written" if is_written else "Postgres: already up to date")


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )


def _tell(imported: Imported, console: Console) -> None:
    meta = imported.meta
    console.print(
        f"{'imported' if imported.is_new else 'already current:'} {meta.artists:,} artists and "
        f"{meta.release_groups:,} release groups of {meta.dump_date} (version {meta.version})",
        soft_wrap=True,
    )
    if meta.tracked or meta.redirects:
        console.print(f"tracks of {meta.tracked:,} release groups, {meta.redirects:,} merged MBIDs")
    for dump in imported.dumps:
        if dump.bad:
            _tell_bad_lines(dump, console)


def _tell_bad_lines(dump: Dump, console: Console) -> None:
    name = escape(dump.path.name)
    console.print(f"{dump.bad:,} lines of {name} are no {dump.kind} and were passed over:")
    for line in dump.bad_lines[:_TOLD]:
        console.print(f"  line {line.number}: {escape(line.reason)}", highlight=False)


def _parser() -> argparse.ArgumentParser:
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
    return reading


if __name__ == "__main__":
    sys.exit(main())
