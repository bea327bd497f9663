"""`mimmo tui`: search and look as you type, on the whole terminal."""

import argparse
import sys
from typing import TYPE_CHECKING

from models.lines import STDIN
from models.oneshot.options import make_parser
from models.oneshot.safe import complain
from streams.terminal.search_options import add_filters, add_source, parsed, query_of

if TYPE_CHECKING:
    from infra.settings import Settings
    from streams.terminal.sources.source import Source
    from streams.terminal.tui.app import Opening

EXAMPLES = """examples:
  mimmo tui                                 Postgres of STREAMS_POSTGRES_DSN
  mimmo tui --dsn postgresql://mimmo_reader@db.example.org/mimmo
  mimmo tui --file classified.jsonl         without a server
  mimmo tui --medium audio low tide         begins with that
  ssh host mimmo tui                        80 by 24 is enough; NO_COLOR is respected

Type to search; ? shows the keys. m copies the magnet link, w says what is wrong (it needs Kafka),
L shows what is classified now, p the pipeline.
Exit code: 0, or 2 where there is nothing to search.
"""

ERROR = 2


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    parser = make_parser("mimmo tui", "search and look as you type", EXAMPLES)
    parser.add_argument("words", nargs="*", metavar="QUERY", help="what is typed at first")
    add_source(parser)
    add_filters(parser)
    return parser


def run(arguments: list[str]) -> int:
    """Run the application; returns the exit code."""
    parser = make()
    chosen = parsed(parser, arguments)
    if STDIN in chosen.file:
        parser.error("a pipe leaves no keyboard: write it to a file, and give that")
    try:
        import textual  # noqa: F401
    except ImportError:
        complain("the terminal needs the extra `tui`: uv pip install 'mimmo-streams[tui]'")
        return ERROR
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        complain("this needs a terminal; mimmo search prints into files and pipes")
        return ERROR
    return _run(chosen)


def _run(chosen: argparse.Namespace) -> int:
    from streams.terminal.sources.source import SourceFailed
    from streams.terminal.tui.app import SearchApp

    try:
        opening = opening_of(chosen)
    except SourceFailed as error:
        complain(str(error))
        return ERROR
    app = SearchApp(opening)
    app.run()
    if app.failure is not None:
        complain(app.failure)
    return app.return_code or 0


def opening_of(chosen: argparse.Namespace) -> "Opening":
    """What the application starts with; files are read now.

    Raises:
        SourceFailed: a file cannot be read.
    """
    from streams.terminal.sources.opening import files_of, opened
    from streams.terminal.tui.app import Opening

    files = files_of(chosen.dsn, chosen.file)

    async def open_source() -> "Source":
        return await opened(chosen.dsn, files)

    return Opening(
        open=open_source,
        query=query_of(chosen, ""),
        text=" ".join(chosen.words),
        settings=None if chosen.file else _settings(chosen.dsn),
    )


def _settings(dsn: str | None) -> "Settings":
    from pydantic import SecretStr

    from infra.settings import settings

    current = settings()
    return current.model_copy(update={"postgres_dsn": SecretStr(dsn)}) if dsn else current
