"""What the console says of models, of which it runs none: who runs them, and who is to be asked."""

import asyncio
from typing import Any

from asyncpg import InterfaceError, PostgresError
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from infra.postgres.connect import DatabaseUnreachable
from schemas.inference import Asked, Lack
from streams.operate.capabilities.watch import RuntimesWatch
from streams.web.context import context_of
from streams.web.problems import told
from streams.web.security import reader

router = APIRouter(dependencies=[Depends(reader)])

_DATABASE_SECONDS = 3.0


class Health(BaseModel):
    """Whether the console can show anything, and which stages have a runtime."""

    ok: bool
    database: bool
    runtimes: dict[str, Any]
    """`missing`: a sentence for each stage that no process reads for. `workers`: who runs what."""


@router.get("/health", tags=["operation"], responses={503: {"model": Health}})
async def health(request: Request) -> Response:
    """Whether the console works. That a runtime is missing is told, and is no fault of it."""
    is_there = await _database_answers(request)
    watch: RuntimesWatch = request.app.state.runtimes
    seen = Health(ok=is_there, database=is_there, runtimes=watch.told())
    return JSONResponse(seen.model_dump(mode="json"), 200 if is_there else 503)


@router.post("/v1/{asked}", include_in_schema=False)
async def ask(request: Request, asked: Asked) -> Response:
    """Refuses at once, and says who is to be asked: a page must not wait for a model."""
    watch: RuntimesWatch = request.app.state.runtimes
    urls = watch.runtimes.urls(asked)
    do = f"ask {urls[0]}v1/{asked}" if urls else "start one: python -m streams.inference"
    lack = Lack(stage=asked, runtime="every model: the console runs none", do=do)
    detail = f"no runtime offers {asked} here; {do}"
    return told(503, "No runtime", detail, missing=lack.model_dump(mode="json"))


async def _database_answers(request: Request) -> bool:
    try:
        async with asyncio.timeout(_DATABASE_SECONDS):
            async with context_of(request).connection() as connection:
                await connection.fetchval("SELECT 1")
    except (PostgresError, InterfaceError, DatabaseUnreachable, OSError, TimeoutError):
        return False
    return True
