"""The page of the pipeline: what waits, what failed, what there is."""

import asyncio

import asyncpg
from aiokafka.errors import KafkaError
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from infra.roles import LlmMode
from infra.settings import Settings
from streams.kafka.client import KafkaUnreachable
from streams.operate.capabilities import roll
from streams.operate.lag import lags
from streams.operate.status import counted
from streams.web.context import context_of
from streams.web.rendering import page
from streams.web.security import reader

router = APIRouter(dependencies=[Depends(reader)])

_KAFKA_SECONDS = 5.0


@router.get("/pipeline", include_in_schema=False)
async def pipeline_page(request: Request) -> HTMLResponse:
    """Lag, runtimes, rows and dead letters, as `python -m streams.status` tells them."""
    context = context_of(request)
    lag: dict[str, int] | None
    runtimes: roll.Runtimes | None = None
    try:
        async with asyncio.timeout(_KAFKA_SECONDS):
            lag = await lags(context.settings)
            runtimes = await roll.roll_call(context.settings)
    except (KafkaError, KafkaUnreachable, OSError, TimeoutError):
        lag = None
    async with context.connection() as connection:
        seen = await counted(connection)
        activity = await _busy(connection)
    return page(
        request,
        "models/pipeline.html",
        lag=lag,
        runtimes=runtimes,
        rows=roll.rows(runtimes) if runtimes else [],
        missing=_missing(context.settings, runtimes, lag),
        seen=seen,
        activity=activity,
        is_off=context.settings.llm_mode is LlmMode.OFF,
        kafka=context.settings.kafka_bootstrap,
    )


def _missing(
    settings: Settings, runtimes: roll.Runtimes | None, lag: dict[str, int] | None
) -> list[str]:
    """A sentence for each stage that nothing runs for."""
    if runtimes is None or lag is None:
        return []
    stages = runtimes.missing(roll.expected(settings))
    return [roll.told(stage, lag.get(stage, 0)) for stage in stages]


async def _busy(connection: asyncpg.Connection) -> list[asyncpg.Record]:
    """Who is connected to this database: programs and how many connections they have."""
    query = """
        SELECT coalesce(nullif(application_name, ''), 'unnamed') AS program, count(*) AS connections
        FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1 ORDER BY 1 LIMIT 50
    """
    rows: list[asyncpg.Record] = await connection.fetch(query)
    return rows
