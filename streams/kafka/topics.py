"""`python -m streams.topics create | list`: topics are made by this command, never by a worker."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code
from rich.console import Console
from rich.table import Table

from infra.settings import settings
from schemas.topics import TOPICS, Topic
from streams.kafka.consumer import KafkaUnreachable
from streams.operate.process import finish, parser

_EXAMPLES = """examples:
  python -m streams.topics create                          make what is missing; safe to run twice
  python -m streams.topics create --replication-factor 3   on a cluster
  python -m streams.topics list                            what Kafka has, beside what is declared
"""


class TopicRefused(KafkaUnreachable):
    """The broker would not make a topic; the message says why."""


@dataclass
class Made:
    """What `create_topics` did."""

    created: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    """Topics whose configuration differed and was altered."""
    few_partitions: list[str] = field(default_factory=list)
    """Topics with fewer partitions than declared; left alone, since adding some would move keys."""


async def create_topics(bootstrap: str, *, replication_factor: int = 1) -> Made:
    """Create the topics of `schemas.topics` that are missing and mend the configuration of the
    others.

    Raises:
        KafkaUnreachable: no broker answers.
        TopicRefused: the broker refused to create one.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
    except (KafkaError, OSError) as error:
        await admin.close()
        raise KafkaUnreachable(
            f"Kafka does not answer at {bootstrap}; `python -m infra.local up` starts one"
        ) from error
    try:
        made = Made()
        present = set(await admin.list_topics())
        missing = [topic for name, topic in TOPICS.items() if name not in present]
        if missing:
            await _create(admin, missing, replication_factor, made)
        await _mend(admin, [topic for name, topic in TOPICS.items() if name in present], made)
        return made
    finally:
        await admin.close()


async def _create(
    admin: AIOKafkaAdminClient, missing: list[Topic], replication_factor: int, made: Made
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
            raise TopicRefused(
                f"Kafka refused to create {name}: {error.__name__} {' '.join(str(part) for part in reason)}"
            )
        if not code:
            made.created.append(name)


async def _mend(admin: AIOKafkaAdminClient, present: list[Topic], made: Made) -> None:
    if not present:
        return
    for description in await admin.describe_topics([topic.name for topic in present]):
        if len(description["partitions"]) < TOPICS[description["topic"]].partitions:
            made.few_partitions.append(description["topic"])
    actual = await topic_configs(admin, [topic.name for topic in present])
    for topic in present:
        if any(actual[topic.name].get(key) != value for key, value in topic.config.items()):
            await admin.alter_configs(
                [ConfigResource(ConfigResourceType.TOPIC, topic.name, topic.config)]
            )
            made.mended.append(topic.name)


async def partitions_of(
    admin: AIOKafkaAdminClient, names: Iterable[str]
) -> dict[str, list[TopicPartition]]:
    """Partitions of each topic that Kafka has. A consumer's own metadata will not do: it knows only
    what it reads.
    """
    return {
        description["topic"]: [
            TopicPartition(description["topic"], one["partition"])
            for one in description["partitions"]
        ]
        for description in await admin.describe_topics(sorted(names))
    }


async def topic_configs(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    """The configuration that the broker has for topics."""
    found: dict[str, dict[str, str]] = {}
    answers = await admin.describe_configs(
        [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    )
    for answer in answers:
        for _, _, _, name, entries in answer.resources:
            found[name] = {entry[0]: entry[1] for entry in entries}
    return found


async def _create_and_tell(replication_factor: int) -> None:
    made = await create_topics(settings().kafka_bootstrap, replication_factor=replication_factor)
    console = Console()
    for name in made.created:
        console.print(f"created {name}: {TOPICS[name].partitions} partitions")
    for name in made.mended:
        console.print(f"mended the configuration of {name}")
    for name in made.few_partitions:
        console.print(
            f"{name} has fewer than {TOPICS[name].partitions} partitions; left alone, more would move its keys"
        )
    if not (made.created or made.mended):
        console.print("already up to date")


async def _list() -> None:
    bootstrap = settings().kafka_bootstrap
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        present = set(await admin.list_topics())
    except (KafkaError, OSError) as error:
        raise KafkaUnreachable(
            f"Kafka does not answer at {bootstrap}; `python -m infra.local up` starts one"
        ) from error
    finally:
        await admin.close()
    table = Table("topic", "there", "partitions", "kept", "what it carries")
    for name, topic in TOPICS.items():
        days = "for ever" if topic.retention_days is None else f"{topic.retention_days} d"
        kept = f"{'compact, ' if topic.compact else ''}{days}"
        table.add_row(
            name, "yes" if name in present else "no", str(topic.partitions), kept, topic.summary
        )
    Console().print(table)


def main(arguments: list[str] | None = None) -> int:
    arguments_parser = parser(
        "python -m streams.topics", "Kafka topics of the pipeline.", _EXAMPLES
    )
    commands = arguments_parser.add_subparsers(dest="command", required=True)
    creating = commands.add_parser("create", help="make the topics that are missing")
    creating.add_argument(
        "--replication-factor",
        type=int,
        default=1,
        metavar="N",
        help="copies of each partition (1)",
    )
    commands.add_parser("list", help="what Kafka has, beside what is declared")
    chosen = arguments_parser.parse_args(arguments)
    return finish(
        _create_and_tell(chosen.replication_factor) if chosen.command == "create" else _list()
    )


if __name__ == "__main__":
    sys.exit(main())
