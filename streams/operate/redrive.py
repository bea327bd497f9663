"""`python -m streams.redrive`: send dead letters back to their topics, once the cause is mended.

The original bytes go back unchanged, and a mark on the dead-letter topic says that they did, so
that no letter is sent twice.
"""

import json
import sys
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing, closing
from dataclasses import dataclass
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from infra.logging import configure
from infra.settings import Settings, settings
from schemas import DeadLetter
from schemas.topics import DEAD_LETTER, MAX_VALUE_BYTES, TOPICS
from streams.kafka.publisher import Message, Publisher
from streams.kafka.redriven import redriven_mark
from streams.operate.letters import KnownIds, open_letters
from streams.operate.process import finish, parser

_BATCH = 500
_BATCH_BYTES = 16 * 1024 * 1024
"""A batch is sent when it has so many letters or so many bytes; no more is held in memory."""

_EXAMPLES = """examples:
  python -m streams.redrive --dry-run                       what there is, by stage and reason
  python -m streams.redrive --stage classify                send back what classify could not handle
  python -m streams.redrive --reason handler_error --limit 100
"""


class Kind(NamedTuple):
    """What letters are counted by."""

    stage: str
    reason: str
    topic: str


@dataclass(frozen=True)
class Choice:
    """Which dead letters: those of a stage, of a reason, and at most so many."""

    stage: str | None = None
    reason: str | None = None
    limit: int | None = None

    def takes(self, letter: DeadLetter) -> bool:
        """Whether a letter is chosen, the limit apart.

        One that cannot be sent never is, whoever wrote it: Kafka would refuse it, and with it all
        that is sent at the time, each time again.
        """
        return (
            self.stage in (None, letter.stage)
            and self.reason in (None, letter.reason)
            and can_be_sent(letter)
        )


def can_be_sent(letter: DeadLetter) -> bool:
    """Whether the record of a letter can go back to its topic.

    It must be a topic of ours that takes it: a compacted one wants a key, and none takes more than
    a message may be. A letter about a foreign record on the dead-letter topic is not sent back
    there: it would come again. Of what was too large to be kept there is nothing to send.
    """
    topic = TOPICS.get(letter.topic)
    if topic is None or topic is DEAD_LETTER or (letter.key, letter.value) == (None, None):
        return False
    size = len(letter.key or b"") + len(letter.value or b"")
    return size <= MAX_VALUE_BYTES and not (topic.compact and letter.key is None)


async def redrive(current: Settings, choice: Choice, *, dry_run: bool = False) -> Counter[Kind]:
    """Send the chosen letters back to their topics, oldest first, batch after batch.

    Returns how many letters of each kind. With `dry_run` nothing is sent.

    A record that several stages refused has a letter of each, and goes back once: all of them read
    it again.
    """
    counts: Counter[Kind] = Counter()
    with closing(KnownIds()) as sent:
        async with Publisher(current) as publisher, aclosing(_batches(current, choice)) as batches:
            async for batch in batches:
                if not dry_run:
                    await _send(publisher, batch, sent)
                counts.update(Kind(letter.stage, letter.reason, letter.topic) for letter in batch)
    return counts


async def _batches(current: Settings, choice: Choice) -> AsyncGenerator[list[DeadLetter], None]:
    batch: list[DeadLetter] = []
    size = 0
    chosen = 0
    async with aclosing(open_letters(current)) as letters:
        async for letter in letters:
            if choice.limit is not None and chosen >= choice.limit:
                break
            if not choice.takes(letter):
                continue
            chosen += 1
            batch.append(letter)
            size += len(letter.value or b"")
            if len(batch) >= _BATCH or size >= _BATCH_BYTES:
                yield batch
                batch = []
                size = 0
    if batch:
        yield batch


async def _send(publisher: Publisher, batch: list[DeadLetter], sent: KnownIds) -> None:
    records = [letter for letter in batch if sent.add(_place(letter))]
    # First the records, then the marks: a crash between them sends a letter twice, and that changes
    # nothing.
    await publisher.publish(Message(letter.topic, letter.key, letter.value) for letter in records)
    await publisher.publish(redriven_mark(letter.event_id, letter.key) for letter in batch)


def _place(letter: DeadLetter) -> str:
    return f"{letter.topic} {letter.partition} {letter.offset}"


async def _main(choice: Choice, *, dry_run: bool, as_json: bool) -> None:
    counts = await redrive(settings(), choice, dry_run=dry_run)
    if as_json:
        print(json.dumps([[*kind, number] for kind, number in sorted(counts.items())]))  # noqa: T201
        return
    table = Table(
        "stage",
        "reason",
        "topic",
        "letters",
        title="would be sent back" if dry_run else "sent back",
    )
    for kind, number in sorted(counts.items()):
        table.add_row(*kind, f"{number:,}")
    Console().print(table if counts else "no dead letters to send back")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    arguments_parser = parser(
        "python -m streams.redrive", "Send dead letters back to where they came from.", _EXAMPLES
    )
    arguments_parser.add_argument(
        "--stage", help="only those of this stage (classify, extract, match, llm, store)"
    )
    arguments_parser.add_argument(
        "--reason",
        help="only those with this reason (not_json, invalid, handler_error, refused, too_large)",
    )
    arguments_parser.add_argument("--limit", type=int, metavar="N", help="at most N, oldest first")
    arguments_parser.add_argument(
        "--dry-run", action="store_true", help="say what would be sent, send nothing"
    )
    arguments_parser.add_argument(
        "--json", action="store_true", help="print JSON instead of a table"
    )
    chosen = arguments_parser.parse_args(arguments)
    configure(settings())
    choice = Choice(chosen.stage, chosen.reason, chosen.limit)
    return finish(_main(choice, dry_run=chosen.dry_run, as_json=chosen.json))


if __name__ == "__main__":
    sys.exit(main())
