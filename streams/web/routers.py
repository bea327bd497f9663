"""Every router of the console, in the order in which paths are tried."""

from fastapi import APIRouter

from streams.web import assets, feed
from streams.web.api import routes as api
from streams.web.pages import search, torrent

ROUTERS: tuple[APIRouter, ...] = (
    assets.router,
    search.router,
    torrent.router,
    feed.router,
    api.router,
)
