"""`python -m streams.run` on a real stack: a process killed in the middle costs nothing."""

import asyncio
import os
import signal
from types import SimpleNamespace

import psutil
import pytest

from streams.operate.status import look
from tests.integration.steps import DUMP, run
from tests.support import eventually, running

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.timeout(600)]

ROLES = {"STREAMS_ROLES": "classify,extract,store", "STREAMS_BATCH_SIZE": "32"}


def children(pid: int) -> dict[str, psutil.Process]:
    """The processes under a supervisor, by the roles that they run."""
    members = psutil.Process(pid).children()
    return {member.environ()["STREAMS_ROLES"]: member for member in members}


async def test_a_process_killed_in_mid_drain_comes_again_and_nothing_is_lost(
    pipeline: SimpleNamespace,
) -> None:
    run(pipeline, "streams.replay", str(DUMP))
    # Match has no index here and waits. On a busy machine the session is to outlast the leaving.
    environment = {**pipeline.environment, **ROLES, "STREAMS_SESSION_TIMEOUT": "60"}
    command = ["streams.run", "--workers", "1"]
    with running(command, environment, pipeline.logs / "run.log") as supervisor:
        for kills, roles in enumerate(("classify,extract", "store"), 1):

            async def moves() -> bool:
                assert supervisor.popen.poll() is None, supervisor.output[-3000:]
                rows = (await look(pipeline.settings)).rows
                return rows["torrents"] > 0

            await eventually(moves, within=120, every=0.1, what="the first rows")
            os.kill(children(supervisor.popen.pid)[roles].pid, signal.SIGKILL)

            async def freed(kills: int = kills) -> bool:
                return supervisor.output.count("partitions are free again") == kills

            await eventually(freed, within=60, what="the others to get its partitions")

        async def everything() -> bool:
            lag = (await look(pipeline.settings)).lag
            return not any(lag[stage] for stage in ("classify", "extract", "store"))

        await eventually(everything, within=240, every=1, what="draining")
        await asyncio.sleep(1)
        assert await pipeline.db.fetchval("SELECT count(*) FROM dead_letters") == 0
        stored = await pipeline.db.fetchval("SELECT count(*) FROM torrents")
        classified = await pipeline.db.fetchval("SELECT count(*) FROM classifications")
        assert stored == classified > 300
        members = children(supervisor.popen.pid).values()
        assert supervisor.terminate(90) == 0, supervisor.output[-3000:]
        assert not any(member.is_running() for member in members)
    assert supervisor.output.count("by=SIGKILL") == 2
    assert "worker-1 |" in supervisor.output
