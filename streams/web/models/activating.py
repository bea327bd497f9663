"""Pages that choose which revision is shown, and go back."""

from typing import Annotated

import asyncpg
from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from infra.postgres.activate import REFRESH, UnknownRevision
from infra.postgres.activations import Change, NotTheLast, change, newest, roll_back
from streams.web.connections import changing_connection
from streams.web.context import context_of
from streams.web.models import catalogue
from streams.web.models.compare import SAMPLE, Comparison, compare
from streams.web.pace import Operator
from streams.web.rendering import page
from streams.web.security import reader

router = APIRouter(dependencies=[Depends(reader)])

METHODS = ("rules", "tagger", "llm")


@router.get("/models/activations", include_in_schema=False)
async def activations_page(request: Request) -> HTMLResponse:
    """Who made what the active revision, and what is shown now."""
    async with context_of(request).connection() as connection:
        changes = await newest(connection)
        active = await catalogue.active(connection)
        known = await catalogue.revisions(connection)
    last: dict[str, int] = {}
    for activation in changes:
        last.setdefault(activation.stage, activation.id)
    return page(
        request,
        "models/activations.html",
        changes=changes,
        last=last,
        active=active,
        revisions=known,
    )


@router.get("/models/compare", include_in_schema=False)
async def compare_page(
    request: Request, stage: str, revision: int, method: str = ""
) -> HTMLResponse:
    """What another revision would show otherwise, and the button that shows it."""
    _require_known(stage, revision, method)
    context = context_of(request)
    async with context.connection() as connection:
        known = await catalogue.revisions(connection)
        told = (stage, revision)
        methods = [name for of, name, number in known if (of, number) == told]
        compared: Comparison | None = None
        if method in methods or (not method and methods):
            compared = await compare(connection, stage, revision, method or None, context.unbanned)
        active = [choice for choice in await catalogue.active(connection) if choice.stage == stage]
    return page(
        request,
        "models/compare.html",
        stage=stage,
        revision=revision,
        method=method,
        compared=compared,
        active=active,
        sample=SAMPLE,
    )


@router.get("/models/{name}/activate", include_in_schema=False)
async def choose_page(request: Request, name: str) -> HTMLResponse:
    """The revisions that a model's stage has results of."""
    context = context_of(request)
    told = catalogue.entry(context.settings, name)
    if told is None:
        raise HTTPException(404, "There is no model of that name.")
    async with context.connection() as connection:
        known = await catalogue.revisions(connection)
        active = await catalogue.active(connection)
    stage = told.manifest.stage
    mine = [row for row in known if row[0] == stage and told.method in (None, row[1])]
    return page(
        request,
        "models/choose.html",
        entry=told,
        revisions=mine,
        active=[choice for choice in active if choice.stage == stage],
        has_results=any(row[2] == told.manifest.revision for row in mine),
    )


@router.post("/models/activations", include_in_schema=False)
async def activate_revision(
    request: Request,
    person: Operator,
    stage: Annotated[str, Form()],
    revision: Annotated[int, Form()],
    method: Annotated[str, Form()] = "",
) -> Response:
    """Show a revision. It is done by a connection that may, which the pages do not have."""
    _require_known(stage, revision, method)
    connection = await _changing(request)
    try:
        await change(connection, Change(stage, revision, person.name, method or None))
    except UnknownRevision as error:
        raise HTTPException(409, f"{error}.") from error
    finally:
        await connection.close()
    return RedirectResponse("/models/activations", 303)


@router.post("/models/activations/{number}/roll-back", include_in_schema=False)
async def roll_back_activation(request: Request, person: Operator, number: int) -> Response:
    """Show again what was shown before an activation."""
    if not 0 < number < 2**31:
        raise HTTPException(404)
    connection = await _changing(request)
    try:
        await roll_back(connection, number, person.name)
    except (UnknownRevision, NotTheLast) as error:
        raise HTTPException(409, f"{error}.") from error
    finally:
        await connection.close()
    return RedirectResponse("/models/activations", 303)


async def _changing(request: Request) -> asyncpg.Connection:
    return await changing_connection(context_of(request).settings)


def _require_known(stage: str, revision: int, method: str) -> None:
    if stage not in REFRESH or method not in ("", *METHODS) or not 0 < revision <= 32_000:
        raise HTTPException(422, "A stage, a revision from 1 to 32,000, and perhaps a method.")
