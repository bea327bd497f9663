"""A killed process is taken out of its consumer groups by whoever knows that it is dead."""

import time
from types import SimpleNamespace

import pytest

from schemas.topics import STORED
from streams.kafka.consumer import BatchConsumer
from streams.kafka.members import leave_for
from tests.support import eventually, running

pytestmark = [pytest.mark.stack, pytest.mark.slow]

SESSION = 120
"""Seconds: far longer than the test may take."""


async def test_the_partitions_of_a_killed_process_wait_for_no_session(
    pipeline: SimpleNamespace,
) -> None:
    settings = pipeline.settings.model_copy(update={"session_timeout": SESSION})
    group = settings.store_group
    environment = {**pipeline.environment, "STREAMS_SESSION_TIMEOUT": str(SESSION)}
    environment["STREAMS_LIFE"] = "first"
    other = BatchConsumer(settings, STORED, group=group, batch_size=1)
    await other.start()
    try:
        everything = other.assignment()
        with running(["streams.store"], environment, pipeline.logs / "store.log") as store:

            async def shared() -> bool:
                return 0 < len(other.assignment()) < len(everything)

            await eventually(shared, within=60, what="the store to join")
            store.kill()
        nobody = await leave_for(settings, [group], "another")
        assert nobody == 0, "of other processes nothing is taken"
        began = time.monotonic()
        assert await leave_for(settings, ["nobodys", group], "first") == 1

        async def alone() -> bool:
            return other.assignment() == everything

        await eventually(alone, within=SESSION / 4, what="the others to get its partitions")
        assert time.monotonic() - began < SESSION / 4
        assert await leave_for(settings, [group], "first") == 0, "it has left"
    finally:
        await other.stop()
