"""Dead letters: none stops the store, and a month of them is sent back without being held."""

import random
import tracemalloc
from collections import Counter
from types import SimpleNamespace

import pytest

from infra.postgres.writes import mark_redriven, write_dead_letters
from schemas import DeadLetter, Fault
from schemas.topics import DEAD_LETTER, DISCOVERED, EXTRACTED, MAX_MESSAGE_BYTES
from streams.kafka.publisher import Message, Publisher, dead_letter_message
from streams.kafka.redriven import redriven_mark
from streams.operate import redrive as module
from streams.operate.letters import KnownIds, open_letters
from streams.operate.redrive import Choice, Kind, redrive
from tests.fakes import FakeRecord, Published
from tests.support import SEEN

pytestmark = [pytest.mark.stack, pytest.mark.slow]

MIB = 1024 * 1024


def letter(offset: int, *, reason: str, value: bytes = b"x", stage: str = "classify") -> DeadLetter:
    key = None if offset % 2 else b"k"
    record = FakeRecord(offset, value, key=key)
    return DeadLetter.of(record, Fault(stage, reason, "a bug since mended"))


async def test_letters_that_postgres_could_not_hold_are_made_to_fit(
    database: SimpleNamespace,
) -> None:
    hostile = DeadLetter(
        stage="store",
        reason="invalid",
        error="before\x00after",
        topic="torrents.discovered.v1",
        partition=0,
        offset=1,
        at=SEEN,
        value=b"\x00",
    ).model_copy(update={"offset": 2**63})  # the contract refuses it; the table must not mind
    await write_dead_letters(database.db, [hostile, letter(3, reason="invalid")])
    rows = await database.db.fetch('SELECT stage, error, "offset" FROM dead_letters ORDER BY 3')
    assert [tuple(row) for row in rows] == [
        ("classify", "a bug since mended", 3),
        ("store", "before after", 2**63 - 1),
    ]
    await mark_redriven(database.db, ["no hex", "", "ff", hostile.event_id])
    redriven = "SELECT count(*) FROM dead_letters WHERE redriven_at IS NOT NULL"
    assert await database.db.fetchval(redriven) == 1


async def publish(pipeline: SimpleNamespace, *messages: Message) -> None:
    async with Publisher(pipeline.settings) as publisher:
        await publisher.publish(messages)


async def test_many_letters_are_sent_back_without_being_held_in_memory(
    pipeline: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH_BYTES", 2 * MIB)
    count = 800
    for start in range(0, count, 100):
        letters = [
            letter(number, reason="bounded", value=number.to_bytes(4) + bytes(MIB // 8))
            for number in range(start, start + 100)
        ]
        await publish(pipeline, *map(dead_letter_message, letters))
    kind = Kind("classify", "bounded", DISCOVERED.name)
    tracemalloc.start()
    try:
        assert await redrive(pipeline.settings, Choice(reason="bounded")) == Counter({kind: count})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 60 * MIB, f"{peak / MIB:.0f} MiB at the peak for {count // 8} MiB of letters"
    assert not await redrive(pipeline.settings, Choice(reason="bounded")), "none is sent twice"


async def offsets(pipeline: SimpleNamespace) -> list[int]:
    """Of the open letters that this test wrote."""
    letters = [letter async for letter in open_letters(pipeline.settings)]
    return [letter.offset for letter in letters if letter.stage == "extract"]


async def test_letters_come_oldest_first_each_once_and_none_that_was_sent_back(
    pipeline: SimpleNamespace,
) -> None:
    letters = [letter(number, reason="ordered", stage="extract") for number in range(6)]
    for sent in (*letters, letters[2]):
        await publish(pipeline, dead_letter_message(sent))
    # The mark of a letter may be in another partition than the letter.
    for number, key in ((0, b"one"), (3, b"another"), (3, b"third")):
        await publish(pipeline, redriven_mark(letters[number].event_id, key))
    await publish(pipeline, Message(DEAD_LETTER.name, b"k", b"no letter"))
    await publish(pipeline, redriven_mark("no hex", b"k"))
    seen = await offsets(pipeline)
    assert seen == [1, 2, 4, 5]
    choice = Choice(stage="extract", reason="ordered", limit=2)
    assert (await redrive(pipeline.settings, choice, dry_run=True)).total() == 2
    assert (await redrive(pipeline.settings, choice)).total() == 2
    seen = await offsets(pipeline)
    assert seen == [4, 5]


async def test_a_record_that_two_stages_refused_goes_back_once(pipeline: SimpleNamespace) -> None:
    """It went back for each of them, and came again twice as often every time."""
    record = FakeRecord(9_007, b"nothing", key=b"k", topic=EXTRACTED.name)
    letters = [DeadLetter.of(record, Fault(stage, "twice", "")) for stage in ("match", "store")]
    await publish(pipeline, *map(dead_letter_message, letters))
    published = await Published.since_now(pipeline.stack.kafka_bootstrap, EXTRACTED.name)
    counts = await redrive(pipeline.settings, Choice(reason="twice"))
    assert counts.total() == 2
    assert [sent.value for sent in await published.messages()] == [b"nothing"]
    assert not await redrive(pipeline.settings, Choice(reason="twice")), "both are marked"


async def test_letters_that_kafka_would_refuse_do_not_keep_the_others_from_going_back(
    pipeline: SimpleNamespace,
) -> None:
    """Foreign programs write letters, too. Each of these ended the command, for ever."""
    large = FakeRecord(9_001, random.Random(1).randbytes(MAX_MESSAGE_BYTES + 9), key=b"k")
    keyless = FakeRecord(9_002, b"x", key=None, topic=EXTRACTED.name)
    good = FakeRecord(9_003, b"x", key=b"k")
    fault = Fault("classify", "unsendable", "")
    letters = [DeadLetter.of(record, fault) for record in (large, keyless, good)]
    await publish(pipeline, *map(dead_letter_message, letters))
    kind = Kind("classify", "unsendable", DISCOVERED.name)
    assert await redrive(pipeline.settings, Choice(reason="unsendable")) == {kind: 1}


def test_known_ids_are_added_once() -> None:
    known = KnownIds()
    assert [known.add(identity) for identity in ("a", "b", "a")] == [True, True, False]
    known.close()
