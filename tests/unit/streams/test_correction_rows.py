"""Corrections as labelled rows: a row says what people said, and no more."""

from collections.abc import AsyncIterator, Collection
from typing import Any

import pytest

from infra.postgres.labelled import Labelled
from streams.corrections.export import Rows, gather


class Bans:
    """A list that bans some names."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def check(self, name: str, *, infohash: str | None, paths: Collection[str] = ()) -> str | None:
        return "own" if name in self._names else None


def torrent(*, nsfw: bool = False, **labels: Any) -> Labelled:
    return Labelled(
        infohash="ab" * 20,
        name="Quiet Harbour 1999",
        subcategory="movie",
        nsfw=nsfw,
        title=None,
        creator=None,
        year=None,
        labels=labels,
    )


async def rows_of(*torrents: Labelled, bans: Bans | None = None) -> Rows:
    async def listed() -> AsyncIterator[Labelled]:
        for labelled in torrents:
            yield labelled

    return await gather(listed(), bans or Bans())


async def test_who_says_the_class_does_not_say_whether_it_is_adult() -> None:
    rows = await rows_of(torrent(medium="video/movie"))
    assert rows.names == [{"name": "Quiet Harbour 1999", "medium": "video", "sub": "movie"}]
    rows = await rows_of(torrent(medium="video/movie", adult=False))
    assert rows.names[0]["nsfw"] is False
    assert rows.adult == 0


@pytest.mark.parametrize("more", [{}, {"medium": "video/movie"}])
async def test_what_people_call_adult_is_told_and_not_exported(more: dict[str, str]) -> None:
    rows = await rows_of(torrent(adult=True, title="Quiet Harbour", **more))
    assert (rows.names, rows.fields, rows.adult, rows.guessed) == ([], [], 1, 0)
    (flag,) = rows.flags
    assert flag["nsfw"] is True
    assert flag.get("sub") == ("movie" if more else None)


async def test_what_the_classifier_takes_for_adult_is_left_out_unless_people_deny_it() -> None:
    rows = await rows_of(torrent(nsfw=True, medium="video/movie"))
    assert (rows.names, rows.flags, rows.adult, rows.guessed) == ([], [], 1, 1)
    rows = await rows_of(torrent(nsfw=True, adult=False, title="Quiet Harbour"))
    assert (rows.flags, rows.adult) == ([{"name": "Quiet Harbour 1999", "nsfw": False}], 0)
    assert rows.fields[0]["title"] == "Quiet Harbour"


async def test_what_is_banned_is_told_to_nobody() -> None:
    banned = Bans("Quiet Harbour 1999")
    rows = await rows_of(torrent(adult=True), torrent(medium="video/movie"), bans=banned)
    assert (rows.names, rows.flags, rows.banned) == ([], [], 2)
