"""What a search says of categories is what their rules say."""

from collections.abc import AsyncIterator
from itertools import product
from types import SimpleNamespace

import pytest

from infra.postgres.search import Query, search
from schemas import Described, Subcategory, torznab_ids
from schemas.newznab import CATEGORIES, PARENTS
from tests.integration.shelf import Item, put

pytestmark = [pytest.mark.stack, pytest.mark.slow]

VIDEO = ({}, {"resolution": "480p", "source": "DVD", "codec": "XviD"}, {"resolution": "1080p"})
TECHNICAL = {
    "audio": ({"audio_codec": "FLAC"}, {"audio_codec": "MP3"}, {}),
    "video": (*VIDEO, {"resolution": "2160p", "source": "WEB-DL", "codec": "x264"}),
}
PLATFORMS = ((), ("switch",), ("windows",), ("macos", "ios"), ("playstation-4", "windows"))
KINDS = {
    "movie": "video",
    "episode": "video",
    "season": "video",
    "video_other": "video",
    "music_video": "video",
    "album": "audio",
    "track": "audio",
    "audiobook": "audio",
    "audio_other": "audio",
}


def items() -> list[Item]:
    shelf: list[Item] = []
    for kind, medium in KINDS.items():
        for technical, nsfw, start in product(TECHNICAL[medium], (False, True), ("", "[Group] ")):
            name = f"{start}{kind} {len(shelf)}"
            shelf.append(Item(name, kind, {"year": 2001}, technical, nsfw=nsfw))
    for kind, platforms in product(("game", "application"), PLATFORMS):
        name = f"{kind} {len(shelf)}"
        fields = {"platforms": platforms, "formats": ("iso",) if len(platforms) == 1 else ()}
        shelf.append(Item(name, kind, fields, {"edition": "x"}))
    bare = ("ebook", "comic", "magazine", "book_other", "images", "other", "game", "movie")
    shelf += [
        Item(f"bare {kind} {nsfw}", kind, nsfw=nsfw) for kind in bare for nsfw in (False, True)
    ]
    return shelf


@pytest.fixture
async def full(database: SimpleNamespace) -> AsyncIterator[SimpleNamespace]:
    await put(database.db, items())
    yield database


def expected(ids: tuple[int, ...]) -> set[str]:
    names = set()
    for item in items():
        extraction = next((r for r in item.results if hasattr(r, "technical")), None)
        described = Described(
            Subcategory(item.subcategory),
            item.nsfw,
            item.name,
            extraction.metadata.model_dump(mode="json") if extraction else {},
            extraction.technical.model_dump(mode="json") if extraction else {},
        )
        if set(torznab_ids(described)) & set(ids):
            names.add(item.name)
    return names


async def test_every_category_finds_what_is_in_it(full: SimpleNamespace) -> None:
    asked = [(category.id,) for category in CATEGORIES] + [(parent,) for parent in PARENTS]
    asked += [(3000, 3010, 3040), (2000, 5040), (3030, 7020, 1), (4050, 1000), (99999,)]
    for ids in asked:
        page = await search(full.db, Query(categories=ids), limit=100)
        names = {row.name for row in page.rows}
        assert page.after is None
        assert names == expected(ids), ids
        assert all(set(row.categories) & set(ids) for row in page.rows)
