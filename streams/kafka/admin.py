"""Topics of a cluster: made, mended and looked at. `python -m streams.topics` is the command."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, NodeNotReadyError, TopicAlreadyExistsError, for_code

from infra.settings import Settings
from schemas.topics import TOPICS, Topic
from streams.kafka.client import KafkaUnreachable, client_options, unreachable


class TopicRefused(KafkaUnreachable):
    """The broker would not make a topic; the message says why."""


MOST_COPIES = 3
"""With three any one broker may be lost while another is away for an update."""

_NOBODY = -1
"""The leader of a partition whose copies are all away."""
_TRIES = 10
"""Which broker is asked is drawn anew each time: with one of three dead, ten misses do not come."""
_PAUSE = 0.2

_LEAST = "min.insync.replicas"
_OF_THE_TOPIC = 1
"""What Kafka's protocol calls the source of a value that was set for this topic."""


@dataclass
class TopicChanges:
    """What `create_topics` did."""

    brokers: int = 1
    """How many there are now."""
    replication: int = 1
    """Copies of each partition of the topics that were made."""
    created: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    """Topics whose configuration differed and was altered."""
    few_partitions: dict[str, int] = field(default_factory=dict)
    """Topics with fewer partitions than asked for; left alone, since more would move keys."""
    few_copies: dict[str, int] = field(default_factory=dict)
    """Topics with fewer copies than asked for; left alone, since copying is for the operator."""


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as Kafka has it."""

    partitions: int
    copies: int
    """Of the partition that has fewest."""
    behind: int
    """Partitions of which a copy is missing or not up to date."""


async def create_topics(settings: Settings) -> TopicChanges:
    """Creates the topics of `schemas.topics` that are missing and mends the others' configuration.

    Raises:
        KafkaUnreachable: no broker answers.
        TopicRefused: the broker refused to create one, or there are fewer brokers than copies.
    """
    admin = await started_admin(settings)
    try:
        brokers = len((await asked(admin.describe_cluster))["brokers"])
        changes = TopicChanges(brokers, _replication(settings, brokers))
        states = await states_of(admin)
        missing = [topic for name, topic in TOPICS.items() if name not in states]
        if missing and (unseen := await _create(admin, missing, settings, changes)):
            states = await _shown(admin, unseen)
        present = {name: states[name] for name in TOPICS if name in states}
        for name, state in present.items():
            if state.partitions < TOPICS[name].partitions_for(settings.partitions):
                changes.few_partitions[name] = state.partitions
            if state.copies < changes.replication:
                changes.few_copies[name] = state.copies
        # A broker may not know those yet that were made, and nothing of them is to be mended.
        others = {name: state for name, state in present.items() if name not in changes.created}
        await _mend(admin, others, changes)
        return changes
    finally:
        await admin.close()


async def present_topics(settings: Settings) -> dict[str, TopicState]:
    """Returns what Kafka has, by name; topics of others and Kafka's own are among them.

    Raises:
        KafkaUnreachable: no broker answers.
    """
    admin = await started_admin(settings)
    try:
        return await states_of(admin)
    finally:
        await admin.close()


def least_in_sync(copies: int) -> int:
    """How many copies must have a record before it counts as sent (`min.insync.replicas`).

    Of three: two, so that the loss of one broker loses nothing and stops nothing. Of two: one,
    or each update of a broker would stop the pipeline.
    """
    return 2 if copies >= MOST_COPIES else 1


def _replication(settings: Settings, brokers: int) -> int:
    if settings.replication is None:
        return min(MOST_COPIES, brokers)
    if settings.replication > brokers:
        raise TopicRefused(
            f"STREAMS_REPLICATION={settings.replication} asks for as many brokers, and Kafka has"
            f" {brokers} that answer{'s' if brokers == 1 else ''}: start the others, or set it to"
            f" {brokers} at most (empty is what there is room for)"
        )
    return settings.replication


async def started_admin(settings: Settings) -> AIOKafkaAdminClient:
    """Returns a connected admin client; whoever asked closes it.

    Raises:
        KafkaUnreachable: no broker answers.
    """
    admin = AIOKafkaAdminClient(**client_options(settings))
    try:
        await admin.start()
    except BaseException as error:
        await admin.close()
        if not isinstance(error, KafkaError | OSError):
            raise
        raise await unreachable(settings) from error
    return admin


async def _create(
    admin: AIOKafkaAdminClient,
    missing: Sequence[Topic],
    settings: Settings,
    changes: TopicChanges,
) -> list[str]:
    """Makes what is missing; returns those that were there after all."""
    copies = changes.replication
    unseen: list[str] = []
    answer = await admin.create_topics(
        [
            NewTopic(
                topic.name,
                topic.partitions_for(settings.partitions),
                copies,
                topic_configs={**topic.config, _LEAST: str(least_in_sync(copies))},
            )
            for topic in missing
        ]
    )
    for name, code, *reason in answer.topic_errors:
        error = for_code(code)
        if not code:
            changes.created.append(name)
        elif error is TopicAlreadyExistsError:
            unseen.append(name)
        else:
            said = " ".join(str(part) for part in reason)
            raise TopicRefused(f"Kafka refused to create {name}: {error.__name__} {said}")
    return unseen


async def _shown(admin: AIOKafkaAdminClient, unseen: Iterable[str]) -> dict[str, TopicState]:
    """Every topic by name, once these are among them: others may have made them just now.

    A broker hears of a new topic a moment after the one that made it.
    """
    for _ in range(_TRIES):
        states = await states_of(admin)
        if states.keys() >= set(unseen):
            break
        await asyncio.sleep(_PAUSE)
    return states


async def _mend(
    admin: AIOKafkaAdminClient, present: Mapping[str, TopicState], changes: TopicChanges
) -> None:
    if not present:
        return
    actual = await topic_configs(admin, present)
    own = await topic_configs(admin, present, own=True)
    for name, state in present.items():
        wanted = dict(TOPICS[name].config)
        least = least_in_sync(state.copies)
        if int(actual[name].get(_LEAST, least)) < least:  # more is an operator's wish
            wanted[_LEAST] = str(least)
        if any(actual[name].get(key) != value for key, value in wanted.items()):
            # What is not named is reset: what an operator set beside ours stays only if it is said.
            wanted = {**own[name], **wanted}
            answers = await admin.alter_configs(
                [ConfigResource(ConfigResourceType.TOPIC, name, wanted)]
            )
            for code, reason, *_ in (entry for answer in answers for entry in answer.resources):
                if code:
                    raise TopicRefused(
                        f"Kafka refused to mend {name}: {for_code(code).__name__} {reason or ''}"
                    )
            changes.mended.append(name)


async def asked(call: Callable[[], Awaitable[Any]]) -> Any:
    """Returns the answer of any broker.

    The client asks one by chance, and for some seconds after a death that may be the dead one.
    """
    for _ in range(_TRIES - 1):
        try:
            return await call()
        except NodeNotReadyError:
            await asyncio.sleep(_PAUSE)
    return await call()


async def states_of(admin: AIOKafkaAdminClient) -> dict[str, TopicState]:
    """Returns every topic that Kafka has, by name."""
    return {
        description["topic"]: TopicState(
            partitions=len(description["partitions"]),
            copies=min((len(place["replicas"]) for place in description["partitions"]), default=0),
            behind=sum(
                place["leader"] == _NOBODY or len(place["isr"]) < len(place["replicas"])
                for place in description["partitions"]
            ),
        )
        for description in await asked(admin.describe_topics)
    }


async def partitions_of(
    admin: AIOKafkaAdminClient, names: Iterable[str]
) -> dict[str, list[TopicPartition]]:
    """Returns the partitions of each topic that Kafka has.

    A consumer's own metadata will not do: it knows only what it reads.
    """
    return {
        description["topic"]: [
            TopicPartition(description["topic"], partition["partition"])
            for partition in description["partitions"]
        ]
        for description in await asked(partial(admin.describe_topics, sorted(names)))
    }


async def topic_configs(
    admin: AIOKafkaAdminClient, names: Iterable[str], *, own: bool = False
) -> dict[str, dict[str, str]]:
    """Returns the configuration that the broker has for topics; `own`: what was set for each.

    Raises:
        TopicRefused: a broker does not tell that of one.
    """
    wanted = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    for attempt in range(1, _TRIES + 1):
        answers = await asked(partial(admin.describe_configs, wanted))
        rows = [row for answer in answers for row in answer.resources]
        untold = next((row for row in rows if row[0]), None)
        if untold is None:
            break
        if attempt == _TRIES:
            raise TopicRefused(
                f"Kafka does not tell how {untold[3]} is set: {for_code(untold[0]).__name__}"
            )
        await asyncio.sleep(_PAUSE)  # a broker hears of a new topic a moment later
    return {
        name: {entry[0]: entry[1] for entry in entries if not own or entry[3] == _OF_THE_TOPIC}
        for _, _, _, name, entries in rows
    }
