"""A correction that Kafka acknowledged is written, whenever the store is killed."""

from types import SimpleNamespace

import pytest

from infra.postgres.locks import lock_activation
from schemas import Correction
from streams.corrections.publisher import CorrectionPublisher
from tests.integration.correcting import correction, stored
from tests.integration.test_store import classification
from tests.support import eventually, running, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]

STORE = ["streams.store"]

WAITING = """
SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted
"""


async def test_a_store_killed_between_acknowledge_and_write_loses_nothing(
    pipeline: SimpleNamespace,
) -> None:
    seen = torrent("Low Tide")
    await stored(pipeline, classification(seen, "movie"))
    said: list[Correction] = []
    async with CorrectionPublisher(pipeline.settings) as corrections:
        for number, value in enumerate(("audio/album", "audio/track", "audio/collection")):
            said.append(correction(seen, "medium", value, minutes=number))
            async with pipeline.db.transaction():
                # Whoever writes waits for this lock: the store has the record and no row yet.
                await lock_activation(pipeline.db)
                log = pipeline.logs / f"store_{number}.log"
                with running(STORE, pipeline.environment, log) as store:
                    await corrections.publish(said[-1])
                    await eventually(
                        lambda: pipeline.db.fetchval(WAITING), within=60, what="writing"
                    )
                    store.kill()
            ids = {row["id"].hex() for row in await pipeline.db.fetch("SELECT id FROM corrections")}
            assert said[-1].event_id not in ids, "it was killed before it wrote"
    with running(STORE, pipeline.environment, pipeline.logs / "store.log") as store:

        async def all_written() -> bool:
            return bool(await pipeline.db.fetchval("SELECT count(*) FROM corrections") == len(said))

        await eventually(all_written, within=60, what="writing after the kills")
        assert store.terminate() == 0
    shown = await pipeline.db.fetchval("SELECT subcategory FROM releases")
    assert shown == "collection"
    assert await pipeline.db.fetchval("SELECT count(*) FROM dead_letters") == 0
