"""The pages of models: the catalogue, one model with its telemetry, and what runs."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from infra.postgres import telemetry_reads as reads
from infra.postgres.telemetry_reads import Selection
from models.registry import is_audio
from streams.web.context import context_of
from streams.web.models import catalogue
from streams.web.models.catalogue import Entry
from streams.web.models.figures import DEFINITIONS, figures
from streams.web.rendering import page
from streams.web.security import reader

router = APIRouter(dependencies=[Depends(reader)])

Days = Annotated[int, Query(ge=1, le=730, description="How many days back.")]


@router.get("/models", include_in_schema=False)
async def models_page(request: Request) -> HTMLResponse:
    """The catalogue."""
    context = context_of(request)
    known = await asyncio.to_thread(catalogue.entries, context.settings)
    asked = await asyncio.to_thread(catalogue.asked, context.settings)
    async with context.connection() as connection:
        active = await catalogue.active(connection)
        counted_at = await reads.counted_at(connection)
    return page(
        request,
        "models/catalogue.html",
        entries=known,
        active=active,
        active_of=lambda told: _active_of(told, active),
        tasks=catalogue.TASKS,
        runtimes=catalogue.RUNTIMES,
        asked=asked,
        counted_at=counted_at,
    )


@router.get("/models/{name}", include_in_schema=False)
async def model_page(request: Request, name: str, days: Days = 90) -> HTMLResponse:
    """A model: what it is made of, and how it does."""
    context = context_of(request)
    told = await asyncio.to_thread(catalogue.entry, context.settings, name)
    if told is None:
        raise HTTPException(404, "There is no model of that name.")
    if is_audio(told.manifest):
        return page(
            request,
            "models/hears.html",
            entry=told,
            tasks=catalogue.TASKS,
            runtimes=catalogue.RUNTIMES,
        )
    async with context.connection() as connection:
        active = await catalogue.active(connection)
        known = await figures(connection, selection_of(told, days))
        counted_at = await reads.counted_at(connection)
    return page(
        request,
        "models/model.html",
        entry=told,
        active=_active_of(told, active),
        figures=known,
        definitions=DEFINITIONS,
        days=days,
        tasks=catalogue.TASKS,
        runtimes=catalogue.RUNTIMES,
        counted_at=counted_at,
    )


@router.get("/api/v1/models", tags=["models"])
async def models_json(request: Request) -> list[dict[str, Any]]:
    """Every model, its licence and the state of its files."""
    known = await asyncio.to_thread(catalogue.entries, context_of(request).settings)
    return [_as_json(told) for told in known]


@router.get("/api/v1/models/{name}", tags=["models"])
async def model_json(request: Request, name: str, days: Days = 90) -> dict[str, Any]:
    """A model with its telemetry; one that hears has none."""
    context = context_of(request)
    told = await asyncio.to_thread(catalogue.entry, context.settings, name)
    if told is None:
        raise HTTPException(404, "There is no model of that name.")
    if is_audio(told.manifest):
        return {**_as_json(told), "telemetry": None}
    async with context.connection() as connection:
        known = await figures(connection, selection_of(told, days))
    return {
        **_as_json(told),
        "telemetry": {
            "since": known.since.isoformat(),
            "results": known.total,
            "mean_confidence": known.mean_confidence,
            "corrected_per_thousand": known.corrected_per_thousand,
            "contradicted_share": known.contradicted_share,
            "adopted_share": known.adopted_share,
            "drift_against": known.reference,
            "plots": {
                key: {"headings": plot.headings, "rows": plot.rows}
                for key, plot in known.plots.items()
            },
        },
    }


def selection_of(told: Entry, days: int) -> Selection:
    """Whose results a model's page counts."""
    manifest = told.manifest
    return Selection(manifest.stage, _since(days), told.method, told.counted_as)


def _since(days: int) -> date:
    return datetime.now(UTC).date() - timedelta(days=days - 1)


def _active_of(told: Entry, active: list[catalogue.Active]) -> list[catalogue.Active]:
    """What is shown of the stage and method that a model answers for."""
    manifest = told.manifest
    return [
        choice
        for choice in active
        if choice.stage == manifest.stage
        and (choice.method == told.method or (told.method is None and choice.method != "llm"))
    ]


def _as_json(told: Entry) -> dict[str, Any]:
    manifest = told.manifest
    return {
        "name": manifest.name,
        "version": manifest.version,
        "revision": manifest.revision,
        "stage": manifest.stage,
        "runtime": manifest.runtime,
        "licence": manifest.licence,
        "summary": manifest.summary,
        "origin": told.origin.value,
        "state": told.state.value,
        "size": told.size,
        "files": [
            {
                "role": file.role,
                "path": file.path.name,
                "state": file.state.value,
                "size": file.size,
                "sha256": file.sha256,
            }
            for file in told.files
        ],
    }
