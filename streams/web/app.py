"""The application: routers, and around them what every answer goes through."""

from functools import partial

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route

from streams.operate.capabilities.watch import RuntimesWatch
from streams.operate.lag import lags
from streams.web import errors
from streams.web.context import Context
from streams.web.etags import ETags
from streams.web.guard import Guard, allowed_hosts
from streams.web.limits import Limited, Limits
from streams.web.live import Live
from streams.web.models.database import Looks
from streams.web.routers import ROUTERS
from streams.web.torznab.routes import too_many

_GZIP_FROM = 1_000
"""Bytes; below that a compressed answer fits no fewer packets."""


def create_app(context: Context) -> FastAPI:
    """The console as an ASGI application.

    Args:
        context: settings and open connections; whoever opened them closes them.

    Raises:
        BanRulesInvalid: a ban list of the settings is missing or cannot be read.
    """
    # The page that FastAPI shows for its schema loads scripts from elsewhere.
    app = FastAPI(
        title="Mimmo Streams",
        summary="Search what was classified, with its evidence.",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.context = context
    app.state.live = Live(context.settings, context.unbanned.bans)
    app.state.looks = Looks()
    app.state.runtimes = RuntimesWatch(context.settings, partial(lags, context.settings))
    app.state.paths = frozenset(
        route.path for router in ROUTERS for route in router.routes if isinstance(route, Route)
    )
    for router in ROUTERS:
        app.include_router(router)
    errors.install(app)
    # The last one added is asked first.
    app.add_middleware(errors.Failures)
    app.add_middleware(ETags)
    app.add_middleware(GZipMiddleware, minimum_size=_GZIP_FROM, compresslevel=6)
    app.add_middleware(Limited, limits=Limits(context.settings.web_rate), refusal=too_many)
    app.add_middleware(Guard, hosts=allowed_hosts(context.settings))
    return app
