"""`mimmo search QUERY`: what was classified, as a table, JSON lines or magnet links."""

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from models.oneshot.options import make_parser
from models.oneshot.safe import complain
from streams.terminal.search_options import add_filters, add_source, parsed, query_of

if TYPE_CHECKING:
    from infra.postgres.search import Page, Row
    from streams.terminal.sources.files import Files
    from streams.terminal.sources.source import Source

EXAMPLES = """examples:
  mimmo search low tide
  mimmo search '"paper lanterns" -live' --medium audio --sort seeders
  mimmo search --subcategory movie --resolution 1080p --min-size 1G --year 1990-1999
  mimmo search low tide --json | jq -r .title
  mimmo search low tide --limit 1 --magnet
  mimmo search --like "melancholic piano, 90s" --medium audio     by meaning, and by words
  mimmo search low tide --file classified.jsonl         without a server
  mimmo --batch names.txt --format full | mimmo search --file - --medium book
  mimmo search low tide -- -live                        words that begin with a dash

QUERY has words, "a phrase", or, and -without; a word with a dash before it stands behind -- or in
quotes with others. Without a QUERY everything is listed. --like needs the vectors of the role
embed, and the network that `python -m models.embed fetch` brings; it has 100 rows at most.
Exit code: 0 something was found, 1 nothing, 2 an error.
"""

MOST_ROWS = 10_000
"""That one call prints; pages are fetched one after the other."""
_PAGE = 100

FOUND = 0
NONE = 1
ERROR = 2


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    parser = make_parser("mimmo search", "search what was classified", EXAMPLES)
    parser.add_argument("words", nargs="*", metavar="QUERY", help="words of the name")
    parser.add_argument("--like", metavar="TEXT", help="what is meant, in place of QUERY")
    add_source(parser)
    add_filters(parser)
    how = parser.add_argument_group("how it is written")
    form = how.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="JSON lines")
    form.add_argument("--magnet", action="store_true", help="magnet links, one a line")
    how.add_argument("--limit", type=_limit, default=50, metavar="N", help="rows at most (50)")
    paged = how.add_mutually_exclusive_group()
    paged.add_argument("--page", type=_page, default=1, metavar="N", help="the Nth page of --limit")
    paged.add_argument("--after", metavar="CURSOR", help="the page that follows, as was told")
    return parser


def run(arguments: list[str]) -> int:
    """Search and print; returns the exit code."""
    parser = make()
    chosen = parsed(parser, arguments)
    if chosen.page * chosen.limit > MOST_ROWS:
        parser.error(f"--page goes up to {MOST_ROWS:,} rows; go on with --after")
    if chosen.like is not None:
        _require_alone(chosen, parser)
    from streams.terminal.sources.opening import files_of
    from streams.terminal.sources.source import SourceFailed

    try:
        files = files_of(chosen.dsn, chosen.file)
        page, notes = asyncio.run(_page_of(chosen, files))
    except SourceFailed as error:
        complain(str(error))
        return ERROR
    for note in notes:
        complain(note)
    _print(chosen, page)
    return FOUND if page.rows else NONE


def _require_alone(chosen: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    """Refuse what a search by meaning would ignore."""
    if not chosen.like.strip():
        parser.error("--like needs a text")
    if chosen.words or chosen.file:
        parser.error("--like goes with the filters, not with QUERY or --file")
    if chosen.page > 1 or chosen.after or chosen.sort != "relevance":
        parser.error("--like has one page, the nearest first: no --page, --after or --sort")
    if chosen.limit > _PAGE:
        parser.error(f"--like has {_PAGE} rows at most")


async def _page_of(
    chosen: argparse.Namespace, files: "Files | None"
) -> "tuple[Page, tuple[str, ...]]":
    """The page that is asked for, and what was passed over while the source was read."""
    from infra.postgres.search import Page
    from streams.terminal.sources.opening import opened

    query = query_of(chosen, " ".join(chosen.words) if chosen.like is None else chosen.like)
    source: Source = await opened(chosen.dsn, files)
    try:
        if chosen.like is not None:
            return await source.search_like(query, limit=chosen.limit), source.notes
        passed = chosen.limit * (chosen.page - 1)
        wanted = passed + chosen.limit
        rows: list[Row] = []
        page = Page(rows=(), after=chosen.after)
        while len(rows) < wanted:
            step = min(_PAGE, wanted - len(rows))
            page = await source.search(query, after=page.after, limit=step)
            rows += page.rows
            if page.after is None:
                break
        shown = tuple(rows[passed:])
        return (
            Page(
                rows=shown,
                after=page.after,
                looked_at=page.looked_at,
                suggestion=page.suggestion,
            ),
            source.notes,
        )
    finally:
        await source.close()


def _print(chosen: argparse.Namespace, page: "Page") -> None:
    if chosen.json:
        from streams.terminal.row_shape import shape
        from streams.terminal.text import json_line

        sys.stdout.writelines(f"{json_line(shape(row))}\n" for row in page.rows)
    elif chosen.magnet:
        _magnets(page)
    else:
        _table(page)
    sys.stdout.flush()
    _conclude(page)


def _magnets(page: "Page") -> None:
    from streams.terminal.sources.source import has_infohash

    rows = [row for row in page.rows if has_infohash(row.infohash)]
    sys.stdout.writelines(f"{row.magnet}\n" for row in rows)
    if len(rows) < len(page.rows):
        complain(f"{len(page.rows) - len(rows)} rows have no infohash")


def _table(page: "Page") -> None:
    if not page.rows:
        return
    from rich.console import Console

    from streams.terminal.table import table

    console = Console(highlight=False, soft_wrap=False)
    with console.capture() as drawn:
        console.print(table(page.rows, console.width))
    sys.stdout.write(drawn.get())


def _conclude(page: "Page") -> None:
    """Say on standard error how to go on, and what was perhaps meant."""
    if not page.rows:
        complain("nothing found")
    if page.suggestion:
        complain(f"perhaps: {page.suggestion}")
    if page.looked_at is not None:
        complain(f"only {page.looked_at:,} torrents were looked at: ask for more words")
    if page.after is not None and page.rows:
        complain(f"more: --after {page.after}")


def _limit(text: str) -> int:
    return _number(text, MOST_ROWS)


def _page(text: str) -> int:
    return _number(text, MOST_ROWS)


def _number(text: str, most: int) -> int:
    number = int(text)
    if not 1 <= number <= most:
        raise argparse.ArgumentTypeError(f"between 1 and {most:,}")
    return number
