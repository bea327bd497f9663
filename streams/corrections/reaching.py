"""What the commands of corrections do with both ends: Postgres to look, Kafka to say."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg
from aiokafka.errors import KafkaError

from infra.postgres.access import Access
from infra.postgres.connect import connect
from infra.settings import Settings
from schemas import Correction
from streams.corrections.claims import Claim, correction_of, withdrawal_of
from streams.corrections.publisher import CorrectionPublisher
from streams.kafka.client import unreachable
from streams.kafka.publisher import KafkaStalled

Answer = TypeVar("Answer")


async def looked(
    settings: Settings, look: Callable[[asyncpg.Connection], Awaitable[Answer]]
) -> Answer:
    """Looks at the database on a connection of its own, which can only read.

    Raises:
        DatabaseUnreachable: Postgres does not answer.
    """
    connection = await connect(settings, Access.READER)
    try:
        return await look(connection)
    finally:
        await connection.close()


async def say(settings: Settings, claim: Claim) -> Correction:
    """Makes a correction and returns it when Kafka has it.

    Raises:
        streams.corrections.claims.Refused: it does not fit.
        DatabaseUnreachable: Postgres does not answer.
        KafkaUnreachable: Kafka does not acknowledge.
    """
    correction = await looked(settings, lambda connection: correction_of(connection, claim))
    return await _published(settings, correction)


async def take_back(settings: Settings, identity: str, reporter: str) -> Correction:
    """Takes a correction back and returns what does so when Kafka has it; raises as `say`."""
    correction = await looked(
        settings, lambda connection: withdrawal_of(connection, identity, reporter)
    )
    return await _published(settings, correction)


async def _published(settings: Settings, correction: Correction) -> Correction:
    try:
        async with CorrectionPublisher(settings) as corrections:
            await corrections.publish(correction)
    except (TimeoutError, KafkaError, KafkaStalled, OSError) as error:
        raise await unreachable(settings) from error
    return correction
