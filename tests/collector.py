"""A collector of traces on loopback: it takes OTLP over HTTP, and keeps the spans."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span


@dataclass(frozen=True)
class Told:
    """A span as the collector got it."""

    name: str
    trace: str
    span: str
    parent: str
    is_error: bool
    attributes: dict[str, str]
    links: frozenset[tuple[str, str]]
    events: tuple[str, ...]
    seconds: float


class Collector:
    """What came so far."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.paths: set[str] = set()
        self.bytes = b""
        self._spans: list[Told] = []
        self._lock = threading.Lock()

    @property
    def spans(self) -> list[Told]:
        """All spans, in the order in which they came."""
        with self._lock:
            return list(self._spans)

    def take(self, path: str, body: bytes) -> None:
        """Keep the spans of a request."""
        request = ExportTraceServiceRequest.FromString(body)
        with self._lock:
            self.paths.add(path)
            self.bytes += body
            for told in request.resource_spans:
                for scope in told.scope_spans:
                    self._spans += [_told(span) for span in scope.spans]


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector that answers until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collector.take(self.path, self.rfile.read(int(self.headers["Content-Length"])))
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *arguments: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector = Collector(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def _told(span: Span) -> Told:
    values = {
        entry.key: str(getattr(entry.value, entry.value.WhichOneof("value")))
        for entry in span.attributes
    }
    return Told(
        name=span.name,
        trace=span.trace_id.hex(),
        span=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        is_error=span.status.code == 2,
        attributes=values,
        links=frozenset((link.trace_id.hex(), link.span_id.hex()) for link in span.links),
        events=tuple(event.name for event in span.events),
        seconds=(span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
    )
