"""What a person or a program is told when something fails: what to do, never a trace."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import asyncpg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.logging import get_logger
from infra.postgres.connect import TRANSIENT, DatabaseUnreachable
from infra.postgres.search import BadCursor
from schemas.plain import place, sentence
from streams.web.problems import told
from streams.web.rendering import page

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, as the page and the JSON answer say it."""

    status: int
    title: str
    detail: str


_DETAILS = {
    404: "There is nothing at this address.",
    405: "This address cannot be used in this way.",
}
_AWAY = Problem(503, "The database is away", "Postgres does not answer. Try again in a minute.")
_SLOW = Problem(
    503,
    "The query took too long",
    "It was stopped. Use more words, or choose a medium, and try again.",
)
_BUSY = Problem(503, "Too much is asked at once", "Try again in a moment.")
_MISSING = Problem(
    503, "The tables are missing", "Run `python -m infra.postgres migrate` and try again."
)
_OURS = Problem(500, "Something went wrong here", "It was logged. Try again, or try otherwise.")


def problem_of(error: Exception) -> Problem:
    """What a failure of ours or of a server is to whoever asked."""
    match error:
        case asyncpg.QueryCanceledError():
            return _SLOW
        case asyncpg.UndefinedTableError() | asyncpg.UndefinedFunctionError():
            return _MISSING
        case TimeoutError():
            return _BUSY
        case DatabaseUnreachable():
            return _AWAY
        case _ if isinstance(error, TRANSIENT):
            return _AWAY
        case _:
            return _OURS


def answer(request: Request, problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """A problem in the form that the request asks for: a page, or JSON (RFC 9457)."""
    if wants_json(request):
        return told(problem.status, problem.title, problem.detail, headers=headers)
    response = page(request, "error.html", status=problem.status, problem=problem)
    response.headers.update(headers or {})
    return response


def wants_json(request: Request) -> bool:
    """Whether an error is told in JSON: to the API, and to whoever asks for nothing else."""
    accepted = request.headers.get("accept", "")
    return request.url.path.startswith("/api/") or (
        "json" in accepted and "text/html" not in accepted
    )


def install(app: FastAPI) -> None:
    """Lets an application answer with our errors."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(BadCursor, _bad_cursor)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    said = error.detail if error.detail != status.phrase else ""
    detail = said or _DETAILS.get(error.status_code, status.description)
    headers = dict(error.headers) if error.headers else None
    return answer(request, Problem(error.status_code, status.phrase, detail), headers)


async def _bad_cursor(request: Request, error: Exception) -> Response:
    return await _http(request, HTTPException(422, f"after: {error}"))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = error.errors()
    told = "; ".join(dict.fromkeys(_told(fault) for fault in faults))
    is_query = any(fault["loc"][:1] == ("query",) for fault in faults)
    if not is_query:
        return answer(request, Problem(422, "This cannot be read", told))
    known = f" Known are: {', '.join(names)}." if (names := _known(request)) else ""
    detail = told if wants_json(request) else f"Not understood: {told}"
    return answer(request, Problem(422, "This is not understood", f"{detail}.{known}"))


def _told(fault: dict[str, Any]) -> str:
    """A fault with the name of its value, where it has one."""
    name = place(fault["loc"][1:])
    return f"{name}: {sentence(fault)}" if name else sentence(fault)


def _known(request: Request) -> list[str]:
    """The names of the parameters that an address has."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return []
    names: list[str] = []
    for parameter in route.dependant.query_params:
        shape = parameter.field_info.annotation
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            names += shape.model_fields
        else:
            names.append(parameter.alias)
    return names


class Failures:
    """Answers with a problem where a handler fails. What is our fault is logged with its trace."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            problem = problem_of(error)
            # The path alone: a query may hold a key.
            if problem.status == 500:
                log.exception("a request failed", path=scope["path"])
            else:
                log.warning("a request failed", path=scope["path"], error=type(error).__name__)
            if started:
                raise
            await answer(Request(scope, receive), problem)(scope, receive, send)
