"""The place in Kafka that a copy of the tables belongs to: the store group's offsets."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from infra.settings import Settings
from schemas.topics import STORED
from streams.kafka.admin import partitions_of, started_admin
from streams.kafka.client import KafkaUnreachable, client_options
from streams.kafka.retry import with_retry
from streams.operate.process import StartError

_ATTEMPTS = 6
"""15 s with the defaults: a new cluster makes the topic of its groups when it is first asked."""

Offsets = dict[str, dict[str, int]]
"""By topic and by the number of the partition, as JSON has it."""


@dataclass(frozen=True, slots=True)
class Place:
    """What the store group has committed, on which cluster."""

    cluster: str | None
    group: str
    offsets: Offsets
    """A partition of which nothing was committed is at its beginning, and is not listed."""


async def committed(settings: Settings) -> Place:
    """Ask where the store group is.

    Raises:
        KafkaUnreachable: no broker answers, or it does not know the group's place.
    """
    async with _asking(settings, "where the store is") as admin:
        cluster = (await admin.describe_cluster()).get("cluster_id")
        partitions = await partitions_of(admin, [topic.name for topic in STORED])
        places = [place for listed in partitions.values() for place in listed]
        known = await admin.list_consumer_group_offsets(settings.store_group, partitions=places)
    offsets: Offsets = {}
    for place in sorted(known):
        if known[place].offset >= 0:
            offsets.setdefault(place.topic, {})[str(place.partition)] = known[place].offset
    return Place(cluster, settings.store_group, offsets)


async def require_stopped(settings: Settings) -> None:
    """Check that topics are there, and no store in the group: it would commit over what is set.

    Raises:
        StartError: topics are missing, or there is a store.
        KafkaUnreachable: no broker answers.
    """
    async with _asking(settings, "who is in the group") as admin:
        listed = await partitions_of(admin, [topic.name for topic in STORED])
        answers = await _described(settings, admin, settings.store_group)
    missing = sorted(name for name, partitions in listed.items() if not partitions)
    if missing:
        raise StartError(
            f"Kafka has no topic {', '.join(missing)}: `python -m streams.topics create`, then try"
            " again"
        )
    groups = [group for answer in answers for group in answer.groups]
    # The last list of an answer is that of the members, whatever the broker's version adds to it.
    members = [next(part for part in reversed(group) if isinstance(part, list)) for group in groups]
    if any(members):
        raise StartError(
            f"the group {settings.store_group} has members: stop every store, then try again"
            f" (a killed one is gone after {settings.session_timeout:g} seconds)"
        )


@asynccontextmanager
async def _asking(settings: Settings, what: str) -> AsyncIterator[Any]:
    """An admin client; its errors are told as what Kafka does not tell."""
    admin = await started_admin(settings)
    try:
        yield admin
    except KafkaError as error:
        raise KafkaUnreachable(f"Kafka does not tell {what} ({error!r})") from error
    finally:
        await admin.close()


async def _described(settings: Settings, admin: Any, group: str) -> list[Any]:
    """What Kafka says of a group; waits for a cluster that has just begun."""

    async def ask() -> list[Any]:
        try:
            return list(await admin.describe_consumer_groups([group]))
        except KafkaError as error:
            if error.retriable:
                raise
            raise KafkaUnreachable(f"Kafka does not tell who is in {group} ({error!r})") from error

    patient = settings.model_copy(
        update={"retry_attempts": max(_ATTEMPTS, settings.retry_attempts)}
    )
    return await with_retry(patient, f"who is in {group}", ask)


async def put_back(settings: Settings, place: Place) -> list[str]:
    """Set the store group's offsets, so that a store that starts reads what came after the copy.

    Returns what the operator has to know: records that Kafka has let go in the meantime. On
    another cluster offsets mean nothing, and the group begins where the topics begin; what is
    there already is written again, which changes nothing.

    Raises:
        KafkaUnreachable: no broker answers, or it refuses the offsets.
    """
    async with _asking(settings, "what it has") as admin:
        is_same = (await admin.describe_cluster()).get("cluster_id") == place.cluster
        listed = await partitions_of(admin, [topic.name for topic in STORED])
    partitions = [partition for some_topic in listed.values() for partition in some_topic]
    consumer = AIOKafkaConsumer(
        **client_options(settings),
        group_id=settings.store_group,
        enable_auto_commit=False,
    )
    try:
        await consumer.start()
        consumer.assign(partitions)
        starts = await consumer.beginning_offsets(partitions)
        ends = await consumer.end_offsets(partitions)
        offsets = place.offsets if is_same else {}
        chosen, warnings = _chosen(offsets, starts, ends)
        await consumer.commit(chosen)
    except KafkaError as error:
        raise KafkaUnreachable(f"Kafka does not take the offsets ({error!r})") from error
    finally:
        await consumer.stop()
    if not is_same:
        warnings.insert(0, "this is another Kafka cluster: the store reads it from its start")
    return warnings


def _chosen(
    offsets: Offsets, starts: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]
) -> tuple[dict[TopicPartition, int], list[str]]:
    """The offset of each partition, and what is to be said of it."""
    chosen: dict[TopicPartition, int] = {}
    warnings = []
    for partition in sorted(starts):
        start, end = starts[partition], ends[partition]
        wanted = offsets.get(partition.topic, {}).get(str(partition.partition), start)
        label = f"{partition.topic} [{partition.partition}]"
        if wanted < start:
            warnings.append(
                f"{label}: records {wanted:,} to {start - 1:,} are no longer in Kafka;"
                " `python -m streams.reprocess` answers again what they said"
            )
        elif wanted > end:
            warnings.append(f"{label}: it ends before the copy's offset; it is read from its start")
        chosen[partition] = wanted if start <= wanted <= end else start
    return chosen, warnings
