"""Whose members of a consumer group are, and how those of a dead process are taken out of it.

Kafka gives the partitions of a killed process to nobody until its session is over. Who started it,
and knows that it is dead, need not wait: in its name it leaves the group.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaError,
    NoError,
    UnknownMemberIdError,
    for_code,
)
from aiokafka.protocol.group import LeaveGroupRequest

from infra.logging import get_logger
from infra.settings import Settings
from streams.kafka.admin import asked, started_admin

log = get_logger(__name__)

_CLOSE_SECONDS = 1.0
"""To say goodbye: under TLS a broker that hangs would be waited for half a minute."""


def client_id(life: str) -> str:
    """What the members of a process call themselves to Kafka.

    Args:
        life: `Settings.life`, of which no two processes have the same. It says nothing of the
            machine: brokers may be those of others.
    """
    return f"mimmo-{life}"


async def leave_for(settings: Settings, groups: Iterable[str], life: str) -> int:
    """Leaves groups in the name of a process that has ended.

    The others of a group get its partitions at their next heartbeat. Nothing is lost: what it had
    read and not committed is delivered again, as after the end of its session. A group of which we
    may know nothing is none of its groups; one that cannot be asked is logged, and its session
    ends by itself.

    Returns:
        How many members left.

    Raises:
        KafkaUnreachable: no broker answers.
    """
    count = 0
    admin = await started_admin(settings)
    try:
        for group in groups:
            try:
                count += await _leave(admin, group, client_id(life))
            except GroupAuthorizationFailedError:
                continue
            except KafkaError as error:
                log.warning("partitions wait for a session", group=group, why=repr(error))
    finally:
        with suppress(TimeoutError):
            await asyncio.wait_for(admin.close(), _CLOSE_SECONDS)
    return count


async def _leave(admin: AIOKafkaAdminClient, group: str, client: str) -> int:
    coordinator = await asked(partial(admin.find_coordinator, group))
    (answer,) = await asked(partial(admin.describe_consumer_groups, [group], coordinator))
    (described,) = answer.to_object()["groups"]
    _require(described["error_code"], group)
    gone = [member for member in described["members"] if member["client_id"] == client]
    for member in gone:
        request: Any = LeaveGroupRequest(group, member["member_id"])
        reply = await admin._send_request(request, coordinator)  # what a consumer's `leave` sends
        with suppress(UnknownMemberIdError):  # its session has just ended
            _require(reply.error_code, group)
    return len(gone)


def _require(code: int, group: str) -> None:
    if (error := for_code(code)) is not NoError:
        raise error(f"of the group {group}")
