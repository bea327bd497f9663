"""What dumps call the fields of a torrent: data for every format that names its columns or keys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from schemas import Flag


@dataclass(slots=True)
class Fields:
    """What a dump says of one torrent, as it says it. None is what it does not say.

    A format gives these names to what it has read; all the checks are the builder's.
    """

    infohash: object = None
    """Hex, base32, base64, 20 bytes, `\\x` with hex, a magnet link; 64 hex digits are version 2."""
    name: object = None
    """Text, or bytes of an encoding that nobody knows."""
    size: object = None
    files: Iterable[tuple[object, object]] | None = None
    """Path and size of each file; a size may be None."""
    num_files: object = None
    created_at: object = None
    """Unix seconds or ISO 8601, as `observed_at`."""
    observed_at: object = None
    seeders: object = None
    leechers: object = None
    completed: object = None
    category: object = None
    """The source's own word for the content; with the three identifiers it becomes `hints`."""
    imdb: object = None
    tmdb: object = None
    tvdb: object = None
    infohash_v2: object = None
    meta_version: Literal[1, 2] | None = None
    flags: tuple[Flag, ...] = ()
    """What the format itself did to the record."""


CATALOGUES = ("imdb", "tmdb", "tvdb")
"""Fields of identifiers, which bitmagnet names as the source of a content."""

_SPELLINGS = {
    "infohash": (
        "infohash info_hash info_hash_v1 infohash_v1 btih hash hash_string torrent_hash hex"
        " magnet magnet_link magnet_uri magneturl"
    ),
    "infohash_v2": "infohash_v2 info_hash_v2 btmh",
    "name": "name torrent_name title display_name dn file_name torrent_title",
    "size": "size size_bytes total_size total_size_bytes bytes length torrent_size content_size xl",
    "files": "files file_list files_list",
    "num_files": "num_files n_files files_count file_count files_num num_of_files",
    "created_at": (
        "created_at created_unix created creation_date created_on published_at published"
        " pub_date upload_date uploaded_at added added_at added_on date dt registered_at"
    ),
    "observed_at": (
        "observed_at scraped_date scraped_at discovered_on discovered_at discovered seen_at"
        " last_seen"
    ),
    "seeders": "seeders seeds seed seeder num_seeders n_seeders seed_count",
    "leechers": "leechers leeches leech leecher peers num_leechers n_leechers",
    "completed": "completed downloads downloaded snatches snatched times_completed",
    "category": "category cat category_name content_type class media_type type",
    "imdb": "imdb imdb_id",
    "tmdb": "tmdb tmdb_id",
    "tvdb": "tvdb tvdb_id",
}
"""Each field with the names it goes by, the surest first; case and underscores do not matter."""


def _key(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")


_RANKS: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        _key(spelling): (field, rank)
        for field, spellings in _SPELLINGS.items()
        for rank, spelling in enumerate(spellings.split())
    }
)


def flat_plan(names: Iterable[str]) -> dict[str, str]:
    """Which column holds which field, where a column has one value: `files` is a number then."""
    fields = {field: spellings[0] for field, spellings in plan(names).items()}
    if "files" in fields:
        fields.setdefault("num_files", fields.pop("files"))
        fields.pop("files", None)
    return fields


def plan(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Which of these columns or keys hold which field, the surest name first.

    >>> plan(["infoHash", "title", "name"])
    {'infohash': ('infoHash',), 'name': ('name', 'title')}
    """
    ranked: dict[str, list[tuple[int, str]]] = {}
    for name in names:
        known = _RANKS.get(_key(name.strip())) if len(name) < 40 else None
        if known is not None:
            field, rank = known
            ranked.setdefault(field, []).append((rank, name))
    return {field: tuple(name for _, name in sorted(names)) for field, names in ranked.items()}
