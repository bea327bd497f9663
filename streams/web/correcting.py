"""From a click to an acknowledged correction, and until the tables show it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import asyncpg
from aiokafka.errors import KafkaError
from fastapi import HTTPException

from infra.logging import get_logger
from schemas import Correction
from streams.corrections.claims import Claim, Refused, Unknown, correction_of, withdrawal_of
from streams.kafka.client import KafkaUnreachable
from streams.kafka.publisher import KafkaStalled
from streams.web.context import Context

log = get_logger(__name__)

PUBLISH_SECONDS = 10.0
"""A person waits so long for Kafka, and is then told that it is away."""

STORED_SECONDS = 1.5
"""The store takes a third of a second where it runs; where it does not, the page says so."""

_LOOK_AGAIN = 0.05

_AWAY = (
    "Kafka did not acknowledge it, so it may be lost. Look at the list of corrections in a minute,"
    " and say it again if it is not there."
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A correction that Kafka has, and whether the tables show it already."""

    correction: Correction
    is_stored: bool


async def said(context: Context, claim: Claim) -> Accepted:
    """Makes a correction of a claim, publishes it and waits until it is shown, or a while.

    Raises:
        HTTPException: 404 for an unknown torrent, 422 for what does not fit, 503 where Kafka is
            away.
    """
    return await _accepted(context, lambda connection: correction_of(connection, claim))


async def taken_back(context: Context, identity: str, reporter: str) -> Accepted:
    """Takes a correction back, as `said` says one.

    Raises:
        HTTPException: 404 for an unknown correction, 422 if it is taken back already, 503 where
            Kafka is away.
    """
    return await _accepted(
        context, lambda connection: withdrawal_of(connection, identity, reporter)
    )


Maker = Callable[[asyncpg.Connection], Awaitable[Correction]]


async def _accepted(context: Context, make: Maker) -> Accepted:
    try:
        async with context.connection() as connection:
            correction = await make(connection)
    except Unknown as error:
        raise HTTPException(404, sentence(error)) from error
    except Refused as error:
        raise HTTPException(422, sentence(error)) from error
    await _published(context, correction)
    return Accepted(correction, await _is_stored(context, correction.event_id))


async def _published(context: Context, correction: Correction) -> None:
    if context.corrections is None:
        raise HTTPException(503, _AWAY)
    try:
        await asyncio.wait_for(context.corrections.publish(correction), PUBLISH_SECONDS)
    except (KafkaError, KafkaStalled, KafkaUnreachable, OSError, TimeoutError) as error:
        log.warning("a correction was not acknowledged", error=repr(error))
        raise HTTPException(503, _AWAY) from error


async def _is_stored(context: Context, identity: str) -> bool:
    """Waits until the store has written a correction. Returns False if that takes too long."""
    key = bytes.fromhex(identity)
    until = time.monotonic() + STORED_SECONDS
    while True:
        async with context.connection() as connection:
            query = "SELECT EXISTS (SELECT FROM corrections WHERE id = $1)"
            if await connection.fetchval(query, key):
                return True
        if time.monotonic() > until:
            return False
        await asyncio.sleep(_LOOK_AGAIN)


def sentence(error: Exception) -> str:
    """What an error says, as a sentence of a page."""
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."
