"""`python -m streams.topics create | list | allow`: topics are made here, never by a worker."""

import argparse
import sys

from rich.console import Console
from rich.table import Table

from infra.settings import settings
from schemas.topics import TOPICS, Topic
from streams.kafka.admin import create_topics, present_topics
from streams.kafka.rights import Part, allow
from streams.operate.process import finish, parser

_EXAMPLES = """examples:
  python -m streams.topics create                          make what is missing; safe to run twice
  python -m streams.topics create --replication-factor 3   on a cluster
  python -m streams.topics allow store User:mimmo-store    rights of a user, where Kafka has rules
  python -m streams.topics list                            what Kafka has, beside what is declared
"""


async def _create_and_tell(replication_factor: int) -> None:
    changes = await create_topics(settings(), replication_factor=replication_factor)
    console = Console()
    for name in changes.created:
        console.print(f"created {name}: {TOPICS[name].partitions} partitions")
    for name in changes.mended:
        console.print(f"mended the configuration of {name}")
    for name in changes.few_partitions:
        console.print(
            f"{name} has fewer than {TOPICS[name].partitions} partitions; left alone, more would"
            " move its keys"
        )
    if not (changes.created or changes.mended):
        console.print("already up to date")


async def _list() -> None:
    present = await present_topics(settings())
    table = Table("topic", "there", "partitions", "kept", "what it carries")
    for name, topic in TOPICS.items():
        there = "yes" if name in present else "no"
        table.add_row(name, there, str(topic.partitions), _kept(topic), topic.summary)
    Console().print(table)


async def _allow(part: Part, principal: str) -> None:
    for right in await allow(settings(), part, principal):
        print(f"{principal} may {right}")  # noqa: T201


def _principal(text: str) -> str:
    if not text.startswith("User:") or text == "User:":
        raise argparse.ArgumentTypeError("a user of Kafka is written User:NAME")
    return text


def _kept(topic: Topic) -> str:
    days = "for ever" if topic.retention_days is None else f"{topic.retention_days} d"
    return f"compact after {topic.compact_after_days} d, {days}" if topic.compact else days


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line and returns its exit code."""
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
    allowing = commands.add_parser("allow", help="let a user do what a part of the pipeline does")
    allowing.add_argument("part", type=Part, choices=list(Part), metavar=" | ".join(Part))
    allowing.add_argument("user", type=_principal, help="as Kafka names it: User:NAME")
    commands.add_parser("list", help="what Kafka has, beside what is declared")
    chosen = arguments_parser.parse_args(arguments)
    if chosen.command == "create":
        return finish(_create_and_tell(chosen.replication_factor))
    if chosen.command == "allow":
        return finish(_allow(chosen.part, chosen.user))
    return finish(_list())


if __name__ == "__main__":
    sys.exit(main())
