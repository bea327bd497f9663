"""The page of one torrent: what is believed of it, why, and what was believed before."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse

from infra.postgres.search import Detail, StageResult
from schemas import Stage
from streams.web import past
from streams.web.context import context_of
from streams.web.fields import fields, judged_before, listed, machine_of, shown_evidence
from streams.web.marks import Part, Span, colours, found_in, marked, spans
from streams.web.rendering import page
from streams.web.trees import OPEN, Folder, tree

router = APIRouter()

ResultId = Annotated[str | None, Query(max_length=64, pattern="^[0-9a-f]*$")]


@router.get("/torrents/{infohash}", include_in_schema=False)
async def torrent_page(
    request: Request,
    infohash: Annotated[str, Path(pattern="^[0-9a-fA-F]{40}$", max_length=40)],
    as_of: Annotated[str, Query(max_length=10)] = "",
    before: ResultId = None,
    after: ResultId = None,
) -> HTMLResponse:
    """One torrent. `as_of` is a day; `before` and `after` are results to compare."""
    day = _day(as_of)
    context = context_of(request)
    async with context.connection() as connection:
        detail = await context.unbanned.torrent(connection, infohash.lower())
    if detail is None:
        raise HTTPException(404, "No torrent with this infohash is stored.")
    evidence = shown_evidence(detail)
    colour_of = colours(list(evidence))
    return page(
        request,
        "torrent.html",
        detail=detail,
        row=detail.row,
        name=marked(detail.row.name, spans(evidence, len(detail.row.name)), colour_of),
        fields=fields(detail),
        lists=listed(detail.row),
        colour_of=colour_of,
        classification=detail.results.get("classify"),
        extraction=detail.results.get("extract"),
        link=detail.results.get("match"),
        models_say={field: machine_of(detail, field) for field in ("medium", "adult", "link")},
        judged_before=judged_before(detail),
        tree=_tree(detail, colour_of),
        open_tree=len(detail.files or ()) <= OPEN,
        day=day,
        then=past.as_of(detail.history, datetime.combine(day, time.max, UTC)) if day else None,
        compared=_compared(detail, before, after),
        stages=[stage.value for stage in Stage],
        summary=past.summary,
        has_corrections="/corrections" in getattr(request.app.state, "paths", ()),
    )


def _day(text: str) -> date | None:
    """The day of a form field; None if it is empty.

    Raises:
        HTTPException: 422, it is no day.
    """
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise HTTPException(422, "as_of: a day is written as 2026-11-28") from error


def _tree(detail: Detail, colour_of: dict[str, int]) -> dict[str, Any] | None:
    """The folders, and for a path with evidence its last part with marks."""
    if detail.files is None:
        return None
    values = {**detail.row.metadata, **detail.row.technical}
    by_path: dict[str, list[Span]] = {}
    for field, ground in shown_evidence(detail).items():
        path = ground.get("path")
        if isinstance(path, str):
            by_path.setdefault(path, []).extend(found_in(path, values.get(field, ""), field))
    root: Folder = tree(detail.files)

    def parts(file_path: str, shown: str) -> list[Part]:
        inside = by_path.get(file_path)
        if not inside:
            return marked(shown, (), colour_of)
        shift = len(file_path) - len(shown)
        moved = [
            Span(span.field, max(span.start - shift, 0), span.end - shift)
            for span in inside
            if span.end > shift
        ]
        # A value of the folder's name: the file is what was read, so all of it is marked.
        return marked(shown, moved or [Span(inside[0].field, 0, len(shown))], colour_of)

    return {"root": root, "parts": parts}


def _compared(
    detail: Detail, before: str | None, after: str | None
) -> tuple[StageResult, StageResult, list[past.Difference]] | None:
    """Two results of one stage side by side.

    Raises:
        HTTPException: 422, they are not of this torrent, or not of one stage.
    """
    if not before or not after:
        return None
    known = {result.result_id: result for result in detail.history}
    older, newer = known.get(before), known.get(after)
    if older is None or newer is None:
        raise HTTPException(422, "before, after: this torrent has no such result")
    if older.stage != newer.stage:
        raise HTTPException(422, "before, after: choose two results of one stage")
    return older, newer, past.differences(older, newer)
