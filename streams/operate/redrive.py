"""`python -m streams.redrive`: send dead letters back to the topics they came from, once what broke
them is mended.

The original bytes go back unchanged, and a mark on the dead-letter topic says that they did, so
that no letter is sent twice.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from rich.console import Console
from rich.table import Table

from infra.logging import configure, get_logger
from infra.settings import Settings, settings
from schemas import DeadLetter
from schemas.topics import DEAD_LETTER, TOPICS
from streams.kafka.consumer import require_topics
from streams.kafka.publisher import Message, Publisher
from streams.kafka.redriven import redriven_id, redriven_mark
from streams.kafka.admin import partitions_of
from streams.operate.process import finish, parser

log = get_logger(__name__)

_BATCH = 500

_EXAMPLES = """examples:
  python -m streams.redrive --dry-run                       what there is, by stage and reason
  python -m streams.redrive --stage classify                send back what classify could not handle
  python -m streams.redrive --reason handler_error --limit 100
"""


@dataclass(frozen=True)
class Choice:
    """Which dead letters: those of a stage, of a reason, and at most so many."""

    stage: str | None = None
    reason: str | None = None
    limit: int | None = None

    def of(self, letters: Iterable[DeadLetter]) -> list[DeadLetter]:
        chosen = [
            letter
            for letter in letters
            if self.stage in (None, letter.stage)
            and self.reason in (None, letter.reason)
            and letter.topic in TOPICS
        ]
        return chosen[: self.limit]


async def open_letters(current: Settings) -> list[DeadLetter]:
    """Every dead letter that was not sent back yet, oldest first.

    Raises:
        KafkaUnreachable, TopicsMissing
    """
    await require_topics(current, [DEAD_LETTER.name])
    # Not seek_to_beginning: without a group the consumer may already be resetting itself to the
    # end.
    consumer = AIOKafkaConsumer(
        bootstrap_servers=current.kafka_bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    admin = AIOKafkaAdminClient(bootstrap_servers=current.kafka_bootstrap)
    letters: dict[str, DeadLetter] = {}
    redriven: set[str] = set()
    try:
        await consumer.start()
        await admin.start()
        places = (await partitions_of(admin, [DEAD_LETTER.name]))[DEAD_LETTER.name]
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        while any([await consumer.position(place) < ends[place] for place in places]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                for record in records:
                    headers = list(record.headers)
                    if (identity := redriven_id(headers)) is not None:
                        redriven.add(identity)
                        continue
                    try:
                        letter = DeadLetter.from_record(headers, record.key, record.value)
                    except ValueError:
                        log.warning(
                            "not a dead letter, left alone",
                            partition=record.partition,
                            offset=record.offset,
                        )
                        continue
                    letters[letter.event_id] = letter
    finally:
        await admin.close()
        await consumer.stop()
    return sorted(
        (one for name, one in letters.items() if name not in redriven), key=lambda letter: letter.at
    )


async def redrive(current: Settings, choice: Choice, *, dry_run: bool = False) -> list[DeadLetter]:
    """Send the chosen letters back to their topics; returns them. With `dry_run` nothing is sent."""
    chosen = choice.of(await open_letters(current))
    if dry_run or not chosen:
        return chosen
    async with Publisher(current) as publisher:
        for start in range(0, len(chosen), _BATCH):
            batch = chosen[start : start + _BATCH]
            # First the records, then the marks: a crash between them sends a letter twice, and that
            # changes nothing.
            await publisher.publish(
                Message(letter.topic, letter.key, letter.value) for letter in batch
            )
            await publisher.publish(redriven_mark(letter.event_id, letter.key) for letter in batch)
    return chosen


async def _main(choice: Choice, *, dry_run: bool, as_json: bool) -> None:
    chosen = await redrive(settings(), choice, dry_run=dry_run)
    counts = Counter((letter.stage, letter.reason, letter.topic) for letter in chosen)
    if as_json:
        print(json.dumps([[*key, count] for key, count in sorted(counts.items())]))  # noqa: T201
        return
    table = Table(
        "stage",
        "reason",
        "topic",
        "letters",
        title="would be sent back" if dry_run else "sent back",
    )
    for (stage, reason, topic), count in sorted(counts.items()):
        table.add_row(stage, reason, topic, f"{count:,}")
    Console().print(table if counts else "no dead letters to send back")


def main(arguments: list[str] | None = None) -> int:
    arguments_parser = parser(
        "python -m streams.redrive", "Send dead letters back to where they came from.", _EXAMPLES
    )
    arguments_parser.add_argument(
        "--stage", help="only those of this stage (classify, extract, match, llm, store)"
    )
    arguments_parser.add_argument(
        "--reason", help="only those with this reason (not_json, invalid, handler_error, refused)"
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
