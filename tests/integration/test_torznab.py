"""What the programs ask of Torznab, and that they understand every answer."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlencode

import asyncpg
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.postgres.search import plans
from infra.settings import Settings
from streams.web import keys
from streams.web.context import Context
from streams.web.keys import Keys, Scope
from streams.web.limits import Limited, Limits
from streams.web.torznab import routes
from tests import torznab_clients as clients
from tests.integration.shelf import SHELF, Item, put
from tests.integration.torznab_shapes import BOOK, SHAPES

pytestmark = [pytest.mark.stack, pytest.mark.slow]


@dataclass(frozen=True)
class Served:
    client: AsyncClient
    db: asyncpg.Connection
    app: FastAPI
    home: Path

    async def text(self, query: str) -> str:
        answer = await self.client.get(f"/torznab/api?{query}")
        assert answer.status_code == 200
        return answer.text

    def configured(self, **values: Any) -> None:
        context = self.app.state.context
        self.app.state.context = Context(
            context.settings.model_copy(update=values), context.pool, keys=context.keys
        )


@pytest.fixture
async def served(database: SimpleNamespace, tmp_path: Path) -> AsyncIterator[Served]:
    await put(database.db)
    pool = await asyncpg.create_pool(
        database.dsn,
        min_size=1,
        max_size=4,
        server_settings={"default_transaction_read_only": "on"},
    )
    app = FastAPI()
    path = tmp_path / "web" / "keys.toml"
    app.state.context = Context(Settings(postgres_dsn=database.dsn), pool, keys=Keys(path))
    app.include_router(routes.router)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://here") as client:
        yield Served(client, database.db, app, path)
    await pool.close()


async def test_every_shape_of_request_finds_what_it_asks_for(served: Served) -> None:
    assert len(SHAPES) >= 40
    for shape, query, names in SHAPES:
        releases = clients.releases(await served.text(query))
        assert {release.title for release in releases} == names, shape
        assert len(releases) == len(names), shape


@pytest.mark.parametrize("program", clients.READS)
async def test_programs_read_what_can_be_asked(served: Served, program: str) -> None:
    caps = clients.caps(await served.text("t=caps"), program)
    assert (caps.default, caps.most) == (100, 100)
    assert set(caps.searches) == set(clients.READS[program])
    assert set(caps.engines.values()) == {"raw"}
    if program == "lidarr":
        assert {"artist", "album", "year", "track"} <= set(caps.searches["audio-search"])
    if program == "radarr":
        assert "imdbid" in caps.searches["movie-search"]
    assert caps.categories[2000][1][2045] == "UHD"
    assert set(caps.categories[3000][1]) == {3010, 3020, 3030, 3040, 3050}


async def test_nobody_is_told_to_ask_by_ids_that_no_source_knows(served: Served) -> None:
    await served.db.execute("UPDATE torrents SET hints = NULL")
    caps = clients.caps(await served.text("t=caps"), "radarr")
    assert caps.searches["movie-search"] == ("q", "year")


async def test_music_is_announced_by_both_names(served: Served) -> None:
    text = await served.text("t=caps")
    assert 'music-search available="yes" supportedParams="q,artist,album,year,track"' in text


async def test_a_release_says_what_is_known_of_it(served: Served) -> None:
    release, *_ = clients.releases(
        await served.text("t=music&artist=Paper+Lighthouse&album=Low+Tide")
    )
    assert release.guid == release.infohash == SHELF[0].torrent.infohash
    assert (release.seeders, release.peers, release.size) == (12, 14, 1_000)
    assert release.categories == (3000, 3040)
    said = release.attributes
    assert (said["artist"], said["album"], said["year"]) == ("Paper Lighthouse", "Low Tide", "2006")
    assert (said["audio"], said["files"]) == ("FLAC", "2")
    assert (said["downloadvolumefactor"], said["uploadvolumefactor"]) == ("0", "1")
    film, *_ = clients.releases(await served.text("t=movie&imdbid=0133093"))
    said = film.attributes
    assert (said["resolution"], said["video"], said["imdb"]) == ("1080p", "x264", "0133093")
    assert (said["imdbid"], said["language"]) == ("tt0133093", "en")
    book, *_ = clients.releases(await served.text("t=book&author=Mara+Quill"))
    assert (book.attributes["author"], book.attributes["booktitle"]) == (
        "Mara Quill",
        "The Salt Road",
    )
    assert "size" not in book.attributes
    episode, *_ = clients.releases(await served.text("t=tvsearch&q=night+ferry&season=1&ep=2"))
    assert (episode.attributes["season"], episode.attributes["episode"]) == ("1", "2")
    assert episode.seeders is None


async def test_adult_works_come_to_who_asks_for_their_category(served: Served) -> None:
    assert not clients.releases(await served.text("t=search&q=grown"))
    assert not clients.releases(await served.text("t=search&q=grown&cat=2000"))
    assert len(clients.releases(await served.text("t=search&q=grown&cat=6000"))) == 1


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", 200),
        ("t=", 200),
        ("t=details", 202),
        ("t=%3Cscript%3E", 202),
        ("t=search&limit=x", 201),
        ("t=search&offset=-1", 201),
        ("t=tvsearch&season=first", 201),
        ("t=tvsearch&season=2024&ep=13/32", 201),
        ("t=movie&year=%F0%9F%98%80", 201),
    ],
)
async def test_a_refusal_has_its_number(served: Served, query: str, code: int) -> None:
    text = await served.text(query)
    assert f'<error code="{code}"' in text
    with pytest.raises(clients.ApiError, match="indexer"):
        clients.releases(text)


async def test_a_key_is_wanted_where_others_can_reach_it(served: Served) -> None:
    assert clients.releases(await served.text("t=search&apikey=any"))
    secret = keys.add(served.home, "sonarr", frozenset({Scope.READ}))
    assert clients.releases(await served.text("t=search"))
    with pytest.raises(clients.ApiError, match="key"):
        clients.releases(await served.text("t=search&apikey=any"))
    served.configured(web_host="0.0.0.0")
    with pytest.raises(clients.ApiError, match="key"):
        clients.releases(await served.text("t=search"))
    with pytest.raises(clients.ApiError, match="key"):
        clients.caps(await served.text("t=caps"), "sonarr")
    assert clients.releases(await served.text(f"t=search&apikey={secret}"))
    served.configured(torznab_apikey="never")
    assert clients.releases(await served.text("t=search"))


async def test_pages_by_number_show_each_row_once_while_rows_arrive(served: Served) -> None:
    wanted = [release.guid for release in clients.releases(await served.text("t=search"))]
    seen: list[str] = []
    while True:
        text = await served.text(f"t=search&limit=3&offset={len(seen)}")
        page = clients.releases(text)
        seen += [release.guid for release in page]
        if len(page) < 3:
            break
        await put(served.db, [Item(f"arrived {len(seen)}", "track", age=-len(seen))])
    assert seen == wanted


async def test_a_page_in_the_middle_is_counted_where_nothing_is_remembered(served: Served) -> None:
    everything = [release.guid for release in clients.releases(await served.text("t=search"))]
    page = clients.releases(await served.text("t=search&limit=3&offset=4"))
    assert [release.guid for release in page] == everything[4:7]
    assert not clients.releases(await served.text("t=search&offset=3000"))
    assert 'offset="3" total="7"' in await served.text("t=search&limit=3&offset=3")


async def test_no_name_breaks_the_xml(served: Served) -> None:
    names = [
        "<script>alert(1)</script> & ]]> \"quotes\" 'and' &#x0; &lt;",
        "\u202eright to left \u200f" + "\u05d0" * 200,
        "emoji \U0001f600 \ufffd \u0085 tab\there",
        "]]><!-- --><?xml version?>",
    ]
    await put(
        served.db, [Item(name, "album", {"artist": name, "album_name": name}) for name in names]
    )
    titles = {release.title for release in clients.releases(await served.text("t=search"))}
    stored = {row["name"] for row in await served.db.fetch("SELECT name FROM torrents")}
    assert titles <= {re.sub(r"\s", " ", name) for name in stored} | stored
    assert len([title for title in titles if "script" in title]) == 1


FUNCTIONS = st.sampled_from(["search", "tvsearch", "movie", "music", "book", "caps", "", "x"])
NAMES = st.sampled_from(
    [
        *("q", "season", "ep", "year", "artist", "album", "track", "title", "author", "cat"),
        *("limit", "offset", "imdbid", "tvdbid", "minage", "maxage", "minsize", "maxsize"),
        *("apikey", "extended"),
    ]
)
VALUES = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.sampled_from(
        ["' OR 1=1 --", "<script>", "\0", "-", '"', "a" * 5_000, "or", "05/13", "!&|:*"]
    ),
)


async def test_no_request_is_an_error_of_ours(served: Served) -> None:
    requests: list[str] = []

    @settings(
        max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(FUNCTIONS, st.lists(st.tuples(NAMES, VALUES), max_size=5))
    def collect(function: str, pairs: list[tuple[str, str]]) -> None:
        requests.append(urlencode([("t", function), *pairs], errors="replace", quote_via=quote))

    collect()
    for query in requests:
        text = await served.text(query)
        try:
            clients.releases(text) if "<rss" in text else clients.caps(text, "prowlarr")
        except clients.ApiError as refusal:
            assert "900" not in str(refusal)


async def test_postgres_away_is_told_in_xml(served: Served) -> None:
    await served.app.state.context.pool.close()
    answer = await served.client.get("/torznab/api?t=search")
    assert answer.status_code in (500, 503)
    assert '<error code="900"' in answer.text


async def test_who_asks_too_often_is_told_in_xml(served: Served) -> None:
    limited = Limited(served.app, Limits(1), refusal=routes.too_many)
    async with AsyncClient(transport=ASGITransport(limited), base_url="http://here") as client:
        answers = [await client.get("/torznab/api?t=x") for _ in range(8)]
        assert answers[0].status_code == 200
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["retry-after"]) >= 1
        assert '<error code="500"' in answers[-1].text
        assert "Too many" in (await client.get("/")).text


async def test_each_of_many_equal_torrents_comes_once(served: Served) -> None:
    many = [Item(f"Flood {number}", "album", {"album_name": "Flood"}) for number in range(110)]
    await put(served.db, many)
    query = "t=music&q=flood&limit=7&offset="
    seen: list[str] = []
    while page := clients.releases(await served.text(f"{query}{len(seen)}")):
        seen += [release.guid for release in page]
    assert sorted(seen) == sorted(item.torrent.infohash for item in many)


async def test_a_page_goes_on_where_a_search_ended_at_its_bound(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "gather_costs", lambda candidates: 1e12)
    monkeypatch.setattr(plans, "CHUNKS", (2, 2))
    page = clients.releases(await served.text("t=search&q=salt"))
    assert [release.title for release in page] == [BOOK]
