"""Classes of the user's own on a real Postgres: written, found, corrected, and absent before."""

from types import SimpleNamespace

import pytest

from infra.postgres.activate import activate
from infra.postgres.migrate import migrations
from infra.postgres.search import Query, facets, search
from schemas import Classification, Torrent, Verdict
from tests.integration.correcting import corrected, correction, row, stored, withdrawn
from tests.integration.test_store import classification
from tests.support import classified, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]

OWN = "SELECT own_class, round(own_confidence::numeric, 3)::text AS sure FROM classifications"


def sheet_music(of: Torrent, revision: int = 100) -> Classification:
    """The torrent as a score."""
    verdict = Verdict(
        medium="book",
        subcategory="book_other",
        confidence=0.91,
        source="bert",
        rule="own:sheet_music",
        own_class="sheet_music",
        own_confidence=0.91,
    )
    return classified(of, verdict, revision=revision, model="classify@2.0.0")


async def test_the_class_is_written_and_found(database: SimpleNamespace) -> None:
    score, album = torrent("Low Tide - full score"), torrent("Low Tide", infohash="b" * 40)
    await stored(database, sheet_music(score), classification(album, "album"))
    page = await search(database.db, Query(own_class="sheet_music"))
    assert [(item.name, item.own_class) for item in page.rows] == [
        ("Low Tide - full score", "sheet_music")
    ]
    assert page.rows[0].own_confidence == pytest.approx(0.91)
    everything = await search(database.db, Query())
    assert {item.name: item.own_class for item in everything.rows} == {
        "Low Tide - full score": "sheet_music",
        "Low Tide": None,
    }
    counted = await facets(database.db, Query())
    assert [(value.value, value.count) for value in counted.values["own_class"]] == [
        ("sheet_music", 1)
    ]
    await database.db.execute("SET ROLE mimmo_reader")
    assert (await row(database, "SELECT name FROM own_classes"))["name"] == "Low Tide - full score"


async def test_rows_of_before_have_no_class_and_stay_as_they_are(
    database: SimpleNamespace,
) -> None:
    db = database.db
    await stored(database, classification(torrent(), "album"))
    before = await row(database, "SELECT medium, subcategory, confidence, rule FROM releases")
    # As the table was before this migration.
    await db.execute("DROP VIEW own_classes")
    await db.execute(
        "ALTER TABLE classifications DROP COLUMN own_class, DROP COLUMN own_confidence"
    )
    (own,) = (migration for migration in migrations() if migration.number == 16)
    await db.execute(own.sql)
    await db.execute(own.sql)  # by hand once more: it changes nothing
    assert await row(database, OWN) == {"own_class": None, "sure": None}
    assert before == await row(
        database, "SELECT medium, subcategory, confidence, rule FROM releases"
    )
    assert "own_class" not in (await row(database, "SELECT result::text FROM history"))["result"]


async def test_a_revision_that_knows_the_class_comes_and_goes(database: SimpleNamespace) -> None:
    seen = torrent("Low Tide - full score")
    await stored(database, classification(seen, "album"), sheet_music(seen))
    assert await row(database, OWN) == {"own_class": "sheet_music", "sure": "0.910"}
    await activate(database.db, "classify", 1)
    assert await row(database, OWN) == {"own_class": None, "sure": None}
    await activate(database.db, "classify", 100)
    assert await row(database, OWN) == {"own_class": "sheet_music", "sure": "0.910"}


async def test_who_says_another_class_takes_it_back(database: SimpleNamespace) -> None:
    seen = torrent("Low Tide - full score")
    await stored(database, sheet_music(seen))
    said = correction(seen, "medium", "audio/album")
    await corrected(database, said)
    assert await row(database, OWN) == {"own_class": None, "sure": None}
    told = (await row(database, "SELECT result->>'own_class' AS own FROM history"))["own"]
    assert told == "sheet_music", "history shows what the model said"
    await corrected(database, withdrawn(said))
    assert await row(database, OWN) == {"own_class": "sheet_music", "sure": "0.910"}
