"""Traces: what goes on, what is passed over, and that nothing waits for a collector."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from infra.settings import Settings
from models.ban.ban_list import BanList
from schemas.topics import CLASSIFIED, DEAD_LETTER, DISCOVERED
from streams.kafka import delivery
from streams.kafka.dead_letters import Gate
from streams.kafka.delivery import Engine
from streams.kafka.publisher import message
from streams.kafka.traces import tracing
from streams.kafka.traces.header import HEADER, parent_of, parsed
from streams.kafka.traces.spans import Spans
from streams.kafka.traces.tracing import UNTRACED, publish, tracing_for
from streams.operate.metrics import Progress
from streams.pipeline.agents import InThread
from tests.fakes import FakeRecord, ListSink, as_record
from tests.support import ROOT, torrent
from tests.unit.streams.test_delivery import Acknowledged, Echo

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
GOOD = f"00-{TRACE}-{SPAN}-01".encode()
SEEN = torrent()


@pytest.fixture
def kept() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def spans(kept: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch) -> Iterator[Spans]:
    """Tracing of everything, into `kept`."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(kept))
    traced = Spans(provider.get_tracer("test"), 1.0)
    monkeypatch.setattr(delivery, "tracing_for", lambda settings: traced)
    yield traced
    provider.shutdown()


def record(*headers: tuple[str, bytes | None], value: bytes | None = None, offset: int = 0):  # type: ignore[no-untyped-def]
    return FakeRecord(offset, SEEN.to_json() if value is None else value, headers=headers)  # type: ignore[arg-type]


async def deliver(*batch: FakeRecord) -> ListSink:
    sink, progress = ListSink(), Progress("echo")
    work = InThread(Echo(), ThreadPoolExecutor(1), progress)  # type: ignore[arg-type]
    gate = Gate(BanList.load(), progress)
    engine = Engine(work, sink, gate, progress, Settings())  # type: ignore[arg-type]
    acknowledged = Acknowledged(sink)
    await engine.deliver(batch, acknowledged)
    assert acknowledged.offsets == [read.offset for read in batch]
    return sink


def named(kept: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    return [span for span in kept.get_finished_spans() if span.name == name]


MALFORMED = [
    b"",
    b"00-zz-zz-zz",
    b"\xff" * 55,
    GOOD.upper(),
    GOOD + b"-more",
    GOOD + b"\n",
    b" " + GOOD,
    GOOD[:-3],
    b"ff" + GOOD[2:],
    f"00-{'0' * 32}-{SPAN}-01".encode(),
    f"00-{TRACE}-{'0' * 16}-01".encode(),
    GOOD + b"-" + b"x" * 1_000_000,
]


@pytest.mark.parametrize("value", MALFORMED, ids=range(len(MALFORMED)))
async def test_a_malformed_header_is_passed_over_and_the_record_handled(
    value: bytes, spans: Spans, kept: InMemorySpanExporter
) -> None:
    assert parsed(value) is None
    sink = await deliver(record((HEADER, value)))
    assert len(sink.messages) == 1
    assert HEADER not in dict(sink.messages[0].headers)
    assert not kept.get_finished_spans()


def test_which_headers_name_a_span() -> None:
    parent = (int(TRACE, 16), int(SPAN, 16))
    assert parsed(GOOD) == parent
    assert parsed(b"01" + GOOD[2:] + b"-of-a-later-version") == parent
    assert parsed(GOOD[:-2] + b"00") is None, "its beginner did not want it recorded"
    assert parsed(None) is None
    assert parent_of(record((HEADER, GOOD), ("\\xff", b"x"))) == parent
    assert parent_of(record((HEADER, GOOD), (HEADER, GOOD))) is None, "two say nothing"
    assert parent_of(record((HEADER, None))) is None


async def test_a_record_goes_on_with_the_trace_that_it_came_with(
    spans: Spans, kept: InMemorySpanExporter
) -> None:
    sink = await deliver(record((HEADER, GOOD)), record(offset=1))
    (span,) = named(kept, "echo")
    (whole,) = named(kept, "echo batch")
    assert f"{span.context.trace_id:032x}" == TRACE
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == SPAN
    assert span.attributes is not None
    assert dict(span.attributes) == {
        "messaging.system": "kafka",
        "messaging.destination.name": DISCOVERED.name,
        "messaging.operation.type": "process",
        "messaging.destination.partition.id": "0",
        "messaging.kafka.offset": 0,
    }
    assert whole.parent is None
    assert [link.context for link in whole.links] == [span.context]
    assert [link.context for link in span.links] == [whole.context]
    assert [event.name for event in whole.events] == [
        "decoded",
        "handled",
        "concluded",
        "published",
    ]
    traced, other = sink.messages
    assert dict(traced.headers)[HEADER].decode() == f"00-{TRACE}-{span.context.span_id:016x}-01"
    assert HEADER not in dict(other.headers), "whose record was not traced"
    assert as_record(traced).topic == CLASSIFIED.name


async def test_a_dead_letter_is_an_error_of_its_trace(
    spans: Spans, kept: InMemorySpanExporter
) -> None:
    sink = await deliver(record((HEADER, GOOD), value=b"{"))
    (span,) = named(kept, "echo")
    assert not span.status.is_ok
    assert span.attributes is not None
    assert span.attributes["error.type"] == span.status.description == "not_json"
    (letter,) = sink.messages
    assert letter.topic == DEAD_LETTER.name
    assert parent_of(as_record(letter)) == (int(TRACE, 16), span.context.span_id)


async def test_a_batch_that_fails_is_an_error_and_is_raised(
    spans: Spans, kept: InMemorySpanExporter
) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        spans.batch("echo", [record((HEADER, GOOD))]),
    ):
        raise ZeroDivisionError
    assert [span.status.is_ok for span in kept.get_finished_spans()] == [False, False]
    with pytest.raises(ZeroDivisionError), spans.batch("echo", [record()]):
        raise ZeroDivisionError


