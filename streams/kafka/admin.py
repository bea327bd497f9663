"""Topics of a cluster: made, mended and looked at. `python -m streams.topics` is the command."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from infra.settings import Settings
from schemas.topics import TOPICS, Topic
from streams.kafka.client import KafkaUnreachable, client_options, unreachable


class TopicRefused(KafkaUnreachable):
    """The broker would not make a topic; the message says why."""


@dataclass
class TopicChanges:
    """What `create_topics` did."""

    created: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    """Topics whose configuration differed and was altered."""
    few_partitions: list[str] = field(default_factory=list)
    """Topics with fewer partitions than declared; left alone, since adding some would move keys."""


async def create_topics(settings: Settings, *, replication_factor: int = 1) -> TopicChanges:
    """Creates the topics of `schemas.topics` that are missing and mends the others' configuration.

    Raises:
        KafkaUnreachable: no broker answers.
        TopicRefused: the broker refused to create one.
    """
    admin = await started_admin(settings)
    try:
        changes = TopicChanges()
        present = set(await admin.list_topics())
        missing = [topic for name, topic in TOPICS.items() if name not in present]
        if missing:
            await _create(admin, missing, replication_factor, changes)
        await _mend(admin, [topic for name, topic in TOPICS.items() if name in present], changes)
        return changes
    finally:
        await admin.close()


async def present_topics(settings: Settings) -> set[str]:
    """Returns the names of the topics that Kafka has.

    Raises:
        KafkaUnreachable: no broker answers.
    """
    admin = await started_admin(settings)
    try:
        return set(await admin.list_topics())
    finally:
        await admin.close()


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
    replication_factor: int,
    changes: TopicChanges,
) -> None:
    answer = await admin.create_topics(
        [
            NewTopic(topic.name, topic.partitions, replication_factor, topic_configs=topic.config)
            for topic in missing
        ]
    )
    for name, code, *reason in answer.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            said = " ".join(str(part) for part in reason)
            raise TopicRefused(f"Kafka refused to create {name}: {error.__name__} {said}")
        if not code:
            changes.created.append(name)


async def _mend(
    admin: AIOKafkaAdminClient, present: Sequence[Topic], changes: TopicChanges
) -> None:
    if not present:
        return
    for description in await admin.describe_topics([topic.name for topic in present]):
        if len(description["partitions"]) < TOPICS[description["topic"]].partitions:
            changes.few_partitions.append(description["topic"])
    actual = await topic_configs(admin, [topic.name for topic in present])
    for topic in present:
        if any(actual[topic.name].get(key) != value for key, value in topic.config.items()):
            await admin.alter_configs(
                [ConfigResource(ConfigResourceType.TOPIC, topic.name, topic.config)]
            )
            changes.mended.append(topic.name)


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
        for description in await admin.describe_topics(sorted(names))
    }


async def topic_configs(
    admin: AIOKafkaAdminClient, names: Iterable[str]
) -> dict[str, dict[str, str]]:
    """Returns the configuration that the broker has for topics."""
    configs: dict[str, dict[str, str]] = {}
    answers = await admin.describe_configs(
        [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    )
    for answer in answers:
        for _, _, _, name, entries in answer.resources:
            configs[name] = {entry[0]: entry[1] for entry in entries}
    return configs
