"""`mimmo correct`, and what `python -m streams.corrections` lists, takes back and exports."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra.postgres.labelled import labelled
from models.ban.ban_list import BanList
from models.training.classifier import data as classifier_data
from models.training.tagger import data as tagger_data
from schemas import Classification, Correction, Method, Subcategory, Verdict
from schemas.topics import CORRECTIONS
from streams.corrections import __main__ as corrections_command
from streams.corrections import command
from streams.corrections.export import gather, write
from tests.fakes import Published
from tests.integration.correcting import corrected, correction, stored, withdrawn
from tests.integration.test_store import classification, extraction
from tests.support import classified, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]


@pytest.fixture
def here(pipeline: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The commands of this process with the settings of the test."""
    from infra.settings import settings

    for name, value in pipeline.environment.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    return pipeline


@pytest.fixture(autouse=True)
async def settings_as_before() -> AsyncIterator[None]:
    yield
    from infra.settings import settings

    settings.cache_clear()


def in_a_thread(*arguments: str) -> int:
    """Runs the command as `mimmo` does, which has no loop of events of its own yet."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(command.run, list(arguments)).result()


def listing(*arguments: str) -> int:
    """Runs `python -m streams.corrections`."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(corrections_command.main, list(arguments)).result()


async def test_what_is_said_on_a_terminal_is_on_kafka(
    here: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = torrent("Low Tide")
    await stored(here, classification(seen, "movie"))
    published = await Published.since_now(here.settings.kafka_bootstrap, CORRECTIONS.name)
    wrong = ["--wrong", "medium", "--value", "audio/album", "--as", "ada"]
    assert in_a_thread(seen.infohash, *wrong) == command.SAID
    assert "'video/movie' is wrong, 'audio/album' is right" in capsys.readouterr().out
    assert in_a_thread(seen.infohash.upper(), "--right", "adult", "--json") == command.SAID
    said = [Correction.model_validate_json(m.value or b"") for m in await published.messages()]
    assert [(event.field, event.verdict, event.value) for event in said] == [
        ("medium", "value", "audio/album"),
        ("adult", "right", None),
    ]
    assert said[0].reporter == "ada"
    assert json.loads(capsys.readouterr().out)["said"] is False


async def test_what_does_not_fit_is_one_line_and_an_exit_code(
    here: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = torrent("Low Tide")
    await stored(here, classification(seen, "movie"))
    wrong = ["--wrong", "medium", "--value"]
    assert in_a_thread(seen.infohash, *wrong, "audio/movie") == command.REFUSED
    assert "take some of track" in capsys.readouterr().err
    assert in_a_thread("ab" * 20, *wrong, "audio") == command.REFUSED
    assert "no torrent" in capsys.readouterr().err
    assert in_a_thread("\x1b[2J", *wrong, "audio") == command.REFUSED
    assert capsys.readouterr().err == "mimmo: an infohash has 40 hex digits\n"


async def test_an_unreachable_kafka_is_told(
    here: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = torrent("Low Tide")
    await stored(here, classification(seen, "movie"))
    monkeypatch.setenv("STREAMS_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    assert in_a_thread(seen.infohash, "--wrong", "adult") == command.AWAY
    assert "Kafka does not answer" in capsys.readouterr().err


async def test_corrections_are_listed_and_taken_back(
    here: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = torrent("Low \u202eTide")
    await stored(here, classification(seen, "movie"))
    words = [correction(seen, "title", f"T{n}", minutes=n) for n in range(3)]
    await corrected(here, *words, withdrawn(words[1]))
    assert listing("list", seen.infohash, "--standing") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition("title value nothing -> ")[2][:2] for line in lines] == ["T2", "T0"]
    assert "\u202e" not in lines[0]
    assert listing("list", "--limit", "3", "--json") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["revoked_by"] for row in rows] == [None, None, "ada"]
    published = await Published.since_now(here.settings.kafka_bootstrap, CORRECTIONS.name)
    assert listing("revoke", words[2].event_id, "--as", "ben") == 0
    (message,) = await published.messages()
    event = Correction.model_validate_json(message.value or b"")
    assert (event.revokes, event.reporter) == (words[2].event_id, "ben")
    assert listing("revoke", words[1].event_id) == 1
    assert "back already" in capsys.readouterr().err


async def test_the_export_is_read_by_training_and_holds_nothing_adult(
    database: SimpleNamespace, tmp_path: Path
) -> None:
    album = torrent("Paper Lighthouse - High Tide (2006)")
    film = torrent("Quiet Harbour 1999 Part")
    adult = torrent("Something Adult")
    unread = torrent("Never Looked At")
    fields = extraction(album, "Paper Lighthouse", Method.RULES)
    verdict = Verdict(medium="video", subcategory="movie", nsfw=True, confidence=0.9, source="bert")
    results: list[Classification] = [
        classification(album, "movie"),
        classification(film, "movie"),
        classified(adult, verdict),
        classification(unread, "movie"),
    ]
    await stored(database, *results, fields)
    await corrected(
        database,
        correction(album, "medium", "audio/album"),
        correction(album, "title", "High Tide"),
        correction(album, "year", 2006),
        correction(film, "medium", verdict="right", said="video/movie"),
        correction(adult, "medium", "audio/album"),
        correction(unread, "medium"),
    )
    rows = await gather(labelled(database.db), BanList.load())
    assert (rows.adult, rows.banned) == (1, 0)
    paths = write(rows, tmp_path)
    read = {row.name: row.subcategory for row in classifier_data.labelled(tmp_path)}
    assert read == {album.name: Subcategory.ALBUM, film.name: Subcategory.MOVIE}
    (example,), lost = tagger_data.read_rows(tmp_path)
    assert lost == 0
    assert {role: example.name[start:end] for role, (start, end) in example.spans.items()} == {
        "creator": "Paper Lighthouse",
        "title": "High Tide",
        "year": "2006",
    }
    assert example.weight < 1, "the artist is the word of a model alone"
    before = [path.read_bytes() for path in paths]
    write(await gather(labelled(database.db), BanList.load()), tmp_path)
    assert [path.read_bytes() for path in paths] == before