async def test_a_source_begins_traces_for_a_share_of_its_records(
    spans: Spans, kept: InMemorySpanExporter
) -> None:
    sink = ListSink()
    messages = [message(DISCOVERED, SEEN.infohash, SEEN, source="replay")] * 4
    await publish(spans, "replay", sink, messages)
    begun = named(kept, "replay")
    assert [parent_of(as_record(sent)) for sent in sink.messages] == [
        (span.context.trace_id, span.context.span_id) for span in begun
    ]
    assert len({span.context.trace_id for span in begun}) == 4
    assert [len(span.links) for span in named(kept, "replay batch")] == [4]
    spans._share = 0.0
    kept.clear()
    await publish(spans, "replay", sink, messages)
    assert sink.messages[4:] == messages
    assert not kept.get_finished_spans()


async def test_no_span_says_which_torrent_it_is_of(
    spans: Spans, kept: InMemorySpanExporter
) -> None:
    await deliver(record((HEADER, GOOD)), record((HEADER, GOOD), value=b"Aurora Vale", offset=1))
    told = "".join(span.to_json() for span in kept.get_finished_spans())
    assert "Aurora" not in told
    assert SEEN.infohash not in told


async def test_off_nothing_is_looked_at_and_added() -> None:
    assert tracing_for(Settings()) is UNTRACED
    sink = await deliver(record((HEADER, GOOD)))
    assert HEADER not in dict(sink.messages[0].headers)


def test_off_nothing_of_opentelemetry_is_imported() -> None:
    script = (
        "import sys, streams.replay.command, streams.pipeline.store, streams.pipeline.llm\n"
        "import streams.crawl.stages.publish\n"
        "from infra.settings import Settings\n"
        "from streams.kafka.traces.tracing import tracing_for\n"
        "tracing_for(Settings())\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_without_the_extra_nothing_is_traced_and_all_else_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tracing._begun.cache_clear()
    monkeypatch.setitem(sys.modules, "streams.kafka.traces.collector", None)
    assert tracing_for(Settings(traces="http://127.0.0.1:9")) is UNTRACED
    tracing._begun.cache_clear()


@pytest.mark.parametrize(
    "url",
    ["on", "127.0.0.1:4318", "http://", "http://user:word@host:4318", "http://a b", "grpc://a"],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="traces"):
        Settings(traces=url)


WORK = """
import asyncio, sys, time
from infra.settings import Settings
from schemas.topics import DISCOVERED
from streams.kafka.publisher import message
from streams.kafka.traces.tracing import publish, tracing_for
from tests.fakes import ListSink
from tests.support import torrent

async def work():
    tracing = tracing_for(Settings(traces=sys.argv[1], trace_share=1))
    seen = torrent()
    messages = [message(DISCOVERED, seen.infohash, seen, source="replay")] * 200
    sink = ListSink()
    began = time.monotonic()
    for _ in range(60):  # 12,060 spans, of which 4,096 have room
        await publish(tracing, "replay", sink, messages)
    assert len(sink.messages) == 12_000
    print(f"done {time.monotonic() - began:.3f}")

asyncio.run(work())
"""


@pytest.mark.parametrize("collector", ["hangs", "away"])
def test_a_collector_that_hangs_or_is_away_holds_nobody_up(collector: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        if collector == "away":
            server.close()
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", WORK, f"http://127.0.0.1:{port}"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        took = time.monotonic() - began
    assert done.returncode == 0, done.stderr
    told = re.search(r"^done ([\d.]+)$", done.stdout, re.MULTILINE)  # a log line may follow it
    assert told, done.stdout
    # 24 requests of two seconds each, if anybody waited for them.
    assert float(told[1]) < 30
    assert took < 60
    assert done.stdout.count("does not take spans") + done.stderr.count("does not take spans") <= 1
