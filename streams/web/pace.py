"""How often one writer may say something: a correction is kept for ever, and each is looked at."""

import math
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from streams.web.context import context_of
from streams.web.limits import Limits, client_of
from streams.web.security import Person, writer


async def paced_writer(request: Request, person: Annotated[Person, Depends(writer)]) -> Person:
    """Lets somebody write who may, and has not just written much.

    Raises:
        HTTPException: 401 and 403 as `writer` does; 429 for too many, with `Retry-After`.
    """
    seconds = _limits(request).wait(f"{person.name} {client_of(request)}")
    if seconds > 0:
        headers = {"Retry-After": str(math.ceil(seconds))}
        text = "Too many corrections at once. Wait a moment, then say it again."
        raise HTTPException(429, text, headers)
    return person


Writer = Annotated[Person, Depends(paced_writer)]
"""Who writes, where a handler takes it."""


def _limits(request: Request) -> Limits:
    """The limits of this application, made with its first correction."""
    state = request.app.state
    if not hasattr(state, "correction_limits"):
        state.correction_limits = Limits(context_of(request).settings.web_correction_rate)
    limits: Limits = state.correction_limits
    return limits
