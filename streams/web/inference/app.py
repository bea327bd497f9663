"""The HTTP API of the brains: what each path answers."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from infra.logging import get_logger
from infra.settings import Settings
from schemas import Capabilities
from schemas.inference import Asked, RuntimeCapabilities, RuntimeHealth, StageState
from schemas.openapi import openapi
from streams.operate.capabilities.roll import told as no_runtime
from streams.web.guard import SAFE, host_of, hosts_of, is_cross_site
from streams.web.inference.batches import Malformed, TooLarge, items_of
from streams.web.inference.brains import Answered, Brains, Busy, Missing
from streams.web.problems import told

log = get_logger(__name__)

_RETRY = {"Retry-After": "1"}
"""Seconds: about what a batch takes."""
_OPEN = frozenset({"/health"})
"""What an orchestrator asks under an address of its own."""


def create_app(
    settings: Settings, brains: Brains, capabilities: Callable[[], Capabilities]
) -> ASGIApp:
    """The API.

    Args:
        settings: under which names it may be reached.
        brains: who answers; whoever made them stops them.
        capabilities: what is announced of this process.
    """

    async def capable(request: Request) -> Response:
        now = capabilities().model_dump(mode="json")
        known = RuntimeCapabilities.model_validate({**now, "missing": brains.lacks()})
        return JSONResponse(known.model_dump(mode="json", exclude_none=True))

    async def health(request: Request) -> Response:
        stages = {asked: brains.state(asked) for asked in Asked}
        lacking = [f"{no_runtime(lack.stage)}: {lack.runtime}" for lack in brains.lacks()]
        seen = RuntimeHealth(
            ok=True,
            ready=StageState.LOADING not in stages.values(),
            stages=stages,
            missing=lacking,
            waiting=brains.waiting,
        )
        return JSONResponse(seen.model_dump(mode="json"))

    async def metrics(request: Request) -> Response:
        return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def document(request: Request) -> Response:
        return JSONResponse(openapi())

    routes = [
        *(Route(f"/v1/{asked}", _asking(asked, brains), methods=["POST"]) for asked in Asked),
        Route("/v1/capabilities", capable),
        Route("/v1/openapi.json", document),
        Route("/health", health),
        Route("/metrics", metrics),
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _http})
    return Entry(app, hosts_of(settings.inference_host, settings.inference_allowed_hosts))


def _asking(asked: Asked, brains: Brains) -> Callable[[Request], Any]:
    """The handler of a stage."""

    async def ask(request: Request) -> Response:
        try:
            # Before the body: whoever sends 8 MB to a process that cannot answer hears it at once.
            if (lack := brains.lack(asked)) is not None:
                raise Missing(lack)
            return _answers(asked, await brains.ask(asked, await items_of(request)))
        except Missing as error:
            lacking = error.lack.model_dump(mode="json")
            return told(503, "No runtime", f"{no_runtime(asked)} here: {error}", missing=lacking)
        except Busy as error:
            return told(429, "The queue is full", f"{error}. Try again soon.", headers=_RETRY)
        except TooLarge as error:
            return told(413, "This is too large", str(error))
        except Malformed as error:
            return told(422, "This cannot be read", str(error))
        except Exception:
            log.exception("a batch failed", stage=asked.value)
            return told(500, "Something went wrong here", "It was logged. Send the items alone.")

    return ask


def _answers(asked: Asked, answered: Answered) -> Response:
    return JSONResponse(
        {
            "stage": asked.value,
            "model": answered.model,
            "revision": answered.revision,
            "seconds": answered.seconds,
            "results": answered.results,
        }
    )


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    detail = f"{request.method} {request.url.path}: see /v1/openapi.json"
    return told(status.value, status.phrase, detail, headers=error.headers)


class Entry:
    """Refuses names that are not ours, and what pages of other sites send.

    No key is asked for: a page elsewhere that could ask would use this machine's processors.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        app = self._app
        if scope["path"] not in _OPEN and host_of(headers.get("host", "")) not in self._hosts:
            app = told(
                400,
                "This name is not known",
                "Ask under another one, or add it to STREAMS_INFERENCE_ALLOWED_HOSTS.",
            )
        elif scope["method"] not in SAFE and is_cross_site(headers):
            app = told(403, "Refused", "Another site sent this.")
        await app(scope, receive, send)
