"""How often one writer may change something: a correction is kept for ever, a model is work."""

import math
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from streams.web.context import context_of
from streams.web.limits import Limits, client_of
from streams.web.security import Person, operator, writer


def require_pace(request: Request, person: Person) -> None:
    """Refuses who has just changed much.

    Raises:
        HTTPException: 429, with `Retry-After`.
    """
    seconds = _limits(request).wait(f"{person.name} {client_of(request)}")
    if seconds > 0:
        headers = {"Retry-After": str(math.ceil(seconds))}
        raise HTTPException(429, "Too much at once. Wait a moment, then repeat it.", headers)


async def paced_writer(request: Request, person: Annotated[Person, Depends(writer)]) -> Person:
    """Lets somebody send corrections who may, and has not just changed much.

    Raises:
        HTTPException: 401 and 403 as `writer` does, 429 as `require_pace` does.
    """
    require_pace(request, person)
    return person


async def paced_operator(request: Request, person: Annotated[Person, Depends(operator)]) -> Person:
    """Lets somebody change models who may, and has not just changed much.

    Raises:
        HTTPException: 401 and 403 as `operator` does, 429 as `require_pace` does.
    """
    require_pace(request, person)
    return person


Writer = Annotated[Person, Depends(paced_writer)]
"""Who sends corrections, where a handler takes it."""
Operator = Annotated[Person, Depends(paced_operator)]
"""Who changes models, where a handler takes it."""


def _limits(request: Request) -> Limits:
    """The limits of this application, made with its first change."""
    state = request.app.state
    if not hasattr(state, "writer_limits"):
        state.writer_limits = Limits(context_of(request).settings.web_correction_rate)
    limits: Limits = state.writer_limits
    return limits
