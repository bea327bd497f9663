"""Found torrents as the RSS that clients read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any

from infra.postgres.search import Row
from streams.web.torznab.xml import HEAD, element, safe

MAGNET = "application/x-bittorrent;x-scheme-handler/magnet"
"""The one type of a magnet link that clients know."""
_SPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom"'
    ' xmlns:newznab="http://www.newznab.com/DTD/2010/feeds/attributes/"'
    ' xmlns:torznab="http://torznab.com/schemas/2015/feed"'
)
_BOOKS = frozenset({"ebook", "comic", "magazine", "book_other", "audiobook"})
_SONGS = frozenset({"track", "album", "collection", "audio_other", "music_video"})


@dataclass(frozen=True, slots=True)
class Channel:
    """Where an answer stands among all answers of its question."""

    base: str
    """The address of the console, without a slash at its end."""
    offset: int
    more: bool


def rss(rows: Sequence[Row], channel: Channel) -> str:
    """A page as RSS. How many there are in all is not counted: `total` is how many are known of."""
    known = channel.offset + len(rows) + channel.more
    items = "".join(_item(row, channel.base) for row in rows)
    itself = element(
        *("atom:link", None),
        href=f"{channel.base}/torznab/api",
        rel="self",
        type="application/rss+xml",
    )
    return (
        f'{HEAD}<rss version="2.0" {_SPACES}><channel>{itself}'
        f"<title>Mimmo Streams</title><description>Classified torrents</description>"
        f"{element('link', channel.base + '/')}"
        f"{element('newznab:response', offset=channel.offset, total=known)}"
        f"{items}</channel></rss>"
    )


def error(code: int, description: str) -> str:
    """A refusal."""
    return HEAD + element("error", code=code, description=description)


def _item(row: Row, base: str) -> str:
    page = f"{base}/torrents/{row.infohash}"
    parts = [
        element("title", row.name),
        element("guid", row.infohash, isPermaLink="false"),
        element("link", row.magnet),
        element("comments", page),
        # The order of the rows: clients that read what is new stop at what they know.
        element("pubDate", format_datetime(row.observed_at, usegmt=True)),
        *(element("category", number) for number in row.categories),
        element("enclosure", url=row.magnet, length=row.size or 0, type=MAGNET),
    ]
    if row.size is not None:
        parts.append(element("size", row.size))
    parts += [
        f'<torznab:attr name="{name}" value="{safe(value)}"/>' for name, value in attributes(row)
    ]
    return f"<item>{''.join(parts)}</item>"


def attributes(row: Row) -> Iterator[tuple[str, Any]]:
    """Names and values of what is known; some names come several times."""
    for number in row.categories:
        yield "category", number
    peers = None
    if row.seeders is not None:
        peers = row.seeders + (row.leechers or 0)
    fields = {
        "infohash": row.infohash,
        "magneturl": row.magnet,
        "seeders": row.seeders,
        "peers": peers,
        "size": row.size,
        "files": row.num_files,
        "year": row.year,
        **_numbers(row),
        **_release(row),
        **_work(row),
        "imdb": str(row.hints.get("imdb", "")).removeprefix("tt") or None,
        "imdbid": row.hints.get("imdb"),
    }
    for name, value in fields.items():
        if value not in (None, "", ()):
            yield name, value
    for language in row.languages:
        yield "language", language
    yield "downloadvolumefactor", 0
    yield "uploadvolumefactor", 1


def _numbers(row: Row) -> dict[str, Any]:
    fields = row.metadata
    return {"season": fields.get("season_number"), "episode": fields.get("episode_number")}


def _release(row: Row) -> dict[str, Any]:
    fields = row.technical
    return {
        "resolution": fields.get("resolution"),
        "video": fields.get("codec"),
        "audio": fields.get("audio_codec"),
        "team": fields.get("release_group"),
    }


def _work(row: Row) -> dict[str, Any]:
    if row.subcategory in _BOOKS:
        return {"author": row.creator, "booktitle": row.title}
    if row.subcategory not in _SONGS:
        return {}
    fields = row.metadata
    album = fields.get("album") if row.subcategory == "track" else row.title
    tracks = fields.get("track_count") or len(fields.get("tracks") or ()) or None
    track = row.title if row.subcategory == "track" else None
    return {"artist": row.creator, "album": album, "track": track, "tracks": tracks}
