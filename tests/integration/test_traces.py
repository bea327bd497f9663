"""A trace across Kafka on real parts: from the publisher of a dump to the row."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from schemas.topics import CLASSIFIED, DEAD_LETTER, DISCOVERED, EXTRACTED, LINKED
from streams.kafka.publisher import Message
from tests.collector import Collector, Told, collecting
from tests.integration.steps import drained, publish, run
from tests.support import WORKER, eventually, running, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]

NAME = "Paper Lighthouse - Low Tide (2006) [FLAC]"
FOREIGN = (("traceparent", b"00-zz-zz-zz"), ("traceparent", b"\xff"), ("tracestate", b"\x00"))


async def test_one_trace_goes_from_the_dump_to_the_row(
    pipeline: SimpleNamespace, music_index: None, tmp_path: Path
) -> None:
    seen = torrent(NAME)
    dump = tmp_path / "dump.jsonl"
    dump.write_text(json.dumps({"infohash": seen.infohash, "name": NAME, "size": 300_000_000}))
    with collecting() as collector:
        environment = {
            **pipeline.environment,
            "STREAMS_TRACES": collector.url,
            "STREAMS_TRACE_SHARE": "1",
            "NO_PROXY": "*",
        }
        traced = SimpleNamespace(environment=environment)
        with running(WORKER, environment, pipeline.logs / "worker.log"):
            run(traced, "streams.replay", str(dump))
            await drained(pipeline)
            stages = await eventually(lambda: _stages(collector, 7), within=30, what="the spans")
            # A broken record with a header that is none, and one whose sender traces it.
            foreign = Message(DISCOVERED.name, b"key", b"{", FOREIGN)
            sender = ("traceparent", b"00-" + b"ab" * 16 + b"-" + b"cd" * 8 + b"-01")
            await publish(pipeline, foreign, Message(DISCOVERED.name, b"key", b"[", (sender,)))
            await drained(pipeline)
            letters = await eventually(lambda: _of(collector, "ab" * 16, 2), within=30)
    assert collector.paths == {"/v1/traces"}

    begun = [told for told in stages if told.name == "replay"]
    assert len(begun) == 1
    assert {told.trace for told in stages} == {begun[0].trace}
    by_span = {told.span: told for told in stages}
    ways = {
        (told.name, told.attributes["messaging.destination.name"], by_span[told.parent].name)
        for told in stages
        if told.parent
    }
    assert {
        ("classify", DISCOVERED.name, "replay"),
        ("extract", "torrents.extraction-requests.v1", "classify"),
        ("match", EXTRACTED.name, "extract"),
        ("store", CLASSIFIED.name, "classify"),
        ("store", EXTRACTED.name, "extract"),
        ("store", LINKED.name, "match"),
    } <= ways
    assert not any(told.is_error for told in stages)
    assert await pipeline.db.fetchval(
        "SELECT count(*) FROM links WHERE infohash = $1", bytes.fromhex(seen.infohash)
    ), "the rows that these spans wrote"
    batches = [told for told in collector.spans if told.name == "store batch"]
    written = {(told.trace, told.span) for told in stages if told.name == "store"}
    assert written <= set().union(*(told.links for told in batches))

    refused, kept = letters
    assert (refused.name, refused.parent, refused.is_error) == ("classify", "cd" * 8, True)
    assert refused.attributes["error.type"] == "not_json"
    assert (kept.name, kept.parent) == ("store", refused.span)
    assert kept.attributes["messaging.destination.name"] == DEAD_LETTER.name
    assert await pipeline.db.fetchval("SELECT count(*) FROM dead_letters") == 2
    assert b"Lighthouse" not in collector.bytes
    assert seen.infohash.encode() not in collector.bytes


async def _stages(collector: Collector, least: int) -> list[Told]:
    """The spans of records, in the order in which they came, once there are so many."""
    spans = [told for told in collector.spans if not told.name.endswith(" batch")]
    return spans if len(spans) >= least else []


async def _of(collector: Collector, trace: str, count: int) -> list[Told]:
    spans = [told for told in collector.spans if told.trace == trace]
    return sorted(spans, key=lambda told: told.name) if len(spans) >= count else []
