"""Style, script and icons: read once, compressed once, and named by what is in them."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from markupsafe import Markup
from starlette.responses import Response

FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_ICON = re.compile(r"[a-z][a-z-]*")

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    body: bytes
    packed: bytes
    kind: str
    digest: str


@cache
def catalogue() -> dict[str, Asset]:
    """Every file that is served, by its name."""
    assets = {}
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in _TYPES:
            body = path.read_bytes()
            digest = hashlib.sha256(body).hexdigest()
            packed = gzip.compress(body, 9, mtime=0)
            assets[path.name] = Asset(body, packed, _TYPES[path.suffix], digest)
    return assets


def url(name: str) -> str:
    """The address of a file; it changes with the file, so a browser may keep it for ever."""
    return f"/static/{name}?v={catalogue()[name].digest[:12]}"


def icon(name: str) -> Markup:
    """A picture of `icons.svg`; it is decoration, the text beside it says the same."""
    if not _ICON.fullmatch(name):
        raise ValueError(f"{name!r} is no icon")
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>').format(
        url("icons.svg"), name
    )


@router.get("/static/{name}", include_in_schema=False)
async def static_file(name: str, request: Request) -> Response:
    """A file of the console."""
    asset = catalogue().get(name)
    if asset is None:
        raise HTTPException(404)
    is_packed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {
        "ETag": f'W/"{asset.digest[:32]}"',
        "Cache-Control": "public, max-age=31536000, immutable",
        "Vary": "Accept-Encoding",
    }
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    return Response(asset.packed if is_packed else asset.body, 200, headers, asset.kind)


@router.get("/favicon.ico", include_in_schema=False)
async def favicon() -> Response:
    """The icon that browsers ask for unasked."""
    asset = catalogue()["icon.svg"]
    return Response(asset.body, 200, {"Cache-Control": "public, max-age=86400"}, asset.kind)
