"""The gate to the dead-letter topic, and the store's reading of that topic."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.settings import Settings
from models.ban.ban_list import BanList, infohash_hash
from schemas import DeadLetter, Fault, Header, Record
from schemas.topics import CLASSIFIED, DEAD_LETTER, MAX_MESSAGE_BYTES
from streams.kafka.dead_letters import Gate, Refusal, banning_rule
from streams.kafka.delivery import Engine
from streams.kafka.redriven import redriven_mark
from streams.operate.metrics import BANNED, DEAD_LETTERS, Progress
from streams.pipeline.store import Entry, Mark, Writing
from tests.fakes import FakeRecord, ListSink, as_record, records
from tests.support import torrent

QUICK = Settings(retry_first_delay=0.001, retry_attempts=2)
BANNED_NAME = "Mimmo Banned Placeholder 2024"
BANS = BanList.load()


def gate(bans: BanList = BANS) -> Gate:
    return Gate(bans, Progress("test"))


def refusal(value: bytes | None, key: bytes | None = b"k") -> Refusal:
    return Refusal(FakeRecord(7, value, key), "invalid", "why")


def letter_about(record: Record, **changes: object) -> DeadLetter:
    return DeadLetter.of(record, Fault("store", "invalid", "why")).model_copy(update=changes)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(json.dumps({"name": BANNED_NAME}).encode(), id="name"),
        pytest.param(json.dumps({"files": [{"path": f"a/{BANNED_NAME}/b"}]}).encode(), id="path"),
        pytest.param(json.dumps({"titel": {"x": [BANNED_NAME]}}).encode(), id="field of any name"),
        pytest.param(json.dumps({BANNED_NAME: 1}).encode(), id="name of a field"),
        pytest.param(f'{{"name": "{BANNED_NAME}", "name": "fine"}}'.encode(), id="field twice"),
        pytest.param(f'{{"name": "{BANNED_NAME}"'.encode(), id="JSON that is cut off"),
        pytest.param(b"\xff\xfe " + BANNED_NAME.encode(), id="no UTF-8"),
        pytest.param(
            b'{"name": "'
            + "".join(f"\\u{ord(letter):04x}" for letter in BANNED_NAME).encode()
            + b'"',
            id="spelled as escapes in broken JSON",
        ),
        pytest.param(b" " * 70_000 + BANNED_NAME.encode(), id="far into a long text"),
        pytest.param(b" " * 65_526 + BANNED_NAME.encode(), id="over the edge of a piece"),
    ],
)
def test_nothing_is_kept_of_what_the_ban_list_bans(value: bytes) -> None:
    before = BANNED.labels("placeholder")._value.get()
    assert gate().messages([refusal(value)]) == []
    assert BANNED.labels("placeholder")._value.get() == before + 1


def test_of_what_is_too_large_to_be_kept_no_byte_is_read() -> None:
    class Asked:
        def __init__(self) -> None:
            self.texts: list[str] = []

        def check(
            self, name: str, *, infohash: str | None = None, paths: Sequence[str] = ()
        ) -> str | None:
            self.texts.append(name)
            return None

    bans = Asked()
    large = refusal(bytes(MAX_MESSAGE_BYTES + 1))
    (letter,) = Gate(bans, Progress("test")).messages([large])
    assert letter.value is None
    assert "".join(bans.texts) == large.error, "what the letter says is asked about"


def test_an_infohash_that_is_banned_is_known_in_key_and_value(tmp_path: Path) -> None:
    infohash = "ab" * 20
    listed = tmp_path / "infohashes.txt"
    listed.write_text(infohash_hash(infohash))
    bans = BanList.load(infohashes=listed)
    assert gate(bans).messages([refusal(b"not json", infohash.encode())]) == []
    assert gate(bans).messages([refusal(b'{"infohash": "' + infohash.upper().encode())]) == []
    assert len(gate(bans).messages([refusal(b"not json", b"cd" * 20)])) == 1


@given(st.binary(max_size=200), st.none() | st.binary(max_size=50))
def test_the_gate_takes_whatever_bytes_there_are_and_keeps_them(
    value: bytes, key: bytes | None
) -> None:
    messages = gate().messages([refusal(value, key)])
    assert [(sent.key, sent.value) for sent in messages] == [(key, value)]


@given(
    st.recursive(
        st.none() | st.text() | st.floats(),
        lambda node: st.lists(node) | st.dictionaries(st.text(), node),
    )
)
def test_a_banned_name_is_seen_wherever_json_holds_it(document: object) -> None:
    whole = json.dumps([document, {"x": BANNED_NAME}]).encode()
    assert banning_rule(BANS, None, whole) == "placeholder"


def test_a_record_that_no_letter_can_hold_has_one_without_its_bytes() -> None:
    (message,) = gate().messages([refusal(b"x" * (MAX_MESSAGE_BYTES + 1))])
    letter = DeadLetter.from_record(message.headers, message.key, message.value)
    assert (letter.key, letter.value, letter.offset) == (None, None, 7)
    assert message.key is not None, "no Kafka client sends a record of nothing"
    assert str(MAX_MESSAGE_BYTES + 2) in letter.error


def foreign(headers: Sequence[Header], value: bytes | None = b"?") -> FakeRecord:
    return FakeRecord(3, value, topic=DEAD_LETTER.name, headers=tuple(headers))


def changed(**headers: bytes | None) -> FakeRecord:
    """A dead letter of ours with some headers as only somebody else would write them."""
    proper = dict(letter_about(FakeRecord(1, b"x")).headers())
    return foreign([*{**proper, **headers}.items()])  # type: ignore[arg-type]


HARMFUL = [
    pytest.param(changed(dl_offset=str(2**63).encode()), id="offset beyond bigint"),
    pytest.param(changed(dl_partition=b"99999999999"), id="partition beyond int"),
    pytest.param(changed(dl_stage=b"a\x00b"), id="NUL in the stage"),
    pytest.param(changed(dl_at=b"0001-01-01T00:00:00+14:00"), id="a time that UTC cannot hold"),
    pytest.param(changed(dl_reason=None), id="a header without a value"),
    pytest.param(foreign([("dl_redriven", b"no hex at all")], None), id="a mark that is no hex"),
    pytest.param(foreign([("dl_redriven", b"abc")], None), id="a mark that is short"),
    pytest.param(foreign([("dl_redriven", None)], None), id="a mark without a value"),  # type: ignore[list-item]
    pytest.param(foreign([]), id="no headers"),
    pytest.param(replace(foreign([("dl_redriven", b"abc")], None), key=None), id="nothing at all"),
]


class FakeWriting(Writing):
    """The store's work, with a list in the place of Postgres that refuses what it is told to."""

    def __init__(self, gate: Gate, refuses: type[Exception] | None = None) -> None:
        super().__init__(gate)
        self.written: list[Entry] = []
        self.refuses = refuses

    async def handle(self, items: Sequence[Entry]) -> list[None]:
        if self.refuses is not None:
            raise self.refuses("the table was narrowed")
        self.written += items
        return [None] * len(items)


