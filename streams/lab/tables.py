"""The tables that the demo shows at its end: what came of the torrents, and who said so."""

import asyncpg
from rich.console import Console
from rich.table import Table

from infra.postgres.access import Access
from infra.postgres.connect import connect
from infra.settings import Settings

_SHORT = "left(name, 60)"
Query = tuple[str, tuple[str, ...], str]
"""Title, headings and SQL of a table."""

RESULTS: tuple[Query, ...] = (
    (
        "What they are (not adult)",
        (
            "medium",
            "subcategory",
            "torrents",
            "decided by files",
            "by patterns",
            "by BERT",
            "by none",
        ),
        "SELECT medium, subcategory, count(*), count(*) FILTER (WHERE source = 'extensions'),"
        " count(*) FILTER (WHERE source = 'patterns'), count(*) FILTER (WHERE source = 'bert'),"
        " count(*) FILTER (WHERE source = 'none') FROM classifications"
        " WHERE NOT nsfw GROUP BY 1, 2 ORDER BY 1, 3 DESC",
    ),
    (
        "Music, linked to MusicBrainz",
        ("artist", "title", "year", "link", "release group", "name"),
        f"SELECT artist, title, year, link, release_group_mbid, {_SHORT} FROM music"  # noqa: S608 (constants)
        " WHERE link IN ('exact', 'high', 'medium') AND NOT nsfw"
        " ORDER BY link, artist, title LIMIT 12",
    ),
    (
        "Links by status",
        ("status", "torrents"),
        "SELECT coalesce(link, 'not yet'), count(*) FROM music GROUP BY 1 ORDER BY 2 DESC",
    ),
    (
        "Films",
        ("title", "year", "resolution", "source", "name"),
        f"SELECT title, year, resolution, source, {_SHORT} FROM video"  # noqa: S608 (constants)
        " WHERE subcategory = 'movie' AND NOT nsfw AND title IS NOT NULL"
        " ORDER BY title, name LIMIT 12",
    ),
    (
        "Episodes",
        ("series", "season", "episode", "name"),
        f"SELECT title, season, episode, {_SHORT} FROM video"  # noqa: S608 (constants)
        " WHERE subcategory = 'episode' AND NOT nsfw AND title IS NOT NULL"
        " ORDER BY title, season, episode, name LIMIT 8",
    ),
    (
        "Books",
        ("author", "title", "year", "issue", "name"),
        f"SELECT author, title, year, issue, {_SHORT} FROM books"  # noqa: S608 (constants)
        " WHERE NOT nsfw AND title IS NOT NULL ORDER BY author, title, name LIMIT 8",
    ),
    (
        "Programs and games",
        ("title", "version", "platforms", "name"),
        f"SELECT title, version, array_to_string(platforms, ', '), {_SHORT} FROM software"  # noqa: S608 (constants)
        " WHERE NOT nsfw AND title IS NOT NULL ORDER BY title, version, name LIMIT 8",
    ),
    (
        "Dead letters",
        ("stage", "reason", "letters"),
        "SELECT stage, reason, count(*) FROM dead_letters"
        " WHERE redriven_at IS NULL GROUP BY 1, 2 ORDER BY 3 DESC",
    ),
)
"""Adult works are left out: a demo is shown to people."""

METHODS: tuple[Query, ...] = (
    (
        "Who read title and creator",
        ("by", "llm", "torrents"),
        "SELECT method, llm, count(*) FROM extractions GROUP BY 1, 2 ORDER BY 3 DESC",
    ),
)
"""Shown again after the GGUF worker has answered."""


async def show(console: Console, current: Settings, queries: tuple[Query, ...]) -> None:
    """Ask Postgres and print a table a query."""
    connection = await connect(current, Access.READER)
    try:
        for title, headings, query in queries:
            console.print(await _table(connection, title, headings, query))
    finally:
        await connection.close()


async def _table(
    connection: asyncpg.Connection, title: str, headings: tuple[str, ...], query: str
) -> Table:
    table = Table(*headings, title=title, title_justify="left")
    for row in await connection.fetch(query):
        table.add_row(*("" if value is None else str(value) for value in row))
    return table
