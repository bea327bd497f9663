"""The options of `mimmo search` and `mimmo tui` as a query."""

import argparse
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from infra import ranges
from schemas.media import Medium, Subcategory

if TYPE_CHECKING:
    from infra.postgres.search import Query

_SORTS = ("relevance", "seeders", "size", "age")


def add_source(parser: argparse.ArgumentParser) -> None:
    """Takes where to look."""
    where = parser.add_argument_group("where")
    where.add_argument(
        "--dsn", metavar="URI", help="Postgres; a reading role is enough (STREAMS_POSTGRES_DSN)"
    )
    where.add_argument(
        "--file",
        action="append",
        default=[],
        metavar="FILE",
        help="JSON lines in place of Postgres: events, or answers of mimmo; - is a pipe; repeat it",
    )


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Takes what is asked for."""
    what = parser.add_argument_group("what")
    add = what.add_argument
    add("--medium", choices=[medium.value for medium in Medium])
    add(
        "--subcategory",
        action="append",
        default=[],
        metavar="NAME",
        type=_subcategory,
        help="album, movie, ebook and so on; repeat it",
    )
    add("--own-class", metavar="NAME", help="a class of your own, such as sheet_music")
    add("--year", type=years, metavar="Y|Y-Y", help="1999, 1990-1999, 1990- or -1999")
    add("--resolution", metavar="1080p")
    add("--language", metavar="CODE", help="of two letters, or multi")
    add("--codec", metavar="NAME", help="of video or audio: x264, FLAC")
    linked = what.add_mutually_exclusive_group()
    linked.add_argument(
        "--linked", action="store_const", const=True, help="whose MusicBrainz artist is known"
    )
    linked.add_argument(
        "--not-linked", dest="linked", action="store_const", const=False, help="or is not"
    )
    add("--min-confidence", type=_share, metavar="0.8", help="how sure the class is at least")
    add("--min-size", type=size, metavar="1G", help="in powers of 1024")
    add("--max-size", type=size, metavar="20G")
    add("--since", type=_day, metavar="YYYY-MM-DD", help="seen on that day or later")
    for field in ("artist", "album", "track", "author", "title"):
        add(f"--{field}", metavar="WORDS")
    add("--season", type=int, metavar="N")
    add("--episode", type=int, metavar="N")
    add("--imdb", metavar="ID")
    add("--artist-mbid", type=UUID, metavar="MBID")
    add("--release-group-mbid", type=UUID, metavar="MBID")
    add("--adult", action="store_true", help="adult works, too")
    add("--sort", choices=_SORTS, default="relevance", help="(default: %(default)s)")


def parsed(parser: argparse.ArgumentParser, arguments: list[str]) -> argparse.Namespace:
    """The options of a command with words among them; all that follows `--` is words."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    chosen = parser.parse_intermixed_args(arguments[:end])
    chosen.words = [*chosen.words, *arguments[end + 1 :]]
    return chosen


def query_of(chosen: argparse.Namespace, text: str, **more: Any) -> "Query":
    """The query of a command line."""
    from infra.postgres.search import Query, Sort

    return Query(
        text=text,
        medium=chosen.medium,
        subcategories=tuple(chosen.subcategory),
        own_class=chosen.own_class,
        years=chosen.year,
        resolution=chosen.resolution,
        language=chosen.language,
        codec=chosen.codec,
        linked=chosen.linked,
        confidence=None if chosen.min_confidence is None else (chosen.min_confidence, None),
        sizes=_range(chosen.min_size, chosen.max_size),
        seen=None if chosen.since is None else (chosen.since, None),
        artist=chosen.artist,
        album=chosen.album,
        track=chosen.track,
        author=chosen.author,
        title=chosen.title,
        season=chosen.season,
        episode=chosen.episode,
        imdb=chosen.imdb,
        artist_mbid=chosen.artist_mbid,
        release_group_mbid=chosen.release_group_mbid,
        adult=chosen.adult,
        sort=Sort(chosen.sort),
        **more,
    )


def _range(low: int | None, high: int | None) -> tuple[int | None, int | None] | None:
    return None if low is None and high is None else (low, high)


size = ranges.plainly_read(ranges.size)
years = ranges.plainly_read(ranges.years)


def _subcategory(text: str) -> str:
    names = [subcategory.value for subcategory in Subcategory]
    if text not in names:
        raise argparse.ArgumentTypeError(f"no subcategory {text!r}; there are {', '.join(names)}")
    return text


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError("between 0 and 1")
    return share


def _day(text: str) -> datetime:
    day = date.fromisoformat(text)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