async def stored(
    sink: ListSink, *batch: FakeRecord, refuses: type[Exception] | None = None
) -> list[Entry]:
    progress = Progress("store")
    writing = FakeWriting(Gate(BANS, progress), refuses)
    engine = Engine(writing, sink, Gate(BANS, progress), progress, QUICK)

    async def acknowledge(acknowledged: Sequence[Record]) -> None:
        assert len(acknowledged) == len(batch)

    await engine.deliver(batch, acknowledge)
    return writing.written


@pytest.mark.parametrize("record", HARMFUL)
async def test_a_foreign_record_on_the_dead_letter_topic_has_one_letter_that_can_be_stored(
    record: FakeRecord,
) -> None:
    sink = ListSink()
    good = letter_about(FakeRecord(1, b"x"))
    after = foreign([*good.headers()], b"x")
    written = await stored(sink, record, after)
    assert [entry.content for entry in written] == [good], "the record after it is stored"
    (letter,) = sink.letters
    assert (letter.stage, letter.topic, letter.offset) == ("store", DEAD_LETTER.name, 3)
    again = await stored(ListSink(), *map(as_record, sink.messages))
    assert [entry.content for entry in again] == [letter]


async def test_nul_in_an_error_text_is_made_harmless() -> None:
    (entry,) = await stored(ListSink(), changed(dl_error=b"a\x00b"))
    assert isinstance(entry.content, DeadLetter)
    assert entry.content.error == "a b"


async def test_letters_about_letters_come_to_an_end() -> None:
    """Whatever Postgres refuses for ever: a second letter about one record is never published."""
    sink = ListSink()
    await stored(sink, changed(dl_offset=b"9"), refuses=ValueError)
    assert len(sink.letters) == 1
    before = DEAD_LETTERS.labels("store", "given_up")._value.get()
    last = ListSink()
    await stored(last, *map(as_record, sink.messages), refuses=ValueError)
    assert last.messages == []
    assert DEAD_LETTERS.labels("store", "given_up")._value.get() == before + 1


async def test_a_letter_that_is_banned_meanwhile_is_not_written() -> None:
    old = letter_about(FakeRecord(1, BANNED_NAME.encode()))
    told = changed(dl_error=BANNED_NAME.encode())
    sink = ListSink()
    assert await stored(sink, foreign(old.headers(), old.value), told) == []
    assert sink.messages == []


async def test_marks_and_tombstones_are_told_apart() -> None:
    mark = redriven_mark("ab" * 16, b"k")
    sink = ListSink()
    written = await stored(sink, as_record(mark), foreign([], None))
    assert [entry.content for entry in written] == [Mark("ab" * 16)]
    assert sink.messages == []


async def test_the_stores_own_bad_records_pass_the_same_gate() -> None:
    sink = ListSink()
    bad = records(b"[]", json.dumps({"name": BANNED_NAME}).encode(), topic=CLASSIFIED.name)
    await stored(sink, *bad)
    assert [(letter.stage, letter.topic) for letter in sink.letters] == [("store", CLASSIFIED.name)]


def test_a_letter_keeps_its_time_and_its_bytes_on_the_way() -> None:
    letter = letter_about(
        FakeRecord(2**63 - 1, torrent().to_json(), None), at=datetime(2026, 1, 2, tzinfo=UTC)
    )
    assert DeadLetter.from_record(letter.headers(), letter.key, letter.value) == letter
