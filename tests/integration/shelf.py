"""A shelf of invented torrents with their results, written as the store writes them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from infra.postgres.writes import Ids, write_results, write_torrents
from schemas import (
    MEDIUM_OF,
    Classification,
    Evidence,
    Extraction,
    Hints,
    Link,
    LinkStatus,
    Match,
    Method,
    Result,
    Subcategory,
    Swarm,
    Technical,
    Torrent,
    Verdict,
    metadata_for,
)
from tests.support import SEEN, classified, extracted, linked, torrent

ARTIST = "0e0f1a2b-0000-4000-8000-00000000cafe"
GROUP = "0e0f1a2b-0000-4000-8000-00000000beef"


@dataclass(frozen=True)
class Item:
    """A torrent and what the stages say of it."""

    name: str
    subcategory: str
    fields: dict[str, Any] = field(default_factory=dict)
    technical: dict[str, Any] = field(default_factory=dict)
    seeders: int | None = 1
    size: int | None = 1_000
    nsfw: bool = False
    confidence: float = 0.9
    imdb: str | None = None
    link: LinkStatus | None = None
    files: tuple[tuple[str, int], ...] | None = None
    age: int = 0
    """Minutes before `SEEN`."""

    @property
    def seen(self) -> datetime:
        return SEEN - timedelta(minutes=self.age)

    @property
    def torrent(self) -> Torrent:
        return torrent(
            self.name,
            size=self.size,
            files=self.files,
            observed_at=self.seen,
            swarm=None
            if self.seeders is None
            else Swarm(seeders=self.seeders, leechers=2, seen_at=self.seen),
            hints=Hints(imdb=self.imdb) if self.imdb else None,
        )

    @property
    def results(self) -> list[Result]:
        seen = self.torrent
        kind = Subcategory(self.subcategory)
        verdict = Verdict(
            medium=MEDIUM_OF[kind],
            subcategory=kind,
            confidence=self.confidence,
            source="patterns",
            rule="invented.rule",
            nsfw=self.nsfw,
        )
        results: list[Result] = [classified(seen, verdict)]
        if self.fields or self.technical:
            read = self._extraction(kind)
            results.append(read)
            if self.link is not None:
                results.append(self._link(read))
        return results

    def _extraction(self, kind: Subcategory) -> Extraction:
        return extracted(
            self.torrent,
            method=Method.TAGGER,
            metadata=metadata_for(kind, self.fields),
            technical=Technical(**self.technical),
            evidence={
                name: Evidence(source="rules:invented", confidence=0.9, span=(0, 4))
                for name in self.fields
            },
        )

    def _link(self, read: Extraction) -> Link:
        assert self.link is not None
        sure = self.link not in (LinkStatus.NONE, LinkStatus.AMBIGUOUS)
        return linked(
            read,
            Match(
                status=self.link,
                artist_mbid=ARTIST if sure else None,
                artist="Paper Lighthouse" if sure else None,
                release_group_mbid=GROUP if sure else None,
                title="Low Tide" if sure else None,
                score=0.9,
                why=("name",),
            ),
        )


def _film(title: str, year: int, resolution: str, **more: Any) -> Item:
    words = title.replace(" ", ".")
    return Item(
        f"{words}.{year}.{resolution}.BluRay.x264-INVENT",
        "movie",
        {"title": title, "year": year},
        {"resolution": resolution, "codec": "x264", "source": "BluRay", "languages": ("en",)},
        **more,
    )


SHELF: tuple[Item, ...] = (
    Item(
        "Paper Lighthouse - Low Tide (2006) [FLAC]",
        "album",
        {"album_name": "Low Tide", "artist": "Paper Lighthouse", "year": 2006},
        {"audio_codec": "FLAC"},
        seeders=12,
        link=LinkStatus.EXACT,
        files=(("01 - Ebb.flac", 600), ("02 - Flow.flac", 400)),
    ),
    Item(
        "Paper.Lighthouse.-.High.Tide.2009.MP3.320",
        "album",
        {"album_name": "High Tide", "artist": "Paper Lighthouse", "year": 2009},
        {"audio_codec": "MP3", "bitrate": 320},
        seeders=40,
        age=1,
        link=LinkStatus.AMBIGUOUS,
    ),
    _film("Harbour Lights", 1999, "1080p", seeders=100, size=9_000, imdb="tt0133093", age=2),
    _film("Harbour Lights", 1999, "2160p", seeders=3, size=40_000, age=3),
    _film("Tide", 2011, "720p", seeders=5, size=2_000, age=4),
    Item(
        "Night.Ferry.S01E02.720p.WEB-DL.x264-INVENT",
        "episode",
        {"series_title": "Night Ferry", "season_number": 1, "episode_number": 2},
        {"resolution": "720p", "codec": "x264", "source": "WEB-DL"},
        seeders=None,
        age=5,
    ),
    Item(
        "Night.Ferry.S01.1080p.BluRay.x264-INVENT",
        "season",
        {"series_title": "Night Ferry", "season_number": 1},
        {"resolution": "1080p", "codec": "x264", "source": "BluRay"},
        seeders=7,
        age=6,
    ),
    Item(
        "The.Daily.Tide.2024.05.13.720p.WEB.x264-INVENT",
        "episode",
        {"series_title": "The Daily Tide", "air_date": "2024-05-13"},
        {"resolution": "720p", "codec": "x264"},
        seeders=2,
        age=7,
    ),
    Item(
        "Mara Quill - The Salt Road [epub]",
        "ebook",
        {"title": "The Salt Road", "author": "Mara Quill", "formats": ("epub",)},
        size=None,
        age=8,
    ),
    Item("Harbour Lights For Grown Ups", "movie", {"title": "Harbour Lights"}, nsfw=True, age=9),
    Item("loose pictures of a harbour", "images", seeders=0, confidence=0.4, age=10),
)
"""What a search finds, or does not find."""


async def put(database: asyncpg.Connection, items: Sequence[Item] = SHELF) -> None:
    """Write items with their results."""
    results = [result for item in items for result in item.results]
    seen = [result.torrent for result in results if isinstance(result, Classification)]
    ids = Ids()
    await ids.learn(database, results)
    async with database.transaction():
        await write_torrents(database, seen, ids)
        await write_results(database, results, ids)
