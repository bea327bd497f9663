"""Every router of the console, in the order in which paths are tried."""

from fastapi import APIRouter

from streams.web import assets, feed
from streams.web.api import corrections as corrections_api
from streams.web.api import routes as api
from streams.web.api import runtimes
from streams.web.models import activating, metrics, pipeline, wizard
from streams.web.models import pages as models
from streams.web.pages import corrections, events, live, music, search, signing, torrent
from streams.web.torznab import routes as torznab

ROUTERS: tuple[APIRouter, ...] = (
    assets.router,
    search.router,
    torrent.router,
    music.router,
    live.router,
    events.router,
    signing.router,
    corrections.router,
    feed.router,
    api.router,
    corrections_api.router,
    runtimes.router,
    metrics.router,
    pipeline.router,
    activating.router,
    wizard.router,
    models.router,
    torznab.router,
)
