"""Whose members of a consumer group are, and how those of a dead process are taken out of it.

Kafka gives the partitions of a killed process to nobody until its session is over. Who knows that
it is dead need not wait: in its name it leaves the group.
"""

import os
import re
import socket
from collections.abc import Iterable
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code
from aiokafka.protocol.group import LeaveGroupRequest

from infra.settings import Settings
from streams.kafka.admin import started_admin

_ODD = re.compile(r"[^A-Za-z0-9._-]")
"""What Kafka's names of metrics, of which a client's id is a part, would have to quote."""


def client_id(process: int | None = None) -> str:
    """What members of groups call themselves to Kafka: the machine and the process.

    Args:
        process: its id, on this machine; None is this one.
    """
    return f"mimmo-{_ODD.sub('-', socket.gethostname())}-{process or os.getpid()}"


async def leave_for(settings: Settings, groups: Iterable[str], process: int) -> int:
    """Leaves groups in the name of a process of this machine that has ended.

    The others of a group get its partitions at their next heartbeat. Nothing is lost: what it had
    read and not committed is delivered again, as after the end of its session.

    Returns:
        How many members left.

    Raises:
        KafkaUnreachable: no broker answers.
        aiokafka.errors.KafkaError: a broker refused; the session ends by itself, later.
    """
    admin = await started_admin(settings)
    try:
        return sum([await _leave(admin, group, client_id(process)) for group in groups])
    finally:
        await admin.close()


async def _leave(admin: AIOKafkaAdminClient, group: str, client: str) -> int:
    coordinator = await admin.find_coordinator(group)
    (answer,) = await admin.describe_consumer_groups([group], coordinator)
    (described,) = answer.to_object()["groups"]
    gone = [member for member in described["members"] if member["client_id"] == client]
    for member in gone:
        request: Any = LeaveGroupRequest(group, member["member_id"])
        reply = await admin._send_request(request, coordinator)  # what `leave` of a consumer sends
        if reply.error_code:
            raise for_code(reply.error_code)(f"{client} cannot be taken out of {group}")
    return len(gone)
