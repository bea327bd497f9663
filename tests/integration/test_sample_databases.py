"""Samples of a real Postgres: ours, only what people corrected, and a bitmagnet's."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from schemas import MEDIUM_OF, Subcategory, Verdict
from streams.training.sample import command
from streams.training.sample.database import PAGE
from tests.integration.bitmagnet import SCHEMA, filled
from tests.integration.correcting import corrected, correction, stored
from tests.support import classified, torrent
from tests.training.sample.dumps import about, drawn

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def ran(*arguments: object) -> int:
    return await asyncio.to_thread(command.run, [*map(str, arguments)])


def verdict(subcategory: str, *, nsfw: bool = False) -> Verdict:
    medium = MEDIUM_OF[Subcategory(subcategory)]
    return Verdict(medium=medium, subcategory=subcategory, nsfw=nsfw, confidence=0.9, source="bert")


async def shelf(database: SimpleNamespace) -> None:
    """Three torrents, one of them adult; the medium of one was corrected."""
    album = torrent("Low Tide", files=[("Low Tide/01.flac", 7), ("cover.jpg", None)])
    film = torrent("Night Harbour")
    adult = torrent("Quiet River")
    results = (classified(album, verdict("album")), classified(film, verdict("movie")))
    await stored(database, *results, classified(adult, verdict("movie", nsfw=True)))
    await corrected(database, correction(film, "medium", "audio/album"))


async def test_our_own_torrents_are_drawn_with_their_files(
    database: SimpleNamespace, tmp_path: Path
) -> None:
    await shelf(database)
    assert await ran(database.dsn, "--out", tmp_path / "out") == 0
    rows = {row["name"]: row for row in drawn(tmp_path / "out")}
    assert rows.keys() == {"Low Tide", "Night Harbour"}
    assert rows["Low Tide"]["files"] == [["Low Tide/01.flac", 7], ["cover.jpg", 0]]
    assert about(tmp_path / "out")["left_out"] == {"adult": 1}
    assert await ran(database.dsn, "--adult", "--out", tmp_path / "all") == 0
    assert len(drawn(tmp_path / "all")) == 3


async def test_only_what_people_corrected(database: SimpleNamespace, tmp_path: Path) -> None:
    await shelf(database)
    assert await ran(database.dsn, "--corrections", "--out", tmp_path / "out") == 0
    assert [row["name"] for row in drawn(tmp_path / "out")] == ["Night Harbour"]


async def test_every_page_is_read_once(database: SimpleNamespace, tmp_path: Path) -> None:
    count = 2 * PAGE + 7
    await database.db.execute(
        "INSERT INTO torrents (infohash, name, observed_at, provenance_id)"
        " SELECT decode(lpad(to_hex(n), 40, '0'), 'hex'), translate(n::text, '0123456789',"
        " 'abcdefghij'), now(), 1 FROM generate_series(0, $1::int - 1) n",
        count,
    )
    assert await ran(database.dsn, "--out", tmp_path / "out") == 0
    assert len({row["id"] for row in drawn(tmp_path / "out")}) == count
    assert about(tmp_path / "out")["read"][0]["torrents"] == count


async def test_a_bitmagnet_is_told_apart(database: SimpleNamespace, tmp_path: Path) -> None:
    await database.db.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public;" + SCHEMA)
    await filled(database.db, 30)
    assert await ran(database.dsn, "--out", tmp_path / "out") == 0
    assert about(tmp_path / "out")["read"][0] | {"name": ""} == {
        "name": "",
        "format": "bitmagnet",
        "torrents": 30,
        "rejected": 0,
        "fault": None,
    }
    assert await ran(database.dsn, "--corrections", "--out", tmp_path / "no") == 1


async def test_no_message_and_no_file_holds_the_password(
    database: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await shelf(database)
    assert await ran(database.dsn, "--out", tmp_path / "out") == 0
    assert await ran("postgresql://ada:s3cret@127.0.0.1:1/mimmo", "--out", tmp_path / "no") == 1
    said = capsys.readouterr()
    assert "127.0.0.1:1/mimmo does not answer" in said.err
    written = said.err + said.out + (tmp_path / "out/sample.json").read_text()
    assert "s3cret" not in written
    assert urlsplit(database.dsn).password not in written
