"""`python -m streams.topics create | list | allow`: topics are made here, never by a worker."""

import argparse
import sys
from collections.abc import Iterator

from rich.console import Console
from rich.table import Column, Table

from infra.settings import Settings, settings
from schemas.topics import TOPICS, Topic
from streams.kafka.admin import (
    TopicChanges,
    TopicState,
    create_topics,
    least_in_sync,
    present_topics,
)
from streams.kafka.rights import Part, allow
from streams.operate.process import finish, parser

_EXAMPLES = """examples:
  python -m streams.topics create                          make what is missing; safe to run twice
  python -m streams.topics create --replication-factor 3   copies; else STREAMS_REPLICATION
  python -m streams.topics allow store User:mimmo-store    rights of a user, where Kafka has rules
  python -m streams.topics list                            what Kafka has, beside what is declared
"""

_ALLOW_EXAMPLES = """examples:
  python -m streams.topics allow store User:mimmo-store           by its name and password
  python -m streams.topics allow worker "User:CN=worker,O=Mimmo"  by its certificate
  python -m streams.topics allow peer User:library-in-ghent       another installation: reuse

Kafka asks nobody whether there is such a user: a name that is misspelt is a right for nobody.
"""


async def _create_and_tell(replication: int | None) -> None:
    current = settings()
    if replication is not None:
        current = current.model_copy(update={"replication": replication})
    changes = await create_topics(current)
    console = Console(soft_wrap=True)
    for line in _told(changes, current):
        console.print(line, markup=False)


def _told(changes: TopicChanges, current: Settings) -> Iterator[str]:
    """What was done, and what is left to the operator, in lines."""
    copies = changes.replication
    for name in changes.created:
        partitions = TOPICS[name].partitions_for(current.partitions)
        yield f"created {name}: {partitions} partitions, {_counted(copies)} of each"
    if changes.created:
        yield _promise(changes)
    for name in changes.mended:
        yield f"mended the configuration of {name}"
    for name, partitions in changes.few_partitions.items():
        wanted = TOPICS[name].partitions_for(current.partitions)
        yield (
            f"{name} has {partitions} partitions, not {wanted}; left alone, since more would move"
            " its keys (docs/clusters.md says what to do instead)"
        )
    for name, present in changes.few_copies.items():
        yield (
            f"{name} has {_counted(present)} of each partition, not {copies}; left alone: copy it"
            " with Kafka's own kafka-reassign-partitions.sh (docs/clusters.md), or set"
            f" STREAMS_REPLICATION={present}"
        )
    if changes == TopicChanges(changes.brokers, copies):
        yield "already up to date"


def _promise(changes: TopicChanges) -> str:
    """What so many copies are good for."""
    brokers = "one broker" if changes.brokers == 1 else f"{changes.brokers} brokers"
    if changes.replication == 1:
        return f"Kafka has {brokers}; with one copy, what a broker held is lost with its disk"
    least = least_in_sync(changes.replication)
    return (
        f"Kafka has {brokers}; a record counts as sent when {_counted(least)} of it"
        f" {'is' if least == 1 else 'are'} there, and nothing stands still while one broker is away"
    )


def _counted(copies: int) -> str:
    return "1 copy" if copies == 1 else f"{copies} copies"


async def _list() -> None:
    present = await present_topics(settings())
    table = Table(
        Column("topic", no_wrap=True), "partitions", "copies", "in sync", "kept", "what it carries"
    )
    for name, topic in TOPICS.items():
        state = present.get(name)
        there = ("missing", "", "") if state is None else _shown(state)
        table.add_row(name, *there, _kept(topic), topic.summary)
    console = Console()
    console.print(table)
    behind = sum(state.behind for state in present.values())
    if behind:
        console.print(
            f"{behind} partitions, Kafka's own among them, lack a copy: stop no other broker now"
        )
    elif present:
        console.print("every copy of every partition, Kafka's own among them, is up to date")


def _shown(state: TopicState) -> tuple[str, str, str]:
    in_sync = f"{state.partitions - state.behind} of {state.partitions}"
    return str(state.partitions), str(state.copies), "all" if not state.behind else in_sync


async def _allow(part: Part, principal: str) -> None:
    for right in await allow(settings(), part, principal):
        print(f"{principal} may {right}")  # noqa: T201


def _part(text: str) -> Part:
    try:
        return Part(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no part of the pipeline; there are {', '.join(Part)}"
        ) from error


def _principal(text: str) -> str:
    """A user as Kafka compares it: letter by letter, the kind `User` and its colon included."""
    kind, colon, name = text.partition(":")
    if not colon or not name:
        raise argparse.ArgumentTypeError(
            f"a user of Kafka is written User:NAME, as User:{name or text.rstrip(':')}"
        )
    if kind != "User":
        raise argparse.ArgumentTypeError(
            f"Kafka knows users only, and would never match {kind!r}: write User:{name}"
        )
    if name != name.strip() or not name.isprintable():
        raise argparse.ArgumentTypeError(
            f"{name!r} begins or ends with a blank, or has characters that no name has"
        )
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
        metavar="N",
        help="copies of each partition (STREAMS_REPLICATION, else 3 or one for each broker)",
    )
    allowing = commands.add_parser(
        "allow",
        help="let a user do what a part of the pipeline does",
        epilog=_ALLOW_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    allowing.add_argument("part", type=_part, metavar="PART", help=" | ".join(Part))
    allowing.add_argument(
        "user",
        type=_principal,
        metavar="User:NAME",
        help="as Kafka names it; of a certificate User:CN=...; User:* is everyone",
    )
    commands.add_parser("list", help="what Kafka has, beside what is declared")
    chosen = arguments_parser.parse_args(arguments)
    if chosen.command == "create":
        return finish(_create_and_tell(chosen.replication_factor))
    if chosen.command == "allow":
        return finish(_allow(chosen.part, chosen.user))
    return finish(_list())


if __name__ == "__main__":
    sys.exit(main())
