"""What can be claimed of a torrent: only a value that a row can show."""

from types import SimpleNamespace

import pytest

from infra.postgres.corrected import Wanted, listed, shown_stages
from schemas import Judgement, Method, Stage
from streams.corrections.claims import Claim, Refused, correction_of
from tests.integration.correcting import corrected, correction, stored, withdrawn
from tests.integration.test_store import classification, extraction
from tests.support import torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]


def _claim(infohash: str, field: str, value: object) -> Claim:
    return Claim(
        infohash=infohash, field=field, verdict=Judgement.VALUE, reporter="ada", value=value
    )


async def test_a_value_that_no_row_could_show_is_refused(database: SimpleNamespace) -> None:
    seen = torrent("Low Tide")
    await stored(database, classification(seen, "movie"))
    with pytest.raises(Refused, match="nothing was extracted"):
        await correction_of(database.db, _claim(seen.infohash, "year", 2006))
    with pytest.raises(Refused, match="not matched"):
        await correction_of(database.db, _claim(seen.infohash, "link", "none"))
    medium = await correction_of(database.db, _claim(seen.infohash, "medium", "audio/album"))
    assert medium.value == "audio/album"
    assert await shown_stages(database.db, seen.infohash) == {Stage.CLASSIFY}


async def test_a_value_of_what_was_extracted_is_taken(database: SimpleNamespace) -> None:
    seen = torrent("Low Tide")
    await stored(
        database, classification(seen, "album"), extraction(seen, "Low Tide", Method.RULES)
    )
    said = await correction_of(database.db, _claim(seen.infohash, "year", 2006))
    assert said.result_id is not None
    assert await shown_stages(database.db, seen.infohash) == {Stage.CLASSIFY, Stage.EXTRACT}


async def test_the_list_of_what_stands_leaves_out_what_was_taken_back(
    database: SimpleNamespace,
) -> None:
    seen = torrent("Low Tide")
    await stored(database, classification(seen, "movie"))
    first = correction(seen, "medium", "audio/album")
    second = correction(seen, "adult", True, minutes=1)
    await corrected(database, first, second, withdrawn(first))
    rows = (await listed(database.db, Wanted(infohash=seen.infohash, standing=True))).rows
    assert [row.id for row in rows] == [second.event_id]
