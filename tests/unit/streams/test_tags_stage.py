"""The role tags: results of three topics in, their tags out."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from infra.settings import Settings
from models.ban.ban_list import BanList
from models.tags import Builds, tags_of
from schemas import LinkStatus, Match, Record, TorrentTags, Verdict
from schemas.topics import CLASSIFIED, EXTRACTED, LINKED, TAGS
from streams.kafka.dead_letters import Gate
from streams.kafka.delivery import Engine
from streams.operate.lag import readers
from streams.operate.metrics import Progress
from streams.pipeline.agents import AGENTS, InThread
from streams.pipeline.tags import TellTags
from tests.fakes import FakeRecord, ListSink
from tests.support import classified, extracted, linked, torrent

SEEN = torrent()
CLASS = classified(
    SEEN, Verdict(medium="audio", subcategory="album", confidence=0.9, source="patterns")
)
READ = extracted(
    SEEN,
    metadata={"subcategory": "album", "artist": "Aurora Vale"},
    evidence={"artist": {"source": "rules:artist-title", "confidence": 0.9, "span": [0, 11]}},
)
LINK = linked(READ, Match(status=LinkStatus.NONE, score=0.1))
BATCH = [
    FakeRecord(0, CLASS.to_json(), topic=CLASSIFIED.name),
    FakeRecord(1, READ.to_json(), topic=EXTRACTED.name),
    FakeRecord(2, LINK.to_json(), topic=LINKED.name),
]


async def delivered(sink: ListSink, batch: Sequence[FakeRecord]) -> list[int]:
    """Offsets that were acknowledged, after everything was published."""
    progress = Progress("tags")
    work = InThread(TellTags(Builds()), ThreadPoolExecutor(1), progress)
    engine = Engine(work, sink, Gate(BanList.load(), progress), progress, Settings())
    offsets: list[int] = []

    async def acknowledge(records: Sequence[Record]) -> None:
        offsets.extend(record.offset for record in records)

    await engine.deliver(batch, acknowledge)
    return offsets


async def test_results_of_every_stage_are_told_as_tags_under_their_infohash() -> None:
    sink = ListSink()
    assert await delivered(sink, BATCH) == [0, 1, 2]
    told = [TorrentTags.model_validate_json(sent.value or b"") for sent in sink.of(TAGS.name)]
    assert told == [tags_of(result) for result in (CLASS, READ, LINK)]
    assert {sent.key for sent in sink.messages} == {SEEN.infohash.encode()}


async def test_a_redelivery_says_the_same_under_the_same_ids() -> None:
    first, again = ListSink(), ListSink()
    await delivered(first, BATCH)
    for record in BATCH:  # cut differently
        await delivered(again, [record])
    assert first.messages == again.messages
    assert len({dict(sent.headers)["ce_id"] for sent in first.messages}) == 3


async def test_what_cannot_be_named_is_a_dead_letter_and_the_others_go_on() -> None:
    nameless = READ.model_copy(update={"model": "m@größe"})
    batch = [
        FakeRecord(7, nameless.to_json(), topic=EXTRACTED.name),
        FakeRecord(8, None, topic=LINKED.name),
        FakeRecord(9, CLASS.to_json(), topic=CLASSIFIED.name),
    ]
    sink = ListSink()
    assert await delivered(sink, batch) == [7, 8, 9]
    (letter,) = sink.letters
    assert (letter.stage, letter.reason) == ("tags", "handler_error")
    assert len(sink.of(TAGS.name)) == 1


def test_tags_read_beside_match_and_are_waited_for_only_where_they_run() -> None:
    groups = {agent.role.value: agent.suffix for agent in AGENTS}
    assert groups["tags"] != groups["match"], "in one group each would get half of the records"
    assert "tags" not in {reader.stage for reader in readers(Settings())}
    named = {reader.stage: reader.group for reader in readers(Settings(roles="tags"))}
    assert named["tags"] == "mimmo-tags"
