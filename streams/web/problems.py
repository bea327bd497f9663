"""What went wrong, as JSON (RFC 9457)."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse


def told(
    status: int, title: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """The answer.

    Args:
        status: of HTTP.
        title: what kind of problem it is.
        detail: what to do.
        headers: more of them.
        more: further members of the object.
    """
    content = {"title": title, "status": status, "detail": detail, **more}
    return JSONResponse(content, status, headers=headers, media_type="application/problem+json")
